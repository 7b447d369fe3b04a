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

// FetchOptions are the settings of FETCH.
type FetchOptions struct {
	ChangedSince uint64 // only messages with a larger mod-sequence; zero: all; needs CONDSTORE (RFC 7162 §3.1.4)
	// Vanished has the server also report, as a *VanishedData event, which messages are gone
	// since ChangedSince. Needs QRESYNC, enabled, and UIDs (RFC 7162 §3.2.6).
	Vanished bool
	// OnVanished sets Vanished, and is called by the loop with the UIDs in place of the
	// event: before the rows that the server sends later, and maybe several times.
	OnVanished func(UIDSet)
	Partial    *commands.PartialRange // only this range of the messages of the set that there are; needs UIDs and PARTIAL (RFC 9394 §3.3)
	// Reuse makes what the loop gets valid until it goes on or ends, strings and sections
	// too, as later messages are made of the same memory: keep Message.Clone or
	// strings.Clone. It spares a large listing the garbage collector.
	Reuse bool
}

// UIDFetch is a loop over items of messages named by UID (RFC 9051 §6.4.5, §6.4.9).
// The command is sent when the loop begins. A message comes when all of it has
// arrived; body sections are in memory (see [Client.UIDFetchBodies]). UIDs that do
// not exist are passed over.
//
// If [RowError] reports true for an error, one message could not be read in full:
// the loop goes on, and the *Message, if not nil, has the other items, and an
// Envelope that is not nil if it was asked for. Any other error ends the loop.
//
// The loop may be left at any time, and its body may issue other commands: up to
// [Options].ReadAhead is kept meanwhile, else it ends with [ErrReadAhead]. While
// the body runs and no other call waits, nothing is read: events come later. See
// docs/concurrency.md and docs/large-mailboxes.md.
func (c *Client) UIDFetch(ctx context.Context, uids UIDSet, items FetchItems, opts *FetchOptions) iter.Seq2[*Message, error] {
	return fetch(ctx, c, uids, items, opts)
}

// Fetch is [Client.UIDFetch] with message sequence numbers.
func (c *Client) Fetch(ctx context.Context, seqs SeqSet, items FetchItems, opts *FetchOptions) iter.Seq2[*Message, error] {
	return fetch(ctx, c, seqs, items, opts)
}

// UIDFetchOne fetches items of one message. If there is no such message, the error
// matches CodeNonExistent; other errors are those of [Client.UIDFetch].
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

// Body is one body section while it arrives. It is valid until the loop goes on;
// what has not been read by then is dropped.
type Body struct {
	Message              *Message // what came before the section, and after it once the loop has gone on; see Reuse
	response.BodySection          // which section it is, and how long
}

// Read reads from the section. The error at its end is io.EOF.
func (b *Body) Read(p []byte) (int, error) { return b.Reader.Read(p) }

// WriteTo writes the rest of the section to w, as io.Copy does.
func (b *Body) WriteTo(w io.Writer) (int64, error) {
	if wt, ok := b.Reader.(io.WriterTo); ok {
		return wt.WriteTo(w)
	}
	return io.Copy(w, struct{ io.Reader }{b.Reader})
}

// UIDFetchBodies is [Client.UIDFetch] for body sections of any size: each step of
// the loop is one of them, read from the connection as the loop reads it, in
// constant memory. A message comes once for each of its sections.
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
	cmd := commands.Fetch[N]{Set: set, Items: items, ChangedSince: opts.ChangedSince, Partial: opts.Partial, Vanished: opts.Vanished || opts.OnVanished != nil}
	if err := c.require(cmd.Name(), append(opts.needs(items), setNeeds(set)...)...); err != nil {
		yield(row{}, err)
		return
	}
	if cmd.Partial != nil && !c.Caps().Lists(response.CapPartial) {
		yield(row{}, &UnsupportedError{Command: cmd.Name(), Cap: response.CapPartial})
		return
	}
	uids, split := asUIDs(set)
	if split = split && cmd.Partial == nil; !split {
		if err := checkWhole(c, cmd.Name(), set); err != nil {
			yield(row{}, err)
			return
		}
	}
	if empty, err := c.noneFor(ctx, set.Dynamic() && !set.IsSaved()); err != nil || empty {
		if err != nil {
			yield(row{}, err)
		}
		return
	}
	if split {
		uidRows(ctx, c, uids, cmd, opts.mode(literals), yield)
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
	s.fetch = &fetchCollector{s: s, want: cmd.Mask(), sections: cmd.Items.Sections, filtered: cmd.ChangedSince != 0 || cmd.Partial != nil}
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

// RowError reports whether err, which a loop yields, is about one message or
// mailbox alone, so that the loop goes on: a response that could not be read
// (*[ParseError]), or was too large to be kept (*[LimitError]). It is false for
// what ended the loop, like a *[ConnError] whose cause is a *[LimitError].
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
// which [RowError] reports true, and leaves out what came with them: its error
// joins these and the one that ended the loop.
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
