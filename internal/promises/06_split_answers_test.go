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

// splitItems are items of one message, each as the wire has it.
var splitItems = []string{
	`FLAGS (\Seen $x)`,
	`INTERNALDATE "17-Jul-2023 02:44:25 -0700"`,
	`RFC822.SIZE 4711`,
	`ENVELOPE (NIL "Subject" NIL NIL NIL NIL NIL NIL NIL "<id@x>")`,
	`BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 1 1)`,
	`MODSEQ (17)`,
	`SAVEDATE "18-Jul-2023 02:44:25 -0700"`,
	`PREVIEW "the first words"`,
	`EMAILID (M1)`,
	`THREADID (T1)`,
	`X-GM-MSGID 12`,
	`X-GM-THRID 13`,
	`X-GM-LABELS (\Inbox "a b")`,
	`BINARY.SIZE[1.2] 99`,
	`X-OTHER (a "b")`,
	`BODY[] {5}` + "\r\nhello",
	`BODY[1.2] "part"`,
	`BINARY[3] ~{3}` + "\r\nabc",
}

// allItems asks for all of them.
var allItems = imap.FetchItems{
	Flags: true, InternalDate: true, Size: true, Envelope: true, BodyStructure: true, ModSeq: true, SaveDate: true, Preview: true,
	EmailID: true, ThreadID: true, GmailMsgID: true, GmailThreadID: true, GmailLabels: true, BinarySizes: [][]int{{1, 2}}, Other: []string{"X-OTHER"},
	Sections: []imap.FetchSection{imap.WholeMessage(), imap.PartSection(1, 2), {Section: imap.Section{Part: []int{3}}, Binary: true}},
}

// TestAnswersSplitAnywhere: a message that comes in two responses, cut between any two
// items and in either order, is the message that comes in one.
func TestAnswersSplitAnywhere(t *testing.T) {
	response := func(items []string) string {
		return "* 2 FETCH (" + strings.Join(append([]string{"UID 1002"}, items...), " ") + ")\r\n"
	}
	fetch := func(t *testing.T, lines string) *imap.Message {
		var got []*imap.Message
		bubble(t, func(t *testing.T) {
			c := connect(t, nil, func(p *scripted.Peer) {
				p.Send("* PREAUTH [CAPABILITY " + caps + " CONDSTORE SAVEDATE OBJECTID PREVIEW X-GM-EXT-1 BINARY] ready")
				p.Answer("SELECT INBOX", "* 3 EXISTS")
				cmd := p.Command()
				p.Raw(lines)
				p.OK(cmd)
				p.Serve(nil)
			})
			require.NoError(t, openBox(t.Context(), c, "INBOX"))
			var err error
			got, err = imap.Collect(c.UIDFetch(t.Context(), imap.UIDs(1002), allItems, nil))
			require.NoError(t, err)
		})
		require.Len(t, got, 1)
		return got[0]
	}
	whole := fetch(t, response(splitItems))
	require.Len(t, whole.Sections, 3)
	require.Len(t, whole.Ext.Unknown, 1)
	for i := 1; i < len(splitItems); i++ {
		first, second := response(splitItems[:i]), response(splitItems[i:])
		same(t, whole, fetch(t, first+second), fmt.Sprint("cut after ", i))
		same(t, whole, fetch(t, second+first), fmt.Sprint("the other way round, cut after ", i))
	}
	var each strings.Builder
	for _, item := range splitItems {
		each.WriteString(response([]string{item}))
	}
	same(t, whole, fetch(t, each.String()), "item by item")
}

// same compares messages, whose sections may be in another order.
func same(t *testing.T, want, got *imap.Message, why string) {
	t.Helper()
	require.Equal(t, want.Items, got.Items, why)
	require.ElementsMatch(t, want.Sections, got.Sections, why)
	require.Equal(t, want.Ext, got.Ext, why)
	require.Equal(t, want.Flags, got.Flags, why)
	require.Equal(t, want.InternalDate, got.InternalDate, why)
	require.Equal(t, want.Size, got.Size, why)
	require.Equal(t, want.ModSeq, got.ModSeq, why)
	require.Equal(t, want.Envelope, got.Envelope, why)
	require.Equal(t, want.BodyStructure, got.BodyStructure, why)
	require.Equal(t, want.UID, got.UID, why)
}

