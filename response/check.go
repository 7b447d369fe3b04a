package response

import (
	"errors"
	"sync/atomic"
)

// What a parser builds is charged to its response, as what it costs to keep: a
// few octets on the wire can become a hundred in memory. A response that has
// taken more than Limits.Memory, or whose Reader was stopped, is not parsed to
// its end: every loop of the parser passes check, which moves the parser to the
// end of the response, where all rules fail.

// ErrStopped is what the methods of a Reader return after [Reader.Stop].
var ErrStopped = errors.New("imap: the reader was stopped")

// checkStep is how many octets are parsed from one checkpoint to the next.
const checkStep = 4 << 10

// budget is what a response may still take.
type budget struct {
	charged int64        // octets of memory that the response has taken
	most    int64        // that it may take; zero: any number
	stopped *atomic.Bool // set when the Reader is stopped; may be nil
}

// exceeded returns why parsing must end, or nil.
func (b *budget) exceeded() error {
	switch {
	case b.stopped != nil && b.stopped.Load():
		return ErrStopped
	case b.most > 0 && b.charged > b.most:
		return &LimitError{What: "memory of a response", Limit: b.most}
	}
	return nil
}

// charge notes that n octets of memory have been taken.
func (p *parser) charge(n int) { p.mem.charged += int64(n) }

// check ends the parsing of a response that must not go on.
func (p *parser) check() {
	if p.i >= p.next {
		p.checkpoint()
	}
}

func (p *parser) checkpoint() {
	p.next = p.i + checkStep
	if err := p.mem.exceeded(); err != nil {
		p.abort(err)
	}
}

// abort moves the parser to the end of the response.
func (p *parser) abort(err error) {
	p.err = &ParseError{Offset: p.i, Err: err}
	p.i, p.next = len(p.b), 0
}

// exceeded reports whether the response, or the part of it since it had been
// charged so much, must be given up, and leaves the reason in parser.err.
func (p *parser) exceeded(charged int64) bool {
	err := p.mem.exceeded()
	if err == nil {
		return false
	}
	if p.err == nil || p.err.Err == nil {
		p.err = &ParseError{Offset: p.i, Err: err}
	}
	p.mem.charged = charged
	return true
}
