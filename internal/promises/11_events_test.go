package promises_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestWhatIsAnEvent: what a command brings about by itself is none, and what the server
// says besides is, also while a command runs.
func TestWhatIsAnEvent(t *testing.T) {
	for name, test := range map[string]struct {
		within string // the command in which the server says it; empty: none
		line   string
		event  bool
	}{
		"EXISTS":                      {"NOOP", "* 4 EXISTS", true},
		"RECENT":                      {"NOOP", "* 1 RECENT", true},
		"FLAGS":                       {"NOOP", "* FLAGS (a)", true},
		"EXPUNGE":                     {"NOOP", "* 1 EXPUNGE", true},
		"FETCH":                       {"NOOP", "* 1 FETCH (FLAGS ())", true},
		"OK":                          {"NOOP", "* OK hello", true},
		"NO":                          {"NOOP", "* NO slow today", true},
		"ALERT":                       {"NOOP", "* OK [ALERT] beware", true},
		"capabilities":                {"NOOP", "* CAPABILITY IMAP4rev1", false},
		"capabilities in a code":      {"NOOP", "* OK [CAPABILITY IMAP4rev1] hello", false},
		"ENABLED":                     {"NOOP", "* ENABLED X", false},
		"what is not known":           {"NOOP", "* XSTRANGE 1", true},
		"what can't be read":          {"NOOP", "* 1 FETCH (", true},
		"EXISTS of SELECT":            {"SELECT Other", "* 4 EXISTS", false},
		"RECENT of SELECT":            {"SELECT Other", "* 4 RECENT", false},
		"FLAGS of SELECT":             {"SELECT Other", "* FLAGS (a)", false},
		"UIDVALIDITY of SELECT":       {"SELECT Other", "* OK [UIDVALIDITY 4] valid", false},
		"an OK in SELECT":             {"SELECT Other", "* OK hello", false},
		"a NO in SELECT":              {"SELECT Other", "* NO slow today", true},
		"an ALERT in SELECT":          {"SELECT Other", "* OK [ALERT] beware", true},
		"what is not known in SELECT": {"SELECT Other", "* XSTRANGE 1", true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var events []imap.Event
				c := inInbox(t, &imap.Options{OnEvent: func(ev imap.Event) { events = append(events, ev) }}, 9, func(p *scripted.Peer) {
					p.Answer(test.within, test.line)
					p.Serve(nil)
				})
				if test.within == "NOOP" {
					require.NoError(t, c.Noop(t.Context()))
				} else {
					require.NoError(t, openBox(t.Context(), c, "Other"))
				}
				synctest.Wait()
				require.Equal(t, test.event, len(events) > 0, "%v", events)
			})
		})
	}
}

// TestAnAlertOfATaggedAnswer is an event, too.
func TestAnAlertOfATaggedAnswer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var events []imap.Event
		c := inInbox(t, &imap.Options{OnEvent: func(ev imap.Event) { events = append(events, ev) }}, 9, func(p *scripted.Peer) {
			p.Sendf("%s OK [ALERT] beware", p.Want("NOOP").Tag)
			p.Serve(nil)
		})
		works(t, c)
		synctest.Wait()
		require.Len(t, events, 1)
	})
}

// TestEventsThatWereTakenDoNotCount: the bounds are those of what waits, not of what has
// been said in the connection's life.
func TestEventsThatWereTakenDoNotCount(t *testing.T) {
	const rounds, size = 40, 1 << 20
	bubble(t, func(t *testing.T) {
		large, lost := 0, 0
		c := inInbox(t, &imap.Options{OnEvent: func(ev imap.Event) {
			switch ev := ev.(type) {
			case *imap.StatusResponse:
				require.Len(t, ev.Text, size)
				large++
			case *imap.EventsLost:
				lost += ev.Count
			}
		}}, 9, func(p *scripted.Peer) {
			for range rounds {
				cmd := p.Want("NOOP")
				p.Send("* OK " + strings.Repeat("x", size))
				p.OK(cmd)
			}
			p.Serve(nil)
		})
		for range rounds {
			works(t, c)
			synctest.Wait()
		}
		require.Zero(t, lost)
		require.Equal(t, rounds, large)
	})
}

// TestEventsCountWhatTheyCost: a slow receiver keeps no more than the bound says, counted
// as memory, and hears how many were dropped.
func TestEventsCountWhatTheyCost(t *testing.T) {
	const each, count = 20_000, 100 // parts in each, which take a hundred times what they are on the wire
	bubble(t, func(t *testing.T) {
		release := make(chan struct{})
		messages, lost := 0, 0
		c := inInbox(t, &imap.Options{OnEvent: func(ev imap.Event) {
			<-release
			switch ev := ev.(type) {
			case *imap.Message:
				messages++
			case *imap.EventsLost:
				lost += ev.Count
			}
		}}, 200, func(p *scripted.Peer) {
			cmd := p.Want("NOOP")
			for i := range count {
				p.Sendf("* %d FETCH (BODYSTRUCTURE (%s))", i+1, strings.Repeat("()", each))
			}
			p.OK(cmd)
			p.Serve(nil)
		})
		works(t, c)
		close(release)
		time.Sleep(time.Second)
		synctest.Wait() // for the goroutine of the events
		require.Equal(t, count, messages+lost)
		require.Less(t, messages, 30, "each takes about 3 MiB, and 16 MiB may wait")
		require.Positive(t, messages)
	})
}

// TestClosedEndsTheOldMailbox: what was said before CLOSED is about the old mailbox.
func TestClosedEndsTheOldMailbox(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 9, func(p *scripted.Peer) {
			p.Answer("SELECT Other", "* 8 EXISTS", "* OK [HIGHESTMODSEQ 77] old", "* OK [UIDNEXT 78] old", "* FLAGS (old)", "* OK [CLOSED] closed", "* 2 EXISTS")
			p.Serve(nil)
		})
		m, err := c.Select(t.Context(), "Other", nil)
		require.NoError(t, err)
		require.Equal(t, &imap.Mailbox{Name: "Other", Messages: 2}, m, fmt.Sprint(m))
	})
}
