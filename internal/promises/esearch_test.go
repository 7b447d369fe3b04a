package promises_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

var everywhere = []commands.SearchSource{{Filter: commands.FilterPersonal}}

const multiSearch = "* PREAUTH [CAPABILITY IMAP4rev1 ESEARCH MULTISEARCH] ready"

// Two searches run at once, and the server mixes their answers.
func TestSearchesOfSeveralMailboxesAreToldApart(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(multiSearch)
			a, b := p.Command(), p.Command()
			if a.Text != "ESEARCH IN (PERSONAL) UNSEEN" {
				a, b = b, a
			}
			assert.Equal(p.T, "ESEARCH IN (PERSONAL) RETURN (COUNT) FLAGGED", b.Text)
			p.Sendf(`* ESEARCH (TAG "%s" MAILBOX folder1 UIDVALIDITY 1) UID ALL 4001,4003:4009`, a.Tag)
			p.Sendf(`* ESEARCH (TAG "%s" MAILBOX folder1 UIDVALIDITY 1) UID COUNT 5`, b.Tag)
			p.Sendf(`* ESEARCH (TAG "%s" MAILBOX "M&APw-ll" UIDVALIDITY 503) UID ALL 7`, a.Tag)
			p.Send(a.Tag+" OK done", b.Tag+" OK [LIMIT] enough")
			p.Hold()
		})
		ctx := t.Context()
		counted := make(chan *response.ESearchResult)
		go func() {
			res, err := c.ESearch(ctx, everywhere, search.Flagged(), &imap.SearchOptions{Count: true})
			assert.NoError(t, err)
			counted <- res
		}()
		found, err := c.ESearch(ctx, everywhere, search.Unseen(), nil)
		require.NoError(t, err)
		require.Len(t, found.Mailboxes, 2)
		assert.False(t, found.Cut)
		assert.Equal(t, "folder1", found.Mailboxes[0].Mailbox)
		assert.Equal(t, "4001,4003:4009", found.Mailboxes[0].All.String())
		assert.EqualValues(t, 8, found.Mailboxes[0].Count)
		assert.Equal(t, "Müll", found.Mailboxes[1].Mailbox)
		assert.EqualValues(t, 503, found.Mailboxes[1].UIDValidity)
		res := <-counted
		require.Len(t, res.Mailboxes, 1)
		assert.EqualValues(t, 5, res.Mailboxes[0].Count)
		assert.True(t, res.Cut)
	})
}

func TestASearchOfSeveralMailboxesThatCanNotBe(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(multiSearch)
			cmd := p.Want("ESEARCH IN (PERSONAL) ALL")
			p.Sendf(`* ESEARCH (TAG "%s" MAILBOX a UIDVALIDITY 1) UID ALL 1`, cmd.Tag)
			p.Sendf(`* ESEARCH (TAG "%s" MAILBOX b UIDVALIDITY 1) UID ALL x`, cmd.Tag)
			p.Send(cmd.Tag + " OK done")
			p.Answer("ESEARCH IN (PERSONAL) ALL")
		})
		ctx := t.Context()
		found, err := c.ESearch(ctx, everywhere, nil, nil)
		var bad *imap.ParseError
		require.ErrorAs(t, err, &bad)
		require.Len(t, found.Mailboxes, 1)
		_, err = c.ESearch(ctx, nil, nil, nil)
		assert.ErrorIs(t, err, imap.ErrState, "no mailbox is selected")
		var wrong *imap.ArgumentError
		_, err = c.ESearch(ctx, []commands.SearchSource{{Filter: commands.FilterMailboxes}}, nil, nil)
		require.ErrorAs(t, err, &wrong)
		none, err := c.ESearch(ctx, everywhere, nil, nil)
		require.NoError(t, err)
		assert.Empty(t, none.Mailboxes)
	})
}
