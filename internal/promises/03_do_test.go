package promises_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// anyMailbox plays a server that opens any mailbox and answers every command; done has
// those that are about messages, or unknown, with the mailbox in which they were done.
func anyMailbox(done *[]string) func(*scripted.Peer) {
	return func(p *scripted.Peer) {
		p.Send(preauth)
		open := ""
		p.Serve(func(c scripted.Command) bool {
			switch {
			case c.Is("SELECT"), c.Is("EXAMINE"):
				open = c.Text
				p.Send("* 9 EXISTS", "* OK [UIDVALIDITY 1] valid")
			case c.Is("NOOP"), c.Is("STATUS"):
			default:
				*done = append(*done, open+": "+c.Text)
			}
			p.OK(c)
			return true
		})
	}
}

func raw(name string, does commands.Effects, args ...commands.Arg) commands.Command {
	return commands.Raw{Command: name, Does: does, Args: args}
}

// TestCommandsOfDoFindTheirMailbox issues commands by Do for a mailbox that is not the
// selected one any more when their turn comes.
func TestCommandsOfDoFindTheirMailbox(t *testing.T) {
	seven := commands.ArgUIDs(imap.UIDs(7))
	for name, test := range map[string]struct {
		cmd     commands.Command
		refused bool
	}{
		"UID STORE":                {raw("UID STORE", 0, seven, commands.ArgAtom("+FLAGS"), commands.ArgList(commands.ArgFlag(imap.FlagDeleted))), true},
		"uid store":                {raw("uid store", 0, seven, commands.ArgAtom("+FLAGS"), commands.ArgList()), true},
		"STORE":                    {raw("STORE", 0, commands.ArgNumber(7), commands.ArgAtom("+FLAGS"), commands.ArgList()), true},
		"EXPUNGE":                  {raw("EXPUNGE", 0), true},
		"a type of the library":    {commands.UIDExpunge{UIDs: imap.UIDs(7)}, true},
		"MOVE, effects stated":     {raw("UID MOVE", commands.MayExpunge, seven, commands.ArgMailbox("x")), true},
		"an unknown one":           {raw("XSNOOZE", 0, seven), true},
		"an unknown one about all": {raw("XSNOOZE", commands.Selected, seven), true},
		"one about none":           {raw("XQUOTA", commands.MayExpunge), false},
		"NOOP":                     {raw("NOOP", 0), false},
		"STATUS":                   {raw("STATUS", 0, commands.ArgMailbox("x"), commands.ArgList(commands.ArgAtom("MESSAGES"))), false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var done []string
				c := connect(t, nil, anyMailbox(&done))
				require.NoError(t, openBox(t.Context(), c, "A"))
				require.NoError(t, second(c.Do(t.Context(), test.cmd)))
				check := func(err error, why string) {
					if test.refused {
						require.ErrorIs(t, err, imap.ErrState, why)
						return
					}
					require.NoError(t, err, why)
				}
				var kept context.Context
				require.NoError(t, c.WithMailbox(t.Context(), "B", nil, func(ctx context.Context, _ *imap.Mailbox) error {
					kept = ctx
					check(second(c.Do(t.Context(), test.cmd)), "another caller holds B")
					require.NoError(t, second(c.Do(ctx, test.cmd)))
					return nil
				}))
				check(second(c.Do(kept, test.cmd)), "WithMailbox has returned")
				check(second(c.Do(t.Context(), test.cmd)), "its caller selected A")
				require.NoError(t, openBox(t.Context(), c, "C"))
				check(second(c.Do(kept, test.cmd)), "WithMailbox has returned")
				require.NoError(t, second(c.Do(t.Context(), test.cmd)))
				if test.refused {
					require.Len(t, done, 3)
				}
				for i, open := range []string{"SELECT A", "SELECT B", "SELECT C"} {
					if test.refused {
						assert.Contains(t, done[i], open)
					}
				}
			})
		})
	}
}

