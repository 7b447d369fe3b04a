package imap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/poison"
	"github.com/seed-090b04e4/imap/response"
)

// FetchOptions are the settings of FETCH beyond the items. Nil and the zero
// value are the defaults.
type FetchOptions struct {
	// ChangedSince restricts the answer to messages with a larger mod-sequence.
	// Zero: no restriction. Needs CONDSTORE (RFC 7162 §3.1.4).
	ChangedSince uint64
	// Vanished has the server also report which messages are gone since
	// ChangedSince, as a *VanishedData event. Needs QRESYNC, enabled, and UIDs
	// (RFC 7162 §3.2.6).
	Vanished bool
	// OnVanished is called by the loop, before the rows that the server sends later,
	// with the UIDs that Vanished asks for, which are then no event. It may be called
	// several times, and sets Vanished.
	OnVanished func(UIDSet)
	// Reuse makes what the loop gets valid until it goes on or ends: the *Message (of a
	// *Body, too), its lists and strings, and sections that are in memory. Then the
	// memory is used for other messages. Keep a [Message.Clone], or strings.Clone of a
	// string: one that is kept as it is changes. It saves a large listing the garbage.
	Reuse bool
}

// UIDFetch fetches items of messages named by UID (RFC 9051 §6.4.5, §6.4.9).
// The command is sent when the loop begins, and once for each loop. An empty
// set asks for nothing, and nothing is sent: the loop has no steps.
//
// A message comes when all of it has arrived, however many responses the server
// spreads it over; body sections are in memory (see [Client.UIDFetchBodies]
// for large ones). Messages come in the server's order; those that do not exist
// don't come, and servers say nothing of them. What the loop gets belongs to its
// caller, unless Reuse is set. An Envelope that was asked for is never nil: it is empty if it did not come.
//
// If [RowError] reports true for an error, one message could not be read in full: the
// loop goes on after it, and the *Message, which is not nil if its number could be
// read, has the other items. Any other error ends the loop: a *[StatusError], a
// *[ConnError], ctx.Err(), [ErrReadAhead], an *[ArgumentError], an *[UnsupportedError]
// for items that the server does not know. [Client.UIDFetchOne] is for one message,
// [Collect] for a slice.
//
// A set that is too long for one command, or names more messages than the server
// fetches at once (MESSAGELIMIT, RFC 9738), takes several commands, all in the same
// selection of the mailbox: if another one is selected meanwhile, the loop ends with a
// *[StateError]. What a server leaves out of the sections asked for, or sends too late,
// is asked for once more.
//
// The loop may be left at any time, and its body may issue other commands. If these
// need answers, the rows after the current one are kept in memory, up to
// [Options].ReadAhead.
//
// While the body of the loop runs and no other call waits for an answer, nothing
// is read from the connection: events come, and its end shows, when the loop goes
// on. A body that takes minutes may find the connection closed by the server.
func (c *Client) UIDFetch(ctx context.Context, uids UIDSet, items FetchItems, opts *FetchOptions) iter.Seq2[*Message, error] {
	return fetch(ctx, c, uids, items, opts)
}

// Fetch is [Client.UIDFetch] with message sequence numbers. It is one command: a set
// that is too long is an *[ArgumentError], and a server that stops at its limit a
// *[StatusError] with a [response.MessageLimitCode].
func (c *Client) Fetch(ctx context.Context, seqs SeqSet, items FetchItems, opts *FetchOptions) iter.Seq2[*Message, error] {
	return fetch(ctx, c, seqs, items, opts)
}

// UIDFetchOne fetches items of one message. If there is no such message, the
// error matches CodeNonExistent; other errors are those of [Client.UIDFetch].
func (c *Client) UIDFetchOne(ctx context.Context, uid UID, items FetchItems) (*Message, error) {
	var found *Message
	for m, err := range c.UIDFetch(ctx, UIDs(uid), items, nil) {
		if err != nil {
			return m, err
		}
		found = m
	}
	if found == nil {
		return nil, fmt.Errorf("imap: there is no message with UID %d: %w", uid, CodeNonExistent)
	}
	return found, nil
}

// Body is one text of a message while it arrives. It is valid until the loop
// goes on; what has not been read by then is dropped.
type Body struct {
	// Message has the items that the server sent before the section, and after
	// it once the loop has gone on. It belongs to the caller, unless Reuse is set.
	Message *Message
	// BodySection says which section it is, and how long.
	response.BodySection
}

// Read reads from the text. The error at its end is io.EOF.
func (b *Body) Read(p []byte) (int, error) { return b.Reader.Read(p) }

// WriteTo writes the rest of the text to w, the way io.Copy does it fastest.
func (b *Body) WriteTo(w io.Writer) (int64, error) {
	if wt, ok := b.Reader.(io.WriterTo); ok {
		return wt.WriteTo(w)
	}
	return io.Copy(w, struct{ io.Reader }{b.Reader})
}

// UIDFetchBodies is [Client.UIDFetch] for texts of any size: each step of the
// loop is one text, read from the connection as the loop reads it, in constant
// memory. A message of which several texts were asked for comes once for each.
//
// All that is said of [Client.UIDFetch] holds, but that no text is too large.
func (c *Client) UIDFetchBodies(ctx context.Context, uids UIDSet, items FetchItems, opts *FetchOptions) iter.Seq2[*Body, error] {
	return fetchBodies(ctx, c, uids, items, opts)
}

// FetchBodies is [Client.UIDFetchBodies] with message sequence numbers.
func (c *Client) FetchBodies(ctx context.Context, seqs SeqSet, items FetchItems, opts *FetchOptions) iter.Seq2[*Body, error] {
	return fetchBodies(ctx, c, seqs, items, opts)
}

