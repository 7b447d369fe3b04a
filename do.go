package imap

import (
	"context"
	"strings"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Do runs any command: a [commands.Raw], whose arguments are encoded and cannot
// inject, or a type of one's own. It runs alone unless its Effects say otherwise,
// and its literals wait for the server. The answer has what the server sends
// meanwhile.
//
// LOGIN, SELECT and other commands that change the state have their own methods;
// after one that selects, none counts as selected. A response that could not be
// read is a *[ParseErrorData] event. If another mailbox has been selected meanwhile,
// the error is a *[StateError], unless Effects says that the command is about none.
func (c *Client) Do(ctx context.Context, cmd commands.Command) (*response.Answer, error) {
	col := &answerCollector{c: c}
	r := request{cmd: waiting{cmd}, states: anyState, collect: col, effects: effectsOf(cmd)}
	if isAboutMessages(cmd.Name()) {
		r.effects |= commands.Selected
	}
	if r.effects&commands.Reselects != 0 {
		r.finish = func(*StatusResponse) { // which one is selected now, the client does not know
			c.session.forgetMailbox()
			c.session.plain, c.session.unsure = selection{}, true
			c.events.wakeLocked()
		}
	}
	st, err := c.exec(ctx, r)
	if err != nil {
		return nil, err
	}
	return &response.Answer{Status: st, Data: col.data}, nil
}

// isAboutMessages reports whether a command of that name works on the selected mailbox.
func isAboutMessages(name string) bool {
	name = upper(name)
	if strings.HasPrefix(name, "UID ") {
		return true
	}
	switch name {
	case "FETCH", "STORE", "COPY", "MOVE", "REPLACE", "EXPUNGE", "SEARCH", "SORT", "THREAD", "CHECK", "CLOSE", "UNSELECT":
		return true
	}
	return false
}

// isAboutNone reports whether a command of that name has nothing to do with the selected
// mailbox.
func isAboutNone(name string) bool {
	switch upper(name) {
	case "CAPABILITY", "NOOP", "LOGOUT", "ID", "ENABLE", "NAMESPACE", "LIST", "LSUB", "XLIST", "STATUS",
		"CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE", "APPEND":
		return true
	}
	return false
}

// checkAny is check for a command of [Client.Do], which may be about messages. Without a
// selected mailbox, the server decides.
func (s *session) checkAny(command string, want selection, effects commands.Effects) error {
	about := effects&commands.Selected != 0
	unknown := effects&commands.Barrier != 0 && !isAboutNone(command)
	if s.state != StateSelected || !about && (!unknown || want.opened == 0) {
		return nil
	}
	if !strings.HasPrefix(upper(command), "UID ") {
		effects |= commands.SeqNums
	}
	return s.check(command, want, effects)
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
