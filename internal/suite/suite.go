// Package suite is the behaviour suite of the client: the same tests for every
// IMAP server, real ones and the one of package imaptest.
//
// If servers may differ, a test asks for the capability and is "not offered" without
// it. If a server differs from its own capabilities or from the RFCs, it is in the
// table of [Deviation], with the reason; no test knows a server by name.
package suite

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

// User is an account of a server.
type User struct{ Name, Password string }

// Server is what the suite needs to know about a server.
type Server struct {
	Name    string // as in the table of deviations
	Version string
	Addr    string // host:port with STARTTLS
	TLSAddr string // host:port with TLS

	TLS       *tls.Config // trusts the server
	ClientTLS *tls.Config // the same with a client certificate; nil: there is none

	UIDOnly bool // log in with UIDONLY enabled, which the server must offer

	// FreshUser returns a user that no test has used before.
	FreshUser func(t testing.TB) User
	// OAuthToken returns a token for a user, or an expired one; nil: there are none.
	OAuthToken func(user string, expired bool) string
	// Launch starts another instance, which the test may shut down.
	Launch func(t testing.TB) (s *Server, shutdown func() error)

	once   sync.Once
	prefix string // of personal mailboxes
	delim  string // between the levels of their names
}

// Test is one test of the suite, a row of the table of results.
type Test struct {
	Area string // what it belongs to, like "Logging in"
	Name string // the command or extension
	Run  func(t *T)
}

// Tests returns the suite in the order of the table of results.
func Tests() []Test {
	var all []Test
	for _, area := range []struct {
		name  string
		tests []Test
	}{
		{"Connection", connectionTests},
		{"Logging in", loginTests},
		{"Mailboxes", mailboxTests},
		{"Names of mailboxes", nameTests},
		{"LIST and STATUS", listTests},
		{"APPEND", appendTests},
		{"SEARCH", searchTests},
		{"MULTISEARCH", multiSearchTests},
		{"FETCH", fetchTests},
		{"SORT and THREAD", sortTests},
		{"Reading mail", readingTests},
		{"STORE, COPY, EXPUNGE", changeTests},
		{"REPLACE", replaceTests},
		{"CATENATE and URLAUTH", catenateTests},
		{"Unsolicited responses", unsolicitedTests},
		{"NOTIFY", notifyTests},
		{"Access control", aclTests},
		{"Quotas", quotaTests},
		{"Metadata", metadataTests},
		{"Extensions", extensionTests},
		{"Many at once", concurrencyTests},
		{"Errors", errorTests},
		{"Hostile texts", hostileTests},
	} {
		for _, test := range area.tests {
			test.Area = area.name
			all = append(all, test)
		}
	}
	return all
}

// Run runs the suite against a server, several tests in parallel, and adds the
// results to r, which may be nil.
func Run(t *testing.T, s *Server, r *Report) {
	for _, test := range Tests() {
		t.Run(strings.ReplaceAll(test.Area+"/"+test.Name, " ", "_"), func(tt *testing.T) {
			if !OneAtATime.of(s.Name) {
				tt.Parallel()
			}
			out := &outcome{}
			tt.Cleanup(func() { r.add(s, test, out, tt.Failed()) })
			test.Run(newT(tt, s, out))
		})
	}
}

// testTimeout bounds each test, so that a call that hangs fails it.
const testTimeout = 60 * time.Second

// T is a test that runs against a server.
type T struct {
	*testing.T
	Server *Server
	Ctx    context.Context // ends with the test, and in time

	out  *outcome
	user *User
}

func newT(tt *testing.T, s *Server, out *outcome) *T {
	ctx, cancel := context.WithTimeout(tt.Context(), testTimeout)
	tt.Cleanup(cancel)
	return &T{T: tt, Server: s, Ctx: ctx, out: out}
}

// Sub runs a part of a test as a test of its own.
func (t *T) Sub(name string, run func(t *T)) {
	t.Run(name, func(tt *testing.T) {
		sub := newT(tt, t.Server, t.out)
		sub.user = t.user
		run(sub)
	})
}

// outcome is what a test recorded about itself.
type outcome struct {
	mu         sync.Mutex
	notOffered string
	deviations []Deviation
}

// NotOffered ends the test: the server does not offer what it is about.
func (t *T) NotOffered(what string) {
	t.Helper()
	t.out.mu.Lock()
	t.out.notOffered = what
	t.out.mu.Unlock()
	t.Skip("not offered: " + what)
}

// Need ends the test if the server offers none of the capabilities.
func (t *T) Need(c *imap.Client, anyOf ...imap.Cap) {
	t.Helper()
	for _, name := range anyOf {
		if c.Caps().Has(name) {
			return
		}
	}
	t.NotOffered(string(anyOf[0]))
}

// Deviates reports whether the server is known for a deviation, and records that the
// test depends on it.
func (t *T) Deviates(d Deviation) bool {
	if !d.of(t.Server.Name) {
		return false
	}
	t.out.mu.Lock()
	defer t.out.mu.Unlock()
	for _, known := range t.out.deviations {
		if known == d {
			return true
		}
	}
	t.out.deviations = append(t.out.deviations, d)
	return true
}

// Expect fails the test unless ok holds. If the server is known for the deviation, it
// must not hold: a server that was fixed is removed from the table.
func (t *T) Expect(d Deviation, ok bool, format string, args ...any) {
	t.Helper()
	text := fmt.Sprintf(format, args...)
	switch {
	case !t.Deviates(d):
		require.True(t, ok, text)
	case ok:
		t.Errorf("the server no longer deviates (%s): %s", d, text)
	default:
		t.Logf("known deviation (%s): %s", d, text)
	}
}

