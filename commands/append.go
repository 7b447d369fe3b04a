package commands

import (
	"slices"
	"strings"
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
	Literal      literal.Source  // the message, lines ending in CRLF; its header may have UTF-8 (RFC 9755 §B.1)
	Binary       bool            // as literal8, for content with NUL: needs BINARY (RFC 3516 §4.4)
	Catenate     []CatPart       // what the message is made of, in place of Literal: needs CATENATE (RFC 4469 §3)
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
		if len(c.Messages) > 1 && m.Literal.Size == 0 && len(m.Catenate) == 0 {
			e.Fail("message", "is empty, which is not allowed for several messages") // RFC 3502 §6.3.11
		}
		m.encode(e)
	}
}

func (m *AppendMessage) encode(e *Encoder) {
	if len(m.Flags) > 0 {
		if slices.ContainsFunc(m.Flags, unknownSystemFlag) {
			e.Synchronize() // Dovecot reads the message as commands after a flag that it refuses
		}
		e.SP()
		e.Argument("flag").FlagList(m.Flags)
	}
	if !m.InternalDate.IsZero() {
		e.SP()
		e.Argument("internal date").DateTime(m.InternalDate)
	}
	e.SP()
	if len(m.Catenate) > 0 {
		m.catenate(e)
		return
	}
	e.Argument("message").LiteralFrom(&m.Literal, m.Binary)
}

// unknownSystemFlag reports whether f looks like a system flag and is none of RFC
// 9051 §2.3.2.
func unknownSystemFlag(f response.Flag) bool {
	switch {
	case !strings.HasPrefix(string(f), `\`):
		return false
	case f.Equal(response.FlagAnswered), f.Equal(response.FlagDeleted), f.Equal(response.FlagDraft),
		f.Equal(response.FlagFlagged), f.Equal(response.FlagSeen):
		return false
	}
	return true
}
