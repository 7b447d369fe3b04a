package imap

import (
	"bytes"
	"io"
	"slices"
	"time"
)

// Servers end a connection or a command in other ways than by a tagged response:
// they say BYE and stay, or answer a command without its tag.

// grace is how long the server has, after such words, to do it by the book.
const grace = time.Second

// maxOrphans bounds how many commands may be answered after they were given up.
const maxOrphans = 16

// byeLocked has the connection end after BYE, if the server does not end it.
func (c *Client) byeLocked() {
	if c.life.leaving == nil && c.life.err == nil {
		c.life.leaving = time.AfterFunc(grace, func() { c.fail(io.EOF) })
	}
}

// taglessLocked takes a status response without a tag in place of one with a tag. It is
// meant for the oldest command that has been sent, and counts if the tagged response
// does not come. It reports whether there is such a command.
func (c *Client) taglessLocked(st *StatusResponse) bool {
	i := slices.IndexFunc(c.queue.flight, func(w *call) bool { return w.stage >= stageSending && w.stage < stageEnded })
	if i < 0 {
		return false
	}
	w := c.queue.flight[i]
	if st.Type == OK && (w.pauses || w.stage != stageSent) {
		return false
	}
	if c.queue.missing != nil {
		c.queue.missing.Stop()
	}
	c.queue.missing = time.AfterFunc(grace, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.giveUpLocked(w, st)
	})
	return true
}

// giveUpLocked ends a command whose tagged response has not come with what the server
// said in its place.
func (c *Client) giveUpLocked(w *call, st *StatusResponse) {
	if w.stage == stageEnded || c.life.err != nil {
		return
	}
	c.queue.orphans = append(c.queue.orphans, tagName(w.tag))
	if n := len(c.queue.orphans) - maxOrphans; n > 0 {
		c.queue.orphans = slices.Delete(c.queue.orphans, 0, n)
	}
	w.collect.flush()
	w.completeLocked(st)
	c.landLocked(w)
}

// orphan reports whether a tagged response is to a command that was given up, and
// forgets that.
func (q *queue) orphan(tag string) bool {
	i := slices.Index(q.orphans, tag)
	if i < 0 {
		return false
	}
	q.orphans = slices.Delete(q.orphans, i, i+1)
	return true
}

// stopTimersLocked stops what waits for the server to do as it should.
func (c *Client) stopTimersLocked() {
	for _, t := range []*time.Timer{c.life.leaving, c.queue.missing} {
		if t != nil {
			t.Stop()
		}
	}
}

// taggedBye returns the BYE that a line is which has the tag of a command; nil: it is
// none.
func taggedBye(err *ParseError) *StatusResponse {
	words := bytes.SplitN(bytes.TrimRight(err.Raw, "\r\n"), []byte(" "), 3)
	if len(words) < 2 || upper(string(words[1])) != "BYE" {
		return nil
	}
	if _, ok := tagNumber(string(words[0])); !ok {
		return nil
	}
	return &StatusResponse{Type: BYE, Text: string(bytes.Join(words[2:], nil))}
}
