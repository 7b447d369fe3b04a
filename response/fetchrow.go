package response

import (
	"time"

	"github.com/seed-090b04e4/imap/internal/maildate"
)

// A mailbox of a million messages comes as a million rows of one form, and so do
// the mailboxes themselves:
//
//	* 12 FETCH (UID 1234 FLAGS (\Seen NonJunk) RFC822.SIZE 48231 MODSEQ (17))
//	* LIST (\HasNoChildren) "/" "Archive/2024"
//
// ReadRow reads such a row in one pass over the window, in half the time, or less,
// that the functions take which read everything. To these it leaves, untouched,
// whatever is not exactly of this form: other items, lower case, surplus spaces,
// a list of flags that is not known yet, a row that has not arrived in whole or
// that breaks the grammar.

// ReadRow returns the message or the mailbox of the next response, if
// that is of the plainest form and has arrived; else it returns nil, and the
// response is to be read by [Reader.Read].
func (r *Reader) ReadRow() Data {
	if r.start != r.scan || r.partial || r.search != nil || r.OnLine != nil || r.lit.left > 0 || r.stopped.Load() {
		return nil
	}
	b := r.buf[r.start:r.end]
	if len(b) < len("* 1 FETCH (UID 1)\r\n") || b[0] != '*' || b[1] != ' ' {
		return nil
	}
	var length int
	var d Data
	switch c := b[2]; {
	case '0' <= c && c <= '9':
		if m, n := r.messageRow(b); n > 0 {
			d, length = m, n
		}
	case c == 'L':
		if m, n := r.listRow(b); n > 0 {
			d, length = m, n
		}
	}
	r.start += length
	r.scan, r.line = r.start, r.start
	return d
}

// messageRow reads the FETCH response that b begins with, and returns its length.
func (r *Reader) messageRow(b []byte) (*Message, int) {
	if r.otherRows > 0 || r.mem.vocabulary == nil {
		r.otherRows = max(r.otherRows-1, 0)
		return nil, 0
	}
	seq, i := rowNumber(b, 2)
	const fetch = " FETCH ("
	if seq-1 >= max32 || len(b)-i < len(fetch) || string(b[i:i+len(fetch)]) != fetch {
		return nil, 0
	}
	var row rowItems
	for i += len(fetch); ; i++ {
		if i = r.rowItem(b, i, &row); i <= 0 || i >= len(b) {
			return nil, 0
		}
		if b[i] == ')' {
			break
		}
		if b[i] != ' ' {
			return nil, 0
		}
	}
	if i += len(")\r\n"); i > len(b) || b[i-2] != '\r' || b[i-1] != '\n' {
		return nil, 0
	}
	mem := r.messageMemory()
	m := mem.newMessage(uint32(seq), false)
	m.UID, m.Items, m.Size, m.ModSeq = UID(row.uid), row.items, int64(row.size), row.modSeq
	if row.items&ItemInternalDate != 0 {
		m.InternalDate = row.date
	}
	if row.flags != nil {
		m.Flags = mem.flags.copyOf(row.flags.list)
	}
	return m, i
}

// maxOtherRows is how many rows are left to the other functions after one that has
// items beyond these: they mostly have them too.
const maxOtherRows = 16

// rowItems is what a row has been found to say.
type rowItems struct {
	items             Items
	uid, size, modSeq uint64
	flags             *knownList[Flag]
	date              time.Time
}

// rowItem reads the item at b[i:] and returns the offset after it, or zero if
// it is not for messageRow: if the item is another one, came before, or has a
// value out of its range.
func (r *Reader) rowItem(b []byte, i int, row *rowItems) int {
	const uid, flags, size, date, modSeq = "UID ", "FLAGS (", "RFC822.SIZE ", "INTERNALDATE ", "MODSEQ ("
	at, item := b[i:], Items(0)
	switch {
	case len(at) > len(uid) && string(at[:len(uid)]) == uid:
		item = ItemUID
		if row.uid, i = rowNumber(b, i+len(uid)); row.uid-1 >= max32 {
			return 0
		}
	case len(at) > len(flags) && string(at[:len(flags)]) == flags:
		item = ItemFlags
		i += len(flags)
		known, n := r.mem.flagLists.find(b[i-1:])
		if known == nil {
			return 0
		}
		row.flags = known
		i += n - 1
	case len(at) > len(size) && string(at[:len(size)]) == size:
		item = ItemSize
		from := i + len(size)
		if row.size, i = rowNumber(b, from); i == from || row.size > max63 {
			return 0
		}
	case len(at) > len(date) && string(at[:len(date)]) == date:
		item = ItemInternalDate
		value := at[len(date):]
		if len(value) < len(dateTime) || value[0] != '"' || value[len(dateTime)-1] != '"' {
			return 0
		}
		var ok bool
		if row.date, ok = maildate.ParseInternal(value[1 : len(dateTime)-1]); !ok {
			return 0
		}
		i += len(date) + len(dateTime)
	case len(at) > len(modSeq) && string(at[:len(modSeq)]) == modSeq:
		item = ItemModSeq
		from := i + len(modSeq)
		if row.modSeq, i = rowNumber(b, from); i == from || i >= len(b) || b[i] != ')' {
			return 0
		}
		i++
	}
	if item == 0 {
		r.otherRows = maxOtherRows
		return 0
	}
	if row.items&item != 0 {
		return 0
	}
	row.items |= item
	return i
}

// rowNumber reads a number of up to 19 digits, which fit 64 bits, and returns it with
// the offset after it, which is i if there is none such. Unlike scanNumber, it is short
// enough to be inlined.
func rowNumber(b []byte, i int) (n uint64, end int) {
	if n, end = scanDigits(b, i); end-i > 19 {
		return 0, i
	}
	return n, end
}

// dateTime is as long as all values of INTERNALDATE.
const dateTime = `"17-Jul-1996 02:44:25 -0700"`
