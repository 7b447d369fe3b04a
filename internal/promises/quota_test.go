package promises_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

const quotaReady = "* PREAUTH [CAPABILITY IMAP4rev1 QUOTA QUOTASET QUOTA=RES-STORAGE QUOTA=RES-MESSAGE] ready"

// The conversations of RFC 9208 §4.1.1 to §4.1.3.
func TestQuota(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(quotaReady)
			p.Answer("GETQUOTA !partition/sda4", `* QUOTA "!partition/sda4" (STORAGE 104 10923847)`)
			p.Answer("GETQUOTAROOT INBOX",
				`* QUOTAROOT INBOX "#user/alice" "!partition/sda4"`,
				`* QUOTA "#user/alice" (MESSAGE 42 1000)`,
				`* QUOTA "!partition/sda4" (STORAGE 104 10923847)`)
			p.Answer("SETQUOTA #user/alice (STORAGE 510)", `* QUOTA "#user/alice" (STORAGE 58 512)`)
			p.Answer("SETQUOTA #user/alice ()")
			p.Answer("GETQUOTA #user/alice", `* QUOTA "#user/alice" ()`)
			p.Answer("GETQUOTAROOT comp.mail.mime", "* QUOTAROOT comp.mail.mime")
		})
		ctx := t.Context()
		q, err := c.GetQuota(ctx, "!partition/sda4")
		require.NoError(t, err)
		storage, limited := q.Resource(response.QuotaStorage)
		require.True(t, limited)
		assert.Equal(t, response.QuotaResource{Name: "STORAGE", Usage: 104, Limit: 10923847}, storage)

		roots, err := c.GetQuotaRoot(ctx, "inbox")
		require.NoError(t, err)
		assert.Equal(t, "INBOX", roots.Mailbox)
		assert.Equal(t, []string{"#user/alice", "!partition/sda4"}, roots.Roots)
		require.Len(t, roots.Quotas, 2)
		assert.Equal(t, q, roots.Quotas[1])

		q, err = c.SetQuota(ctx, "#user/alice", []commands.QuotaLimit{{Name: response.QuotaStorage, Limit: 510}})
		require.NoError(t, err)
		assert.Equal(t, &response.QuotaData{Root: "#user/alice", Resources: []response.QuotaResource{{Name: "STORAGE", Usage: 58, Limit: 512}}}, q)
		q, err = c.SetQuota(ctx, "#user/alice", nil)
		require.NoError(t, err)
		assert.Equal(t, &response.QuotaData{Root: "#user/alice"}, q, "the server says nothing")
		q, err = c.GetQuota(ctx, "#user/alice")
		require.NoError(t, err)
		assert.Equal(t, &response.QuotaData{Root: "#user/alice"}, q, "there are no limits")
		roots, err = c.GetQuotaRoot(ctx, "comp.mail.mime")
		require.NoError(t, err)
		assert.Empty(t, roots.Roots)
		assert.Empty(t, roots.Quotas)
	})
}

// What a server of RFC 2087 says of itself is QUOTA, and nothing of SETQUOTA. One
// of RFC 9208 need not say QUOTA.
func TestQuotaNeedsACapability(t *testing.T) {
	limits := []commands.QuotaLimit{{Name: response.QuotaStorage, Limit: 1}}
	for caps, may := range map[string]struct{ get, set bool }{
		"IMAP4rev1":                            {},
		"IMAP4rev2":                            {},
		"IMAP4rev1 QUOTA":                      {get: true, set: true},
		"IMAP4rev1 QUOTA X-QUOTA=STORAGE":      {get: true, set: true},
		"IMAP4rev1 QUOTA QUOTA=RES-STORAGE":    {get: true},
		"IMAP4rev1 quota=res-storage":          {get: true},
		"IMAP4rev1 QUOTA=RES-MESSAGE QUOTASET": {get: true, set: true},
	} {
		bubble(t, func(t *testing.T) {
			c := connect(t, nil, func(p *scripted.Peer) {
				p.Send("* PREAUTH [CAPABILITY " + caps + "] ready")
				p.Serve(func(cmd scripted.Command) bool {
					p.Send("* QUOTAROOT a a", "* QUOTA a (STORAGE 1 1)")
					p.OK(cmd)
					return true
				})
			})
			ctx := t.Context()
			_, get := c.GetQuota(ctx, "a")
			_, roots := c.GetQuotaRoot(ctx, "a")
			_, set := c.SetQuota(ctx, "a", limits)
			for name, err := range map[string]error{"GETQUOTA": get, "GETQUOTAROOT": roots} {
				if may.get {
					require.NoError(t, err, caps)
					continue
				}
				assert.Equal(t, &imap.UnsupportedError{Command: name, Cap: response.CapQuota}, err, caps)
				assert.ErrorIs(t, err, imap.ErrUnsupported)
			}
			if may.set {
				require.NoError(t, set, caps)
				return
			}
			assert.Equal(t, &imap.UnsupportedError{Command: "SETQUOTA", Cap: response.CapQuotaSet}, set, caps)
		})
	}
}

