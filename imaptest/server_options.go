package imaptest

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap/response"
)

// Options says what server is wanted. The zero value is a server with every
// extension that the package knows, and one user, "user" with the password
// "password", whose INBOX is empty.
type Options struct {
	// Users are the accounts of the server. None means one account, "user" with
	// the password "password".
	Users []Account

	// Profile makes the server imitate a known service. Its capabilities
	// take the place of the default ones.
	Profile *Profile

	// Capabilities, where not nil, is the exact list of what the server can
	// do; STARTTLS, LOGINDISABLED and AUTH=… are still shown only where they
	// make sense. What the server does not list, it does not do: the commands
	// are unknown, the response codes are not sent. LOGINDISABLED in the list
	// switches LOGIN off everywhere.
	//
	// An unknown capability is an error.
	Capabilities []response.Cap

	// Without takes single capabilities away. One that is part of IMAP4rev2
	// takes IMAP4rev2 with it.
	Without []response.Cap

	// AllowInsecureAuth lets users log in without TLS. Otherwise the server
	// says LOGINDISABLED there. Sessions of [Server.Pipe] are trusted as if
	// they were encrypted, unless RequireTLS is set.
	AllowInsecureAuth bool

	// RequireTLS has sessions of [Server.Pipe] treated like those over a network.
	RequireTLS bool

	// TLSConfig replaces the server's side of TLS: its MaxVersion, for
	// example. Without certificates in it, the server uses its own.
	TLSConfig *tls.Config

	// NoCapabilityCode keeps the server from volunteering its capabilities in
	// the greeting and after logging in: clients have to ask.
	NoCapabilityCode bool

	// Greeting is the text of the greeting.
	Greeting string

	// Delimiter separates the levels of mailbox names: "/" by default.
	Delimiter string

	// Limits on what clients may send. Zero means the default.

	MaxLine    int   // octets of a line: 64 KiB by default
	MaxLiteral int64 // octets of a literal that is no message: 64 KiB by default
	MaxMessage int64 // octets of a message: 50 MiB by default
	MaxNesting int   // how deep lists may be: 50 by default

	// AuthAttempts is how many failed logins end a session: 10 by default.
	AuthAttempts int

	// IdleTimeout ends a session that says nothing for so long: 30 minutes by
	// default, never where it is negative.
	IdleTimeout time.Duration

	// Faults happen in every session. [Server.Fault] adds further ones.
	Faults []Fault

	// TranscriptLimit bounds how many bytes of each session are kept for
	// [Server.Transcript]: 1 MiB by default, none where it is negative.
	TranscriptLimit int
}

// Account is a user of a server, with what the mailboxes hold at the start.
type Account struct {
	Name     string // to log in with
	Password string // for all mechanisms that have one
	Token    string // for XOAUTH2 and OAUTHBEARER; the password where empty

	// QuotaStorage in units of 1024 octets and QuotaMessages limit what all
	// mailboxes may hold together (RFC 9208); zero means no limit.
	QuotaStorage, QuotaMessages int64

	Mailboxes []Folder // what there is at the start, beside INBOX
	FS        fs.FS    // folders are mailboxes, *.eml files their messages; those at the top are INBOX's
}

// Folder is a mailbox at the start of a server. The mailboxes above it are
// made too.
type Folder struct {
	Name       string               // in UTF-8, with the server's delimiter
	SpecialUse response.MailboxAttr // what it is for; empty: nothing special
	Subscribed bool                 // the user is subscribed to it
	ReadOnly   bool                 // it cannot be changed
	NoSelect   bool                 // only a level of the hierarchy
	Messages   []Message            // in the order of their UIDs
}

// Message is a message of a mailbox. The server keeps a copy of what it is given,
// and hands out copies.
type Message struct {
	Raw          []byte          // the text, lines ending in CRLF
	Flags        []response.Flag // in no order
	InternalDate time.Time       // when it was received; now where zero

	EmailID  string // RFC 8474; empty: the server makes one of the text
	ThreadID string // RFC 8474; empty: the server makes one of the references

	// What the server made of it; not used when a message is delivered.

	UID      response.UID // in its mailbox
	ModSeq   uint64       // RFC 7162
	SaveDate time.Time    // RFC 8514: when it came into the mailbox
}

