package bulk

import (
	"context"
	"crypto/sha256"
	"io"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/threads"
)

// print is by which a message is recognized.
type print struct {
	size   int64
	digest [sha256.Size]byte
	id     string // Message-ID
	date   time.Time

	uid imap.UID // where it was found; zero: nowhere
}

// printer makes a print of what is written to it.
type printer struct {
	print
	head []byte
	sum  interface {
		io.Writer
		Sum([]byte) []byte
	}
}

func newPrinter() *printer { return &printer{sum: sha256.New()} }

// Write takes a piece of the message.
func (p *printer) Write(b []byte) (int, error) {
	p.size += int64(len(b))
	if room := maxHeader - len(p.head); room > 0 {
		p.head = append(p.head, b[:min(room, len(b))]...)
	}
	return p.sum.Write(b)
}

func (p *printer) finish(date time.Time) *print {
	p.sum.Sum(p.digest[:0])
	p.id = messageID(p.head)
	p.date = date
	return &p.print
}

// printOf reads a message and returns its print.
func printOf(it *item) (*print, error) {
	r, err := it.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	p := newPrinter()
	if _, err := io.Copy(p, r); err != nil {
		return nil, err
	}
	return p.finish(it.date), nil
}

// messageID returns the Message-ID of a header.
func messageID(header []byte) string {
	_, fields := splitNamed(header, "message-id")
	if ids := threads.References(fields["message-id"]); len(ids) > 0 {
		return ids[0]
	}
	return ""
}

// finder finds messages in the selected mailbox that an APPEND may have stored.
type finder struct {
	c       *imap.Client
	next    imap.UID    // UIDNEXT, or less
	claimed imap.UIDSet // messages that are known to be others
}

// claim takes note of a message whose UID is known.
func (f *finder) claim(uid imap.UID) {
	if uid != 0 {
		f.claimed.AddNum(uid)
		f.next = max(f.next, uid+1)
	}
}

// mark returns a UID that is not larger than that of what is stored from now on.
func (f *finder) mark(ctx context.Context) (imap.UID, error) {
	if f.c.Caps().Has(imap.CapUIDPlus) {
		return f.next, nil
	}
	err := f.ask(ctx)
	return f.next, err
}

// ask asks for the UID of the last message.
func (f *finder) ask(ctx context.Context) error {
	if err := f.c.Noop(ctx); err != nil {
		return err
	}
	if m := f.c.Mailbox(); m == nil || m.Messages == 0 {
		return nil
	}
	for m, err := range f.c.UIDFetch(ctx, imap.UIDRange(imap.Star, imap.Star), imap.FetchItems{UID: true}, nil) {
		if err != nil {
			return err
		}
		f.next = max(f.next, m.UID+1)
	}
	return nil
}

// lookAgain is how long to wait before what was not found is looked for once more: some
// servers show a message only a while after they have stored it, and one may still be
// storing what came before the connection broke.
var lookAgain = 5 * time.Second

