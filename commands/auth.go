package commands

import (
	"encoding/base64"
	"strings"
)

// StartTLS is STARTTLS (RFC 9051 §6.2.1), which needs the capability STARTTLS.
type StartTLS struct{}

// Name implements [Command].
func (StartTLS) Name() string { return "STARTTLS" }

// Effects implements [Command].
func (StartTLS) Effects() Effects { return Barrier }

// Encode implements [Command].
func (StartTLS) Encode(e *Encoder) { e.word("STARTTLS") }

// Login is LOGIN (RFC 9051 §6.2.3). It must not be sent if the server lists
// LOGINDISABLED. Traces do not show the password.
type Login struct {
	User     string // whom to log in
	Password string // traces show ***
}

// Name implements [Command].
func (Login) Name() string { return "LOGIN" }

// Effects implements [Command].
func (Login) Effects() Effects { return Barrier }

// Encode appends the command. Both arguments are sent as strings even if they
// could be atoms, which some servers misread.
func (c Login) Encode(e *Encoder) {
	e.word("LOGIN")
	e.SP()
	e.Argument("user").String(c.User)
	e.SP()
	e.Argument("password")
	e.Secret(func() { e.String(c.Password) })
}

// Authenticate is AUTHENTICATE (RFC 9051 §6.2.2), which needs the capability
// AUTH=Mechanism. An initial response needs SASL-IR (RFC 4959) or IMAP4rev2;
// the rest of the exchange is not part of the command. Traces do not show the
// response.
type Authenticate struct {
	Mechanism       string // name, like "PLAIN"
	InitialResponse []byte // before base64
	HasInitial      bool   // there is an initial response, possibly empty
}

// Name implements [Command].
func (Authenticate) Name() string { return "AUTHENTICATE" }

// Effects implements [Command].
func (Authenticate) Effects() Effects { return Barrier }

// Encode implements [Command].
func (c Authenticate) Encode(e *Encoder) {
	e.word("AUTHENTICATE")
	e.SP()
	e.Argument("mechanism").Atom(strings.ToUpper(c.Mechanism))
	if !c.HasInitial {
		return
	}
	e.SP()
	e.Secret(func() {
		if len(c.InitialResponse) == 0 {
			e.word("=") // RFC 4959 §3
			return
		}
		e.buf = base64.StdEncoding.AppendEncode(e.buf, c.InitialResponse)
		e.fresh = false
	})
}
