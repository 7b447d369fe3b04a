package conformance_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/bulk"
	"github.com/seed-090b04e4/imap/internal/contenttest"
	"github.com/seed-090b04e4/imap/internal/servers"
)

// TestBulkRoundTrip exports the messages of testdata/content, and some that are harder to
// keep, from real servers and imports them again in each form, over connections that are
// cut: octet for octet, flag for flag, date for date.
func TestBulkRoundTrip(t *testing.T) {
	for _, name := range []string{"dovecot", "cyrus", "mox", "dovecot24", "cyrus312"} {
		t.Run(name, func(t *testing.T) {
			if !slices.Contains(servers.Names(), name) {
				t.Skip("there is no such server")
			}
			if !wanted(name) {
				t.Skipf("one of the further servers: set %s=1", extendedEnv)
			}
			s := servers.Shared(t, name)
			b := &bulkTest{t: t, server: s, user: s.FreshUser(t), network: &relay{}}
			c := b.dial()
			b.fill(c)
			want := b.contents(c, "from")
			require.Greater(t, len(want), 100, "most are refused")
			for _, form := range []string{"mbox", "maildir", "eml"} {
				dir := filepath.Join(t.TempDir(), "x")
				store := map[string]bulk.Store{"mbox": bulk.Mbox(dir), "maildir": bulk.Maildir(dir), "eml": bulk.EML(dir)}[form]
				require.NoError(t, c.Create(t.Context(), form, nil))
				cuts := b.whole(200_000, func(c *imap.Client) error {
					_, err := bulk.Export(t.Context(), c, "from", store, nil)
					return err
				})
				assert.NotZero(t, cuts, "no connection was cut")
				b.whole(3_000, func(c *imap.Client) error {
					_, err := bulk.Import(t.Context(), c, form, store, nil)
					return err
				})
				assert.Equal(t, want, b.contents(c, form), form)
			}
		})
	}
}

type bulkTest struct {
	t       *testing.T
	server  *servers.Server
	user    servers.User
	network *relay
}

func (b *bulkTest) dial() *imap.Client {
	c, err := b.tryDial()
	require.NoError(b.t, err)
	b.t.Cleanup(func() { c.Close() })
	return c
}

func (b *bulkTest) tryDial() (*imap.Client, error) {
	c, err := imap.DialTLS(b.t.Context(), b.server.TLSAddr, &imap.Options{TLSConfig: b.server.TLSConfig(), Dial: b.network.dial})
	if err != nil {
		return nil, err
	}
	return c, c.Login(b.t.Context(), b.user.Name, b.user.Password)
}

// whole calls f with connections that are cut after ever more octets, until it succeeds.
func (b *bulkTest) whole(octets int64, f func(*imap.Client) error) (cuts int) {
	defer b.network.set(0, false)
	for ; cuts < 40; cuts++ {
		b.network.set(octets, false)
		octets += octets
		c, err := b.tryDial()
		if err == nil {
			err = f(c)
		}
		if c != nil {
			c.Close()
		}
		if err == nil {
			return cuts
		}
		require.ErrorIs(b.t, err, imap.ErrClosed)
	}
	require.Fail(b.t, "no end")
	return cuts
}

// fill stores the messages.
func (b *bulkTest) fill(c *imap.Client) {
	ctx := b.t.Context()
	require.NoError(b.t, c.Create(ctx, "from", nil))
	cases, err := contenttest.Load(os.DirFS("../../testdata/content"))
	require.NoError(b.t, err)
	var list [][]byte
	for _, test := range cases {
		list = append(list, test.Message)
	}
	for _, text := range []string{
		"", "Subject: no body\r\n\r\n", "Subject: no line end", "Subject: twin\r\n\r\nx\r\n", "Subject: twin\r\n\r\nx\r\n",
		"Subject: from\r\n\r\nFrom here\r\n>From there\r\n>>From\r\n\r\nFrom a Mon Jan  5 09:12:00 2026\r\nFro",
		"Status: RO\r\nX-Keywords: a b\r\nSubject: fields of an mbox\r\n\r\nx\r\n",
		"Subject: 8 bit\r\n\r\n\xe4\xf6\xfc \x80\xff\x01\x7f\r\n\r\n", "Subject: LF alone\r\n\r\na\nb\r\nc\n", "Subject: CR\r\n\r\na\rb\r\r\nc\r",
		"Subject: long lines\r\n\r\n" + strings.Repeat("x", 100_000) + "\r\n" + strings.Repeat(">", 70_000) + "From x",
	} {
		list = append(list, []byte(text))
	}
	sets := [][]imap.Flag{nil, {imap.FlagSeen, "$Work"}, {imap.FlagAnswered, imap.FlagForwarded}, {imap.FlagDraft, imap.FlagFlagged, "other"}, {imap.FlagDeleted}}
	for i, raw := range list {
		opts := &imap.AppendOptions{Flags: sets[i%len(sets)], InternalDate: time.Date(2010, 1, i%28+1, i%24, 5, 6, 0, time.FixedZone("", -12600))}
		_, err := c.Append(ctx, "from", int64(len(raw)), bytes.NewReader(raw), opts)
		var refused *imap.StatusError
		if errors.As(err, &refused) && c.Err() == nil {
			b.t.Logf("refused: %.40q: %v", raw, err)
			continue
		}
		require.NoError(b.t, err)
	}
}

// contents returns what a mailbox has, in order.
func (b *bulkTest) contents(c *imap.Client, name string) (list []string) {
	items := imap.FetchItems{Flags: true, InternalDate: true, Sections: []imap.FetchSection{imap.WholeMessage()}}
	require.NoError(b.t, c.WithMailbox(b.t.Context(), name, &imap.SelectOptions{ReadOnly: true}, func(ctx context.Context, _ *imap.Mailbox) error {
		for m, err := range c.UIDFetch(ctx, imap.UIDRange(1, imap.Star), items, nil) {
			if err != nil {
				return err
			}
			var flags []string
			for _, f := range m.Flags {
				if !f.Equal(imap.FlagRecent) {
					flags = append(flags, strings.ToLower(string(f)))
				}
			}
			slices.Sort(flags)
			list = append(list, fmt.Sprintf("%s %s %q", flags, m.InternalDate.UTC(), m.Body()))
		}
		return nil
	}))
	slices.Sort(list)
	return list
}
