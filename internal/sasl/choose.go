package sasl

import "strings"

// Strength says what a mechanism for a password keeps from others. A larger one is
// better.
type Strength int

// Strengths of mechanisms.
const (
	Recorded  Strength = iota + 1 // who records the exchange can try passwords at leisure: CRAM-MD5
	Cleartext                     // the server gets the password, and so does who can read the connection: PLAIN, LOGIN
	Mutual                        // the server does not get the password, and proves that it knows it: SCRAM
	Bound                         // and the exchange can't be relayed from another connection: SCRAM-…-PLUS
)

// Choice is a mechanism for a password that a server offers.
type Choice struct {
	Name      string
	Strength  Strength
	Mechanism Mechanism // not embedded: that would hide its further methods
}

// Options guides [Rank].
type Options struct {
	// Protected says that the connection cannot be read on its way. Without it, mechanisms
	// that reveal the password are left out.
	Protected bool

	// Binding is the channel binding of the connection, nil if it has none. With it,
	// -PLUS mechanisms are among the choices. If the server offers none, SCRAM says
	// so to the server, see [ScramOptions].
	Binding *Binding
}

// candidate is a mechanism that Rank may return. Those with a hash are SCRAM.
type candidate struct {
	name     string
	strength Strength
	hash     ScramHash
}

// candidates lists the mechanisms for a password from the best to the worst.
var candidates = []candidate{
	{"SCRAM-SHA-512-PLUS", Bound, ScramSHA512},
	{"SCRAM-SHA-256-PLUS", Bound, ScramSHA256},
	{"SCRAM-SHA-1-PLUS", Bound, ScramSHA1},
	{"SCRAM-SHA-512", Mutual, ScramSHA512},
	{"SCRAM-SHA-256", Mutual, ScramSHA256},
	{"SCRAM-SHA-1", Mutual, ScramSHA1},
	{NamePlain, Cleartext, 0},
	{NameLogin, Cleartext, 0},
	{NameCramMD5, Recorded, 0},
}

// Rank returns the mechanisms for a password among those that the server offers,
// the best first, and of SCRAM the best hash function alone.
//
// If SASLprep refuses the user name or the password, SCRAM cannot succeed, so that
// it is among the choices only if there is nothing else; its Start then explains the
// reason.
func Rank(offered []string, username, password string, opt Options) []Choice {
	on := make(map[string]bool, len(offered))
	plus := false
	for _, name := range offered {
		name = canonical(name)
		on[name] = true
		plus = plus || strings.HasPrefix(name, "SCRAM-") && strings.HasSuffix(name, "-PLUS")
	}
	prepared := preparable(username, password)
	var choices, unprepared []Choice
	var last candidate
	for _, c := range candidates {
		switch {
		case !on[c.name],
			c.strength == Bound && opt.Binding == nil,
			c.strength == Cleartext && !opt.Protected,
			c.hash != 0 && c.strength == last.strength: // a weaker hash
			continue
		}
		last = c
		choice := Choice{c.name, c.strength, c.build(username, password, opt.Binding, plus)}
		if c.hash != 0 && !prepared {
			unprepared = append(unprepared, choice)
			continue
		}
		choices = append(choices, choice)
	}
	if len(choices) == 0 {
		return unprepared
	}
	return choices
}

// build makes the mechanism. plus says that the server offers SCRAM with channel
// binding.
func (c candidate) build(username, password string, binding *Binding, plus bool) Mechanism {
	switch c.name {
	case NamePlain:
		return Plain("", username, password)
	case NameLogin:
		return Login(username, password)
	case NameCramMD5:
		return CramMD5(username, password)
	}
	opt := ScramOptions{Advertise: binding != nil && !plus}
	if c.strength == Bound {
		opt.Binding = binding
	}
	return Scram(c.hash, "", username, password, opt)
}

func preparable(values ...string) bool {
	for _, v := range values {
		if _, err := prepare(v); err != nil {
			return false
		}
	}
	return true
}

// canonical returns the form of a mechanism's name that comparisons use: names
// are upper case (RFC 4422, section 3.1) but servers are not all strict.
func canonical(mech string) string { return strings.ToUpper(strings.TrimSpace(mech)) }
