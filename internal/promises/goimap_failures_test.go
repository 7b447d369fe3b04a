package promises_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// Ten conversations in which github.com/emersion/go-imap v2 (beta.8) loses the
// connection, data, memory or patience, and one in which it hangs. The names say
// what happens here instead. They use the written scripts of package imaptest, in
// which they can be read at a glance.

const opened = `
	S: * PREAUTH [CAPABILITY IMAP4rev1 ESEARCH LITERAL+ IDLE] hi
	C: s SELECT INBOX
	S: * 3 EXISTS
	S: s OK selected
`

// script returns a client with INBOX open on a server that goes on with text.
func script(t *testing.T, opts *imap.Options, text string) *imap.Client {
	t.Helper()
	c, err := imap.NewClient(t.Context(), imaptest.Script(t, opened+text), opts)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	return c
}

// (a) There, the connection is closed.
func TestUnknownFetchItemIsKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := script(t, nil, `
			C: a UID FETCH 7 (FLAGS)
			S: * 1 FETCH (UID 7 X-FOO "bar" FLAGS (\Seen))
			S: a OK done
			C: b NOOP
			S: b OK done
		`)
		rows, err := imap.Collect(c.UIDFetch(t.Context(), imap.UIDs(7), flags, nil))
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.True(t, rows[0].HasFlag(imap.FlagSeen))
		require.Equal(t, "X-FOO", rows[0].Ext.Unknown[0].Name)
		works(t, c)
	})
}

// (b) There, the connection is closed.
func TestUnknownResponseIsAnEvent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		events := make(chan imap.Event, 1)
		c := script(t, &imap.Options{OnEvent: func(ev imap.Event) { events <- ev }}, `
			C: a NOOP
			S: * XVENDOR hello
			S: a OK done
			C: b NOOP
			S: b OK done
		`)
		works(t, c)
		works(t, c)
		unknown, ok := (<-events).(*response.UnknownData)
		require.True(t, ok)
		require.Equal(t, "XVENDOR", unknown.Name)
		require.Equal(t, "hello", string(unknown.Raw))
	})
}

// (c) There, 1146 MB are allocated.
func TestSetOfAShortLineIsSmall(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := script(t, nil, `
			C: a UID SEARCH RETURN (ALL COUNT) ALL
			S: * ESEARCH (TAG "a") UID ALL 1:50000000
			S: a OK done
		`)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		found, err := c.UIDSearch(t.Context(), search.All(), nil)
		require.NoError(t, err)
		n := 0
		for uid := range found.All.All() {
			if n++; n == 1000 {
				require.EqualValues(t, 1000, uid)
				break
			}
		}
		runtime.ReadMemStats(&after)
		require.EqualValues(t, 50_000_000, found.Count)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
	})
}

// (d) There, the old mailbox seems to be open still.
func TestFailedSelectLeavesNoMailboxSelected(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := script(t, nil, `
			C: a SELECT missing
			S: a NO [NONEXISTENT] there is no such mailbox
		`)
		_, err := c.Select(t.Context(), "missing", nil)
		require.ErrorIs(t, err, imap.CodeNonExistent)
		require.Equal(t, imap.StateAuthenticated, c.State())
		require.Nil(t, c.Mailbox())
	})
}

// (e) There, the body is empty and the error nil.
func TestMessageInTwoResponsesIsOne(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := script(t, nil, `
			C: a UID FETCH 7 (BODY.PEEK[])
			S: * 1 FETCH (UID 7 FLAGS (\Seen) MODSEQ (12))
			S: * 1 FETCH (UID 7 BODY[] {<<END}
			hello
			END)
			S: a OK done
		`)
		rows, err := imap.Collect(c.UIDFetch(t.Context(), imap.UIDs(7), whole, nil))
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.Equal(t, "hello\r\n", string(rows[0].Body()))
	})
}

// (f) There, a server with LITERAL+ but not LITERAL- is waited for.
func TestAppendUsesLiteralPlus(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := script(t, nil, `
			C: a APPEND x {<<END+}
			hello
			END
			S: a OK done
		`)
		_, err := c.Append(t.Context(), "x", 7, strings.NewReader("hello\r\n"), nil)
		require.NoError(t, err)
	})
}

