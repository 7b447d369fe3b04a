package promises_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// Promise 1: what a server says in place of a tagged response ends the command, with
// its words, and no server keeps a command waiting by talking.

// TestByeEndsTheConnection has servers say BYE, once or again and again, with
// commands in flight and without, and stay.
func TestByeEndsTheConnection(t *testing.T) {
	for name, test := range map[string]struct {
		say     []string
		command bool
	}{
		"once, idle":             {[]string{"* BYE Autologout"}, false},
		"once, within a command": {[]string{"* BYE Autologout"}, true},
		"repeated":               {strings.Split(strings.Repeat("* BYE Autologout\n", 50), "\n"), true},
		"with talk":              {strings.Split("* BYE Autologout\n"+strings.Repeat("* OK still here\n", 50), "\n"), true},
		"without the asterisk":   {[]string{"BYE Autologout"}, true},
		"tagged":                 {[]string{"$TAG BYE Autologout"}, true},
		"tagged, and talk":       {strings.Split("$TAG BYE Autologout\n"+strings.Repeat("* OK still here\n", 50), "\n"), true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 3, func(p *scripted.Peer) {
					tag := ""
					if test.command {
						tag = p.Want("NOOP").Tag
					}
					for _, line := range test.say {
						p.Send(strings.ReplaceAll(line, "$TAG", tag))
						time.Sleep(200 * time.Millisecond)
					}
					p.Hold()
				})
				began := time.Now()
				if test.command {
					require.ErrorContains(t, c.Noop(context.Background()), "Autologout")
				}
				<-c.Done()
				require.LessOrEqual(t, time.Since(began), 2*time.Second)
				var bye *imap.StatusError
				require.ErrorAs(t, c.Err(), &bye)
				require.Equal(t, imap.BYE, bye.Type)
				require.Contains(t, bye.Text, "Autologout")
			})
		})
	}
}

// TestLogoutEndsAfterBye has servers that do not end LOGOUT by the book.
func TestLogoutEndsAfterBye(t *testing.T) {
	for name, serve := range map[string]func(*scripted.Peer){
		"BYE, and silence": func(p *scripted.Peer) { p.Want("LOGOUT"); p.Send("* BYE"); p.Hold() },
		"BYE, and talk": func(p *scripted.Peer) {
			p.Want("LOGOUT")
			for {
				p.Send("* BYE", "* OK still here")
				time.Sleep(time.Second / 10)
			}
		},
		"the end": func(p *scripted.Peer) { p.Want("LOGOUT") },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 3, serve)
				began := time.Now()
				require.NoError(t, c.Logout(context.Background()))
				require.LessOrEqual(t, time.Since(began), 2*time.Second)
			})
		})
	}
}

// TestARefusalWithoutATag has servers refuse commands without saying which one. The
// command ends with what they said, the connection goes on, and an answer that comes
// late harms nothing.
func TestARefusalWithoutATag(t *testing.T) {
	for _, line := range []string{"* BAD what is that", "BAD what is that", "NO what is that", "bad what is that", "BAD no what is that"} {
		for name, late := range map[string]string{"no answer": "", "late OK": "$TAG OK done", "late BAD": "$TAG BAD what is that"} {
			t.Run(line+", "+name, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					c := inInbox(t, nil, 3, func(p *scripted.Peer) {
						tag := p.Want("UID STORE 7 +FLAGS (\\Deleted)").Tag
						p.Send(line)
						time.Sleep(5 * time.Second)
						if late != "" {
							p.Send(strings.ReplaceAll(late, "$TAG", tag))
						}
						p.Serve(nil)
					})
					err := remove(context.Background(), c, 7)
					var refused *imap.StatusError
					require.ErrorAs(t, err, &refused)
					require.Equal(t, "what is that", strings.TrimPrefix(refused.Text, "no "))
					require.Equal(t, "UID STORE", refused.Command)
					require.False(t, imap.SafeToRetry(err))
					time.Sleep(10 * time.Second)
					works(t, c)
				})
			})
		}
	}
}

