package promises_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestStateIsTrueWhenACallReturns selects mailboxes two thousand times and looks
// at once.
func TestStateIsTrueWhenACallReturns(t *testing.T) {
	addr := scripted.Listen(t, func(p *scripted.Peer) {
		p.Send(preauth)
		p.Serve(func(c scripted.Command) bool {
			name, ok := strings.CutPrefix(c.Text, "SELECT ")
			if !ok {
				return false
			}
			if strings.HasPrefix(name, "no") {
				p.Sendf("%s NO [NONEXISTENT] there is no such mailbox", c.Tag)
				return true
			}
			p.Sendf("* %s EXISTS\r\n* OK [UIDVALIDITY %s] x\r\n* FLAGS (k%s)\r\n%s OK [READ-WRITE] done", name, name, name, c.Tag)
			return true
		})
	})
	c, err := imap.DialInsecure(t.Context(), addr, nil)
	require.NoError(t, err)
	defer c.Close()
	for i := range uint32(2000) {
		m, err := c.Select(t.Context(), fmt.Sprint(i), nil)
		now, state := c.Mailbox(), c.State()
		require.NoError(t, err)
		require.Equal(t, imap.StateSelected, state)
		require.NotNil(t, now)
		require.Equal(t, fmt.Sprint(i), now.Name)
		require.Equal(t, i, now.Messages)
		require.Equal(t, i, now.UIDValidity)
		require.Equal(t, []imap.Flag{imap.Flag(fmt.Sprint("k", i))}, now.Flags)
		require.Equal(t, now, m)
		if i%10 == 0 {
			_, err := c.Select(t.Context(), "no", nil)
			now, state := c.Mailbox(), c.State()
			require.ErrorIs(t, err, imap.CodeNonExistent)
			require.Nil(t, now, "a failed SELECT leaves no mailbox selected")
			require.Equal(t, imap.StateAuthenticated, state)
		}
	}
}

// TestStateFollowsTheServer has it change in every way.
func TestStateFollowsTheServer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* OK [CAPABILITY IMAP4rev1 UNSELECT] hi")
			cmd := p.Want(`LOGIN "u" "p"`)
			p.Sendf("%s OK [CAPABILITY IMAP4rev1 UNSELECT MOVE] in", cmd.Tag)
			p.Answer("SELECT a", "* 5 EXISTS", "* 2 RECENT", "* FLAGS (\\Seen)", "* OK [UIDNEXT 9] next", "* OK [PERMANENTFLAGS (\\Seen \\*)] x", "* OK [HIGHESTMODSEQ 77] x", "* OK [UNSEEN 3] x")
			p.Answer("NOOP", "* 7 EXISTS", "* 3 EXPUNGE", "* 2 EXPUNGE", "* OK [UIDNEXT 12] next")
			// another mailbox: what comes before CLOSED is about the old one
			p.Answer("EXAMINE b", "* 99 EXISTS", "* OK [CLOSED] a is closed", "* 1 EXISTS", "* OK [READ-ONLY] x")
			p.Answer("UNSELECT")
			p.Answer("SELECT a", "* 5 EXISTS")
			p.Answer("CLOSE")
			p.Answer("SELECT a", "* 5 EXISTS")
			cmd = p.Want("SELECT c")
			p.Sendf("* 4 EXISTS\r\n* OK [CLOSED] x\r\n%s NO no", cmd.Tag)
			p.Answer("SELECT a", "* 5 EXISTS")
			p.Want("NOOP")
			p.Send("* BYE [UNAVAILABLE] going down")
		})
		ctx := t.Context()
		require.Equal(t, imap.StateNotAuthenticated, c.State())
		require.NoError(t, c.Login(ctx, "u", "p"))
		require.Equal(t, imap.StateAuthenticated, c.State())
		require.True(t, c.Caps().Has(imap.CapMove))

		m, err := c.Select(ctx, "a", nil)
		require.NoError(t, err)
		require.Equal(t, &imap.Mailbox{Name: "a", Messages: 5, Recent: 2, Flags: []imap.Flag{imap.FlagSeen}, UIDNext: 9,
			PermanentFlags: []imap.Flag{imap.FlagSeen, imap.FlagWildcard}, HighestModSeq: 77, FirstUnseen: 3}, m)
		require.NoError(t, c.Noop(ctx))
		require.EqualValues(t, 5, c.Mailbox().Messages)
		require.EqualValues(t, 12, c.Mailbox().UIDNext)
		require.EqualValues(t, 9, m.UIDNext, "a snapshot does not change")

		m, err = c.Examine(ctx, "b", nil)
		require.NoError(t, err)
		require.True(t, m.ReadOnly)
		require.EqualValues(t, 1, m.Messages)
		require.Empty(t, m.Flags)
		require.NoError(t, c.Unselect(ctx))
		require.Nil(t, c.Mailbox())
		require.Equal(t, imap.StateAuthenticated, c.State())

		_, err = c.Select(ctx, "a", nil)
		require.NoError(t, err)
		require.NoError(t, c.CloseMailbox(ctx))
		require.Nil(t, c.Mailbox())

		_, err = c.Select(ctx, "a", nil)
		require.NoError(t, err)
		_, err = c.Select(ctx, "c", nil)
		require.Error(t, err)
		require.Nil(t, c.Mailbox())
		require.Equal(t, imap.StateAuthenticated, c.State())

		_, err = c.Select(ctx, "a", nil)
		require.NoError(t, err)
		err = c.Noop(ctx)
		require.ErrorIs(t, err, imap.CodeUnavailable, "a BYE says more than the end of the connection")
		requireLost(t, err, true, "")
		require.Equal(t, imap.StateLogout, c.State())
		require.Nil(t, c.Mailbox())
		require.ErrorIs(t, c.Err(), imap.CodeUnavailable)
	})
}

