package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Do runs any command: a [commands.Raw], whose arguments are encoded and cannot
// inject, or a type of one's own. It runs alone unless its Effects say otherwise,
// and its literals wait for the server. The answer has what the server sends
// meanwhile.
//
// LOGIN, SELECT and other commands that change the state have their own methods;
// the client does not follow them here. A response that could not be read is a
// *[ParseErrorData] event.
func (c *Client) Do(ctx context.Context, cmd commands.Command) (*response.Answer, error) {
	col := &answerCollector{c: c}
	st, err := c.exec(ctx, request{cmd: waiting{cmd}, states: anyState, collect: col})
	if err != nil {
		return nil, err
	}
	return &response.Answer{Status: st, Data: col.data}, nil
}

// waiting is a command whose literals are synchronizing ones.
type waiting struct{ commands.Command }

// Encode implements [commands.Command].
func (w waiting) Encode(e *commands.Encoder) {
	e.Synchronize()
	w.Command.Encode(e)
}

// answerCollector takes everything.
type answerCollector struct {
	noCollector
	c    *Client
	data []response.Data
}

func (a *answerCollector) claim(d response.Data) bool {
	a.data = append(a.data, d)
	return true
}

func (a *answerCollector) owns(*Message) bool { return true }
func (a *answerCollector) has(*Message) bool  { return false }

func (a *answerCollector) row(m *Message, err error, continues bool) {
	a.c.lostLocked(err)
	if n := len(a.data); continues && n > 0 && a.data[n-1] == response.Data(m) {
		return
	}
	a.data = append(a.data, m)
}
