package sasl

import "strings"

// Options guides [Choose].
type Options struct {
	// AuthzID is the identity to act as, if it is not the user's own.
	// Mechanisms that cannot carry it are left out.
	AuthzID string

	// TLS is whether the channel is protected. Without it, mechanisms that
	// reveal the password and the -PLUS mechanisms are left out.
	TLS bool

	// Allow, if set, is called for every candidate with its upper-case name.
	Allow func(mech string) bool

	// Scram adjusts the SCRAM mechanisms. Its Binding is used if the server
	// offers a -PLUS mechanism and dropped otherwise; its Advertise is
	// dropped without TLS or if the server offers any -PLUS mechanism.
	Scram ScramOptions
}

// candidate is a mechanism that Choose may pick. Those with a hash are SCRAM.
type candidate struct {
	name string
	hash ScramHash
	plus bool
}

// candidates lists the mechanisms for a password from the strongest to the
// weakest: bound to the channel, mutual, over a protected channel, and the
// one that can be cracked from a recording.
var candidates = []candidate{
	{"SCRAM-SHA-512-PLUS", ScramSHA512, true},
	{"SCRAM-SHA-256-PLUS", ScramSHA256, true},
	{"SCRAM-SHA-1-PLUS", ScramSHA1, true},
	{"SCRAM-SHA-512", ScramSHA512, false},
	{"SCRAM-SHA-256", ScramSHA256, false},
	{"SCRAM-SHA-1", ScramSHA1, false},
	{name: NamePlain},
	{name: NameLogin},
	{name: NameCramMD5},
}

// Choose picks the strongest mechanism for a password among those that the
// server offers: SCRAM with channel binding, SCRAM, PLAIN, LOGIN and at last
// CRAM-MD5. On an unprotected channel only SCRAM without channel binding and
// CRAM-MD5 are left. It returns false if nothing suitable is on offer.
//
// If SASLprep refuses the user name or the password, SCRAM cannot succeed
// (unless [ScramOptions] says Raw), so it is picked only for lack of anything
// else; its Start then explains the reason.
func Choose(offered []string, username, password string, opt Options) (Mechanism, bool) {
	opt.Scram.Advertise = opt.Scram.Advertise && opt.TLS
	on := make(map[string]bool, len(offered))
	for _, name := range offered {
		name = canonical(name)
		on[name] = true
		if strings.HasPrefix(name, "SCRAM-") && strings.HasSuffix(name, "-PLUS") {
			opt.Scram.Advertise = false
		}
	}
	unprepared := !opt.Scram.Raw && !preparable(opt.AuthzID, username, password)
	var fallback Mechanism
	for _, c := range candidates {
		if !on[c.name] || !opt.permits(c) {
			continue
		}
		m := c.build(username, password, opt)
		if c.hash == 0 || !unprepared {
			return m, true
		}
		if fallback == nil {
			fallback = m
		}
	}
	return fallback, fallback != nil
}

// permits reports whether the situation and the caller allow the candidate.
func (o Options) permits(c candidate) bool {
	switch {
	case c.plus && (!o.TLS || o.Scram.Binding == nil),
		RevealsSecret(c.name) && !o.TLS,
		o.AuthzID != "" && (c.name == NameLogin || c.name == NameCramMD5):
		return false
	}
	return o.Allow == nil || o.Allow(c.name)
}

func (c candidate) build(username, password string, opt Options) Mechanism {
	switch c.name {
	case NamePlain:
		return Plain(opt.AuthzID, username, password)
	case NameLogin:
		return Login(username, password)
	case NameCramMD5:
		return CramMD5(username, password)
	}
	if !c.plus {
		opt.Scram.Binding = nil
	}
	return Scram(c.hash, opt.AuthzID, username, password, opt.Scram)
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
