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

// refusals is what the server has said in place of a tagged response. Guarded by
// Client.mu.
type refusals struct {
	leaving *time.Timer // ends the connection after BYE
	missing *time.Timer // ends a command that was answered without its tag
	orphans []string    // tags of such commands: their answers may still come
}

// byeLocked has the connection end after BYE, if the server does not end it.
func (c *Client) byeLocked() {
	if c.refusals.leaving == nil && c.err == nil {
		c.refusals.leaving = time.AfterFunc(grace, func() { c.fail(io.EOF) })
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
	if c.refusals.missing != nil {
		c.refusals.missing.Stop()
	}
	c.refusals.missing = time.AfterFunc(grace, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.giveUpLocked(w, st)
	})
	return true
}

// giveUpLocked ends a command whose tagged response has not come with what the server
// said in its place.
func (c *Client) giveUpLocked(w *call, st *StatusResponse) {
	if w.stage == stageEnded || c.err != nil {
		return
	}
	c.refusals.orphans = append(c.refusals.orphans, tagName(w.tag))
	if n := len(c.refusals.orphans) - maxOrphans; n > 0 {
		c.refusals.orphans = slices.Delete(c.refusals.orphans, 0, n)
	}
	w.collect.flush()
	w.completeLocked(st)
	c.landLocked(w)
}

// orphan reports whether a tagged response is to a command that was given up, and
// forgets that.
func (r *refusals) orphan(tag string) bool {
	i := slices.Index(r.orphans, tag)
	if i < 0 {
		return false
	}
	r.orphans = slices.Delete(r.orphans, i, i+1)
	return true
}

// stop stops the timers.
func (r *refusals) stop() {
	for _, t := range []*time.Timer{r.leaving, r.missing} {
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
