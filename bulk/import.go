package bulk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/seed-090b04e4/imap"
)

// ImportOptions are the settings of [Import]. Nil and the zero value are the defaults.
type ImportOptions struct {
	// Journal is the file that says what has been imported, so that it is not imported
	// again. It belongs to one store and one mailbox. Empty: the path of the store with
	// ".imported" added.
	Journal string
	// OnProgress is called by Import as it goes on. It must not use the Client.
	OnProgress func(Progress)

	disk *disk // of tests
}

// Import stores messages in a mailbox, with their flags, keywords and dates: those that
// Export wrote, or any other mbox, Maildir or folder of .eml files. Messages that the
// journal names are passed over. Import selects the mailbox, which must exist, and holds
// it as imap.Client.WithMailbox does.
//
// Messages of Export are stored octet for octet, and those of others with CRLF in place of
// LF. They are sent in groups: by MULTIAPPEND (RFC 3502) or pipelined. If an earlier call
// ended without an answer, the mailbox is looked through for what it has stored.
//
// A message that the server refuses is in Report.Failures, and Import goes on, unless the
// server has no space left or does not permit it; the error matches [ErrIncomplete] then.
// Flags that the server does not keep are left out. There is a report with every error.
//
// Other errors: [ErrUIDValidity]; those of imap.Client.Append, after which Import can be
// called again with another Client; those of the file system.
func Import(ctx context.Context, c *imap.Client, mailbox string, from Store, opts *ImportOptions) (*Report, error) {
	im := &importer{c: c, mailbox: mailbox, from: from, report: &Report{}}
	if opts != nil {
		im.opts = *opts
	}
	if im.opts.disk == nil {
		im.opts.disk = &disk{}
	}
	if im.opts.Journal == "" {
		im.opts.Journal = from.path + ".imported"
	}
	src, err := from.open()
	if err != nil {
		return im.report, err
	}
	im.src = src
	err = c.WithMailbox(ctx, mailbox, nil, im.run)
	if err == nil {
		err = im.report.outcome()
	}
	return im.report, errors.Join(err, src.close())
}

// importer is an Import in progress.
type importer struct {
	c        *imap.Client
	mailbox  string
	from     Store
	opts     ImportOptions
	src      source
	report   *Report
	progress Progress
	shown    int64 // octets of the group in hand that were read
	high     int64 // octets that OnProgress was last called with
	journal  *importJournal
	kept     func(imap.Flag) bool // whether the server keeps a flag
	finder   *finder
}

func (im *importer) run(ctx context.Context, mbox *imap.Mailbox) (err error) {
	if im.journal, err = im.opts.disk.openImportJournal(im.opts.Journal, im.mailbox, mbox.UIDValidity); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, im.journal.Close()) }()
	im.kept = keeps(mbox)
	im.finder = &finder{c: im.c, next: max(1, mbox.UIDNext), claimed: im.journal.uids.Clone()}
	if err := im.finder.ask(ctx); err != nil { // mbox may be older
		return err
	}
	if im.opts.OnProgress != nil {
		if err := im.count(); err != nil {
			return err
		}
		im.show()
	}
	return im.each(ctx)
}

// count finds out how much there is to do.
func (im *importer) count() error {
	for {
		it, err := im.src.next()
		if err != nil {
			return err
		}
		if it == nil {
			return im.src.rewind()
		}
		if !im.journal.done(it.key) {
			im.progress.TotalMessages++
			im.progress.TotalOctets += it.stored
		}
	}
}

func (im *importer) show() {
	if im.opts.OnProgress != nil {
		p := im.progress
		im.high = max(im.high, min(p.Octets+im.shown, p.TotalOctets))
		p.Octets = im.high
		im.opts.OnProgress(p)
	}
}

// Limits of a group of messages that are sent together.
const (
	groupMessages = 100
	groupOctets   = 4 << 20
)

// each imports the messages in groups. Those whose outcome is not known are grouped as
// they were.
func (im *importer) each(ctx context.Context) error {
	var group []*item
	var octets int64
	tried := uint64(0)
	for {
		it, err := im.src.next()
		if err != nil {
			return err
		}
		if it != nil && im.journal.done(it.key) {
			im.report.Present++
			continue
		}
		var again uint64
		if it != nil {
			again = im.journal.tried[it.key]
		}
		if len(group) > 0 && (it == nil || again != tried || octets+it.size > groupOctets || len(group) == groupMessages) {
			if err := im.group(ctx, group, tried); err != nil {
				return err
			}
			group, octets = nil, 0
		}
		if it == nil {
			return nil
		}
		tried = again
		octets += it.size
		it.flags = im.filter(it.flags)
		group = append(group, it)
	}
}

// filter leaves out the flags that the server does not keep.
func (im *importer) filter(flags []imap.Flag) []imap.Flag {
	var kept []imap.Flag
	for _, f := range flags {
		switch {
		case im.kept(f):
			kept = append(kept, f)
		case !f.Equal(imap.FlagRecent) && !slices.ContainsFunc(im.report.Dropped, f.Equal):
			im.report.Dropped = append(im.report.Dropped, f)
		}
	}
	return kept
}

