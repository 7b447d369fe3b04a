package promises_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/search"
)

// answering returns a client whose server answers every command with lines, but
// NOOP as always.
func answering(t *testing.T, opts *imap.Options, lines string) *imap.Client {
	return inInbox(t, opts, 10, func(p *scripted.Peer) {
		p.Serve(func(c scripted.Command) bool {
			if c.Is("NOOP") {
				return false
			}
			p.Raw(crlf(lines))
			p.OK(c)
			return true
		})
	})
}

// crlf ends lines as the wire does.
func crlf(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

// TestOneBadRowCostsOneRow breaks the grammar in the second of three rows.
func TestOneBadRowCostsOneRow(t *testing.T) {
	for name, bad := range map[string]string{
		"garbage":             "* 2 FETCH (UID 1002 FLAGS )Seen()\n",
		"not closed":          "* 2 FETCH (UID 1002 FLAGS (\\Seen)\n",
		"no list":             "* 2 FETCH\n",
		"a literal within":    "* 2 FETCH (UID 1002 FLAGS {30}\n* 9 FETCH (UID 1009 FLAGS ())\n)\n",
		"a large text within": "* 2 FETCH (UID 1002 FLAGS oops BODY[] {9000}\n" + text(2, 9000) + ")\n",
	} {
		t.Run(name, func(t *testing.T) {
			inFetchModes(t, func(t *testing.T, opts *imap.FetchOptions) {
				bubble(t, func(t *testing.T) {
					c := answering(t, nil, flagRow(1)+bad+flagRow(3))
					var uids []imap.UID
					bads := 0
					for msg, err := range c.UIDFetch(t.Context(), all, flags, opts) {
						var row *imap.ParseError
						if errors.As(err, &row) {
							require.NotErrorIs(t, err, imap.ErrClosed)
							require.NotEmpty(t, row.Raw, "the error has the bytes")
							bads++
							continue
						}
						require.NoError(t, err)
						uids = append(uids, msg.UID)
					}
					require.Equal(t, 1, bads, "no row is dropped in silence")
					require.Equal(t, []imap.UID{1001, 1003}, uids)
					works(t, c)
				})
			})
		})
	}
}

// TestOneBadItemCostsThatItem has an ENVELOPE and a BODYSTRUCTURE that make no
// sense: the other items of the message are there.
func TestOneBadItemCostsThatItem(t *testing.T) {
	for name, item := range map[string]string{
		"ENVELOPE":      `ENVELOPE (nonsense "here")`,
		"BODYSTRUCTURE": `BODYSTRUCTURE (((("text" 4711)`,
	} {
		t.Run(name, func(t *testing.T) {
			inFetchModes(t, func(t *testing.T, opts *imap.FetchOptions) {
				bubble(t, func(t *testing.T) {
					lines := "* 1 FETCH (UID 1001 FLAGS () RFC822.SIZE 1)\n" +
						"* 2 FETCH (UID 1002 FLAGS (\\Seen) RFC822.SIZE 2 " + item + ")\n" +
						"* 3 FETCH (UID 1003 FLAGS () RFC822.SIZE 3)\n"
					c := answering(t, nil, lines)
					n := 0
					for msg, err := range c.UIDFetch(t.Context(), all, imap.FetchItems{Flags: true, Size: true, Envelope: true, BodyStructure: true}, opts) {
						n++
						if err != nil {
							var row *imap.ParseError
							require.ErrorAs(t, err, &row)
							require.EqualValues(t, 1002, msg.UID)
							require.EqualValues(t, 2, msg.Size)
							require.True(t, msg.HasFlag(imap.FlagSeen))
							n += 10
						}
					}
					require.Equal(t, 13, n)
					works(t, c)
				})
			})
		})
	}
}

// TestBadRowsElsewhere breaks the answers to other commands.
func TestBadRowsElsewhere(t *testing.T) {
	for name, test := range map[string]struct {
		lines string
		call  func(t *testing.T, c *imap.Client) error
	}{
		"LIST": {"* LIST () \"/\" a\n* LIST oops\n* LIST () \"/\" b\n", func(t *testing.T, c *imap.Client) error {
			var last error
			var names []string
			for m, err := range c.List(t.Context(), "*", nil) {
				if err != nil {
					last = err
					continue
				}
				names = append(names, m.Mailbox)
			}
			require.Equal(t, []string{"a", "b"}, names)
			return last
		}},
		"SEARCH": {"* SEARCH 1 2 x\n", func(t *testing.T, c *imap.Client) error {
			_, err := c.UIDSearch(t.Context(), search.All(), nil)
			return err
		}},
		"STATUS": {"* STATUS m (MESSAGES oops)\n", func(t *testing.T, c *imap.Client) error {
			_, err := c.Status(t.Context(), "m", imap.StatusMessages)
			return err
		}},
		"a text": {"* 1 FETCH (UID 1001 BODY[] {9000}\n" + text(1, 9000) + " oops oops(\n", func(t *testing.T, c *imap.Client) error {
			var last error
			n := 0
			for b, err := range c.UIDFetchBodies(t.Context(), all, whole, nil) {
				if err != nil {
					last = err
					continue
				}
				n++
				got, err := io.ReadAll(b)
				require.NoError(t, err)
				require.Len(t, got, 9000, "the text itself is whole")
			}
			require.Equal(t, 1, n)
			return last
		}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := answering(t, nil, test.lines)
				err := test.call(t, c)
				var row *imap.ParseError
				require.ErrorAs(t, err, &row)
				require.NotErrorIs(t, err, imap.ErrClosed)
				works(t, c)
			})
		})
	}
}