const (
	defaultUser     = "user"
	defaultPassword = "password"

	defaultMaxLine         = 64 << 10
	defaultMaxLiteral      = 64 << 10
	defaultMaxMessage      = 50 << 20
	defaultMaxNesting      = 50
	defaultAuthAttempts    = 10
	defaultIdleTimeout     = 30 * time.Minute
	defaultTranscriptLimit = 1 << 20
)

// complete returns the options with defaults in place of zero values, or what
// is wrong with them.
func (o *Options) complete() (Options, error) {
	var c Options
	if o != nil {
		c = *o
	}
	if len(c.Users) == 0 {
		c.Users = []Account{{Name: defaultUser, Password: defaultPassword}}
	}
	if c.Profile != nil {
		if c.Capabilities == nil {
			c.Capabilities = c.Profile.Capabilities
		}
		orElse(&c.Delimiter, c.Profile.Delimiter)
		orElse(&c.Greeting, c.Profile.Greeting)
		c.Faults = append(c.Profile.Faults[:len(c.Profile.Faults):len(c.Profile.Faults)], c.Faults...)
		c.NoCapabilityCode = c.NoCapabilityCode || c.Profile.NoCapabilityCode
	}
	orElse(&c.Delimiter, "/")
	orElse(&c.Greeting, "IMAP server ready")
	orElse(&c.MaxLine, defaultMaxLine)
	orElse(&c.MaxLiteral, defaultMaxLiteral)
	if limit, told := response.Capabilities(c.Capabilities).AppendLimit(); told {
		orElse(&c.MaxMessage, limit)
	}
	orElse(&c.MaxMessage, defaultMaxMessage)
	orElse(&c.MaxNesting, defaultMaxNesting)
	orElse(&c.AuthAttempts, defaultAuthAttempts)
	orElse(&c.IdleTimeout, defaultIdleTimeout)
	orElse(&c.TranscriptLimit, defaultTranscriptLimit)
	if len(c.Delimiter) != 1 || strings.ContainsAny(c.Delimiter, "\"%*\r\n") {
		return c, fmt.Errorf("imaptest: delimiter %q is not one usable character", c.Delimiter)
	}
	err := cmp.Or(oneLine("Greeting", c.Greeting), atLeast("MaxLine", c.MaxLine, 1), atLeast("MaxLiteral", c.MaxLiteral, 1),
		atLeast("MaxMessage", c.MaxMessage, 1), atLeast("MaxNesting", c.MaxNesting, 1), atLeast("AuthAttempts", c.AuthAttempts, 1))
	if err != nil {
		return c, fmt.Errorf("imaptest: %w", err)
	}
	if c.Capabilities == nil {
		c.Capabilities = defaultCapabilities(c.MaxMessage)
	}
	caps, err := without(c.Capabilities, c.Without)
	c.Capabilities = caps
	return c, err
}

// orElse gives v the value def where it has none.
func orElse[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// without checks both lists and returns have without those of gone.
func without(have, gone []response.Cap) ([]response.Cap, error) {
	if err := checkCapabilities(slices.Concat(have, gone)); err != nil {
		return nil, fmt.Errorf("imaptest: %w", err)
	}
	for _, c := range have {
		if strings.EqualFold(string(c), "MESSAGELIMIT") || strings.EqualFold(string(c), "SAVELIMIT") {
			return nil, fmt.Errorf("imaptest: the capability %s lacks its number, like %[1]s=1000", c)
		}
	}
	gone = slices.Clone(gone)
	for _, c := range gone {
		if slices.ContainsFunc(rev2Parts, func(p response.Cap) bool { return sameCap(p, c) }) {
			gone = append(gone, response.CapIMAP4rev2)
			break
		}
	}
	var out []response.Cap
	for _, c := range have {
		if !slices.ContainsFunc(gone, func(g response.Cap) bool { return sameCap(g, c) }) {
			out = append(out, c)
		}
	}
	return out, nil
}

// sameCap compares capabilities; of those that have a number after "=", the names.
func sameCap(a, b response.Cap) bool {
	if strings.EqualFold(string(a), string(b)) {
		return true
	}
	base := func(c response.Cap) string {
		name, _, _ := strings.Cut(strings.ToUpper(string(c)), "=")
		return name
	}
	return base(a) == base(b) && slices.Contains(valued, base(a))
}
