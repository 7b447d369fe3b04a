package suite

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

// testListMyRights asks for the user's rights to each mailbox (RFC 8440).
func testListMyRights(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Mine")
	rows, err := imap.Collect(c.List(t.Ctx, name, &imap.ListOptions{MyRights: true}))
	if !c.Caps().Has(response.CapListMyRights) {
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("LIST-MYRIGHTS")
	}
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.NotNil(t, rows[0].Ext)
	mine, err := c.MyRights(t.Ctx, name)
	require.NoError(t, err)
	assert.Equal(t, mine.Rights, rows[0].Ext.MyRights)
}

// testListMetadata asks for an entry of each mailbox (RFC 9590).
func testListMetadata(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Commented")
	const entry = "/private/comment"
	if !c.Caps().Has(response.CapListMetadata) {
		_, err := imap.Collect(c.List(t.Ctx, name, &imap.ListOptions{Metadata: []string{entry}}))
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("LIST-METADATA")
	}
	require.NoError(t, c.SetMetadata(t.Ctx, name, []response.MetadataItem{{Name: entry, Value: []byte("mine")}}))
	rows, err := imap.Collect(c.List(t.Ctx, name, &imap.ListOptions{Metadata: []string{entry}}))
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.NotNil(t, rows[0].Ext)
	require.Len(t, rows[0].Ext.Metadata, 1)
	assert.Equal(t, "mine", string(rows[0].Ext.Metadata[0].Value))
}
