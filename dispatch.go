package imap

import (
	"github.com/seed-090b04e4/imap/response"
)

// dispatch delivers a response: it changes the connection's state first, and
// then goes to the command that it belongs to. Its caller holds the turn to
// read.
func (c *Client) dispatch(resp *response.Response) error {
	c.mu.Lock()
	if c.state == StateConnecting {
		defer c.mu.Unlock()
		return c.greetLocked(resp)
	}
	switch resp.Kind {
	case response.Continuation:
		c.continueLocked(string(resp.Text))
		c.mu.Unlock()
		return nil
	case response.Tagged:
		w, err := c.tagLocked(resp)
		c.mu.Unlock()
		if err != nil || w == nil {
			return err
		}
		return c.awaitTransport(w)
	}
	c.untaggedLocked(resp)
	c.mu.Unlock()
	return nil
}

// greetLocked takes the greeting (RFC 9051 §7.1, "greeting").
func (c *Client) greetLocked(resp *response.Response) error {
	st, ok := resp.Data.(*StatusResponse)
	if !ok || st.Type == NO || st.Type == BAD {
		if resp.Err != nil {
			return resp.Err
		}
		return &ProtocolError{"the server did not greet"}
	}
	c.greeting = st
	switch st.Type {
	case OK:
		c.state = StateNotAuthenticated
	case PREAUTH:
		c.state = StateAuthenticated
	case BYE:
		c.bye = st
		return statusError("", st)
	}
	c.applyStatusLocked(st)
	close(c.greeted)
	return nil
}

// continueLocked takes a continuation: it is for the oldest command that waits
// for one.
func (c *Client) continueLocked(text string) {
	for _, w := range c.flight {
		if w.wantPlus {
			select {
			case w.plus <- text:
				w.wantPlus = false
				return
			default:
			}
		}
	}
}

// tagLocked ends the command that a tagged response belongs to. It returns the
// command if the transport changes now.
func (c *Client) tagLocked(resp *response.Response) (*call, error) {
	n, ok := tagNumber(resp.Tag)
	var w *call
	for _, f := range c.flight {
		if ok && f.tag == n {
			w = f
			break
		}
	}
	if w == nil && resp.Tag == "DONE" && resp.Status.Type == BAD && c.idle.saidDone {
		return nil, nil // it came when the server had ended IDLE by itself
	}
	if w == nil {
		return nil, &ProtocolError{"an answer to a command that is not in flight"}
	}
	st := resp.Status
	pauses := w.pauses && st.Type == OK
	switch {
	case w.sent == sentNothing:
		return nil, &ProtocolError{"an answer to a command that was not sent"}
	case st.Type == OK && w.sent != sentAll:
		return nil, &ProtocolError{"a command succeeded before it was sent"}
	case pauses && w.name == "STARTTLS" && c.rd.Buffered() > 0:
		return nil, &ProtocolError{"data between the answer to STARTTLS and TLS"}
	}
	c.applyStatusLocked(st)
	if st.HasCode(CodeAlert) {
		c.events.addLocked(st)
	}
	if f, ok := w.collect.(*fetchCollector); ok {
		f.flush()
	}
	if w.collect != nil && st.Code != nil {
		w.collect.claim(st)
	}
	w.completeLocked(st)
	if pauses {
		return w, nil // it stays in flight until resume, so that nobody else writes
	}
	c.removeLocked(w)
	c.admitLocked()
	return nil, nil
}

// resume says that the transport has changed after w.
func (c *Client) resume(w *call) {
	c.mu.Lock()
	c.removeLocked(w)
	c.admitLocked()
	c.mu.Unlock()
	close(w.resumed)
}

// awaitTransport keeps the reader still while the transport changes.
func (c *Client) awaitTransport(w *call) error {
	select {
	case <-w.resumed:
		return nil
	case <-c.done:
		return ErrClosed
	}
}

// untaggedLocked takes an untagged response.
func (c *Client) untaggedLocked(resp *response.Response) {
	if m, ok := resp.Data.(*Message); ok {
		c.messageLocked(m, resp.Err, resp.Continues)
		return
	}
	if resp.Err != nil {
		c.brokenLocked(resp.Err)
		return
	}
	c.dataLocked(resp.Data)
}

// dataLocked takes what an untagged response says that was read in full.
func (c *Client) dataLocked(d response.Data) {
	if m, ok := d.(*Message); ok {
		c.messageLocked(m, nil, false)
		return
	}
	news := c.observeLocked(d)
	for _, w := range c.flight {
		if w.collect != nil && w.collect.claim(d) {
			w.keepLocked(c.size)
			if news {
				break
			}
			return
		}
	}
	c.events.addLocked(d)
}

// messageLocked takes a FETCH response, of which broken tells what could not be
// read, and continues that it was handed out before up to a text.
func (c *Client) messageLocked(m *Message, broken *ParseError, continues bool) {
	var w *call
	if continues {
		w, c.owner = c.owner, nil
	} else {
		w = c.ownerLocked(m)
	}
	var err error
	if broken != nil {
		err = broken
		if w == nil {
			w = c.anyFetchLocked()
		}
	}
	if continues && c.tooLarge != nil {
		if err == nil {
			err = c.tooLarge
		}
		c.tooLarge = nil
	}
	switch {
	case w == nil && broken != nil:
		c.events.addLocked(&ParseErrorData{broken})
	case w == nil:
		c.events.addLocked(m)
	case w.gone:
	default:
		w.keepLocked(c.size)
		w.messages.row(m, err, continues)
	}
}

// messageTaker is a collector whose command is answered with FETCH responses.
type messageTaker interface {
	owns(*Message) bool
	has(*Message) bool
	row(m *Message, err error, continues bool)
}

// ownerLocked returns the oldest command that m may be the answer to, and before
// that one the oldest that has not got the message yet: several may be in flight
// for the same message, each of which is answered.
func (c *Client) ownerLocked(m *Message) *call {
	var again *call
	for _, w := range c.flight {
		switch {
		case w.messages == nil || !w.messages.owns(m):
		case len(c.flight) == 1 || !w.messages.has(m):
			return w
		case again == nil:
			again = w
		}
	}
	return again
}

// anyFetchLocked returns the oldest FETCH, to which a response that can't be
// read is told.
func (c *Client) anyFetchLocked() *call {
	for _, w := range c.flight {
		if _, ok := w.collect.(*fetchCollector); ok {
			return w
		}
	}
	return nil
}

// brokenLocked tells the command that a response which can't be read may have
// been for, or else everybody, what was lost.
func (c *Client) brokenLocked(err *ParseError) {
	for _, w := range c.flight {
		if b, ok := w.collect.(interface{ lost(*ParseError) bool }); ok && b.lost(err) {
			return
		}
	}
	c.events.addLocked(&ParseErrorData{err})
}