// TestARowBelongsToTheSetThatAskedForIt: sets with an end, in which a message is or is
// not; those that are not are events.
func TestARowBelongsToTheSetThatAskedForIt(t *testing.T) {
	for name, test := range map[string]struct {
		set  string
		rows []int // UIDs, in the order of the wire
		want []int
	}{
		"one":                {"1001", []int{1001, 1002}, []int{1001}},
		"a range":            {"1001:1003", []int{1000, 1001, 1004, 1003, 1002}, []int{1001, 1003, 1002}},
		"ranges, ascending":  {"1001:1002,1004,1006:1007", []int{1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008}, []int{1001, 1002, 1004, 1006, 1007}},
		"ranges, descending": {"1001:1002,1004,1006:1007", []int{1008, 1007, 1006, 1005, 1004, 1003, 1002, 1001}, []int{1007, 1006, 1004, 1002, 1001}},
		"ranges, to and fro": {"1001,1003,1005,1007,1009", []int{1009, 1001, 1007, 1002, 1003, 1005, 1008}, []int{1009, 1001, 1007, 1003, 1005}},
		"without an end":     {"1003:*", []int{1001, 1003, 1009}, []int{1001, 1003, 1009}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var events []int
				var lines strings.Builder
				for _, uid := range test.rows {
					lines.WriteString(flagRow(uid - 1000))
				}
				opts := &imap.Options{OnEvent: func(ev imap.Event) { events = append(events, int(ev.(*imap.Message).UID)) }}
				c := answering(t, opts, lines.String())
				set, err := imap.ParseUIDSet(test.set)
				require.NoError(t, err)
				var got []int
				for m, err := range c.UIDFetch(t.Context(), set, flags, nil) {
					require.NoError(t, err)
					got = append(got, int(m.UID))
				}
				require.Equal(t, test.want, got)
				works(t, c)
				synctest.Wait() // for the goroutine of the events
				require.Len(t, events, len(test.rows)-len(got))
			})
		})
	}
}

// TestRemovalsDuringAFetch: what has come is known by its number, which removals change.
// The flags of a message that has come already are an event, and no second row.
func TestRemovalsDuringAFetch(t *testing.T) {
	withSize := imap.FetchItems{Flags: true, Size: true}
	row := func(n, uid int) string { return fmt.Sprintf("* %d FETCH (UID %d RFC822.SIZE 7 FLAGS ())\r\n", n, uid) }
	news := func(n, uid int) string { return fmt.Sprintf("* %d FETCH (UID %d FLAGS (\\Seen))\r\n", n, uid) }
	for name, lines := range map[string]string{
		"after those that came":  row(1, 1) + row(2, 2) + "* 9 EXPUNGE\r\n" + news(1, 1) + news(2, 2),
		"before those that came": row(2, 2) + row(3, 3) + "* 1 EXPUNGE\r\n" + news(1, 2) + news(2, 3),
		"among those that came":  row(1, 1) + row(2, 2) + row(3, 3) + "* 2 EXPUNGE\r\n" + news(1, 1) + news(2, 3),
		"the last one that came": row(1, 1) + row(2, 2) + "* 2 EXPUNGE\r\n" + news(1, 1),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				flagged := 0
				c := answering(t, &imap.Options{OnEvent: func(ev imap.Event) {
					if _, ok := ev.(*imap.Message); ok {
						flagged++
					}
				}}, lines)
				for m, err := range c.UIDFetch(t.Context(), all, withSize, nil) {
					require.NoError(t, err)
					require.False(t, m.HasFlag(imap.FlagSeen), "UID %d came twice", m.UID)
				}
				synctest.Wait() // OnEvent has been called
				require.Equal(t, strings.Count(lines, "Seen"), flagged)
				works(t, c)
			})
		})
	}
}