// TestARefusalIsNotTakenForAnAnswer: a tagged response that comes by the book counts,
// and so does a literal that was announced.
func TestARefusalIsNotTakenForAnAnswer(t *testing.T) {
	for _, line := range []string{"* BAD take care", "* NO take care", "NO take care"} {
		t.Run(line, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 3, func(p *scripted.Peer) {
					cmd := p.Want("UID STORE 7 +FLAGS (\\Deleted)")
					p.Send(line)
					time.Sleep(time.Second / 2)
					p.OK(cmd)
					p.Serve(nil)
				})
				require.NoError(t, remove(context.Background(), c, 7))
				time.Sleep(10 * time.Second)
				works(t, c)
			})
		})
	}
}

// TestARefusedLiteral has a server refuse an APPEND without its tag: nothing more of
// it is sent.
func TestARefusedLiteral(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1] ready")
			p.Line()
			p.Send("BAD no room")
			p.Serve(nil)
		})
		_, err := c.Append(context.Background(), "x", 5, strings.NewReader("hello"), nil)
		require.ErrorContains(t, err, "no room")
		works(t, c)
	})
}

// TestATalkingServerTimesOut has servers that keep talking and never answer.
func TestATalkingServerTimesOut(t *testing.T) {
	talk := func(p *scripted.Peer, line string) {
		for {
			p.Send(line)
			time.Sleep(10 * time.Second)
		}
	}
	commands := map[string]func(c *imap.Client) error{
		"NOOP": func(c *imap.Client) error { return c.Noop(context.Background()) },
		"UID FETCH": func(c *imap.Client) error {
			_, err := imap.Collect(c.UIDFetch(context.Background(), all, flags, nil))
			return err
		},
		"IDLE without +": func(c *imap.Client) error {
			for _, err := range c.Idle(context.Background()) {
				if err != nil {
					return err
				}
			}
			return nil
		},
		"APPEND without +": func(c *imap.Client) error {
			_, err := c.Append(context.Background(), "x", 1<<20, io.LimitReader(zeros{'a'}, 1<<20), nil)
			return err
		},
	}
	for name, call := range commands {
		for _, line := range []string{"* OK still here", "* 3 EXISTS", "* XSTILL here", "* 0 RECENT", "* ????", ""} {
			t.Run(name+", "+line, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					c := connect(t, &imap.Options{ReadTimeout: time.Minute}, func(p *scripted.Peer) {
						p.Send("* PREAUTH [CAPABILITY IMAP4rev1 IDLE] ready")
						p.Answer("SELECT INBOX", "* 3 EXISTS")
						p.Line()
						talk(p, line)
					})
					require.NoError(t, openBox(t.Context(), c, "INBOX"))
					began := time.Now()
					require.ErrorIs(t, call(c), imap.ErrTimeout)
					require.LessOrEqual(t, time.Since(began), 70*time.Second)
				})
			})
		}
	}
}

// TestAuthenticateHasABound has a server that answers every response with another
// challenge.
func TestAuthenticateHasABound(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* OK [CAPABILITY IMAP4rev1 AUTH=ENDLESS] ready")
			for {
				p.Line()
				p.Send("+ ")
			}
		})
		var violation *imap.ProtocolError
		require.ErrorAs(t, c.Authenticate(context.Background(), endless{}), &violation)
	})
}

type endless struct{}

func (endless) Start() (string, []byte, error) { return "ENDLESS", nil, nil }
func (endless) Next([]byte) ([]byte, error)    { return []byte("again"), nil }

// TestPlusAfterALongLine answers each synchronizing literal at once, even if the line
// before it is so long that it leaves before the literal is reached.
func TestPlusAfterALongLine(t *testing.T) {
	var uids imap.UIDSet
	for i := range 15_000 {
		uids.AddNum(imap.UID(100_000 + 2*i))
	}
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1] ready")
			p.Answer("SELECT INBOX", "* 3 EXISTS")
			p.Serve(func(c scripted.Command) bool { p.OK(c); return true })
		})
		require.NoError(t, openBox(t.Context(), c, "INBOX"))
		for range 200 {
			cmd := commands.Raw{Command: "XLONG", Args: []commands.Arg{commands.ArgUIDs(uids), commands.ArgLiteral([]byte("text"))}}
			_, err := c.Do(context.Background(), cmd)
			require.NoError(t, err)
		}
	})
}
