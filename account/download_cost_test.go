package account_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
)

// turns returns how often the clients spoke after the server.
func (w *world) turns() int {
	n := 0
	for _, session := range w.Transcript() {
		server := false
		for line := range strings.Lines(session) {
			switch {
			case strings.HasPrefix(line, "S: "):
				server = true
			case strings.HasPrefix(line, "C: ") && server:
				server = false
				n++
			}
		}
	}
	return n
}

// TestSmallFoldersTakeTwoTurns each: one to open it, and one for all that is in it.
func TestSmallFoldersTakeTwoTurns(t *testing.T) {
	const folders, messages = 40, 25
	for name, test := range map[string]struct {
		uids     imap.UIDSet
		messages int
		turns    int // for each folder
	}{
		"all":              {imap.UIDRange(1, imap.Star), messages, 2},
		"by number":        {imap.UIDRange(1, messages), messages, 2},
		"some":             {imap.UIDRange(3, 9), messages, 2},
		"more than exist":  {imap.UIDRange(1, 1000), messages, 2},
		"empty":            {imap.UIDRange(1, imap.Star), 0, 1},
		"some do not":      {imap.UIDRange(20, 30), messages, 3}, // SEARCH, as others exist
		"a larger one":     {imap.UIDRange(1, imap.Star), 40, 3}, // sizes
		"few of a larger":  {imap.UIDRange(3, 9), 200, 2},
		"one of a larger":  {imap.UIDs(77), 200, 2},
		"one that is gone": {imap.UIDs(777), 200, 3},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWorld(t, nil)
				for i := range folders {
					box, err := w.User("user").Create(fmt.Sprintf("folder%d", i))
					require.NoError(t, err)
					for k := range test.messages {
						deliver(box, k)
					}
				}
				a := w.open(t, maxConns(1))
				require.NoError(t, a.Do(t.Context(), "", nil, noop))
				login := w.turns()
				for i := range folders {
					var s shelf
					report, err := a.Download(t.Context(), fmt.Sprintf("folder%d", i), test.uids, s.put, nil)
					require.NoError(t, err)
					want := imap.UIDRange(1, imap.UID(test.messages)).Intersection(test.uids)
					if test.messages == 0 {
						want = imap.UIDSet{}
					}
					assert.Equal(t, want.String(), report.Done.String())
					assert.Equal(t, test.uids.Difference(want).String(), report.Gone.String())
					assert.Empty(t, report.Failures)
				}
				assert.Equal(t, folders*test.turns, w.turns()-login)
			})
		})
	}
}

// TestDownloadNeverTakesSilenceForAbsence: what the server leaves out of its answer, and
// what has come since the mailbox was opened, is looked for.
func TestDownloadNeverTakesSilenceForAbsence(t *testing.T) {
	omits := func(response string) string {
		if strings.HasPrefix(response, "* 3 FETCH") && strings.Contains(response, "BODY[]") {
			return "* OK nothing"
		}
		return response
	}
	for name, uids := range map[string]imap.UIDSet{"all": imap.UIDRange(1, imap.Star), "by number": imap.UIDRange(1, 5), "it alone": imap.UIDs(3)} {
		bubble(t, func(t *testing.T) {
			w := newWorld(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.Rewrite{With: omits}}})
			w.inbox(5)
			var s shelf
			report, err := w.open(t).Download(t.Context(), "INBOX", uids, s.put, nil)
			require.NoError(t, err, name)
			require.Len(t, report.Failures, 1, name)
			assert.EqualValues(t, 3, report.Failures[0].UID, name)
			assert.False(t, report.Gone.Contains(3), name)
		})
	}
	bubble(t, func(t *testing.T) { // the connection has opened it before
		w := newWorld(t, nil)
		box := w.inbox(5)
		a := w.open(t, maxConns(1))
		require.NoError(t, a.Do(t.Context(), "INBOX", &account.DoOptions{ReadOnly: true}, noop))
		uid := deliver(box, 6)
		var s shelf
		report, err := a.Download(t.Context(), "INBOX", imap.UIDs(uid), s.put, nil)
		require.NoError(t, err)
		assert.Equal(t, imap.UIDs(uid), report.Done)
	})
}

// TestDownloadAsksForLittleAhead of its sink, so that a slow one does not fill the memory:
// for the next request when there is little left of the one before.
func TestDownloadAsksForLittleAhead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		box := w.inbox(0)
		raw := imaptest.CRLF("Subject: large\n\n" + strings.Repeat("a line of some length that is repeated\n", 6000))
		for range 150 {
			box.Deliver(raw)
		}
		asked := func() (octets int64) {
			for _, c := range w.commands() {
				if words := strings.Fields(c); strings.HasPrefix(c, "UID FETCH ") && strings.Contains(c, "BODY") {
					var from, to int64
					_, err := fmt.Sscanf(words[2], "%d:%d", &from, &to)
					require.NoError(t, err, c)
					octets += (to - from + 1) * int64(len(raw))
				}
			}
			return octets
		}
		got, most := int64(0), int64(0)
		report, err := w.open(t, maxConns(1)).Download(t.Context(), "INBOX", imap.UIDRange(1, imap.Star), func(b *imap.Body) error {
			time.Sleep(time.Second) // what is to be asked for ahead has been
			most = max(most, asked()-got)
			n, err := io.Copy(io.Discard, b)
			got += n
			return err
		}, nil)
		require.NoError(t, err)
		assert.Greater(t, report.Requests, 4)
		assert.Greater(t, most, int64(8<<20), "the server does not wait for the next request")
		assert.LessOrEqual(t, most, int64(8<<20+1<<20+len(raw)), "one request, and the end of another")
	})
}
