package account

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

// Plan fills in the Intent of operations on a mailbox, so that [Account.Apply] can
// find out what became of them even after a crash. It changes nothing on the server.
//
// Errors: those of [Account.Do]; what Op.Body returned.
func (a *Account) Plan(ctx context.Context, mailbox string, ops []Op) error {
	var needs []int
	for i, op := range ops {
		if op.Intent == nil {
			needs = append(needs, i)
		}
	}
	if len(needs) == 0 {
		return nil
	}
	return a.Do(ctx, mailbox, &DoOptions{Retry: true}, func(ctx context.Context, c *imap.Client, m *imap.Mailbox) error {
		for _, i := range needs {
			intent, err := a.intent(ctx, c, mailbox, m, &ops[i])
			if err != nil {
				return err
			}
			ops[i].Intent = intent
		}
		return nil
	})
}

// intent finds out what has to be known before op.
func (a *Account) intent(ctx context.Context, c *imap.Client, mailbox string, m *imap.Mailbox, op *Op) (*Intent, error) {
	in := &Intent{UIDValidity: m.UIDValidity}
	to := op.To
	if op.Kind == OpAppend {
		to = mailbox
	}
	if op.Kind != OpAppend && op.Kind != OpMove && op.Kind != OpCopy {
		return in, nil
	}
	if err := a.intentTarget(ctx, c, mailbox, m, to, in); err != nil {
		return nil, err
	}
	if op.Kind == OpAppend {
		p, err := printBody(op.Body)
		if err != nil {
			return nil, err
		}
		in.Prints = []Print{p}
		return in, nil
	}
	prints, err := a.prints(ctx, c, mailbox, op.UIDs)
	in.Prints = prints
	return in, err
}

// intentTarget finds out where the mailbox that gets the messages is.
func (a *Account) intentTarget(ctx context.Context, c *imap.Client, mailbox string, m *imap.Mailbox, to string, in *Intent) error {
	if sameMailbox(mailbox, to) {
		// STATUS of the selected mailbox may be old, and so may m; an older UIDNEXT
		// means that more messages are looked at
		in.ToValidity, in.ToNext = m.UIDValidity, max(m.UIDNext, 1)
		if next, err := a.nextUID(ctx, c, mailbox, in.ToNext); err != nil {
			return err
		} else if next > in.ToNext {
			in.ToNext = next
		}
		return nil
	}
	ctx, end := a.trace(ctx, Operation{Name: "STATUS", Mailbox: to})
	st, err := c.Status(ctx, to, imap.StatusUIDNext|imap.StatusUIDValidity)
	end(Outcome{Err: err})
	if err != nil {
		return err
	}
	in.ToValidity, in.ToNext = st.UIDValidity, max(st.UIDNext, 1)
	return nil
}

// nextUID returns one more than the largest UID from first on, or first.
func (a *Account) nextUID(ctx context.Context, c *imap.Client, mailbox string, first imap.UID) (imap.UID, error) {
	there, err := a.searchUIDs(ctx, c, mailbox, imap.UIDRange(first, maxUID))
	if last, ok := there.Max(); ok && last != maxUID {
		return last + 1, err
	}
	return first, err
}

// prints returns by which messages are recognized under other UIDs.
func (a *Account) prints(ctx context.Context, c *imap.Client, mailbox string, uids imap.UIDSet) ([]Print, error) {
	if uids.Empty() {
		return nil, nil
	}
	ctx, end := a.trace(ctx, Operation{Name: "UID FETCH", Mailbox: mailbox})
	items := imap.FetchItems{UID: true, Size: true, InternalDate: true, Sections: []imap.FetchSection{imap.Header()}}
	var prints []Print
	var failed error
	for m, err := range c.UIDFetch(ctx, uids, items, nil) {
		if err != nil {
			if imap.RowError(err) {
				continue
			}
			failed = err
			break
		}
		if m.Has(response.ItemSize) && uids.Contains(m.UID) && len(m.Sections) > 0 {
			prints = append(prints, Print{UID: m.UID, Size: m.Size, Date: m.InternalDate, Header: digest(m.Sections[0].Data)})
		}
	}
	end(Outcome{Rows: len(prints), Err: failed})
	return prints, failed
}

// printBody returns by which a message will be recognized.
func printBody(open func() (io.ReadCloser, int64, error)) (p Print, err error) {
	if open == nil {
		return p, errors.New("account: an OpAppend without Body")
	}
	r, size, err := open()
	if err != nil {
		return p, fmt.Errorf("account: opening the message: %w", err)
	}
	defer r.Close()
	var header bytes.Buffer
	for in := bufio.NewReader(r); ; {
		line, err := in.ReadSlice('\n')
		header.Write(line)
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil && err != io.EOF {
			return p, fmt.Errorf("account: reading the message: %w", err)
		}
		if err == io.EOF || len(bytes.TrimRight(line, "\r\n")) == 0 && bytes.HasSuffix(header.Bytes(), line) && endsHeader(header.Bytes()) {
			break
		}
	}
	return Print{Size: size, Header: digest(header.Bytes())}, nil
}

// endsHeader reports whether the empty line has come.
func endsHeader(h []byte) bool {
	return bytes.HasSuffix(h, []byte("\n\r\n")) || bytes.HasSuffix(h, []byte("\n\n")) || len(bytes.TrimRight(h, "\r\n")) == 0
}

// digest is of a header, without line ends and trailing white space, which servers
// change.
func digest(header []byte) string {
	h := sha256.New()
	for line := range bytes.Lines(header) {
		if line = bytes.TrimRight(line, " \t\r\n"); len(line) > 0 {
			h.Write(line)
			h.Write([]byte{'\n'})
		}
	}
	return base64.RawStdEncoding.EncodeToString(h.Sum(nil)[:16])
}
