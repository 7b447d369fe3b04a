package imap

import (
	"bytes"
	"context"
	"log/slog"

	"github.com/seed-090b04e4/imap/commands"
)

// Traces of the protocol. Commands are traced by their encoder, which knows what
// is secret, and never as they are sent; continuations, which carry SASL
// payloads, never with their text.

// maxTrace is how much of a line is traced.
const maxTrace = 512

func (c *Client) traceOut(tag uint64, enc *commands.Encoder) {
	if !c.opts.Logger.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	line := append([]byte(tagName(tag)), ' ')
	line = enc.AppendTrace(line)
	c.opts.Logger.Debug("imap", "C", string(line[:min(len(line), maxTrace)]))
}

func (c *Client) traceIn(line []byte) {
	if !c.opts.Logger.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	if len(line) > 0 && line[0] == '+' {
		c.opts.Logger.Debug("imap", "S", "+ …")
		return
	}
	if i := bytes.IndexByte(line, '\n'); i >= 0 { // a literal follows
		line = bytes.TrimRight(line[:i], "\r")
	}
	c.opts.Logger.Debug("imap", "S", string(line[:min(len(line), maxTrace)]))
}

// traceText traces a line that is no command, like DONE.
func (c *Client) traceText(text string) {
	if c.opts.Logger != nil {
		c.opts.Logger.Debug("imap", "C", text)
	}
}
