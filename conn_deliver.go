package imap

import (
	"cmp"

	"github.com/seed-090b04e4/imap/response"
)

// Responses that have been parsed are delivered under Client.mu: each changes the
// state of the session first, and then goes to the command that it belongs to.

// deliver delivers untagged responses. What belongs to a command is progress.
func (c *Client) deliver(batch []arrival) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life.err != nil {
		return
	}
	most := chatter
	for i := range batch {
		most = max(most, c.deliverLocked(&batch[i]))
	}
	c.noteLocked(most)
}

// activity is what a response shows of the server.
type activity uint8

const (
	chatter  activity = iota // it talks
	active                   // it does something
	progress                 // it answers a command
)

// noteLocked has the time limit for answers begin again.
func (c *Client) noteLocked(a activity) {
	switch a {
	case progress:
		c.in.Progress()
	case active:
		c.in.Active()
	}
}

// deliverLocked delivers an untagged response.
func (c *Client) deliverLocked(a *arrival) activity {
	c.queue.arriving = a.size
	if m, ok := a.data.(*Message); ok {
		if c.messageLocked(m, a.broken, a.size) {
			return progress
		}
		return active
	}
	if a.broken != nil {
		if c.brokenLocked(nil, a.broken, a.size) {
			return progress
		}
		return chatter
	}
	return c.dataLocked(a.data, a.size)
}

// dataLocked takes what an untagged response says that is not a message.
func (c *Client) dataLocked(d response.Data, size int64) activity {
	before := c.session.mailbox
	event := c.session.observe(d)
	if c.session.mailbox != before && before != nil && !c.events.watched() {
		c.session.noteUnseen(d)
	}
	if st, ok := d.(*StatusResponse); ok {
		if code, ok := st.Code.(response.InProgressCode); ok && st.Type == OK && c.queue.progressLocked(code) {
			return active
		}
		switch st.Type {
		case BYE:
			c.byeLocked()
		case BAD:
			c.taglessLocked(st)
		}
	}
	if x, ok := d.(*ExpungeData); ok {
		for _, w := range c.queue.flight {
			w.collect.expunged(x.SeqNum)
		}
	}
	if e, ok := d.(*response.ESearchData); ok && len(e.Updates) > 0 { // of an earlier command (RFC 5267 §4.3)
		c.events.addLocked(d, size)
		return active
	}
	for _, w := range c.queue.flight {
		if w.collect.claim(d) {
			w.count(size)
			w.keepLocked(d, size)
			if event {
				c.events.addLocked(d, size)
			}
			return progress
		}
	}
	c.events.addLocked(d, size)
	return c.session.activity(d, before)
}

// messageLocked takes a FETCH response, of which broken says what could not be read.
func (c *Client) messageLocked(m *Message, broken *ParseError, size int64) (claimed bool) {
	c.session.observeMessage(m)
	w := c.queue.owner(m)
	if s := c.token.reader.borrower; s != nil && (w == nil || w.stream != s) {
		m = m.Clone() // it is made of memory that only s may use
	}
	switch {
	case w != nil:
		c.rowLocked(w, m, asError(broken), false, size)
		return true
	case broken != nil:
		return c.brokenLocked(m, broken, size)
	}
	c.events.addLocked(m, size)
	return false
}

// asError returns err as an error that is nil if err is.
func asError(err *ParseError) error {
	if err == nil {
		return nil
	}
	return err
}

func (c *Client) rowLocked(w *call, m *Message, err error, continues bool, size int64) {
	if w.dropped() {
		return
	}
	w.count(size)
	w.keepLocked(m, size)
	w.collect.row(m, err, continues)
}

// brokenLocked hands the error of a response that could not be read to the command
// that it may have belonged to, or else makes it an event, besides what could be
// read of a message.
func (c *Client) brokenLocked(m *Message, err *ParseError, size int64) (claimed bool) {
	if bye := taggedBye(err); bye != nil {
		c.dataLocked(bye, size)
		return false
	}
	for _, w := range c.queue.flight {
		if w.collect.lost(m, err) {
			return true
		}
	}
	if m != nil && m.Items != 0 {
		c.events.addLocked(m, size)
	}
	c.events.addLocked(&ParseErrorData{err}, size)
	return false
}

// deliverRest delivers the end of a message that was handed out in pieces to w,
// which was its owner; nil: none.
func (c *Client) deliverRest(w *call, d response.Data, err error, size int64) {
	m, ok := d.(*Message)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue.arriving = size
	c.session.observeMessage(m)
	c.in.Progress()
	if w != nil {
		c.rowLocked(w, m, err, true, size)
		return
	}
	if broken, ok := err.(*ParseError); ok {
		c.brokenLocked(m, broken, size)
		return
	}
	c.events.addLocked(m, size)
}

