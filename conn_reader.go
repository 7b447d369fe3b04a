package imap

import (
	"errors"

	"github.com/seed-090b04e4/imap/internal/wire"
	"github.com/seed-090b04e4/imap/response"
)

// reader parses what the server says. It is used by the holder of the read token
// alone, without any lock: a response that takes long to parse keeps no other
// goroutine waiting.
type reader struct {
	c  *Client
	in *wire.Input
	rd *response.Reader

	started  bool // the greeting has been read
	resp     response.Response
	batch    []arrival   // parsed, and to be delivered together
	partial  bool        // a response was handed out up to a literal
	body     *bodyReader // of the literal that the reader stands in, if a loop has it in hand
	borrower *stream     // a loop that has the token, of whose arena messages are made
	owner    *call       // of the FETCH response that the reader stands in
	literals int64       // octets of the literals of that response
	tooLarge *LimitError // a literal of that response was too large to keep
	read     int64       // octets up to the response that was read last
	size     int64       // octets of that response
}

// arrival is an untagged response that has been parsed.
type arrival struct {
	data   response.Data
	broken *ParseError // what could not be read of it
	size   int64       // octets
}

func (r *reader) init(c *Client) {
	r.c, r.in = c, c.in
	r.rd = response.NewReader(c.in, response.Limits{Line: c.opts.MaxResponse})
	if c.opts.Logger != nil {
		r.rd.OnLine = c.traceIn
	}
}

// borrow makes messages of s's memory, if it has any, until borrow(nil). Only s gets
// them, and has none of before that it still needs: see messageLocked.
func (r *reader) borrow(s *stream) {
	switch {
	case s != nil && s.arena != nil:
		s.arena.Reset()
		r.borrower = s
		r.rd.UseArena(s.arena)
	case r.borrower != nil:
		r.borrower = nil
		r.rd.UseArena(nil)
	}
}

// withinResponse reports whether a response has arrived in part.
func (r *reader) withinResponse() bool { return r.partial || r.rd.Within() }

// readLoop reads what the server says while no FETCH loop does it. It ends with the
// connection.
func (c *Client) readLoop() {
	defer c.in.Release()
	for {
		r, ok := c.takeToken()
		if !ok {
			return
		}
		err := r.step()
		if err != nil && !errors.Is(err, wire.ErrInterrupted) { // an interrupt is meant for a loop that had the token before
			c.fail(asLimit(err))
			return
		}
	}
}

// asLimit returns a *LimitError for an exceeded budget.
func asLimit(err error) error {
	var b *wire.BudgetError
	if errors.As(err, &b) {
		return &LimitError{What: b.What, Limit: b.Limit}
	}
	return err
}

// The bounds of what is delivered together: enough that the lock costs little per
// row of a listing.
const (
	batchRows   = 64
	batchOctets = 256 << 10
)

// step reads what has arrived, but no more than a batch, or waits for one response,
// and delivers it; or it reads a piece of a literal that a loop has in hand.
func (r *reader) step() error {
	if r.body != nil {
		if r.body.wanted() {
			return r.body.readAhead()
		}
		r.body.finish()
		r.body = nil
	}
	if !r.rd.Ready() {
		r.beforeWait()
	}
	err, special := r.gather()
	if len(r.batch) > 0 {
		r.c.deliver(r.batch)
		clear(r.batch)
		r.batch = r.batch[:0]
	}
	if err != nil || !special {
		return err
	}
	return r.deliverSpecial(&r.resp)
}

// gather parses responses into the batch: the next one, and more if they have
// arrived. It stops at one that must be delivered alone, and leaves that in r.resp.
func (r *reader) gather() (err error, special bool) {
	for octets := int64(0); len(r.batch) < batchRows && octets < batchOctets; octets += r.size {
		if d := r.rd.ReadRow(); d != nil {
			r.measure()
			r.batch = append(r.batch, arrival{data: d, size: r.size})
			continue
		}
		if len(r.batch) > 0 && !r.rd.Ready() {
			break
		}
		if err := r.rd.ReadInto(&r.resp); err != nil {
			return err, false
		}
		r.c.secrets.hideIn(&r.resp)
		r.measure()
		if !r.plain() {
			return nil, true
		}
		r.batch = append(r.batch, arrival{data: r.resp.Data, broken: r.resp.Err, size: r.size})
	}
	return nil, false
}

