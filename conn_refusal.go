package imap

import (
	"bytes"
	"io"
	"slices"
	"time"

	"github.com/seed-090b04e4/imap/response"
)

// Servers end a connection or a command in other ways than by a tagged response:
// they say BYE and stay, or refuse a command without its tag.

// grace is how long the server has, after such words, to do it by the book.
const grace = time.Second

// maxOrphans bounds how many commands may be answered after they were given up.
const maxOrphans = 16

// refusals is what the server has said in place of a tagged response. Guarded by
// Client.mu.
type refusals struct {
	leaving *time.Timer // ends the connection after BYE
	missing *time.Timer // ends a command that was refused without its tag
	orphans []string    // tags of such commands: their answers may still come
}

// byeLocked has the connection end after BYE, if the server does not end it.
func (c *Client) byeLocked() {
	if c.refusals.leaving == nil && c.err == nil {
		c.refusals.leaving = time.AfterFunc(grace, func() { c.fail(io.EOF) })
	}
}

// refusedLocked takes a refusal that names no command. It is meant for the oldest one
// that has been sent, and counts if the tagged response does not come.
func (c *Client) refusedLocked(st *StatusResponse) bool {
	i := slices.IndexFunc(c.queue.flight, func(w *call) bool { return w.stage >= stageSending && w.stage < stageEnded })
	if i < 0 {
		return false
	}
	w := c.queue.flight[i]
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

// withoutTag returns the status response that a tagged response is whose text begins
// like one, so that its condition was taken for a tag: "BAD no such command".
func withoutTag(resp *response.Response) *StatusResponse {
	st := &StatusResponse{Text: resp.Status.Type.String()}
	if resp.Status.Text != "" {
		st.Text += " " + resp.Status.Text
	}
	switch upper(resp.Tag) {
	case "NO":
		st.Type = NO
	case "BAD":
		st.Type = BAD
	default:
		return nil
	}
	return st
}

// untaggedStatus returns the status response that a line is which has neither a tag nor
// the asterisk: "BAD what is that"; or that is a BYE with a tag. nil: it is none.
func untaggedStatus(err *ParseError) *StatusResponse {
	line := bytes.TrimRight(err.Raw, "\r\n")
	condition, text, _ := bytes.Cut(line, []byte(" "))
	if _, ok := tagNumber(string(condition)); ok && len(text) >= 3 && upper(string(text[:3])) == "BYE" {
		condition, text, _ = bytes.Cut(text, []byte(" "))
	}
	switch upper(string(condition)) {
	case "NO":
		return &StatusResponse{Type: NO, Text: string(text)}
	case "BAD":
		return &StatusResponse{Type: BAD, Text: string(text)}
	case "BYE":
		return &StatusResponse{Type: response.BYE, Text: string(text)}
	}
	return nil
}
