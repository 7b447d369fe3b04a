package imap

import (
	"context"
	"strconv"
	"time"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// stage is how far a command has come. It only grows, but that an IDLE goes back
// from idling to sent when DONE has been said.
type stage uint8

const (
	stageQueued   stage = iota // encoded; it waits for its turn, or is to be refused
	stageAdmitted              // in flight, and has the write lock; nothing of it has left
	stageSending               // part of it may have left
	stageSent                  // all of it has left
	stageIdling                // an IDLE that the server is in: its silence means nothing
	stageEnded                 // its outcome is known
)

// interest is who wants the answer to a command.
type interest uint8

const (
	wanted    interest = iota // its caller waits, or its loop goes on
	overrun                   // its loop was too slow: what follows is wanted by others
	abandoned                 // no caller waits any more
	failed                    // its caller has an error already
)

// call is a command on its way.
//
//	queued ─▶ admitted ─▶ sending ─▶ sent ─▶ ended
//	   │                                ▲       ▲
//	   │                                ▼       │
//	   │                             idling     │
//	   └──────── refused, cancelled, closed ────┘
type call struct {
	c        *Client
	request  // as its method wants it
	name     string
	admitted chan struct{} // closed when the command may be written; nil if that was at once
	resumed  chan struct{} // closed when the transport has changed
	plus     chan string   // the continuation that the command waits for
	done     chan struct{}
	began    time.Time // with Options.OnCommand
	watch    watchers  // of the context it was issued with
	news     news

	// guarded by Client.mu
	tag      uint64
	stage    stage
	interest interest
	counted  bool            // it counts in readToken.needed
	wantPlus bool            // the next continuation is for it
	kept     int64           // cost of the responses that it has gathered
	rows     int             // responses that were for it
	received int64           // and their octets
	octets   int64           // of the command itself, for Options.OnCommand
	status   *StatusResponse // the tagged answer

	err error // valid when done is closed
}

// request is what a method wants to happen.
type request struct {
	cmd         commands.Command
	effects     commands.Effects // zero: those of cmd
	states      State            // in which it makes sense; zero: authenticated or selected
	want        selection        // the mailbox that it is meant for, if that is known before it is sent
	wantSet     bool             // want is set; otherwise it is the one that ctx means
	collect     collector        // takes the untagged answers; may be nil
	finish      func(*StatusResponse)
	awaitsPlus  bool    // the server is to answer with a continuation first
	idle        bool    // it is there for when no other command is
	pauses      bool    // the reader stops after the OK: the transport changes
	endsDeflate bool    // what is sent after it is not compressed, nor what comes after the OK
	whole       bool    // ctx does not break off the writing, as more has to be written
	entering    bool    // it is sent by WithMailbox, which has the selection lock
	stream      *stream // of a loop
	arrived     func()  // called by the goroutine that waits, when something has come for it; may be nil
}

func (c *Client) newCall(ctx context.Context, r request) *call {
	w := &call{c: c, request: r, name: r.cmd.Name(), done: make(chan struct{}), watch: watchersOf(ctx)}
	if w.effects == 0 {
		w.effects = effectsOf(r.cmd)
	}
	if w.states == 0 {
		w.states = StateAuthenticated | StateSelected
		if w.effects&commands.Selected != 0 {
			w.states = StateSelected
		}
	}
	if w.collect == nil {
		w.collect = noCollector{}
	}
	if !w.wantSet {
		w.want = c.wanted(ctx)
	}
	if c.opts.OnCommand != nil {
		w.began = time.Now()
	}
	if w.stream == nil && (w.watch.progress != nil || w.arrived != nil) {
		w.news.ready = make(chan struct{}, 1)
	}
	if w.awaitsPlus {
		w.expectPlusLocked() // no other goroutine knows it
	}
	if w.pauses {
		w.resumed = make(chan struct{})
	}
	return w
}

// pause has the reader stop after the OK. Nothing of the command has left.
func (w *call) pause() {
	w.c.mu.Lock()
	defer w.c.mu.Unlock()
	w.pauses, w.resumed = true, make(chan struct{})
}

// effectsOf returns the effects of a command. One that the library has no type for
// may not say that it changes the selection.
func effectsOf(cmd commands.Command) commands.Effects {
	effects := cmd.Effects()
	if changesSelection(cmd.Name()) {
		effects |= commands.Reselects
	}
	return effects
}

func changesSelection(name string) bool {
	switch upper(name) {
	case "SELECT", "EXAMINE", "CLOSE", "UNSELECT":
		return true
	}
	return false
}

// exec runs a command and waits for its end. One that selects another mailbox
// waits first for the operations that hold the present one.
func (c *Client) exec(ctx context.Context, r request) (*StatusResponse, error) {
	if r.effects == 0 {
		r.effects = effectsOf(r.cmd)
	}
	if !r.entering && r.effects&commands.Reselects != 0 {
		if c.heldBy(ctx) {
			return nil, &StateError{Command: r.cmd.Name(), State: c.State(), Reason: "the selected mailbox is held by WithMailbox"}
		}
		r.want, r.wantSet = c.wanted(ctx), true
		if err := c.lockSelection(ctx, true); err != nil {
			return nil, err
		}
		defer c.unlockSelection(true)
	}
	w, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := w.wait(ctx); err != nil {
		return nil, err
	}
	return w.status, nil
}

// wait waits until the command has ended, or abandons it when ctx ends.
func (w *call) wait(ctx context.Context) error {
	for waiting := true; waiting; {
		select {
		case <-w.done:
			return w.outcome()
		case <-w.news.ready:
			w.hear()
		case <-ctx.Done():
			waiting = false
		}
	}
	select {
	case <-w.done: // both at once: the answer counts
		return w.outcome()
	default:
	}
	w.abandon()
	return ctx.Err()
}

// outcome returns the error with which the command has ended.
func (w *call) outcome() error {
	if w.arrived != nil {
		w.arrived()
	}
	w.reportStatus()
	return w.err
}

// abandon makes the connection drop what still arrives for the command.
func (w *call) abandon() {
	w.c.mu.Lock()
	defer w.c.mu.Unlock()
	w.abandonLocked(abandoned)
}

// dropped reports whether what arrives for the command is dropped.
func (w *call) dropped() bool { return w.interest != wanted || w.stage == stageEnded }

func (w *call) abandonLocked(why interest) {
	if w.dropped() {
		return
	}
	w.interest = why
	if w.stage > stageQueued && w.effects&commands.Reselects != 0 { // what is selected is not known any more
		w.c.session.forgetMailbox()
		w.c.session.unsure = true
		if !w.entering {
			w.c.session.plain = selection{}
		}
	}
	w.c.discardLocked()
	if w.stream != nil {
		w.c.queue.streams--
		w.stream.dropLocked()
		w.needLocked()
		w.c.token.call()
	}
}

// needLocked has the server's answers read, even if no loop does it.
func (w *call) needLocked() {
	if !w.counted {
		w.counted = true
		w.c.token.needed.Add(1)
	}
}

func (w *call) needNotLocked() {
	if w.counted {
		w.counted = false
		w.c.token.needed.Add(-1)
	}
}

// expectPlusLocked says that the next continuation is for the command.
func (w *call) expectPlusLocked() {
	w.wantPlus = true
	if w.plus == nil {
		w.plus = make(chan string, 1)
	}
}

func (w *call) expectPlus() {
	w.c.mu.Lock()
	defer w.c.mu.Unlock()
	w.expectPlusLocked()
}

// maxAnswer bounds what one command gathers, in octets of memory.
const maxAnswer = 64 << 20

// keepLocked counts a response that the command has gathered. If that is too
// much, the command fails, and what still arrives for it is dropped. FETCH
// loops have a bound of their own.
func (w *call) keepLocked(d response.Data, size int64) {
	if w.stream != nil && w.stream.bounded || w.dropped() {
		return
	}
	if w.kept += costOf(d, size); w.kept <= maxAnswer {
		return
	}
	err := &LimitError{What: "the answer to " + w.name, Limit: maxAnswer}
	if w.stream != nil {
		w.stream.giveUpLocked(err, abandoned)
		return
	}
	w.abandonLocked(failed)
	w.err = err
	close(w.done)
}

// endLocked ends the command and wakes its caller.
func (w *call) endLocked(err error) {
	if w.stage == stageEnded {
		return
	}
	inFlight := w.stage > stageQueued
	w.stage = stageEnded
	w.needNotLocked()
	w.tellLocked(err)
	if w.interest != failed {
		w.err = err
		defer close(w.done)
	}
	if w.stream != nil {
		if inFlight && w.interest == wanted {
			w.c.queue.streams--
		}
		w.stream.endLocked(err)
	}
}

// completeLocked ends the command with its tagged answer.
func (w *call) completeLocked(st *StatusResponse) {
	w.status = st
	if w.finish != nil {
		w.finish(st)
	}
	w.endLocked(refused(w, st))
}

// tagName returns the tag of the command with that number.
func tagName(n uint64) string { return "A" + strconv.FormatUint(n, 10) }

// tagNumber is the reverse of tagName.
func tagNumber(tag string) (uint64, bool) {
	if len(tag) < 2 || tag[0] != 'A' || tag[1] == '0' {
		return 0, false
	}
	n, err := strconv.ParseUint(tag[1:], 10, 64)
	return n, err == nil
}