func fetch[N UID | SeqNum](ctx context.Context, c *Client, set response.Set[N], items FetchItems, opts *FetchOptions) iter.Seq2[*Message, error] {
	return func(yield func(*Message, error) bool) {
		rows(ctx, c, set, items, opts, false, func(r row, err error) bool {
			return yield(r.msg, err)
		})
	}
}

func fetchBodies[N UID | SeqNum](ctx context.Context, c *Client, set response.Set[N], items FetchItems, opts *FetchOptions) iter.Seq2[*Body, error] {
	return func(yield func(*Body, error) bool) {
		rows(ctx, c, set, items, opts, true, func(r row, err error) bool {
			switch {
			case err != nil && r.msg == nil:
				return yield(nil, err)
			case err != nil:
				return yield(&Body{Message: r.msg, BodySection: response.BodySection{Reader: bytes.NewReader(nil)}}, err)
			}
			b := &Body{Message: r.msg, BodySection: r.msg.Sections[r.section()]}
			if b.Reader == nil {
				b.Reader = bytes.NewReader(b.Data)
			}
			return yield(b, nil)
		})
	}
}

// rows runs a FETCH and calls yield for each row, and once for the error that
// ended it.
func rows[N UID | SeqNum](ctx context.Context, c *Client, set response.Set[N], items FetchItems, opts *FetchOptions, literals bool, yield func(row, error) bool) {
	if opts == nil {
		opts = &FetchOptions{}
	}
	if set.Empty() {
		return
	}
	cmd := commands.Fetch[N]{Set: set, Items: items, ChangedSince: opts.ChangedSince, Vanished: opts.Vanished || opts.OnVanished != nil}
	if err := c.require(cmd.Name(), append(opts.needs(items), setNeeds(set)...)...); err != nil {
		yield(row{}, err)
		return
	}
	if empty, err := c.noneFor(ctx, set.Dynamic() && !set.IsSaved()); err != nil || empty {
		if err != nil {
			yield(row{}, err)
		}
		return
	}
	if uids, ok := asUIDs(set); ok {
		uidRows(ctx, c, uids, cmd, opts.mode(literals), yield)
		return
	}
	if err := checkSeqs(cmd.Name(), set); err != nil {
		yield(row{}, err)
		return
	}
	s, r := newFetch(ctx, c, cmd, opts.mode(literals))
	if err := s.start(r); err != nil {
		yield(row{}, err)
		return
	}
	if !s.run(yield) {
		return
	}
	if stop := s.stopped(); stop != nil {
		yield(row{}, limitError(cmd.Name(), stop))
	}
}

// fetchMode says how the rows of a FETCH come to the loop.
type fetchMode struct {
	literals bool            // literals are handed out as they arrive
	vanished func(UIDSet)    // FetchOptions.OnVanished
	arena    *response.Arena // memory for the rows that the loop reads by itself; nil: they are owned
}

func (o *FetchOptions) mode(literals bool) fetchMode {
	m := fetchMode{literals: literals, vanished: o.OnVanished}
	if o.Reuse {
		m.arena = &response.Arena{Poison: poison.On()}
	}
	return m
}

// newFetch returns the loop of one FETCH, and its request.
func newFetch[N UID | SeqNum](ctx context.Context, c *Client, cmd commands.Fetch[N], mode fetchMode) (*stream, request) {
	s := newStream(ctx, c)
	s.fetchMode, s.bounded = mode, true
	s.fetch = &fetchCollector{s: s, want: cmd.Mask(), sections: cmd.Items.Sections}
	s.fetch.selects(any(cmd.Set))
	return s, request{cmd: cmd, collect: s.fetch}
}

// needs returns the capabilities that a FETCH needs.
func (o *FetchOptions) needs(items FetchItems) []Cap {
	caps := items.Needs()
	if o.ChangedSince != 0 {
		caps = append(caps, CapCondStore)
	}
	if o.Vanished || o.OnVanished != nil {
		caps = append(caps, CapQResync)
	}
	return caps
}

// RowError reports whether err, which a loop over messages or mailboxes yields, is
// about one of them alone, so that the loop goes on: a response that could not be read
// (*[ParseError]), or that was too large to be kept (*[LimitError]). It is never true
// for what ended the loop, like a *[ConnError] whose cause is a *[LimitError].
func RowError(err error) bool {
	var end *loopError
	var lost *ConnError
	if errors.As(err, &end) || errors.As(err, &lost) {
		return false
	}
	var bad *ParseError
	var large *LimitError
	return errors.As(err, &bad) || errors.As(err, &large)
}

// loopError marks the end of a loop whose error looks like that of a row. It reads as
// the error in it.
type loopError struct{ err error }

func (e *loopError) Error() string { return e.err.Error() }

func (e *loopError) Unwrap() error { return e.err }

// endOfLoop returns the error with which a loop ends.
func endOfLoop(err error) error {
	if RowError(err) {
		return &loopError{err}
	}
	return err
}

// Collect gathers what an iterator yields into a slice. It goes on after errors for
// which [RowError] reports true, and leaves out what came with them: its error joins
// these and the one that ended the loop.
func Collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var list []T
	var bad []error
	for v, err := range seq {
		if err == nil {
			list = append(list, v)
			continue
		}
		if bad = append(bad, err); !RowError(err) {
			break
		}
	}
	if len(bad) == 1 {
		return list, bad[0]
	}
	return list, errors.Join(bad...)
}