// TestBadRowsThatNobodyAskedFor are events.
func TestBadRowsThatNobodyAskedFor(t *testing.T) {
	bubble(t, func(t *testing.T) {
		events := make(chan imap.Event, 10)
		c := connect(t, &imap.Options{OnEvent: func(ev imap.Event) { events <- ev }}, func(p *scripted.Peer) {
			p.Send(preauth, "* LIST oops", "* 3 FETCH (FLAGS oops)", "nonsense", "", "* ")
			p.Serve(nil)
		})
		works(t, c)
		for range 5 {
			ev := <-events
			bad, ok := ev.(*imap.ParseErrorData)
			require.True(t, ok, "%T", ev)
			require.Error(t, bad.Err)
		}
	})
}

// TestTextsThatAreTooLargeCostTheirRow keeps what MaxLiteral allows.
func TestTextsThatAreTooLargeCostTheirRow(t *testing.T) {
	inFetchModes(t, func(t *testing.T, opts *imap.FetchOptions) {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, &imap.Options{MaxLiteral: 100_000}, 3, func(p *scripted.Peer) {
				p.Serve(func(c scripted.Command) bool {
					if !c.Is("UID FETCH") {
						return false
					}
					p.Raw(bodyRow(1, 10_000) + bodyRow(2, 300_000) + bodyRow(3, 10_000))
					p.OK(c)
					return true
				})
			})
			var sizes []string
			for msg, err := range c.UIDFetch(t.Context(), all, whole, opts) {
				var limit *imap.LimitError
				if errors.As(err, &limit) {
					require.EqualValues(t, 1002, msg.UID)
					sizes = append(sizes, "too large")
					continue
				}
				require.NoError(t, err)
				sizes = append(sizes, fmt.Sprint(len(msg.Body())))
			}
			require.Equal(t, []string{"10000", "too large", "10000"}, sizes)
			works(t, c)
		})
	})
}

// TestBadRowsOfCommandsWithoutALoopAreEvents has nothing lost in silence where a
// result has no place for it.
func TestBadRowsOfCommandsWithoutALoopAreEvents(t *testing.T) {
	for name, call := range map[string]func(ctx context.Context, c *imap.Client) error{
		"STORE": func(ctx context.Context, c *imap.Client) error {
			res, err := c.UIDStore(ctx, all, imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
			if err == nil && len(res.Messages) != 2 {
				return errors.New("not the good rows")
			}
			return err
		},
		"Do": func(ctx context.Context, c *imap.Client) error {
			_, err := c.Do(ctx, commands.Raw{Command: "X-FETCH"})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				events := make(chan imap.Event, 10)
				opts := &imap.Options{OnEvent: func(ev imap.Event) { events <- ev }}
				c := answering(t, opts, flagRow(1)+"* 2 FETCH (UID 1002 FLAGS (\\Seen)\n"+flagRow(3))
				require.NoError(t, call(t.Context(), c))
				works(t, c)
				require.IsType(t, &imap.ParseErrorData{}, <-events)
				require.Empty(t, events)
			})
		})
	}
}

// A command that is answered twice by what can't be read returns the first error; what is
// not its own is an event.
func TestTheFirstBadResponseCounts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var events []*imap.ParseErrorData
		c := connect(t, &imap.Options{OnEvent: func(e imap.Event) {
			if bad, ok := e.(*imap.ParseErrorData); ok {
				events = append(events, bad)
			}
		}}, func(p *scripted.Peer) {
			p.Send(preauth)
			p.Answer("NAMESPACE", "* QUOTA (", "* NAMESPACE first", "* NAMESPACE second")
			p.Answer("NOOP")
		})
		_, err := c.Namespace(t.Context())
		var bad *imap.ParseError
		require.ErrorAs(t, err, &bad)
		require.Contains(t, string(bad.Raw), "first")
		works(t, c)
		synctest.Wait()
		require.Len(t, events, 2)
		require.Contains(t, string(events[0].Err.Raw), "QUOTA")
		require.Contains(t, string(events[1].Err.Raw), "second")
	})
}

// Between a login and the capabilities that follow it, literals wait for the server.
func TestLiteralsWaitUntilTheCapabilitiesAreKnown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var line string
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* OK [CAPABILITY IMAP4rev1 LITERAL+] hi")
			p.OK(p.Command())
			p.Sendf("%s BAD what", p.Command().Tag)
			line = p.Line()
			p.Sendf("%s NO no", strings.Fields(line)[0])
			p.Serve(nil)
		})
		require.Error(t, c.Login(t.Context(), "user", "password"))
		require.Equal(t, imap.StateAuthenticated, c.State())
		_, err := c.Append(t.Context(), "x", 5, strings.NewReader("NOOP\r"), nil)
		require.Error(t, err)
		require.Contains(t, line, "{5}", "the server may not know {5+} any more")
		works(t, c)
	})
}