// Nothing is asked of a server that nobody has logged in to.
func TestQuotaNeedsALogin(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* OK [CAPABILITY IMAP4rev1 QUOTA] ready")
			p.Answer("NOOP")
		})
		_, err := c.GetQuota(t.Context(), "")
		var wrong *imap.StateError
		require.ErrorAs(t, err, &wrong)
		_, err = c.GetQuotaRoot(t.Context(), "INBOX")
		require.ErrorAs(t, err, &wrong)
		works(t, c)
	})
}

func TestQuotaIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(quotaReady)
			cmd := p.Want("GETQUOTA nosuch")
			p.Sendf("%s NO [NONEXISTENT] no such quota root", cmd.Tag)
			cmd = p.Want("GETQUOTAROOT INBOX")
			p.Sendf("%s NO [NOPERM] not yours", cmd.Tag)
			cmd = p.Want("SETQUOTA !partition/sda4 (STORAGE 99999999)")
			p.Send(`* QUOTA "!partition/sda4" (STORAGE 104 10923847)`) // as in RFC 9208 §4.1.3
			p.Sendf("%s NO Cannot change system limit", cmd.Tag)
			p.Answer("NOOP")
		})
		ctx := t.Context()
		q, err := c.GetQuota(ctx, "nosuch")
		require.ErrorIs(t, err, imap.CodeNonExistent)
		assert.Nil(t, q)
		roots, err := c.GetQuotaRoot(ctx, "INBOX")
		require.ErrorIs(t, err, imap.CodeNoPerm)
		assert.Nil(t, roots)
		_, err = c.SetQuota(ctx, "!partition/sda4", []commands.QuotaLimit{{Name: response.QuotaStorage, Limit: 99999999}})
		var refused *imap.StatusError
		require.ErrorAs(t, err, &refused)
		_, err = c.SetQuota(ctx, "a", []commands.QuotaLimit{{Name: response.QuotaStorage, Limit: -1}})
		var argument *imap.ArgumentError
		require.ErrorAs(t, err, &argument)
		works(t, c)
	})
}

// One broken response costs what it was about.
func TestQuotaThatCannotBeRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(quotaReady)
			p.Answer("GETQUOTA a", "* QUOTA a (STORAGE 1)")
			p.Answer("GETQUOTAROOT INBOX", "* QUOTAROOT INBOX a b c", "* QUOTA c (STORAGE 3 4)", "* QUOTA a (STORAGE x 2)", "* QUOTA b (STORAGE 1 2)")
			p.Answer("GETQUOTAROOT INBOX", "* QUOTAROOT", "* QUOTA a (STORAGE 1 2)")
			p.Answer("NOOP")
		})
		ctx := t.Context()
		var bad *imap.ParseError
		q, err := c.GetQuota(ctx, "a")
		require.ErrorAs(t, err, &bad)
		assert.Nil(t, q)
		roots, err := c.GetQuotaRoot(ctx, "INBOX")
		require.ErrorAs(t, err, &bad)
		assert.Equal(t, "* QUOTA a (STORAGE x 2)", string(bad.Raw))
		assert.Equal(t, []string{"a", "b", "c"}, roots.Roots)
		require.Len(t, roots.Quotas, 2)
		assert.Equal(t, "b", roots.Quotas[0].Root, "in the order of the roots")
		assert.Equal(t, "c", roots.Quotas[1].Root)
		roots, err = c.GetQuotaRoot(ctx, "INBOX")
		require.ErrorAs(t, err, &bad)
		assert.Equal(t, "QUOTAROOT", bad.Response)
		assert.Nil(t, roots)
		works(t, c)
	})
}

