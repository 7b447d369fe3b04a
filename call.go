package imap

import (
	"context"
	"strconv"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// progress tells how much of a command has left.
type progress uint8

const (
	sentNothing progress = iota
	sentPart
	sentAll
)

// collector takes the untagged responses that belong to one command. Its
// methods are called in the order of the wire, with Client.mu held.
type collector interface {
	// claim takes d if it belongs to the command.
	claim(d response.Data) bool
}

// call is a command on its way.
type call struct {
	c        *Client
	cmd      commands.Command
	name     string
	effects  commands.Effects
	states   State        // in which the command makes sense
	collect  collector    // may be nil
	messages messageTaker // collect, where it takes messages; else nil
	stream   *stream      // of a FETCH loop
	idle     bool         // it waits for everybody else, and nobody for it
	pauses   bool         // the reader stops behind the OK: the transport changes
	finish   func(*StatusResponse)
	admitted chan struct{} // closed when the command may be written; nil if that was at once
	resumed  chan struct{} // closed when the transport has changed
	plus     chan string   // the continuation that the command waits for
	done     chan struct{}

	// guarded by Client.mu
	tag      uint64
	flying   bool // it is, or was, in flight
	sent     progress
	quiet    bool // the server may be silent for long: IDLE
	needed   bool // it counts in Client.needed
	wantPlus bool
	kept     int64 // octets of responses that it has gathered
	gone     bool  // nobody waits for it any more
	overrun  bool  // but others wait for what comes behind its answer
	early    bool  // its caller has got err already
	ended    bool
	status   *StatusResponse // the tagged answer

	err error // valid when done is closed
}

// request is what a method wants to happen.
type request struct {
	cmd     commands.Command
	states  State     // in which it makes sense; zero: authenticated or selected
	collect collector // takes the untagged answers; may be nil
	finish  func(*StatusResponse)
	plus    bool // the server is to answer with a continuation first
	idle    bool // it is there for when nobody else has anything to say
	pauses  bool // the reader stops behind the OK
	whole   bool // ctx does not break off the writing, as more has to be written
	stream  *stream
}

func (c *Client) newCall(r request) *call {
	w := &call{
		c: c, cmd: r.cmd, name: r.cmd.Name(), effects: r.cmd.Effects(), states: r.states,
		collect: r.collect, finish: r.finish, pauses: r.pauses, stream: r.stream,
		idle: r.idle, wantPlus: r.plus, done: make(chan struct{}),
	}
	if r.plus {
		w.plus = make(chan string, 1)
	}
	w.messages, _ = r.collect.(messageTaker)
	if w.states == 0 {
		w.states = StateAuthenticated | StateSelected
		if w.effects&commands.Selected != 0 {
			w.states = StateSelected
		}
	}
	if w.pauses {
		w.resumed = make(chan struct{})
	}
	return w
}

// exec runs a command and waits for its end.
func (c *Client) exec(ctx context.Context, r request) (*StatusResponse, error) {
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
	select {
	case <-w.done:
		return w.err
	case <-ctx.Done():
	}
	select {
	case <-w.done: // both at once: the answer counts
		return w.err
	default:
	}
	w.abandon()
	return ctx.Err()
}

// abandon makes the connection drop what still arrives for the command.
func (w *call) abandon() {
	w.c.mu.Lock()
	defer w.c.mu.Unlock()
	w.abandonLocked()
}

func (w *call) abandonLocked() {
	if w.gone || w.ended {
		return
	}
	w.gone = true
	w.c.discardLocked()
	if w.stream != nil {
		w.c.streams--
		w.stream.dropLocked()
		w.needLocked()
		w.c.turn.call()
	}
}

// needLocked has the server's answers read, even if no loop wants them.
func (w *call) needLocked() {
	if !w.needed {
		w.needed = true
		w.c.needed.Add(1)
	}
}

func (w *call) needNotLocked() {
	if w.needed {
		w.needed = false
		w.c.needed.Add(-1)
	}
}

// maxAnswer bounds what one command gathers, in octets, where a response counts
// for no less than minResponse.
const (
	maxAnswer   = 64 << 20
	minResponse = 256
)

// keepLocked counts a response that the command has gathered. Where that is too
// much, the command fails, and what still arrives for it is dropped. FETCH
// loops have a bound of their own.
func (w *call) keepLocked(size int64) {
	if w.messages != nil && w.stream != nil || w.ended || w.gone {
		return
	}
	if w.kept += max(size, minResponse); w.kept <= maxAnswer {
		return
	}
	err := &LimitError{What: "the answer to " + w.name, Limit: maxAnswer}
	if w.stream != nil {
		w.stream.giveUpLocked(err)
		return
	}
	w.abandonLocked()
	w.endEarlyLocked(err)
}

// endLocked ends the command and wakes whoever waits for it.
func (w *call) endLocked(err error) {
	if w.ended {
		return
	}
	w.ended = true
	w.needNotLocked()
	if !w.early {
		w.err = err
		defer close(w.done)
	}
	if w.stream != nil {
		if w.flying && !w.gone {
			w.c.streams--
		}
		w.stream.endLocked(err)
	}
}

// endEarlyLocked wakes the caller of a command whose answer is still to come.
func (w *call) endEarlyLocked(err error) {
	w.early, w.err = true, err
	close(w.done)
}

// completeLocked ends the command with its tagged answer.
func (w *call) completeLocked(st *StatusResponse) {
	w.status = st
	if w.finish != nil {
		w.finish(st)
	}
	switch {
	case st.Type != response.OK:
		w.endLocked(statusError(w.name, st))
	default:
		w.endLocked(nil)
	}
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
