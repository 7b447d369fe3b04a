package bulk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

var errKilled = errors.New("the process ended here")

// killer is a disk that does n steps, and then a part of the next one and nothing more.
func killer(n int) *disk {
	return &disk{noSync: true, fault: func(step string, octets int) (int, error) {
		if n--; n >= 0 {
			return octets, nil
		}
		if n == -1 && step == "write" {
			return octets / 2, errKilled
		}
		return 0, errKilled
	}}
}

// some are messages that are worth to be killed for.
func some() [][]byte {
	all := nasty()
	return append(all[:9:9], all[13], all[18], all[19])
}

// every calls try with 0, 1, 2 and so on until it returns true.
func every(t *testing.T, try func(n int) bool) {
	for n := range 2000 {
		if try(n) {
			require.Greater(t, n, 10, "the test cuts nothing")
			return
		}
	}
	require.Fail(t, "no end")
}

// Export can be ended at any instant, also while it goes on after it was ended: no
// message is missing then, and none is there twice.
func TestExportIsKilled(t *testing.T) {
	t.Parallel()
	for name := range stores(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, mailbox(t, some()[4:9], nil))
			whole := stores(t)[name]
			_, err := Export(t.Context(), c, "from", whole, &ExportOptions{disk: fast()})
			require.NoError(t, err)
			want := keysOf(t, whole)
			every(t, func(n int) bool {
				store := stores(t)[name]
				_, err := Export(t.Context(), c, "from", store, &ExportOptions{disk: killer(n)})
				if err == nil {
					return true
				}
				require.ErrorIs(t, err, errKilled)
				if _, err = Export(t.Context(), c, "from", store, &ExportOptions{disk: killer(n % 7)}); err != nil {
					require.ErrorIs(t, err, errKilled)
				}
				_, err = Export(t.Context(), c, "from", store, &ExportOptions{disk: fast()})
				require.NoError(t, err, "killed after %d steps", n)
				require.Equal(t, want, keysOf(t, store), "killed after %d steps", n)
				return false
			})
		})
	}
}

// keysOf reads all that a source has: flags, date and content, in order.
func keysOf(t *testing.T, store Store) []string {
	src, err := store.open()
	require.NoError(t, err)
	defer src.close()
	var list []string
	for {
		it, err := src.next()
		require.NoError(t, err)
		if it == nil {
			return list
		}
		r, err := it.open()
		require.NoError(t, err)
		p := newPrinter()
		_, err = io.Copy(p, r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
		require.Equal(t, it.size, p.size)
		list = append(list, it.date.String(), string(joinFlags(it.flags)), string(p.sum.Sum(nil)))
	}
}

func joinFlags(flags []imap.Flag) (b []byte) {
	for _, f := range flags {
		b = append(append(b, f...), ' ')
	}
	return b
}

// Import can be ended at any instant, too: before, while and after the server stores what
// it was sent.
func TestImportIsKilled(t *testing.T) {
	t.Parallel()
	for name := range stores(t) {
		for lacks, caps := range map[string][]imap.Cap{"": nil, "UIDPLUS": {response.CapUIDPlus, response.CapMultiAppend}} {
			t.Run(name+lacks, func(t *testing.T) {
				t.Parallel()
				srv := mailbox(t, some(), &imaptest.Options{Without: caps})
				c := dial(t, srv)
				store := stores(t)[name]
				_, err := Export(t.Context(), c, "from", store, &ExportOptions{disk: fast()})
				require.NoError(t, err)
				want := contents(srv, "from", true)
				every(t, func(n int) bool {
					emptied(t, srv, c)
					journal := fmt.Sprintf("%s.journal-%d", store.path, n)
					opts := ImportOptions{Journal: journal, disk: killer(n)}
					_, err := Import(t.Context(), c, "to", store, &opts)
					if err == nil {
						return true
					}
					require.ErrorIs(t, err, errKilled)
					opts.disk = killer(n % 5)
					_, _ = Import(t.Context(), c, "to", store, &opts)
					opts.disk = fast()
					_, err = Import(t.Context(), c, "to", store, &opts)
					require.NoError(t, err)
					require.Equal(t, want, contents(srv, "to", true), "killed after %d steps", n)
					return false
				})
			})
		}
	}
}

// emptied removes all messages from the mailbox "to".
func emptied(t *testing.T, srv *imaptest.Server, c *imap.Client) {
	box := srv.User("user").Mailbox("to")
	for _, m := range box.Messages() {
		box.Expunge(m.UID)
	}
	require.NoError(t, c.Noop(t.Context()))
}

// The connection may break after any octet that the server sends.
func TestConnectionBreaks(t *testing.T) {
	t.Parallel()
	for name := range stores(t) {
		for lacks, caps := range map[string][]imap.Cap{"": nil, "UIDPLUS": {response.CapUIDPlus, response.CapMultiAppend}} {
			t.Run(name+lacks, func(t *testing.T) {
				t.Parallel()
				srv := mailbox(t, some(), &imaptest.Options{Without: caps})
				store := stores(t)[name]
				broken := 0
				for step, cut := 0, 1; step < 2; {
					cut += 1 + cut/20
					c := dial(t, srv)
					srv.Fault(imaptest.CutAfter{Bytes: cut})
					var err error
					if step == 0 {
						_, err = Export(t.Context(), c, "from", store, &ExportOptions{disk: fast()})
					} else {
						_, err = Import(t.Context(), c, "to", store, &ImportOptions{disk: fast()})
					}
					srv.ClearFaults()
					c.Close()
					if err == nil {
						step, cut = step+1, 1
						continue
					}
					broken++
					require.ErrorIs(t, err, imap.ErrClosed)
				}
				require.Greater(t, broken, 20)
				assert.Equal(t, contents(srv, "from", name == "maildir"), contents(srv, "to", name == "maildir"))
			})
		}
	}
}

// The context ends both.
func TestContextEnds(t *testing.T) {
	t.Parallel()
	srv := mailbox(t, some(), nil)
	for name, store := range stores(t) {
		c := dial(t, srv)
		ctx, cancel := context.WithCancel(t.Context())
		_, err := Export(ctx, c, "from", store, &ExportOptions{OnProgress: func(p Progress) {
			if p.Messages == 3 {
				cancel()
			}
		}})
		require.ErrorIs(t, err, context.Canceled, name)
		_, err = Export(t.Context(), dial(t, srv), "from", store, &ExportOptions{disk: fast()})
		require.NoError(t, err)
		_, err = Import(ctx, dial(t, srv), "to", store, &ImportOptions{disk: fast()})
		require.ErrorIs(t, err, context.Canceled)
	}
}
