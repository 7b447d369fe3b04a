package imap

import (
	"time"

	"github.com/seed-090b04e4/imap/commands"
)

// CommandInfo is what [Options].OnCommand gets of a command that has ended. It has no
// arguments, and therefore no secrets.
type CommandInfo struct {
	Name     string          // like "UID FETCH"
	Mailbox  string          // the mailbox it was meant for, if it is about the selected one
	Sent     int64           // octets of the command, but for its tag
	Received int64           // octets of the responses that were for it
	Rows     int             // how many responses these were
	Duration time.Duration   // from the call of its method to its end
	Status   *StatusResponse // the tagged answer; nil if none came
	Err      error           // of the command; nil after an OK
}

// commandHook calls Options.OnCommand. Guarded by Client.mu.
type commandHook struct {
	queue   []CommandInfo
	running bool // the goroutine that calls it
}

// count counts a response that was for the command.
func (w *call) count(size int64) {
	w.received += size
	w.rows++
}

// noteSent notes how long the command is, if that is asked for.
func (w *call) noteSent(enc *commands.Encoder) {
	if w.c.opts.OnCommand == nil {
		return
	}
	n := int64(0)
	for _, p := range enc.Parts() {
		n += int64(p.End - p.Start)
		if p.Source != nil {
			n += p.Source.Size
		}
	}
	w.c.mu.Lock()
	w.octets = n
	w.c.mu.Unlock()
}

// tellLocked has OnCommand called for a command that has ended.
func (w *call) tellLocked(err error) {
	c := w.c
	if c.opts.OnCommand == nil || len(c.hook.queue) >= maxEvents {
		return
	}
	if w.interest == failed {
		err = w.err
	}
	info := CommandInfo{
		Name: w.name, Sent: w.octets, Received: w.received, Rows: w.rows,
		Duration: time.Since(w.began), Status: w.status, Err: err,
	}
	if w.effects&commands.Selected != 0 {
		info.Mailbox = w.want.box.name
	}
	c.hook.queue = append(c.hook.queue, info)
	if !c.hook.running {
		c.hook.running = true
		go c.runHook()
	}
}

// runHook calls OnCommand until no command is left.
func (c *Client) runHook() {
	for {
		c.mu.Lock()
		if len(c.hook.queue) == 0 {
			c.hook.running = false
			c.mu.Unlock()
			return
		}
		info := c.hook.queue[0]
		c.hook.queue = c.hook.queue[1:]
		c.mu.Unlock()
		c.opts.OnCommand(info)
	}
}
