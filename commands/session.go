package commands

import (
	"strings"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// Capability is CAPABILITY (RFC 9051 §6.1.1).
type Capability struct{}

// Name implements [Command].
func (Capability) Name() string { return "CAPABILITY" }

// Effects implements [Command].
func (Capability) Effects() Effects { return MayExpunge | AnswersCapability }

// Encode implements [Command].
func (Capability) Encode(e *Encoder) {
	e.word("CAPABILITY")
}

// Noop is NOOP (RFC 9051 §6.1.2).
type Noop struct{}

// Name implements [Command].
func (Noop) Name() string { return "NOOP" }

// Effects implements [Command].
func (Noop) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (Noop) Encode(e *Encoder) { e.word("NOOP") }

// Logout is LOGOUT (RFC 9051 §6.1.3).
type Logout struct{}

// Name implements [Command].
func (Logout) Name() string { return "LOGOUT" }

// Effects implements [Command].
func (Logout) Effects() Effects { return Barrier }

// Encode implements [Command].
func (Logout) Encode(e *Encoder) { e.word("LOGOUT") }

// Unauthenticate is UNAUTHENTICATE (RFC 8437 §3), which needs the capability
// UNAUTHENTICATE.
type Unauthenticate struct{}

// Name implements [Command].
func (Unauthenticate) Name() string { return "UNAUTHENTICATE" }

// Effects implements [Command].
func (Unauthenticate) Effects() Effects { return Barrier }

// Encode implements [Command].
func (Unauthenticate) Encode(e *Encoder) { e.word("UNAUTHENTICATE") }

// Enable is ENABLE (RFC 9051 §6.3.1, RFC 5161), which needs the capability
// ENABLE or IMAP4rev2.
type Enable struct {
	Caps []response.Cap // at least one
}

// Name implements [Command].
func (Enable) Name() string { return "ENABLE" }

// Effects implements [Command].
func (Enable) Effects() Effects { return Barrier | MayExpunge }

// Encode implements [Command].
func (c Enable) Encode(e *Encoder) {
	e.word("ENABLE")
	if len(c.Caps) == 0 {
		e.Fail("capabilities", "are missing")
	}
	for _, name := range c.Caps {
		e.SP()
		e.Argument("capability").Atom(string(name))
	}
}

// ID is ID (RFC 2971), which needs the capability ID. Nil Params say nothing about
// the client. A parameter with an empty value is sent as NIL.
type ID struct {
	Params []response.IDParam // up to 30, names of up to 30 octets, values of up to 1024 (RFC 2971 §3.3)
}

// The limits of RFC 2971 §3.3.
const (
	maxIDParams = 30
	maxIDName   = 30
	maxIDValue  = 1024
)

// Name implements [Command].
func (ID) Name() string { return "ID" }

// Effects implements [Command].
func (ID) Effects() Effects { return MayExpunge | AnswersID }

// Encode implements [Command].
func (c ID) Encode(e *Encoder) {
	e.word("ID")
	e.SP()
	if c.Params == nil {
		e.Nil()
		return
	}
	if len(c.Params) > maxIDParams {
		e.Fail("parameters", "are more than 30")
	}
	e.BeginList()
	for i, p := range c.Params {
		c.check(e, i)
		e.SP()
		e.Argument("parameter name").String(p.Name)
		e.SP()
		if p.Value == "" {
			e.Nil()
			continue
		}
		e.Argument("parameter value").String(p.Value)
	}
	e.EndList()
}

// check applies the limits of RFC 2971 §3.3 to parameter i.
func (c ID) check(e *Encoder, i int) {
	p := c.Params[i]
	switch {
	case p.Name == "":
		e.Fail("parameter name", "is empty")
	case len(p.Name) > maxIDName:
		e.FailValue("parameter name", p.Name, "is longer than 30 octets")
	case len(p.Value) > maxIDValue:
		e.FailValue("parameter value", p.Value, "is longer than 1024 octets")
	}
	for _, q := range c.Params[:i] {
		if ascii.EqualFold(p.Name, q.Name) {
			e.FailValue("parameter name", p.Name, "occurs twice")
		}
	}
}

// Idle is IDLE (RFC 2177, RFC 9051 §6.3.13), which needs the capability IDLE or
// IMAP4rev2. The line DONE, which ends it, is not part of it.
type Idle struct{}

// Name implements [Command].
func (Idle) Name() string { return "IDLE" }

// Effects implements [Command].
func (Idle) Effects() Effects { return Barrier | MayExpunge }

// Encode implements [Command].
func (Idle) Encode(e *Encoder) { e.word("IDLE") }

// Compress is COMPRESS (RFC 4978), which needs a capability like
// COMPRESS=DEFLATE. An empty Algorithm is DEFLATE.
type Compress struct {
	Algorithm string // empty: DEFLATE
}

// Name implements [Command].
func (Compress) Name() string { return "COMPRESS" }

// Effects implements [Command].
func (Compress) Effects() Effects { return Barrier }

// Encode implements [Command].
func (c Compress) Encode(e *Encoder) {
	e.word("COMPRESS")
	e.SP()
	if c.Algorithm == "" {
		c.Algorithm = "DEFLATE"
	}
	e.Argument("algorithm").Atom(strings.ToUpper(c.Algorithm))
}
