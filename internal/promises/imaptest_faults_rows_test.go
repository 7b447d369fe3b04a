package promises_test

import (
	"crypto/tls"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

// TestFaultsOfRows: answers that are there, but not as they should be.
func TestFaultsOfRows(t *testing.T) {
	uidFetch := imaptest.Nth{Command: "UID FETCH"}
	runHits(t, &imap.Options{ReadTimeout: time.Minute}, []hit{
		{"no tag: it is the answer of the command that waits", []imaptest.Fault{imaptest.NoTag{}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				require.NoError(t, c.Noop(t.Context()))
				works(t, c)
			}},
		{"a refusal without a tag: a *StatusError", []imaptest.Fault{
			imaptest.NoTag{On: uidFetch}, imaptest.Refuse{On: uidFetch, Status: "BAD", Code: "LIMIT", Text: "no"},
		},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				_, err := fetchLetters(t, c)
				require.ErrorIs(t, err, imap.CodeLimit)
			}},
		{"rows after the tagged answer: they are no part of the next one", []imaptest.Fault{imaptest.LateRows{On: uidFetch}},
			func(t *testing.T, c *imap.Client, srv *imaptest.Server) {
				_, _ = fetchLetters(t, c) // whose own rows came too late
				synctest.Wait()           // they have come: a later command can't tell them from its own
				getsAll(t, c, srv)
			}},
		{"the first section only: it is right, and the other is not there", []imaptest.Fault{imaptest.FirstSectionOnly{}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				twice := imap.FetchItems{Sections: []imap.FetchSection{imap.WholeMessage(), imap.HeaderFields("Subject")}}
				rows, err := imap.Collect(c.UIDFetch(t.Context(), imap.UIDs(1), twice, nil))
				require.NoError(t, err)
				require.Len(t, rows, 1)
				assert.Equal(t, letter(1), string(rows[0].Body()))
				assert.Len(t, rows[0].Sections, 1)
				works(t, c)
			}},
		{"a range that is ignored: what the server sent, and where it begins", []imaptest.Fault{imaptest.IgnorePartial{}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				s := fetchRange(t, c)
				assert.Equal(t, letter(1), string(s.Data))
				assert.False(t, s.Partial)
			}},
		{"a range that is ignored with its origin: what the server sent", []imaptest.Fault{imaptest.IgnorePartial{Origin: true}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				s := fetchRange(t, c)
				assert.Equal(t, letter(1), string(s.Data))
				assert.True(t, s.Partial)
				assert.EqualValues(t, 10, s.Origin)
			}},
		{"a short piece: what the server sent", []imaptest.Fault{imaptest.ShortPartial{Max: 3}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				s := fetchRange(t, c)
				assert.Equal(t, letter(1)[10:13], string(s.Data))
				assert.EqualValues(t, 10, s.Origin)
			}},
		{"progress: no part of the answer", []imaptest.Fault{imaptest.Progress{On: imaptest.Nth{Every: true}, Goal: 100}}, getsAll},
		{"RETURN refused: LIST without it goes", []imaptest.Fault{imaptest.RefuseReturn{}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				boxes, err := imap.Collect(c.List(t.Context(), "*", nil))
				require.NoError(t, err)
				require.Len(t, boxes, 1)
				assert.Equal(t, "INBOX", boxes[0].Mailbox)
			}},
	})
}

// fetchRange fetches 20 octets of the first message, from the tenth on.
func fetchRange(t *testing.T, c *imap.Client) response.BodySection {
	t.Helper()
	section := imap.WholeMessage()
	section.Partial = &commands.Partial{Offset: 10, Count: 20}
	m, err := c.UIDFetchOne(t.Context(), 1, imap.FetchItems{Sections: []imap.FetchSection{section}})
	require.NoError(t, err)
	require.Len(t, m.Sections, 1)
	return m.Sections[0]
}

// TestFaultRefuseInitialResponse: AuthPassword logs in.
func TestFaultRefuseInitialResponse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		srv := imaptest.NewServer(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.RefuseInitialResponse{}}})
		c, err := imap.NewClient(t.Context(), srv.Pipe(), nil)
		require.NoError(t, err)
		defer c.Close()
		require.NoError(t, c.AuthPassword(t.Context(), "user", "password"))
		assert.Equal(t, imap.StateAuthenticated, c.State())
	})
}

// TestFaultRefuseBinding: AuthPassword logs in without, after the server's delay.
func TestFaultRefuseBinding(t *testing.T) {
	bubble(t, func(t *testing.T) {
		srv := imaptest.NewServer(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.RefuseBinding{After: 3 * time.Second}}})
		c, err := imap.NewClient(t.Context(), tls.Client(srv.PipeTLS(), srv.TLSConfig()), nil)
		require.NoError(t, err)
		defer c.Close()
		start := time.Now()
		require.NoError(t, c.AuthPassword(t.Context(), "user", "password"))
		assert.Equal(t, 3*time.Second, time.Since(start))
	})
}
