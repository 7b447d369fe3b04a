package conformance_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/servers"
	"github.com/seed-090b04e4/imap/response"
)

// TestSetQuotaOfAnAdministrator has limits set at a real server.
func TestSetQuotaOfAnAdministrator(t *testing.T) {
	t.Parallel()
	s := servers.Shared(t, "cyrus")
	root := "user/" + s.FreshUser(t).Name
	c, err := imap.DialTLS(t.Context(), s.TLSAddr, &imap.Options{TLSConfig: s.TLSConfig()})
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.Login(t.Context(), s.Admin.Name, s.Admin.Password))
	require.NoError(t, c.Create(t.Context(), root, nil))

	for _, limits := range [][]commands.QuotaLimit{
		{{Name: response.QuotaStorage, Limit: 5000}, {Name: response.QuotaMessage, Limit: 100}},
		{{Name: response.QuotaMessage, Limit: 0}},
		nil,
	} {
		_, err = c.SetQuota(t.Context(), root, limits)
		require.NoError(t, err)
		roots, err := c.GetQuotaRoot(t.Context(), root)
		require.NoError(t, err)
		q, err := c.GetQuota(t.Context(), root)
		require.NoError(t, err)
		assert.Equal(t, []*response.QuotaData{q}, roots.Quotas)
		require.Len(t, q.Resources, len(limits))
		for _, l := range limits {
			r, _ := q.Resource(l.Name)
			assert.Equal(t, l.Limit, r.Limit, l.Name)
		}
	}
	_, err = c.SetQuota(t.Context(), root, []commands.QuotaLimit{{Name: "X-NO-SUCH", Limit: 1}})
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused)
	require.NoError(t, c.Logout(t.Context()))
}