// A command of Do that waits while another goroutine selects is not done in its mailbox.
func TestCommandsOfDoThatWaitForSelect(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var log []string
		goOn := make(chan struct{})
		c := inInbox(t, nil, 9, func(p *scripted.Peer) {
			p.Serve(func(c scripted.Command) bool {
				log = append(log, c.Text)
				if c.Is("SELECT") {
					<-goOn
					p.Send("* 9 EXISTS", "* OK [UIDVALIDITY 1] valid")
				}
				p.OK(c)
				return true
			})
		})
		selected, did := make(chan error, 1), make(chan error, 1)
		go func() { selected <- openBox(t.Context(), c, "Other") }()
		synctest.Wait()
		go func() {
			did <- second(c.Do(t.Context(), raw("UID STORE", 0, commands.ArgUIDs(imap.UIDs(7)), commands.ArgAtom("+FLAGS"), commands.ArgList())))
		}()
		synctest.Wait()
		close(goOn)
		require.NoError(t, <-selected)
		require.ErrorIs(t, <-did, imap.ErrState)
		require.Equal(t, []string{"SELECT Other"}, log)
	})
}

// After a command of Do that selects a mailbox, none counts as selected: the client does not
// know which one the server means.
func TestNothingIsSelectedAfterASelectOfDo(t *testing.T) {
	for name, cmd := range map[string]commands.Command{
		"SELECT":  raw("SELECT", 0, commands.ArgMailbox("Other")),
		"examine": raw("examine", 0, commands.ArgMailbox("Other")),
		"CLOSE":   raw("CLOSE", 0),
		"a type":  commands.Select{Mailbox: "Other"},
		"effects": raw("XGOTO", commands.Reselects|commands.MayExpunge, commands.ArgMailbox("Other")),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var done []string
				c := connect(t, nil, anyMailbox(&done))
				require.NoError(t, openBox(t.Context(), c, "INBOX"))
				require.NoError(t, second(c.Do(t.Context(), cmd)))
				require.Nil(t, c.Mailbox())
				require.ErrorIs(t, remove(t.Context(), c, 7), imap.ErrState)
				require.NoError(t, openBox(t.Context(), c, "INBOX"))
				require.NoError(t, remove(t.Context(), c, 7))
				require.Equal(t, `SELECT INBOX: UID STORE 7 +FLAGS (\Deleted)`, done[len(done)-1])
			})
		})
	}
}

// TestWhatHasChangedIsOfTheNewMailbox: what a server says before CLOSED is about the mailbox
// that was selected before (RFC 7162 §3.2.11), and is not handed out as that of the new one.
func TestWhatHasChangedIsOfTheNewMailbox(t *testing.T) {
	old := []string{"* 1 FETCH (UID 1 FLAGS (\\Deleted) MODSEQ (9))", "* VANISHED (EARLIER) 1:5", "* x EXISTS", "* 2 FETCH (UID 2 FLAGS ())"}
	for name, test := range map[string]struct {
		before []string
		closed bool
	}{
		"CLOSED":                    {old, true},
		"no CLOSED, nothing before": {nil, false},
	} {
		for _, handOut := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					c := connect(t, nil, func(p *scripted.Peer) {
						p.Send("* PREAUTH [CAPABILITY " + caps + " QRESYNC CONDSTORE] ready")
						p.Answer("ENABLE QRESYNC", "* ENABLED QRESYNC")
						p.Answer("SELECT A", "* 9 EXISTS", "* OK [UIDVALIDITY 1] valid")
						cmd := p.Command()
						for _, line := range test.before {
							p.Send(line)
							synctest.Wait() // what is handed out is handed out now
						}
						if test.closed {
							p.Send("* OK [CLOSED] what follows is about the new one")
						}
						p.Send("* 3 EXISTS", "* OK [UIDVALIDITY 2] valid", "* VANISHED (EARLIER) 41", "* 3 FETCH (UID 43 FLAGS (\\Seen) MODSEQ (7))")
						p.OK(cmd)
						p.Answer("NOOP")
					})
					require.NoError(t, second(c.Enable(t.Context(), imap.CapQResync)))
					require.NoError(t, openBox(t.Context(), c, "A"))
					opts := &imap.SelectOptions{QResync: &commands.QResync{UIDValidity: 2, ModSeq: 5}}
					var changed []imap.UID
					if handOut {
						opts.OnChanged = func(m *imap.Message) { changed = append(changed, m.UID) }
					}
					m, err := c.Select(t.Context(), "B", opts)
					require.NoError(t, err)
					for _, x := range m.Changed {
						changed = append(changed, x.UID)
					}
					assert.Equal(t, []imap.UID{43}, changed)
					assert.Equal(t, "41", m.Vanished.String())
					assert.EqualValues(t, 3, m.Messages)
					works(t, c)
				})
			})
		}
	}
}