// (g) There, it hangs.
func TestIdleCanBeEndedByItsReceiver(t *testing.T) {
	bubble(t, func(t *testing.T) {
		idle, stop := context.WithCancel(t.Context())
		defer stop()
		c := script(t, &imap.Options{OnEvent: func(imap.Event) { stop() }}, `
			C: a IDLE
			S: + idling
			S: * 4 EXISTS
			C: DONE
			S: a OK done
			C: b NOOP
			S: b OK done
		`)
		for _, err := range c.Idle(idle) {
			require.NoError(t, err)
		}
		works(t, c)
	})
	bubble(t, func(t *testing.T) { // and out of the loop itself
		c := script(t, nil, `
			C: a IDLE
			S: + idling
			S: * 4 EXISTS
			C: DONE
			S: a OK done
			C: b NOOP
			S: b OK done
		`)
		for _, err := range c.Idle(t.Context()) {
			require.NoError(t, err)
			break
		}
		works(t, c)
	})
}

// (h) There, the third row is lost and the connection closed.
func TestMalformedBodyStructureCostsItsRow(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const good = `BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 5 1)`
		c := script(t, nil, `
			C: a UID FETCH 1:3 (BODYSTRUCTURE)
			S: * 1 FETCH (UID 1 `+good+`)
			S: * 2 FETCH (UID 2 BODYSTRUCTURE (("text" "plain" ("boundary" NIL) NIL NIL "7bit" 5 1) "mixed" ("boundary" NIL))))
			S: * 3 FETCH (UID 3 `+good+`)
			S: a OK done
			C: b NOOP
			S: b OK done
		`)
		var uids []imap.UID
		for msg, err := range c.UIDFetch(t.Context(), imap.UIDRange(1, 3), imap.FetchItems{BodyStructure: true}, nil) {
			var bad *imap.ParseError
			if err != nil {
				require.True(t, errors.As(err, &bad), err)
			}
			if msg != nil {
				uids = append(uids, msg.UID)
			}
		}
		require.Equal(t, []imap.UID{1, 2, 3}, uids)
		works(t, c)
	})
}

// (i) There, the server receives a second command.
func TestSortKeyDoesNotInject(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := script(t, nil, `
			C: a NOOP
			S: a OK done
		`)
		_, err := c.Do(t.Context(), commands.Raw{Command: "UID SORT", Args: []commands.Arg{
			commands.ArgList(commands.ArgAtom("DATE)\r\nZZ DELETE INBOX\r\n")), commands.ArgAtom("UTF-8"), commands.ArgAtom("ALL"),
		}})
		var bad *imap.ArgumentError
		require.ErrorAs(t, err, &bad)
		works(t, c)
	})
}

// (j) There, it waits for ever.
func TestUnansweredCommandTimesOut(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := script(t, nil, `
			C: a NOOP
			--- eof
		`)
		began := time.Now()
		require.ErrorIs(t, c.Noop(context.Background()), imap.ErrTimeout)
		require.Equal(t, 2*time.Minute, time.Since(began))
	})
}

// There, a command inside of a loop over 500 rows, or over two texts, hangs, and
// so does Close.
func TestCommandInsideALoopDoesNotHang(t *testing.T) {
	for name, test := range map[string]struct {
		rows  string
		items imap.FetchItems
	}{
		"500 rows":         {rowsOf(500, flagRow), flags},
		"2 texts":          {rowsOf(2, bodies(5)), whole},
		"2 large texts":    {rowsOf(2, bodies(100_000)), whole},
		"one endless text": {bodyRow(1, 5_000_000), whole},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 500, func(p *scripted.Peer) {
					cmd := p.Command()
					p.Raw(test.rows)
					p.OK(cmd)
					p.Serve(nil)
				})
				for _, err := range c.UIDFetchBodies(t.Context(), all, test.items, nil) {
					require.NoError(t, err)
					works(t, c)
				}
				works(t, c)
				atOnce(t, func() { require.NoError(t, c.Close()) })
			})
		})
	}
}