// What is about something else is an event.
func TestQuotaOfOthersIsAnEvent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		events := make(chan imap.Event, 10)
		c := connect(t, &imap.Options{OnEvent: func(ev imap.Event) { events <- ev }}, func(p *scripted.Peer) {
			p.Send(quotaReady)
			p.Answer("GETQUOTA a", "* QUOTA A (STORAGE 1 2)", "* 3 EXISTS", "* QUOTA a (STORAGE 3 4)", "* QUOTAROOT x a")
			p.Answer("GETQUOTAROOT INBOX", "* QUOTAROOT x b", "* QUOTA b ()", "* QUOTAROOT Inbox a", "* QUOTA b (STORAGE 1 2)", "* QUOTA a (STORAGE 3 4)")
			p.Answer("SETQUOTA a ()", "* QUOTA b (STORAGE 1 2)", "* QUOTA a ()")
			p.Answer("NOOP")
		})
		ctx := t.Context()
		q, err := c.GetQuota(ctx, "a")
		require.NoError(t, err)
		want := &response.QuotaData{Root: "a", Resources: []response.QuotaResource{{Name: "STORAGE", Usage: 3, Limit: 4}}}
		assert.Equal(t, want, q)
		roots, err := c.GetQuotaRoot(ctx, "INBOX")
		require.NoError(t, err)
		assert.Equal(t, &response.QuotaRoots{Mailbox: "INBOX", Roots: []string{"a"}, Quotas: []*response.QuotaData{want}}, roots)
		q, err = c.SetQuota(ctx, "a", nil)
		require.NoError(t, err)
		assert.Equal(t, &response.QuotaData{Root: "a"}, q)
		works(t, c)
		var got []string
		for len(got) < 7 {
			got = append(got, fmt.Sprintf("%T", <-events))
		}
		assert.Equal(t, []string{"*response.QuotaData", "*response.ExistsData", "*response.QuotaRootData", "*response.QuotaRootData",
			"*response.QuotaData", "*response.QuotaData", "*response.QuotaData"}, got)
		assert.Empty(t, events)
	})
}

// A server may have its own spelling of a mailbox's name. Where nothing comes under
// the one that was asked for, that is the answer.
func TestQuotaRootInAnotherSpelling(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(quotaReady)
			p.Answer("GETQUOTAROOT Cafe&AwE-", "* QUOTAROOT Caf&AOk- a b", "* QUOTA b (STORAGE 3 4)", "* QUOTA a (MESSAGE 1 2)")
			p.Answer("NOOP")
		})
		roots, err := c.GetQuotaRoot(t.Context(), "Cafe\u0301")
		require.NoError(t, err)
		assert.Equal(t, "Caf\u00e9", roots.Mailbox)
		assert.Equal(t, []string{"a", "b"}, roots.Roots)
		require.Len(t, roots.Quotas, 2)
		assert.Equal(t, "a", roots.Quotas[0].Root)
		works(t, c)
	})
}

// Several are in flight at once, also for the same root, and each has its answer.
func TestQuotasArePipelined(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const n = 4
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(quotaReady)
			var asked []scripted.Command
			for range 3 * n { // none is answered before all are there
				asked = append(asked, p.Command())
			}
			for i, cmd := range asked {
				var box string
				if _, err := fmt.Sscanf(cmd.Text, "GETQUOTAROOT %s", &box); err == nil {
					p.Sendf("* QUOTAROOT %s r", box)
				}
				p.Sendf("* QUOTA r (STORAGE %d 100)", i)
				p.OK(cmd)
			}
		})
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen := make(map[int64]bool)
		saw := func(q *response.QuotaData, err error) {
			if !assert.NoError(t, err) {
				return
			}
			storage, limited := q.Resource(response.QuotaStorage)
			assert.True(t, limited)
			mu.Lock()
			defer mu.Unlock()
			seen[storage.Usage] = true
		}
		for i := range n {
			wg.Go(func() { saw(c.GetQuota(t.Context(), "r")) })
			wg.Go(func() { saw(c.SetQuota(t.Context(), "r", nil)) })
			wg.Go(func() {
				box := fmt.Sprint("box", i)
				roots, err := c.GetQuotaRoot(t.Context(), box)
				if assert.NoError(t, err) && assert.Len(t, roots.Quotas, 1) {
					assert.Equal(t, box, roots.Mailbox)
					saw(roots.Quotas[0], nil)
				}
			})
		}
		wg.Wait()
		assert.Len(t, seen, 3*n)
	})
}
