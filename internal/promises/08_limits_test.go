package promises_test

import (
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestTheServerCantHurtTheClient has servers send more than anybody needs.
func TestTheServerCantHurtTheClient(t *testing.T) {
	type call func(t *testing.T, c *imap.Client) error
	noop := func(t *testing.T, c *imap.Client) error { return c.Noop(t.Context()) }
	list := func(t *testing.T, c *imap.Client) error {
		_, err := imap.Collect(c.List(t.Context(), "*", nil))
		return err
	}
	for name, test := range map[string]struct {
		say  func(p *scripted.Peer)
		call call
	}{
		"a line without end": {func(p *scripted.Peer) {
			for {
				p.Raw(strings.Repeat("x", 64<<10))
			}
		}, noop},
		"a literal beyond all bounds": {func(p *scripted.Peer) {
			p.Send("* LIST () \"/\" {4000000000}")
			p.Hold()
		}, list},
		"a code without end": {func(p *scripted.Peer) {
			p.Raw("* OK [BADCHARSET (")
			for {
				p.Raw(strings.Repeat("x ", 32<<10))
			}
		}, noop},
		"rows without end": {func(p *scripted.Peer) {
			rows := strings.Repeat("* LIST () \"/\" a\r\n", 4000)
			for {
				p.Raw(rows)
			}
		}, list},
		"numbers without end": {func(p *scripted.Peer) {
			var line strings.Builder
			line.WriteString("* SEARCH")
			for n := 1_000_001; n < 1_200_000; n += 2 {
				line.WriteString(" " + strconv.Itoa(n))
			}
			for {
				p.Send(line.String())
			}
		}, func(t *testing.T, c *imap.Client) error {
			_, err := c.UIDSearch(t.Context(), nil, nil)
			return err
		}},
		"removals without end": {func(p *scripted.Peer) {
			rows := strings.Repeat("* 1 EXPUNGE\r\n", 4000)
			for {
				p.Raw(rows)
			}
		}, func(t *testing.T, c *imap.Client) error {
			_, err := c.UIDExpunge(t.Context(), all)
			return err
		}},
		"whatever Do gathers": {func(p *scripted.Peer) {
			rows := strings.Repeat("* XROW 1\r\n", 4000)
			for {
				p.Raw(rows)
			}
		}, func(t *testing.T, c *imap.Client) error {
			_, err := c.Do(t.Context(), commands.Raw{Command: "XDO"})
			return err
		}},
		"changed messages": {func(p *scripted.Peer) {
			rows := strings.Repeat("* 1 FETCH (UID 1001 FLAGS (a b c))\r\n", 2000)
			for {
				p.Raw(rows)
			}
		}, func(t *testing.T, c *imap.Client) error {
			_, err := c.Select(t.Context(), "INBOX", nil)
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, &imap.Options{MaxResponse: 1 << 20, MaxDiscard: 1 << 20}, 1, func(p *scripted.Peer) {
					p.Command()
					test.say(p)
				})
				err := test.call(t, c)
				var limit *imap.LimitError
				require.ErrorAs(t, err, &limit)
				require.NotEmpty(t, limit.What)
				require.Positive(t, limit.Limit)
				_ = c.Close()
			})
		})
	}
	t.Run("nesting", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			deep := strings.Repeat("(", 100_000)
			c := answering(t, nil, "* 1 FETCH (UID 1001 BODYSTRUCTURE "+deep+")\n* 2 FETCH (UID 1002 X-DEEP "+deep+"\n* THREAD "+deep+"\n* XX "+deep+"\n")
			bad := 0
			for _, err := range c.UIDFetch(t.Context(), all, imap.FetchItems{BodyStructure: true}, nil) {
				if err != nil {
					bad++
				}
			}
			require.Equal(t, 2, bad)
			works(t, c)
		})
	})
}

// TestSetsStayRanges gets all numbers there are in one short line.
func TestSetsStayRanges(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 1, func(p *scripted.Peer) {
			p.Serve(func(c scripted.Command) bool {
				switch {
				case c.Is("UID SEARCH"):
					p.Sendf("* ESEARCH (TAG \"%s\") UID ALL 1:4294967295", c.Tag)
				case c.Is("UID FETCH"):
					p.Send("* 1 FETCH (UID 4294967295 FLAGS ())")
				case c.Is("UID MOVE"):
					p.Send("* OK [COPYUID 1 1:4294967295 1:4294967295] moved")
				default:
					return false
				}
				p.OK(c)
				return true
			})
		})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		found, err := c.UIDSearch(t.Context(), nil, nil)
		require.NoError(t, err)
		require.EqualValues(t, 1<<32-1, found.All.Len())
		_, err = imap.Collect(c.UIDFetch(t.Context(), found.All, flags, nil))
		require.NoError(t, err)
		moved, err := c.UIDMove(t.Context(), found.All, "x")
		require.NoError(t, err)
		require.EqualValues(t, 1<<32-1, moved.Dest.Len())
		runtime.ReadMemStats(&after)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
	})
}

// TestNothingIsAllocatedOnAPromise announces large texts and sends little.
func TestNothingIsAllocatedOnAPromise(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, &imap.Options{MaxLiteral: 1 << 40}, 1, func(p *scripted.Peer) {
			p.Command()
			p.Raw("* 1 FETCH (UID 1001 BODY[] {400000000000}\r\nhello")
		})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := imap.Collect(c.UIDFetch(t.Context(), all, whole, nil))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		runtime.ReadMemStats(&after)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20))
	})
}

// TestEventsAreBounded has a receiver that does not receive for a while.
func TestEventsAreBounded(t *testing.T) {
	for name, test := range map[string]struct {
		line  string
		count int
		kept  int
	}{
		"many":  {"* 1 EXPUNGE\r\n", 3000, 1024},
		"large": {"* XBIG " + strings.Repeat("x", 1<<20) + "\r\n", 40, 16},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				release := make(chan struct{})
				var seen, lost int
				c := inInbox(t, &imap.Options{OnEvent: func(ev imap.Event) {
					<-release
					if ev, ok := ev.(*imap.EventsLost); ok {
						lost += ev.Count
						return
					}
					seen++
				}}, 1, func(p *scripted.Peer) {
					cmd := p.Want("NOOP")
					for range test.count {
						p.Raw(test.line)
					}
					p.OK(cmd)
					p.Serve(nil)
				})
				works(t, c)
				close(release)
				synctest.Wait()
				require.Equal(t, test.count, seen+lost, "what is lost is told")
				require.InDelta(t, test.kept, seen, 2)
			})
		})
	}
}
