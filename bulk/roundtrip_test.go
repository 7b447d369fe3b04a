package bulk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

// What was exported and imported again is the same, octet for octet and flag for flag,
// whatever the server can do.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for name := range stores(t) {
		for lacks, caps := range map[string][]imap.Cap{
			"nothing": nil, "MULTIAPPEND": {response.CapMultiAppend},
			"UIDPLUS and MULTIAPPEND": {response.CapUIDPlus, response.CapMultiAppend, response.CapLiteralPlus},
		} {
			t.Run(name+" without "+lacks, func(t *testing.T) {
				t.Parallel()
				srv := mailbox(t, nasty(), &imaptest.Options{Without: caps})
				store := stores(t)[name]
				c := dial(t, srv)
				before := contents(srv, "from", false)
				var last Progress
				show := func(p Progress) {
					assert.GreaterOrEqual(t, p.Messages, last.Messages)
					assert.GreaterOrEqual(t, p.Octets, last.Octets)
					last = p
				}
				res, err := Export(t.Context(), c, "from", store, &ExportOptions{OnProgress: show})
				require.NoError(t, err)
				assert.Equal(t, len(nasty()), res.Messages)
				assert.Equal(t, Progress{len(nasty()), len(nasty()), res.Octets, res.Octets}, last)
				assert.Equal(t, before, contents(srv, "from", false), "the mailbox is as before")
				assert.NoFileExists(t, store.spoolName())

				last = Progress{}
				in, err := Import(t.Context(), c, "to", store, &ImportOptions{OnProgress: show})
				require.NoError(t, err)
				assert.Equal(t, res.Messages, in.Messages)
				assert.Equal(t, res.Octets, in.Octets)
				assert.Empty(t, in.Dropped)
				assert.Equal(t, last.TotalMessages, last.Messages)
				assert.Equal(t, last.TotalOctets, last.Octets)
				assert.Equal(t, contents(srv, "from", name == "maildir"), contents(srv, "to", name == "maildir"))
			})
		}
	}
}

// A second call copies what is new, and nothing twice.
func TestAgain(t *testing.T) {
	t.Parallel()
	for name, store := range stores(t) {
		t.Run(name, func(t *testing.T) {
			srv := mailbox(t, nasty()[:3], nil)
			c := dial(t, srv)
			for round := range 3 {
				res, err := Export(t.Context(), c, "from", store, &ExportOptions{disk: fast()})
				require.NoError(t, err)
				in, err := Import(t.Context(), c, "to", store, &ImportOptions{disk: fast()})
				require.NoError(t, err)
				want := &Report{Messages: 1, Present: round + 2}
				if round == 0 {
					want = &Report{Messages: 3}
				}
				want.Octets = res.Octets
				assert.Equal(t, want, res)
				assert.Equal(t, want, in)
				srv.User("user").Mailbox("from").Deliver([]byte("Subject: new\r\n\r\nFrom " + name))
			}
			srv.User("user").Mailbox("from").SetUIDValidity(99)
			_, err := c.Select(t.Context(), "to", nil)
			require.NoError(t, err)
			_, err = Export(t.Context(), c, "from", store, &ExportOptions{disk: fast()})
			assert.ErrorIs(t, err, ErrUIDValidity)
			_, err = Import(t.Context(), c, "from", store, &ImportOptions{disk: fast()})
			assert.ErrorIs(t, err, errOtherMailbox)
			srv.User("user").Mailbox("to").SetUIDValidity(99)
			_, err = c.Select(t.Context(), "from", nil)
			require.NoError(t, err)
			_, err = Import(t.Context(), c, "to", store, &ImportOptions{disk: fast()})
			assert.ErrorIs(t, err, ErrUIDValidity)
		})
	}
}

