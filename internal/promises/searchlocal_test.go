package promises_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// TestSearchLocal: if the server knows no charset but US-ASCII, UIDSearch finds by itself
// what it was told to, and says so if it can't.
func TestSearchLocal(t *testing.T) {
	t.Parallel()
	srv := imaptest.NewServer(t, &imaptest.Options{Profile: imaptest.Exchange()})
	inbox := srv.User("user").Mailbox("INBOX")
	for _, subject := range []string{"Grüße", "=?utf-8?Q?GR=C3=9CSSE?= an alle", "Gruesse", "=?iso-8859-1?Q?Gr=FC=DFe?="} {
		inbox.Deliver([]byte("From: a@b\r\nSubject: " + subject + "\r\n\r\nx\r\n"))
	}
	inbox.AddFlags(4, imap.FlagSeen)
	c, err := imap.NewClient(t.Context(), srv.Pipe(), nil)
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.AuthPassword(t.Context(), "user", "password"))
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	key := search.And(search.Unseen(), search.Subject("grüße"))
	_, err = c.UIDSearch(t.Context(), key, nil)
	var status *imap.StatusError
	require.ErrorAs(t, err, &status)
	require.IsType(t, response.BadCharsetCode{}, status.Code)

	local := &imap.SearchOptions{Local: true}
	found, err := c.UIDSearch(t.Context(), key, local)
	require.NoError(t, err)
	assert.Equal(t, "1:2", found.All.String())
	assert.Equal(t, uint32(2), found.Count)
	found, err = c.UIDSearch(t.Context(), key, &imap.SearchOptions{Local: true, Min: true, Max: true})
	require.NoError(t, err)
	assert.Equal(t, [2]imap.UID{1, 2}, [2]imap.UID{found.Min, found.Max})
	_, err = c.UIDSearch(t.Context(), search.Body("grüße"), local)
	require.ErrorIs(t, err, search.ErrServerOnly)
	require.ErrorAs(t, err, &status)
	found, err = c.UIDSearch(t.Context(), search.Seen(), local)
	require.NoError(t, err)
	assert.Equal(t, "4", found.All.String())
}