// keeps returns which flags a mailbox keeps (RFC 9051 §7.1, PERMANENTFLAGS); all if the
// server does not say.
func keeps(mbox *imap.Mailbox) func(imap.Flag) bool {
	if len(mbox.PermanentFlags) == 0 {
		return func(f imap.Flag) bool { return !f.Equal(imap.FlagRecent) }
	}
	return func(f imap.Flag) bool {
		if slices.ContainsFunc(mbox.PermanentFlags, f.Equal) {
			return true
		}
		return f != "" && f[0] != '\\' && slices.ContainsFunc(mbox.PermanentFlags, imap.FlagWildcard.Equal)
	}
}

// group imports messages together. tried is the UIDNEXT of the mailbox when they were
// sent before, if they were and the outcome is not known.
func (im *importer) group(ctx context.Context, group []*item, tried uint64) error {
	var err error
	if tried != 0 {
		if group, err = im.lookUp(ctx, group, imap.UID(tried), true); err != nil || len(group) == 0 {
			return err
		}
	}
	next, err := im.finder.mark(ctx)
	if err != nil {
		return err
	}
	if err := im.journal.try(group, next); err != nil {
		return err
	}
	res, err := im.append(ctx, group)
	if err == nil {
		return im.done(group, res)
	}
	if ctx.Err() != nil || im.c.Err() != nil || errors.Is(err, imap.ErrClosed) {
		return err
	}
	if len(group) == 1 {
		return im.refused(group[0], err)
	}
	// Without MULTIAPPEND, some may have been stored: see which, and send the others one
	// by one.
	if group, err = im.lookUp(ctx, group, next, false); err != nil {
		return err
	}
	for _, it := range group {
		if err := im.group(ctx, []*item{it}, 0); err != nil {
			return err
		}
	}
	return nil
}

// refused takes note of a message that the server did not store.
func (im *importer) refused(it *item, err error) error {
	var throttle *imap.ThrottleError
	for _, all := range []error{imap.CodeOverQuota, imap.CodeNoPerm, imap.CodeTryCreate, imap.CodeNonExistent, imap.CodeUnavailable} {
		if errors.Is(err, all) {
			return err
		}
	}
	if errors.As(err, &throttle) {
		return err
	}
	im.report.Failures = append(im.report.Failures, Failure{File: it.name, Err: err})
	im.advance(it)
	return im.journal.refused(it)
}

// append sends messages.
func (im *importer) append(ctx context.Context, group []*item) (*imap.AppendResult, error) {
	list := make([]imap.AppendMessage, len(group))
	im.shown = 0
	for i, it := range group {
		r := &lazy{open: it.open, read: im.countRead}
		defer r.Close()
		list[i] = imap.AppendMessage{Size: it.size, Reader: r}
		list[i].Flags, list[i].InternalDate = it.flags, it.date
	}
	return im.c.AppendAll(ctx, im.mailbox, list)
}

// countRead shows the progress within a large message.
func (im *importer) countRead(n int) {
	before := im.shown / showEach
	if im.shown += int64(n); im.shown/showEach > before {
		im.show()
	}
}

// lazy is a reader that is opened by the first Read, and closed at the end.
type lazy struct {
	open func() (io.ReadCloser, error)
	read func(n int)
	r    io.ReadCloser
	err  error
}

// Read reads from what is opened.
func (l *lazy) Read(p []byte) (int, error) {
	if l.r == nil && l.err == nil {
		l.r, l.err = l.open()
	}
	if l.err != nil {
		return 0, l.err
	}
	n, err := l.r.Read(p)
	l.read(n)
	if err != nil {
		l.err = err
		l.Close()
	}
	return n, err
}

// Close closes what is open.
func (l *lazy) Close() {
	if l.r != nil {
		l.r.Close()
	}
	if l.err == nil {
		l.err = io.EOF
	}
}

// done takes note of messages that were stored.
func (im *importer) done(group []*item, res *imap.AppendResult) error {
	uids := slices.Collect(res.UIDs.All())
	if len(uids) != len(group) {
		uids = make([]imap.UID, len(group)) // not known
	}
	for i, it := range group {
		if err := im.stored(it, uids[i]); err != nil {
			return err
		}
	}
	return nil
}

// stored takes note of a message that was stored.
func (im *importer) stored(it *item, uid imap.UID) error {
	im.finder.claim(uid)
	if err := im.journal.stored(it, uid); err != nil {
		return err
	}
	im.report.Messages++
	im.report.Octets += it.size
	im.advance(it)
	return nil
}

// advance shows that a message has been dealt with.
func (im *importer) advance(it *item) {
	im.progress.Messages++
	im.progress.Octets += it.stored
	im.shown = 0
	im.show()
}

// lookUp looks for messages that may have been stored, among those from a UID on, and
// returns the others. late says that the server may still be storing them.
func (im *importer) lookUp(ctx context.Context, group []*item, since imap.UID, late bool) ([]*item, error) {
	want := make([]*print, len(group))
	for i, it := range group {
		p, err := printOf(it)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", it.name, err)
		}
		want[i] = p
	}
	if err := im.finder.find(ctx, want, since, late); err != nil {
		return nil, err
	}
	var rest []*item
	for i, it := range group {
		if want[i].uid == 0 {
			rest = append(rest, it)
			continue
		}
		if err := im.stored(it, want[i].uid); err != nil {
			return nil, err
		}
	}
	return rest, nil
}
