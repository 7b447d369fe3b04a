package promises_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// Promise 8: what is kept is bounded, counted as memory.

// TestOneMessageIsBounded has a server send sections without end, in one response and
// in many: the loop gets errors, and no more than it may keep.
func TestOneMessageIsBounded(t *testing.T) {
	const size, count, limit = 100_000, 60, 1 << 20
	section := fmt.Sprintf("BODY[] {%d}\r\n%s", size, text(1, size))
	for name, test := range map[string]struct {
		items imap.FetchItems
		lines string
	}{
		"one response":   {whole, "* 1 FETCH (UID 1001" + strings.Repeat(" "+section, count) + ")\r\n"},
		"many responses": {imap.FetchItems{Envelope: true, Sections: whole.Sections}, strings.Repeat("* 1 FETCH (UID 1001 "+section+")\r\n", count)},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, &imap.Options{MaxLiteral: limit, ReadAhead: limit}, 3, func(p *scripted.Peer) {
					cmd := p.Command()
					p.Raw(test.lines)
					p.OK(cmd)
					p.Serve(nil)
				})
				failed := 0
				for m, err := range c.UIDFetch(t.Context(), imap.UIDs(1001), test.items, nil) {
					var over *imap.LimitError
					if errors.As(err, &over) {
						require.True(t, imap.RowError(err))
						failed++
					}
					kept := 0
					for _, s := range m.Sections {
						kept += len(s.Data)
					}
					require.LessOrEqual(t, kept, 3*limit)
				}
				require.Positive(t, failed)
				works(t, c)
			})
		})
	}
}

// TestReadAheadCountsMemory: rows that take a hundred times what they are on the wire.
func TestReadAheadCountsMemory(t *testing.T) {
	const parts, rows = 10_000, 60 // 1.5 MiB each
	bubble(t, func(t *testing.T) {
		c := inInbox(t, &imap.Options{ReadAhead: 4 << 20}, rows, func(p *scripted.Peer) {
			cmd := p.Command()
			row := func(n int) {
				p.Sendf("* %d FETCH (UID %d BODYSTRUCTURE (%s))", n, 1000+n, strings.Repeat("()", parts))
			}
			row(1)
			other := p.Want("NOOP")
			for n := 2; n <= rows; n++ {
				row(n)
			}
			p.OK(cmd)
			p.OK(other)
			p.Serve(nil)
		})
		got := 0
		var last error
		for _, err := range c.UIDFetch(t.Context(), all, imap.FetchItems{BodyStructure: true}, nil) {
			if last = err; err != nil {
				break
			}
			if got++; got == 1 {
				works(t, c) // has the rest read
			}
		}
		require.ErrorIs(t, last, imap.ErrReadAhead)
		require.Less(t, got, 8)
		works(t, c)
	})
}

// TestSmallPiecesCostLittle: a set that comes in pieces, in descending order, takes time
// in proportion to its size.
func TestSmallPiecesCostLittle(t *testing.T) {
	const count = 50_000
	var lines strings.Builder
	for i := range count {
		uid := 4_000_000_000 - 20*i
		fmt.Fprintf(&lines, "* VANISHED (EARLIER) %d,%d\r\n", uid, uid+5)
	}
	addr := scripted.Listen(t, func(p *scripted.Peer) {
		p.Send(qresyncCaps)
		cmd := p.Command()
		p.Raw(lines.String())
		p.OK(cmd)
		p.Serve(nil)
	})
	c, err := imap.DialInsecure(t.Context(), addr, nil)
	require.NoError(t, err)
	defer c.Close()
	began := time.Now()
	m, err := c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	require.EqualValues(t, 2*count, m.Vanished.Len())
	require.Less(t, time.Since(began), 20*time.Second, "it took minutes when each piece cost the whole set")
}

// TestChangedIsBounded: SELECT with QRESYNC fails rather than keep any number of rows.
func TestChangedIsBounded(t *testing.T) {
	addr := scripted.Listen(t, func(p *scripted.Peer) {
		p.Send(qresyncCaps)
		cmd := p.Command()
		for n := range 300_000 {
			p.Raw(fmt.Sprintf("* %d FETCH (UID %d FLAGS (a b c) MODSEQ (9))\r\n", n+1, n+1))
		}
		p.OK(cmd)
		p.Serve(nil)
	})
	c, err := imap.DialInsecure(t.Context(), addr, nil)
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Select(t.Context(), "INBOX", nil)
	var over *imap.LimitError
	require.ErrorAs(t, err, &over)
	require.Nil(t, c.Mailbox())
}
