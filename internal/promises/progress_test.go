package promises_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// longCalls are calls that may take long, with the command that each sends.
var longCalls = map[string]func(context.Context, *imap.Client) error{
	`UID SEARCH RETURN (ALL COUNT) TEXT slow`: func(ctx context.Context, c *imap.Client) error {
		_, err := c.UIDSearch(ctx, search.Text("slow"), nil)
		return err
	},
	`UID COPY 1:9 Archive`: func(ctx context.Context, c *imap.Client) error {
		_, err := c.UIDCopy(ctx, imap.UIDRange(1, 9), "Archive")
		return err
	},
	`UID FETCH 1:9 (FLAGS)`: func(ctx context.Context, c *imap.Client) error {
		_, err := imap.Collect(c.UIDFetch(ctx, imap.UIDRange(1, 9), flags, nil))
		return err
	},
	`LIST "" *`: func(ctx context.Context, c *imap.Client) error {
		_, err := imap.Collect(c.List(ctx, "*", nil))
		return err
	},
	`EXPUNGE`: func(ctx context.Context, c *imap.Client) error {
		_, err := c.Expunge(ctx)
		return err
	},
	`XSLOW`: func(ctx context.Context, c *imap.Client) error {
		_, err := c.Do(ctx, commands.Raw{Command: "XSLOW"})
		return err
	},
}

// INPROGRESS reaches the caller of the command that it is about (RFC 9585 §4), whichever
// call that is, and no other.
func TestProgressReachesItsCaller(t *testing.T) {
	for want, call := range longCalls {
		t.Run(want, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 9, func(p *scripted.Peer) {
					cmd := p.Command()
					assert.Equal(p.T, strings.ReplaceAll(want, `"`, ""), strings.ReplaceAll(cmd.Text, `"`, ""))
					for _, code := range []string{`("%s" 454 1000)`, `("%s" 999 1000)`, `("%s" 1000 NIL)`, `("%s" NIL NIL)`} {
						p.Send("* OK [INPROGRESS " + fmt.Sprintf(code, cmd.Tag) + "] still there")
						time.Sleep(time.Second) // each is seen
					}
					p.Send("* OK [INPROGRESS (NIL 5 6)] whose may that be? there is one", `* OK [INPROGRESS ("other" 1 2)] no`)
					time.Sleep(time.Second)
					if strings.Contains(cmd.Text, "SEARCH") {
						p.Sendf(`* ESEARCH (TAG "%s") UID COUNT 0`, cmd.Tag)
					}
					p.OK(cmd)
					p.Answer("NOOP")
				})
				var got [][2]int64
				ctx := imap.WithProgress(t.Context(), func(code response.InProgressCode) {
					got = append(got, [2]int64{code.Current, code.Goal})
				})
				require.NoError(t, call(ctx, c))
				assert.Equal(t, [][2]int64{{454, 1000}, {999, 1000}, {1000, -1}, {-1, -1}, {5, 6}}, got)
				works(t, c)
			})
		})
	}
}

// A receiver that is slow gets the last report alone, and holds up nothing but its own
// call.
func TestASlowReceiverOfProgressHoldsUpItsOwnCall(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 9, func(p *scripted.Peer) {
			slow := p.Want("UID COPY 1 Archive")
			for i := range 100 {
				p.Sendf(`* OK [INPROGRESS ("%s" %d 100)] working`, slow.Tag, i)
			}
			other := p.Want("NOOP")
			p.OK(other)
			p.OK(slow)
			p.Answer("NOOP")
		})
		release := make(chan struct{})
		var got []int64
		ctx := imap.WithProgress(t.Context(), func(code response.InProgressCode) {
			got = append(got, code.Current)
			<-release
		})
		done := make(chan error)
		go func() {
			_, err := c.UIDCopy(ctx, imap.UIDs(1), "Archive")
			done <- err
		}()
		synctest.Wait()
		require.NoError(t, c.Noop(t.Context()), "another call goes on")
		close(release)
		require.NoError(t, <-done)
		assert.LessOrEqual(t, len(got), 3)
		works(t, c)
	})
}

// What a tagged OK says reaches the caller: CREATE's MAILBOXID (RFC 8474 §4.1), a
// REFERRAL (RFC 2221), a limit that cut the command short (RFC 9738).
func TestTheTaggedAnswerReachesItsCaller(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 9, func(p *scripted.Peer) {
			p.Sendf("%s OK [MAILBOXID (F2212ea87-6097-4256-9d51-71338625)] Completed", p.Want("CREATE foo").Tag)
			p.Sendf("%s NO [MAILBOXID (F2212ea87)] there already", p.Want("CREATE foo").Tag)
			p.Sendf("%s OK [MESSAGELIMIT 2 1] partial", p.Want("UID FETCH 1:9 (FLAGS)").Tag)
			p.Answer("NOOP")
		})
		var got []string
		ctx := imap.WithStatus(t.Context(), func(command string, st *imap.StatusResponse) {
			got = append(got, fmt.Sprintf("%s: %s %v", command, st.Type, st.Code))
		})
		require.NoError(t, c.Create(ctx, "foo", nil))
		require.Error(t, c.Create(ctx, "foo", nil))
		_, err := imap.Collect(c.UIDFetch(ctx, imap.UIDRange(1, 9), flags, nil))
		require.NoError(t, err)
		assert.Equal(t, []string{
			"CREATE: OK {F2212ea87-6097-4256-9d51-71338625}", "CREATE: NO {F2212ea87}", "UID FETCH: OK {2 1}",
		}, got)
		works(t, c)
	})
}

// The messages that SELECT says have changed can be taken one by one.
func TestSelectHandsOutWhatHasChanged(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var events []imap.Event
		c := connect(t, &imap.Options{OnEvent: func(ev imap.Event) { events = append(events, ev) }}, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 ENABLE QRESYNC] ready")
			p.Answer("ENABLE QRESYNC", "* ENABLED QRESYNC")
			cmd := p.Command()
			p.Send("* 3 EXISTS", "* OK [UIDVALIDITY 1] valid", "* 1 FETCH (UID 1 FLAGS () MODSEQ (9))")
			time.Sleep(time.Second)
			p.Send("* 2 FETCH (UID 2 FLAGS () MODSEQ (10))", cmd.Tag+" OK selected", "* 3 EXPUNGE")
			p.Answer("NOOP")
		})
		_, err := c.Enable(t.Context(), imap.CapQResync)
		require.NoError(t, err)
		var uids []imap.UID
		m, err := c.Select(t.Context(), "INBOX", &imap.SelectOptions{
			QResync:   &commands.QResync{UIDValidity: 1, ModSeq: 5},
			Mark:      true,
			OnChanged: func(m *imap.Message) { uids = append(uids, m.UID) },
		})
		require.NoError(t, err)
		assert.Equal(t, []imap.UID{1, 2}, uids)
		assert.Empty(t, m.Changed)
		works(t, c)
		synctest.Wait()
		require.Len(t, events, 2, "SELECT marks where the view begins: %v", events)
		assert.Same(t, m, events[0])
		assert.IsType(t, &imap.ExpungeData{}, events[1])
	})
}