// find sets the UIDs of those that are among the messages from since on.
func (f *finder) find(ctx context.Context, want []*print, since imap.UID, late bool) error {
	if err := f.look(ctx, want, since); err != nil || !late {
		return err
	}
	for _, p := range want {
		if p.uid == 0 {
			select {
			case <-time.After(lookAgain):
				return f.look(ctx, want, since)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// look looks once: first for the same octets, then, as some servers change what they
// store, for the same Message-ID and internal date.
func (f *finder) look(ctx context.Context, want []*print, since imap.UID) error {
	if err := f.c.Noop(ctx); err != nil { // what is there now
		return err
	}
	sizes := make(map[int64]bool)
	for _, p := range want {
		sizes[p.size] = true
	}
	var same, all imap.UIDSet
	items := imap.FetchItems{UID: true, Size: true}
	for m, err := range f.c.UIDFetch(ctx, imap.UIDRange(since, imap.Star), items, nil) {
		if err != nil && !imap.RowError(err) {
			return err
		}
		if m == nil || m.UID < since || f.claimed.Contains(m.UID) { // n:* is the last one at least
			continue
		}
		all.AddNum(m.UID)
		if sizes[m.Size] {
			same.AddNum(m.UID)
		}
	}
	if err := f.compare(ctx, want, same); err != nil {
		return err
	}
	return f.compareIDs(ctx, want, all.Difference(f.claimed))
}

// compare reads messages and compares their octets.
func (f *finder) compare(ctx context.Context, want []*print, uids imap.UIDSet) error {
	alone := false
	items := imap.FetchItems{UID: true, Sections: []imap.FetchSection{imap.WholeMessage()}}
	for b, err := range f.c.UIDFetchBodies(ctx, uids, items, nil) {
		if imap.RowError(err) {
			continue
		}
		if err != nil {
			return err
		}
		if alone = b.Message.UID == 0 && uids.Len() > 1; alone { // it comes after the text: which is it?
			break
		}
		p := newPrinter()
		if _, err := io.Copy(p, b); err != nil {
			return err
		}
		got := p.finish(time.Time{})
		f.match(b.Message.UID, want, func(p *print) bool { return p.size == got.size && p.digest == got.digest })
	}
	if alone {
		return f.compareEach(ctx, want, uids)
	}
	return nil
}

// compareEach is compare with a command for each message.
func (f *finder) compareEach(ctx context.Context, want []*print, uids imap.UIDSet) error {
	for uid := range uids.All() {
		if err := f.compare(ctx, want, imap.UIDs(uid)); err != nil {
			return err
		}
	}
	return nil
}

// compareIDs compares Message-ID and date.
func (f *finder) compareIDs(ctx context.Context, want []*print, uids imap.UIDSet) error {
	left := false
	for _, p := range want {
		left = left || p.uid == 0 && p.id != "" && !p.date.IsZero()
	}
	if !left {
		return nil
	}
	items := imap.FetchItems{UID: true, InternalDate: true, Sections: []imap.FetchSection{imap.HeaderFields("Message-ID")}}
	for m, err := range f.c.UIDFetch(ctx, uids, items, nil) {
		if imap.RowError(err) || err == nil && !m.Has(response.ItemInternalDate) {
			continue
		}
		if err != nil {
			return err
		}
		id := messageID(m.Body())
		f.match(m.UID, want, func(p *print) bool {
			return id != "" && p.id == id && p.date.Truncate(time.Second).Equal(m.InternalDate)
		})
	}
	return nil
}

// match gives a message to the first that it fits.
func (f *finder) match(uid imap.UID, want []*print, fits func(*print) bool) {
	for _, p := range want {
		if p.uid == 0 && fits(p) {
			p.uid = uid
			f.claim(uid)
			return
		}
	}
}

// AppendUID stores a message, as imap.Client.Append does, and returns its UIDVALIDITY and
// UID also if the server does not return them (it lacks UIDPLUS, RFC 4315): then it
// selects the mailbox by EXAMINE and looks for the octets that were stored. The UID is
// zero if they are not found, because the server has changed them or another program has
// moved the message.
//
// Errors: those of imap.Client.Append, and of imap.Client.WithMailbox and UIDFetch. If
// there is a result beside the error, the message has been stored.
func AppendUID(ctx context.Context, c *imap.Client, mailbox string, size int64, r io.Reader, opts *imap.AppendOptions) (*imap.AppendResult, error) {
	if c.Caps().Has(imap.CapUIDPlus) {
		return c.Append(ctx, mailbox, size, r, opts)
	}
	status, err := c.Status(ctx, mailbox, imap.StatusUIDNext)
	if err != nil {
		return nil, err
	}
	var date time.Time
	if opts != nil {
		date = opts.InternalDate
	}
	p := newPrinter()
	res, err := c.Append(ctx, mailbox, size, io.TeeReader(r, p), opts)
	if err != nil || res.UID() != 0 {
		return res, err
	}
	want := p.finish(date)
	err = c.WithMailbox(ctx, mailbox, &imap.SelectOptions{ReadOnly: true}, func(ctx context.Context, mbox *imap.Mailbox) error {
		res.UIDValidity = mbox.UIDValidity
		f := &finder{c: c, next: max(1, status.UIDNext)}
		if err := f.find(ctx, []*print{want}, f.next, true); err != nil || want.uid == 0 {
			return err
		}
		res.UIDs = imap.UIDs(want.uid)
		return nil
	})
	return res, err
}