// Tolerate is Expect for a deviation that does not always show.
func (t *T) Tolerate(d Deviation, ok bool, format string, args ...any) {
	t.Helper()
	if ok && d.of(t.Server.Name) {
		return
	}
	t.Expect(d, ok, format, args...)
}

// User returns the user of the test.
func (t *T) User() User {
	t.Helper()
	if t.user == nil {
		u := t.Server.FreshUser(t)
		t.user = &u
	}
	return *t.user
}

// Options returns the settings with which the suite connects. The conversation is
// printed if the test fails.
func (t *T) Options() *imap.Options {
	return &imap.Options{TLSConfig: t.Server.TLS, Logger: newTrace(t.T), ReadTimeout: 30 * time.Second, Dial: dialFrom(nextAddress())}
}

// Dial connects by TLS, without logging in.
func (t *T) Dial(opts *imap.Options) *imap.Client {
	t.Helper()
	if opts == nil {
		opts = t.Options()
	}
	c, err := imap.DialTLS(t.Ctx, t.Server.TLSAddr, opts)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

// Login connects and logs in as the user of the test.
func (t *T) Login() *imap.Client {
	t.Helper()
	return t.LoginWith(nil)
}

// LoginWith is Login with settings.
func (t *T) LoginWith(opts *imap.Options) *imap.Client {
	t.Helper()
	u := t.User()
	c := t.Dial(opts)
	require.NoError(t, t.enter(c, u))
	return c
}

// enter logs in with LOGIN; other tests are about the other ways.
func (t *T) enter(c *imap.Client, u User) (err error) {
	if c.Caps().Lists("AUTH=PLAIN") {
		err = c.Authenticate(t.Ctx, imap.Plain("", u.Name, u.Password))
	} else {
		err = c.Login(t.Ctx, u.Name, u.Password)
	}
	if err == nil && t.Server.UIDOnly {
		_, err = c.Enable(t.Ctx, response.CapUIDOnly)
	}
	return err
}

// Numbered reports whether messages have sequence numbers. With UIDONLY enabled, err,
// which a command that has them returned, must say that it was not sent.
func (t *T) Numbered(err error) bool {
	t.Helper()
	if !t.Server.UIDOnly {
		return true
	}
	require.ErrorIs(t, err, imap.ErrState)
	require.ErrorContains(t, err, "UIDONLY")
	return false
}

// Box returns the name of a mailbox in the user's own namespace.
func (t *T) Box(c *imap.Client, levels ...string) string {
	t.Helper()
	s := t.Server
	s.once.Do(func() {
		for row, err := range c.List(t.Ctx, "", nil) {
			require.NoError(t, err)
			if row.Delim != "" {
				s.delim = row.Delim
			}
		}
		if !c.Caps().Has(response.CapNamespace) {
			return
		}
		ns, err := c.Namespace(t.Ctx)
		require.NoError(t, err)
		if len(ns.Personal) > 0 {
			s.prefix = ns.Personal[0].Prefix
		}
	})
	return s.prefix + strings.Join(levels, s.delim)
}

// Delim returns the hierarchy delimiter, after a call of Box.
func (t *T) Delim() string { return t.Server.delim }

// NewBox creates a mailbox and returns its name.
func (t *T) NewBox(c *imap.Client, levels ...string) string {
	t.Helper()
	name := t.Box(c, levels...)
	require.NoError(t, c.Create(t.Ctx, name, nil))
	return name
}

// Selected creates and selects a mailbox with the messages.
func (t *T) Selected(c *imap.Client, messages ...mail) string {
	t.Helper()
	name := t.NewBox(c, "Seeded")
	t.Put(c, name, messages...)
	_, err := c.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	return name
}

// Put appends messages.
func (t *T) Put(c *imap.Client, mailbox string, messages ...mail) {
	t.Helper()
	var all []imap.AppendMessage
	for _, m := range messages {
		all = append(all, appendable(m))
	}
	_, err := c.AppendAll(t.Ctx, mailbox, all)
	require.NoError(t, err)
}

// UIDs returns the UIDs of the selected mailbox, in order.
func (t *T) UIDs(c *imap.Client) []imap.UID {
	t.Helper()
	found, err := c.UIDSearch(t.Ctx, nil, nil)
	require.NoError(t, err)
	var uids []imap.UID
	for uid := range found.All.All() {
		uids = append(uids, uid)
	}
	return uids
}

// Fetch fetches items of all messages of the selected mailbox, and puts them in
// order.
func (t *T) Fetch(c *imap.Client, items imap.FetchItems) []*imap.Message {
	t.Helper()
	all, err := imap.Collect(c.UIDFetch(t.Ctx, imap.UIDRange(1, imap.Star), items, nil))
	require.NoError(t, err)
	slices.SortFunc(all, func(a, b *imap.Message) int {
		return cmp.Or(cmp.Compare(a.SeqNum, b.SeqNum), cmp.Compare(a.UID, b.UID))
	})
	return all
}

// FetchOne fetches items of one message.
func (t *T) FetchOne(c *imap.Client, uid imap.UID, items imap.FetchItems) *imap.Message {
	t.Helper()
	all, err := imap.Collect(c.UIDFetch(t.Ctx, imap.UIDs(uid), items, nil))
	require.NoError(t, err)
	require.Len(t, all, 1)
	return all[0]
}

func appendable(m mail) imap.AppendMessage {
	return imap.AppendMessage{
		Size: int64(len(m.text)), Reader: strings.NewReader(m.text),
		AppendOptions: imap.AppendOptions{Flags: m.flags, InternalDate: m.date},
	}
}
