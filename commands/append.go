package commands

import (
	"time"

	"github.com/seed-090b04e4/imap/literal"
	"github.com/seed-090b04e4/imap/response"
)

// Append is APPEND (RFC 9051 §6.3.12). More than one message needs the
// capability MULTIAPPEND (RFC 3502).
type Append struct {
	Mailbox  string          // in UTF-8
	Messages []AppendMessage // at least one
}

// AppendMessage is one message of an [Append].
type AppendMessage struct {
	Flags        []response.Flag // of the message; may be empty
	InternalDate time.Time       // zero: the server's time of arrival
	Literal      literal.Source  // the message, lines ending in CRLF
	UTF8         bool            // the header has UTF-8: needs UTF8=ACCEPT enabled (RFC 6855 §4)
	Binary       bool            // sent as literal8, for content with NUL: needs BINARY (RFC 3516 §4.4)
}

// Name implements [Command].
func (Append) Name() string { return "APPEND" }

// Effects implements [Command].
func (Append) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c Append) Encode(e *Encoder) {
	e.word("APPEND")
	e.SP()
	e.Mailbox(c.Mailbox)
	if len(c.Messages) == 0 {
		e.Fail("messages", "are missing")
	}
	for i := range c.Messages {
		m := &c.Messages[i]
		if len(c.Messages) > 1 && m.Literal.Size == 0 {
			e.Fail("message", "is empty, which is not allowed for several messages") // RFC 3502 §6.3.11
		}
		m.encode(e)
	}
}

func (m *AppendMessage) encode(e *Encoder) {
	if len(m.Flags) > 0 {
		e.SP()
		e.Argument("flag").FlagList(m.Flags)
	}
	if !m.InternalDate.IsZero() {
		e.SP()
		e.Argument("internal date").DateTime(m.InternalDate)
	}
	e.SP()
	e.Argument("message")
	if !m.UTF8 {
		e.LiteralFrom(&m.Literal, m.Binary)
		return
	}
	e.word("UTF8 ")
	e.BeginList()
	e.LiteralFrom(&m.Literal, true)
	e.EndList()
}
