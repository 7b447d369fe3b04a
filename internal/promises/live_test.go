package promises_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// liveInInbox is inInbox for a server with contexts and without IDLE.
func liveInInbox(t *testing.T, serve func(*scripted.Peer)) *imap.Client {
	return esorting(t, "ESORT CONTEXT=SEARCH CONTEXT=SORT", serve)
}

// The result of a search follows the server's updates, in the order in which they come
// (RFC 5267 §4.3.2), and is cancelled when the loop is left.
func TestALiveSearchFollowsTheServer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := liveInInbox(t, func(p *scripted.Peer) {
			cmd := p.Want("UID SEARCH RETURN (ALL COUNT UPDATE) DELETED")
			p.Sendf(`* ESEARCH (TAG "%s") UID ALL 2,5 COUNT 2`, cmd.Tag)
			p.OK(cmd)
			p.OK(p.Want("NOOP"))
			for _, up := range []string{"ADDTO (0 32768:32769)", "REMOVEFROM (0 32768) ADDTO (0 7)", "ADDTO (0 9) REMOVEFROM (0 9)"} {
				p.Sendf(`* ESEARCH (TAG "%s") UID %s`, cmd.Tag, up)
				p.Sendf(`* ESEARCH (TAG "another") UID ADDTO (0 99)`)
				time.Sleep(time.Second)
			}
			p.Answer(fmt.Sprintf(`CANCELUPDATE "%s"`, cmd.Tag))
			p.Answer("NOOP")
		})
		var got []string
		for res, err := range c.UIDSearchLive(t.Context(), nil, search.Deleted()) {
			require.NoError(t, err)
			got = append(got, fmt.Sprintf("%s +%s -%s", res.All, res.Added, res.Removed))
			if len(got) == 4 {
				break
			}
		}
		assert.Equal(t, []string{
			"2,5 +2,5 -", "2,5,32768:32769 +32768:32769 -", "2,5,7,32769 +7 -32768", "2,5,7,32769 +9 -9",
		}, got)
		time.Sleep(time.Second)
		works(t, c)
	})
}

// A sorted result keeps its order: the three forms of RFC 5267 §4.3.3 are equivalent.
func TestALiveSortKeepsItsOrder(t *testing.T) {
	for _, up := range []string{
		"ADDTO (1 2733 1 2732 1 2731)", "ADDTO (1 2733) ADDTO (1 2731:2732)", "ADDTO (1 2731:2733)",
		"ADDTO (1 9,8) REMOVEFROM (1 9,8) ADDTO (1 2731:2733)", "ADDTO (3 9,8) REMOVEFROM (3 9,8) ADDTO (1 2731:2733)",
	} {
		t.Run(up, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				c := liveInInbox(t, func(p *scripted.Peer) {
					cmd := p.Want("UID SORT RETURN (ALL COUNT UPDATE) (DATE) UTF-8 ALL")
					p.Sendf(`* ESEARCH (TAG "%s") UID ALL 2735,2734 COUNT 2`, cmd.Tag)
					p.OK(cmd)
					p.OK(p.Want("NOOP"))
					p.Sendf(`* ESEARCH (TAG "%s") UID %s`, cmd.Tag, up)
					p.Answer(fmt.Sprintf(`CANCELUPDATE "%s"`, cmd.Tag))
					p.Answer("NOOP")
				})
				steps := [][]imap.UID{}
				for res, err := range c.UIDSearchLive(ctx, []commands.SortKey{{Field: commands.SortDate}}, nil) {
					require.NoError(t, err)
					steps = append(steps, append([]imap.UID(nil), res.UIDs...))
					if len(steps) == 2 {
						cancel()
					}
				}
				assert.Equal(t, [][]imap.UID{{2735, 2734}, {2731, 2732, 2733, 2735, 2734}}, steps)
				time.Sleep(time.Second)
				works(t, c)
			})
		})
	}
}

// A server may refuse updates (RFC 5267 §4.3.1): the result is there, and the loop ends.
func TestALiveSearchThatIsRefusedUpdates(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := liveInInbox(t, func(p *scripted.Peer) {
			cmd := p.Want("UID SEARCH RETURN (ALL COUNT UPDATE) KEYWORD $Junk")
			p.Sendf(`* ESEARCH (TAG "%s") UID ALL 74 COUNT 1`, cmd.Tag)
			p.Sendf(`* NO [NOUPDATE "%s"] Too many contexts`, cmd.Tag)
			p.OK(cmd)
			p.Serve(nil)
		})
		steps, last := 0, error(nil)
		for res, err := range c.UIDSearchLive(t.Context(), nil, search.Keyword("$Junk")) {
			if last = err; err == nil {
				steps++
				assert.Equal(t, "74", res.All.String())
			}
		}
		assert.Equal(t, 1, steps)
		var refused *imap.StatusError
		require.ErrorAs(t, last, &refused)
		assert.Equal(t, response.CodeNoUpdate, refused.Code.Name())
		works(t, c)
	})
}

// The updates end with the selection, and so does the loop.
func TestALiveSearchIsOfOneMailbox(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := liveInInbox(t, func(p *scripted.Peer) {
			cmd := p.Want("UID SEARCH RETURN (ALL COUNT UPDATE) ALL")
			p.Sendf(`* ESEARCH (TAG "%s") UID COUNT 0`, cmd.Tag)
			p.OK(cmd)
			p.Serve(func(cmd scripted.Command) bool {
				if cmd.Is("SELECT") {
					p.OK(cmd)
				}
				return cmd.Is("SELECT")
			})
		})
		last := error(nil)
		for _, err := range c.UIDSearchLive(t.Context(), nil, nil) {
			if last = err; err == nil {
				go func() { _, _ = c.Select(t.Context(), "Other", nil) }()
			}
		}
		var wrong *imap.StateError
		require.ErrorAs(t, last, &wrong)
		time.Sleep(time.Second)
		works(t, c)
	})
}

func TestALiveSearchNeedsContexts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 1, func(p *scripted.Peer) { p.Answer("NOOP") })
		for want, by := range map[imap.Cap][]commands.SortKey{response.CapContextSearch: nil, response.CapSort: newest} {
			steps := 0
			for _, err := range c.UIDSearchLive(t.Context(), by, nil) {
				var missing *imap.UnsupportedError
				require.ErrorAs(t, err, &missing)
				assert.Equal(t, want, missing.Cap)
				steps++
			}
			assert.Equal(t, 1, steps)
		}
		works(t, c)
	})
}