// owner returns the command that m may be the answer to: several may be in flight for
// the same message, each of which is answered, and not always in order. The oldest one
// that asked for these sections and has not got the message yet comes first, then the
// oldest that has not got it, then the oldest.
func (q *queue) owner(m *Message) *call {
	var missing, any *call
	for _, w := range q.flight {
		if !w.collect.owns(m) {
			continue
		}
		if len(q.flight) == 1 {
			return w
		}
		if any == nil {
			any = w
		}
		if !w.collect.has(m) {
			if w.collect.asked(m) {
				return w
			}
			if missing == nil {
				missing = w
			}
		}
	}
	return cmp.Or(missing, any)
}

func (c *Client) ownerOf(m *Message) *call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.queue.owner(m)
}

// isDropped reports whether what arrives for w is dropped.
func (c *Client) isDropped(w *call) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return w.dropped() || w.stream != nil && w.stream.ctx.Err() != nil
}

// deliverAlone delivers the greeting, a tagged response, a continuation or an
// ENABLED. buffered is how many octets follow it already. It returns whether mailbox
// names are UTF-8 from now on, and the command after which the transport changes.
func (c *Client) deliverAlone(resp *response.Response, size int64, buffered int) (utf8 bool, w *call, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.life.err != nil:
		return false, nil, c.life.err
	case c.session.state == StateConnecting:
		err = c.greetLocked(resp)
	case resp.Kind == response.Continuation:
		c.continueLocked(string(resp.Text))
	case resp.Kind == response.Tagless:
		if st, ok := resp.Data.(*StatusResponse); ok && (st.Type == BYE || !c.taglessLocked(st)) {
			c.dataLocked(st, size)
		}
	case resp.Kind == response.Tagged:
		w, err = c.taggedLocked(resp, buffered)
	default:
		a := arrival{data: resp.Data, broken: resp.Err, size: size}
		c.noteLocked(c.deliverLocked(&a))
	}
	return c.session.dialect.UTF8, w, err
}

// greetLocked takes the greeting (RFC 9051 §7.1, "greeting").
func (c *Client) greetLocked(resp *response.Response) error {
	st, ok := resp.Data.(*StatusResponse)
	switch {
	case ok && (st.Type == NO || st.Type == BAD):
		return &ProtocolError{Msg: "the server did not greet", Err: statusError("", st)}
	case !ok && resp.Err != nil:
		return resp.Err
	case !ok:
		return &ProtocolError{Msg: "the server did not greet"}
	}
	s := &c.session
	s.greeting, s.greetedByTLS = st, c.transport.isTLS
	switch st.Type {
	case OK:
		s.state = StateNotAuthenticated
	case PREAUTH:
		s.state = StateAuthenticated
	case BYE:
		s.bye = st
		return statusError("", st)
	}
	s.applyStatus(st)
	close(c.life.greeted)
	return nil
}

// continueLocked takes a continuation: it is for the oldest command that waits
// for one.
func (c *Client) continueLocked(text string) {
	for _, w := range c.queue.flight {
		if w.wantPlus {
			select {
			case w.plus <- text:
				w.wantPlus = false
				c.in.Progress()
				return
			default:
			}
		}
	}
}

// taggedLocked ends the command that a tagged response belongs to. It returns the
// command if the transport changes now.
func (c *Client) taggedLocked(resp *response.Response, buffered int) (*call, error) {
	w, st := c.queue.tagged(resp.Tag), resp.Status
	if w == nil && resp.Tag == "DONE" && st.Type == BAD && c.idle.saidDone {
		return nil, nil // it came when the server had ended IDLE by itself
	}
	if w == nil && c.queue.orphan(resp.Tag) {
		return nil, nil
	}
	if err := early(w, st, buffered); err != nil {
		return nil, err
	}
	c.in.Progress()
	c.session.observeTagged(st)
	if st.HasCode(CodeAlert) || slowsDown(st) {
		c.events.addLocked(st, 0)
	}
	w.collect.flush()
	if st.Code != nil {
		w.collect.claim(st)
	}
	w.completeLocked(st)
	if w.pauses && st.Type == OK {
		return w, nil // it stays in flight until resume, so that no other is written
	}
	c.landLocked(w)
	return nil, nil
}

// early returns an error for a tagged response that can't be one to w.
func early(w *call, st *StatusResponse, buffered int) error {
	switch {
	case w == nil:
		return &ProtocolError{Msg: "an answer to a command that is not in flight"}
	case w.stage < stageSending:
		return &ProtocolError{Msg: "an answer to a command that was not sent"}
	case st.Type == OK && w.stage < stageSent:
		return &ProtocolError{Msg: "a command succeeded before it was sent"}
	case st.Type == OK && w.pauses && w.name == "STARTTLS" && buffered > 0:
		return &ProtocolError{Msg: "data between the answer to STARTTLS and TLS"}
	}
	return nil
}

// resume says that the transport has changed after w.
func (c *Client) resume(w *call) {
	c.mu.Lock()
	c.landLocked(w)
	c.mu.Unlock()
	close(w.resumed)
}

// awaitTransport keeps the reader still while the transport changes.
func (c *Client) awaitTransport(w *call) error {
	select {
	case <-w.resumed:
		return nil
	case <-c.life.done:
		return ErrClosed
	}
}
