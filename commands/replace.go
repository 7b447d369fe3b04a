package commands

import "github.com/seed-090b04e4/imap/response"

// Replace is REPLACE, and with a UID UID REPLACE (RFC 8508 §3), which needs the
// capability REPLACE: a message is appended to a mailbox, and another one is removed
// from the selected mailbox, as one action. The literal is always a synchronizing
// one.
type Replace[N response.UID | response.SeqNum] struct {
	Num     N             // which message is removed
	Mailbox string        // to which the new one is appended, in UTF-8
	Message AppendMessage // the new one
}

// The two forms of [Replace].
type (
	UIDReplace = Replace[response.UID]    // by UID
	SeqReplace = Replace[response.SeqNum] // by message sequence number
)

// Name returns "REPLACE" or "UID REPLACE".
func (Replace[N]) Name() string { return pick[N]("REPLACE", "UID REPLACE") }

// Effects implements [Command].
func (Replace[N]) Effects() Effects { return Selected | MayExpunge | pick[N](SeqNums, 0) }

// Encode implements [Command].
func (c Replace[N]) Encode(e *Encoder) {
	e.Synchronize() // Cyrus 3.12 takes a message that it refuses for commands
	e.word(c.Name())
	e.SP()
	if c.Num == 0 {
		e.Fail("message number", "is zero")
	}
	e.Number(uint64(c.Num))
	e.SP()
	e.Mailbox(c.Mailbox)
	c.Message.encode(e)
}
