package imap

import (
	"errors"

	"github.com/seed-090b04e4/imap/response"
)

// keep is the keeper: the goroutine that reads what the server says while no
// FETCH loop does it. It ends with the connection.
func (c *Client) keep() {
	defer close(c.kept)
	defer c.in.stop()
	for c.takeTurn() {
		err := c.step()
		if err == nil {
			err = c.deliverArrived(nil)
		}
		if errors.Is(err, errInterrupted) {
			continue // meant for a loop that had the turn before
		}
		if err != nil {
			c.fail(err)
			return
		}
	}
}

// step reads one response, or a piece of a text that a loop has in hand, and
// delivers it. Its caller holds the turn to read.
func (c *Client) step() error {
	if c.body != nil {
		if c.body.wanted() {
			return c.body.readAhead()
		}
		c.body.finish()
		c.body = nil
	}
	if !c.rd.Ready() {
		c.beforeWait()
	}
	var resp response.Response
	if err := c.rd.ReadInto(&resp); err != nil {
		return err
	}
	c.measure()
	return c.deliver(&resp)
}

// measure notes how many octets the response that was read has.
func (c *Client) measure() {
	at := c.in.total - int64(c.rd.Buffered())
	c.size, c.at = at-c.at, at
}

// deliver hands a response to whom it belongs.
func (c *Client) deliver(resp *response.Response) error {
	if resp.Literal != nil {
		return c.deliverText(resp)
	}
	return c.dispatch(resp)
}

// batch is how many responses that have arrived already are delivered without
// letting go of the lock: enough that it costs little per row of a listing.
const batch = 64

// deliverArrivedLocked delivers responses that have arrived already, until there
// is a batch of them, or of rows for the loop s if it is not nil. It stops at one
// that must not be delivered under the lock, and leaves that in resp.
func (c *Client) deliverArrivedLocked(s *stream, resp *response.Response) (stuck bool, err error) {
	for n := 0; n < batch && c.body == nil && c.rd.OnLine == nil; n++ {
		if s != nil && (s.ended || len(s.rows) >= batch) {
			break
		}
		if d := c.rd.ReadRow(); d != nil {
			c.measure()
			c.dataLocked(d)
			continue
		}
		if !c.rd.Ready() {
			break
		}
		if err := c.rd.ReadInto(resp); err != nil {
			return false, err
		}
		c.measure()
		if resp.Kind != response.Untagged || resp.Literal != nil {
			return true, nil
		}
		c.untaggedLocked(resp)
	}
	return false, nil
}

// deliverArrived is deliverArrivedLocked for whoever does not hold the lock, and
// delivers what is left too.
func (c *Client) deliverArrived(s *stream) error {
	c.mu.Lock()
	if c.err != nil || s == nil && c.streams > 0 {
		c.mu.Unlock()
		return nil
	}
	var left response.Response
	stuck, err := c.deliverArrivedLocked(s, &left)
	c.mu.Unlock()
	if stuck {
		return c.deliver(&left)
	}
	return err
}

// beforeWait gives memory back where the connection falls idle.
func (c *Client) beforeWait() {
	if !c.in.isExpecting() {
		c.rd.Release()
	}
}

// deliverText deals with a response that stands at a large text of a message:
// it goes to a loop as a stream, into memory, or nowhere.
func (c *Client) deliverText(resp *response.Response) error {
	m := resp.Data.(*response.Message)
	if !resp.Continues {
		c.mu.Lock()
		c.owner = c.ownerLocked(m)
		c.mu.Unlock()
		c.tooLarge = nil
	}
	w := c.owner
	if w == nil || c.gone(w) {
		return nil // the next read discards it
	}
	f, ok := w.collect.(*fetchCollector)
	if ok && w.stream.texts {
		c.body = f.text(m, resp.Literal, !resp.Continues)
		return nil
	}
	return c.keepText(w, &m.Sections[len(m.Sections)-1], resp.Literal)
}

// keepText reads a text into memory.
func (c *Client) keepText(w *call, section *response.BodySection, lit *response.LiteralReader) error {
	if lit.Size > c.opts.MaxLiteral {
		c.tooLarge = &LimitError{What: "text of a message", Limit: c.opts.MaxLiteral}
		section.Nil = true
		return nil // the next read discards it
	}
	for {
		var err error
		section.Data, err = lit.ReadAll(section.Data)
		if err == nil {
			return nil
		}
		if !errors.Is(err, errInterrupted) || c.gone(w) {
			return err
		}
	}
}

// gone reports whether nobody waits for w any more.
func (c *Client) gone(w *call) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return w.gone || w.ended || w.stream != nil && w.stream.ctx.Err() != nil
}