// plain reports whether the response may be delivered together with those that
// follow it. After others, what follows may be read in another way, or by another.
func (r *reader) plain() bool {
	if !r.started || r.resp.Kind != response.Untagged || r.resp.Literal != nil || r.resp.Continues {
		return false
	}
	_, enables := r.resp.Data.(*response.EnabledData)
	return !enables
}

// measure notes how many octets the response that was read has.
func (r *reader) measure() {
	read := r.in.Total() - int64(r.rd.Buffered())
	r.size, r.read = read-r.read, read
}

// beforeWait gives memory back before the connection falls idle.
func (r *reader) beforeWait() {
	if !r.in.Expecting() {
		r.rd.Release()
		r.batch = nil
		r.resp = response.Response{}
	}
}

// deliverSpecial delivers a response that must be delivered alone.
func (r *reader) deliverSpecial(resp *response.Response) error {
	r.partial = resp.Literal != nil
	switch {
	case r.partial:
		return r.deliverLiteral(resp)
	case resp.Continues:
		r.c.deliverRest(r.owner, resp.Data, r.wholeError(resp.Err), r.size)
		r.owner, r.tooLarge = nil, nil
		return nil
	}
	r.started = true
	utf8, resumed, err := r.c.deliverAlone(resp, r.size, r.rd.Buffered())
	if err != nil {
		return err
	}
	if resumed != nil { // another goroutine has the reader until the transport has changed
		if err := r.c.awaitTransport(resumed); err != nil {
			return err
		}
		utf8 = r.c.currentDialect().UTF8
	}
	r.rd.SetUTF8(utf8)
	return nil
}

// wholeError returns what is wrong with a message that was handed out in pieces.
func (r *reader) wholeError(broken *ParseError) error {
	switch {
	case broken != nil:
		return broken
	case r.tooLarge != nil:
		return r.tooLarge
	}
	return nil
}

// deliverLiteral deals with a response that stands at a large literal of a message:
// it goes to a loop as a stream, into memory, or nowhere.
func (r *reader) deliverLiteral(resp *response.Response) error {
	m, ok := resp.Data.(*Message)
	if !ok || len(m.Sections) == 0 {
		return nil // the next read discards it
	}
	if !resp.Continues {
		r.owner, r.tooLarge, r.literals = r.c.ownerOf(m), nil, 0
	}
	w := r.owner
	if w == nil || r.c.isDropped(w) {
		return nil // the next read discards it
	}
	if s := w.stream; s != nil && s.literals {
		r.body = s.fetch.literal(m, resp.Literal, !resp.Continues)
		return nil
	}
	return r.keepLiteral(w, &m.Sections[len(m.Sections)-1], resp.Literal)
}

// literalLimit returns how large the literals of one message may be together: each of
// those that were asked for may be as large as limit.
func (w *call) literalLimit(limit int64) int64 {
	if w.stream == nil || w.stream.fetch == nil {
		return limit
	}
	return limit * int64(max(len(w.stream.fetch.sections), 1))
}

// keepLiteral reads a literal into memory.
func (r *reader) keepLiteral(w *call, section *response.BodySection, lit *response.LiteralReader) error {
	limit := r.c.opts.MaxLiteral
	if r.literals += lit.Size; lit.Size > limit || r.literals > w.literalLimit(limit) {
		r.tooLarge = &LimitError{What: "body section of a message", Limit: limit}
		section.Nil = true
		return nil // the next read discards it
	}
	for {
		var err error
		section.Data, err = lit.ReadAll(section.Data)
		if err == nil {
			return nil
		}
		if !errors.Is(err, wire.ErrInterrupted) || r.c.isDropped(w) {
			return err
		}
	}
}
