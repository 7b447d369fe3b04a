package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/response"
)

// WithProgress returns a context for calls that may take long: while the server works
// on a command that was issued with it, report is called with each INPROGRESS that is
// about that command, or is the only one it can be about (RFC 9585 §4). Current and
// Goal are -1 if the server did not say. Servers without INPROGRESS say nothing.
//
// report is called by the goroutine that waits for the command, or runs its loop.
// Reports that come faster than it returns are skipped but for the last one. What it
// gets is not an event.
func WithProgress(ctx context.Context, report func(response.InProgressCode)) context.Context {
	w := watchersOf(ctx)
	w.progress = report
	return context.WithValue(ctx, watchersKey{}, w)
}

// WithStatus returns a context for calls whose tagged answers have something to say: of
// each command that was issued with it, report gets the name and the tagged response,
// also one that is an error too. So are found MAILBOXID of CREATE (RFC 8474 §4.1),
// REFERRAL of LOGIN (RFC 2221), MESSAGELIMIT of what was continued (RFC 9738), and codes
// that the library does not know. It is called like that of [WithProgress].
func WithStatus(ctx context.Context, report func(command string, st *StatusResponse)) context.Context {
	w := watchersOf(ctx)
	w.status = report
	return context.WithValue(ctx, watchersKey{}, w)
}

// watchers are what a context has called about its commands.
type watchers struct {
	progress func(response.InProgressCode)
	status   func(string, *StatusResponse)
}

type watchersKey struct{}

func watchersOf(ctx context.Context) watchers {
	w, _ := ctx.Value(watchersKey{}).(watchers)
	return w
}

// news is what the goroutine that waits for a command is woken for before its end. The
// fields but ready are guarded by Client.mu.
type news struct {
	ready    chan struct{} // capacity 1; nil: there is none
	progress *response.InProgressCode
}

func (n *news) signal() {
	select {
	case n.ready <- struct{}{}:
	default:
	}
}

// progressLocked gives an INPROGRESS to the command that it is about. It returns false if
// no caller wants it.
func (q *queue) progressLocked(code response.InProgressCode) bool {
	var about *call
	for _, w := range q.flight {
		switch {
		case code.Tag == tagName(w.tag):
			about = w
		case code.Tag == "" && !w.idle && about != nil:
			return false // which one, the server does not say
		case code.Tag == "" && !w.idle:
			about = w
		}
	}
	if about == nil || about.watch.progress == nil || about.dropped() {
		return false
	}
	if about.stream != nil {
		about.stream.progressLocked(&code)
		return true
	}
	about.news.progress = &code
	about.news.signal()
	return true
}

// progressLocked hands an INPROGRESS to the loop, in place of one that waits for it.
func (s *stream) progressLocked(code *response.InProgressCode) {
	if n := len(s.kept.rows); n > 0 && s.kept.rows[n-1].more != nil && s.kept.rows[n-1].more.progress != nil {
		s.kept.rows[n-1].more = &rowMore{progress: code}
		return
	}
	s.pushLocked(row{more: &rowMore{progress: code}}, 0)
}

// hear calls what the context of the command has called, and is called by the goroutine
// that waits for it.
func (w *call) hear() {
	w.c.mu.Lock()
	code := w.news.progress
	w.news.progress = nil
	w.c.mu.Unlock()
	if code != nil {
		w.watch.progress(*code)
	}
	if w.arrived != nil {
		w.arrived()
	}
}

// reportStatus reports the tagged answer, if there is one. The command has ended.
func (w *call) reportStatus() {
	if w == nil || w.watch.status == nil {
		return
	}
	w.c.mu.Lock()
	st := w.status
	w.c.mu.Unlock()
	if st != nil {
		w.watch.status(w.name, st)
	}
}
