package imaptest

import (
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
	// make sense. Without takes single ones away. What the server does not
	// list, it does not do: the commands are unknown, the response codes are
	// not sent. LOGINDISABLED in the list switches LOGIN off everywhere. A rev2 extension that is taken away takes IMAP4rev2 with it.
	//
	// An unknown capability is an error.
	Capabilities []response.Cap
	Without      []response.Cap

	// AllowInsecureAuth lets users log in without TLS. Otherwise the server
	// says LOGINDISABLED there. Sessions of [Server.Pipe] are trusted as if
	// they were encrypted, unless RequireTLS is set.
	AllowInsecureAuth bool
	RequireTLS        bool

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

	// Limits on what clients may send. Zero means the default: lines of 64
	// KiB, literals in commands of 64 KiB, messages of 50 MiB, lists 50 deep.
	MaxLine    int
	MaxLiteral int64
	MaxMessage int64
	MaxNesting int

	// AuthAttempts is how many failed logins end a session: 10 by default.
	AuthAttempts int

	// IdleTimeout ends a session that says nothing for so long: 30 minutes by
	// default.
	IdleTimeout time.Duration

	// Faults happen in every session. [Server.Fault] adds further ones.
	Faults []Fault

	// TranscriptLimit bounds how many bytes of each session are kept for
	// [Server.Transcript]: 1 MiB by default, none where it is negative.
	TranscriptLimit int
}

// Account is a user of a server, with what the mailboxes hold at the start.
type Account struct {
	Name     string
	Password string
	Token    string // for XOAUTH2 and OAUTHBEARER; the password where empty

	// QuotaStorage in units of 1024 octets and QuotaMessages limit what all
	// mailboxes may hold together (RFC 9208); zero means no limit.
	QuotaStorage, QuotaMessages int64

	Mailboxes []Folder
	FS        fs.FS // folders are mailboxes, *.eml files their messages; those at the top are INBOX's
}

// Folder is a mailbox at the start of a server. The mailboxes above it are
// made too.
type Folder struct {
	Name       string
	SpecialUse response.MailboxAttr
	Subscribed bool
	ReadOnly   bool
	NoSelect   bool // only a level of the hierarchy
	Messages   []Message
}

// Message is a message of a mailbox.
type Message struct {
	Raw          []byte // the text, lines ending in CRLF
	Flags        []response.Flag
	InternalDate time.Time // when it was received; now where zero

	// What the server made of it; not used when a message is delivered.
	UID      response.UID
	ModSeq   uint64
	EmailID  string
	ThreadID string
	SaveDate time.Time
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
	for _, c := range slices.Concat(have, gone) {
		if !knownCapability(c) {
			return nil, fmt.Errorf("imaptest: unknown capability %q; known are: %s", c, knownCapabilityNames())
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

// sameCap compares capabilities; one that ends in "=" and APPENDLIMIT stand
// for all values.
func sameCap(a, b response.Cap) bool {
	if strings.EqualFold(string(a), string(b)) {
		return true
	}
	base := func(c response.Cap) string {
		name, _, _ := strings.Cut(strings.ToUpper(string(c)), "=")
		return name
	}
	return base(a) == "APPENDLIMIT" && base(b) == "APPENDLIMIT"
}