// Export adds to no mbox that something else has written to.
func TestForeignMboxIsLeftAlone(t *testing.T) {
	t.Parallel()
	srv := mailbox(t, nasty()[:2], nil)
	c := dial(t, srv)
	name := filepath.Join(t.TempDir(), "m")
	for _, text := range []string{"From x\n\nhello\n", ""} {
		if text == "" {
			require.NoError(t, os.Remove(name))
			require.NoError(t, os.Remove(name+".journal"))
			_, err := Export(t.Context(), c, "from", Mbox(name), nil)
			require.NoError(t, err)
			have, err := os.ReadFile(name)
			require.NoError(t, err)
			text = string(have) + "From somewhere else\n"
		}
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		_, err := Export(t.Context(), c, "from", Mbox(name), nil)
		assert.ErrorIs(t, err, errNotOurs)
		have, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Equal(t, text, string(have))
	}
	_, err := Export(t.Context(), c, "from", Store{}, nil)
	assert.ErrorIs(t, err, errNoStore)
	_, err = Import(t.Context(), c, "from", Store{}, nil)
	assert.ErrorIs(t, err, errNoStore)
}

// What the disk has lost is written again: the journal does not count more than there is.
func TestLostFilesAreWrittenAgain(t *testing.T) {
	t.Parallel()
	for name, store := range stores(t) {
		t.Run(name, func(t *testing.T) {
			srv := mailbox(t, nasty()[:8], nil)
			c := dial(t, srv)
			_, err := Export(t.Context(), c, "from", store, &ExportOptions{disk: fast()})
			require.NoError(t, err)
			whole := tree(t, filepath.Dir(store.path))
			n := 0
			for file, text := range whole {
				if strings.HasSuffix(file, ".journal") || strings.HasSuffix(file, ".jsonl") || strings.HasSuffix(file, "-keywords") {
					continue
				}
				n++
				require.NoError(t, os.Truncate(filepath.Dir(store.path)+file, int64(len(text)/2)))
			}
			require.NotZero(t, n)
			_, err = Export(t.Context(), c, "from", store, &ExportOptions{disk: fast()})
			require.NoError(t, err)
			in, err := Import(t.Context(), c, "to", store, &ImportOptions{disk: fast()})
			require.NoError(t, err)
			assert.Equal(t, 8, in.Messages)
			assert.Equal(t, contents(srv, "from", true), contents(srv, "to", true))
		})
	}
}

// A message that can't be had, or that the server refuses, is one failure.
func TestOneMessageFails(t *testing.T) {
	t.Parallel()
	for name, store := range stores(t) {
		t.Run(name, func(t *testing.T) {
			srv := mailbox(t, nasty()[:9], nil)
			c := dial(t, srv)
			_, err := Export(t.Context(), c, "from", store, &ExportOptions{disk: fast()})
			require.NoError(t, err)
			for round, want := range []int{8, 1} {
				if round == 0 {
					srv.Fault(imaptest.Refuse{On: imaptest.Nth{Command: "APPEND"}, Text: "one of them"},
						imaptest.Refuse{On: imaptest.Nth{Command: "APPEND", N: 4}, Text: "this one"})
				}
				in, err := Import(t.Context(), c, "to", store, &ImportOptions{disk: fast()})
				assert.Equal(t, want, in.Messages)
				if round == 0 {
					require.ErrorIs(t, err, ErrIncomplete)
					require.Len(t, in.Failures, 1)
					assert.ErrorContains(t, err, "this one")
				} else {
					require.NoError(t, err)
				}
				srv.ClearFaults()
			}
			assert.Equal(t, contents(srv, "from", true), contents(srv, "to", true))

			srv.Fault(imaptest.Refuse{On: imaptest.Nth{Command: "APPEND"}, Code: "OVERQUOTA"},
				imaptest.Refuse{On: imaptest.Nth{Command: "APPEND", N: 2}, Code: "OVERQUOTA"})
			_, err = Import(t.Context(), c, "to", store, &ImportOptions{Journal: filepath.Join(t.TempDir(), "j")})
			assert.ErrorIs(t, err, imap.CodeOverQuota)
		})
	}
}
