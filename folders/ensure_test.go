package folders_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/folders"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

// Ensure finds mailboxes or creates them, in the server's way of naming, once.
func TestEnsure(t *testing.T) {
	t.Parallel()
	german := []imaptest.Folder{{Name: "Archiv"}, {Name: "Ablage", SpecialUse: response.AttrArchive}, {Name: "Projects", NoSelect: true}}
	for name, test := range map[string]struct {
		opts   imaptest.Options
		use    response.MailboxAttr
		levels []string
		want   string
	}{
		"a level":               {imaptest.Options{}, "", []string{"Projects", "Go * % 仕事"}, "Projects/Go * % 仕事"},
		"below the special use": {imaptest.Options{}, response.AttrArchive, []string{"2025", "May"}, "Ablage/2025/May"},
		"the special use":       {imaptest.Options{}, response.AttrArchive, nil, "Ablage"},
		"by its name":           {imaptest.Options{Without: []response.Cap{response.CapSpecialUse}}, response.AttrArchive, []string{"2025"}, "Archiv/2025"},
		"a new special use":     {imaptest.Options{}, response.AttrDrafts, nil, "Drafts"},
		"another delimiter":     {imaptest.Options{Delimiter: "."}, "", []string{"Projects", "a/b"}, "Projects.a/b"},
		"in INBOX":              {imaptest.Options{}, "", []string{"inbox", "x"}, "INBOX/x"},
		"below a prefix":        {imaptest.Options{Profile: imaptest.Courier()}, response.AttrSent, []string{"2025"}, "INBOX.Sent.2025"},
		"without NAMESPACE":     {imaptest.Options{Without: []response.Cap{response.CapNamespace}}, "", []string{"a", "b"}, "a/b"},
	} {
		t.Run(name, func(t *testing.T) {
			boxes := german
			if test.opts.Profile != nil {
				boxes = nil
			}
			test.opts.Users = []imaptest.Account{{Name: "user", Password: "password", Mailboxes: boxes}}
			srv := imaptest.NewServer(t, &test.opts)
			c, err := imap.NewClient(t.Context(), srv.Pipe(), nil)
			require.NoError(t, err)
			defer c.Close()
			require.NoError(t, c.AuthPassword(t.Context(), "user", "password"))
			for range 2 {
				got, err := folders.Ensure(t.Context(), c, test.use, test.levels...)
				require.NoError(t, err)
				assert.Equal(t, test.want, got)
				_, err = c.Select(t.Context(), got, nil)
				assert.NoError(t, err)
			}
			if name == "a new special use" {
				all, err := imap.Collect(c.List(t.Context(), "Drafts", &imap.ListOptions{SpecialUse: true}))
				require.NoError(t, err)
				assert.True(t, all[0].HasAttr(response.AttrDrafts))
			}
			_, err = folders.Ensure(t.Context(), c, test.use, "")
			assert.ErrorIs(t, err, folders.ErrLevel)
			_, err = folders.Ensure(t.Context(), c, response.AttrAll)
			var bad *imap.ArgumentError
			assert.ErrorAs(t, err, &bad)
		})
	}
}