// TestCapabilitiesAreAskedForWhereTheServerDoesNotTell, and only there.
func TestCapabilitiesAreAskedForWhereTheServerDoesNotTell(t *testing.T) {
	for name, test := range map[string]struct {
		login []string // the answer to LOGIN, before its tagged end
		code  string
		asks  bool
	}{
		"it does in the code":            {nil, "[CAPABILITY IMAP4rev1 MOVE] ", false},
		"it does in a line of its own":   {[]string{"* CAPABILITY IMAP4rev1 MOVE"}, "", false},
		"it does in a code of a warning": {[]string{"* OK [CAPABILITY IMAP4rev1 MOVE] x"}, "", false},
		"it does not":                    {nil, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var peer *scripted.Peer
				c := connect(t, nil, func(p *scripted.Peer) {
					peer = p
					p.Send("* OK hi")
					p.Answer("CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE")
					cmd := p.Want(`LOGIN "u" "p"`)
					p.Send(append(test.login, cmd.Tag+" OK "+test.code+"in")...)
					if test.asks {
						p.Answer("CAPABILITY", "* CAPABILITY IMAP4rev1 MOVE")
					}
					p.Serve(nil)
				})
				require.True(t, c.Caps().Has(imap.CapIdle))
				require.NoError(t, c.Login(t.Context(), "u", "p"))
				require.True(t, c.Caps().Has(imap.CapMove))
				require.False(t, c.Caps().Has(imap.CapIdle))
				works(t, c)
				want := 3
				if test.asks {
					want = 4
				}
				require.Len(t, peer.Log(), want)
			})
		})
	}
}

// TestLogoutEndsInErrClosed, whoever is the first to hang up.
func TestLogoutEndsInErrClosed(t *testing.T) {
	for name, answer := range map[string]string{
		"as it should be":  "* BYE bye\r\n%s OK done\r\n",
		"no BYE":           "%s OK done\r\n",
		"no tagged answer": "* BYE bye\r\n",
		"nothing":          "",
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send(preauth)
					cmd := p.Want("LOGOUT")
					if strings.Contains(answer, "%s") {
						p.Raw(fmt.Sprintf(answer, cmd.Tag))
					} else {
						p.Raw(answer)
					}
				})
				require.NoError(t, c.Logout(t.Context()))
				synctest.Wait()
				require.ErrorIs(t, c.Err(), imap.ErrClosed)
				var bye *imap.StatusError
				require.NotErrorAs(t, c.Err(), &bye)
				requireLost(t, c.Logout(t.Context()), false, "")
			})
		})
	}
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(preauth)
			cmd := p.Want("LOGOUT")
			p.Sendf("%s BAD never", cmd.Tag)
			p.Hold()
		})
		require.Error(t, c.Logout(t.Context()))
	})
}
