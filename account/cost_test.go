package account_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/replica"
)

// metered counts the octets of connections.
type metered struct {
	net.Conn
	octets *atomic.Int64
}

func (m metered) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	m.octets.Add(int64(n))
	return n, err
}

func (m metered) Write(p []byte) (int, error) {
	n, err := m.Conn.Write(p)
	m.octets.Add(int64(n))
	return n, err
}

// TestCostOfAPass measures what a pass costs after it is connected, in octets and
// commands. ACCOUNT_COST is how many messages the mailbox has.
func TestCostOfAPass(t *testing.T) {
	n := envInt("ACCOUNT_COST", 3000)
	for level, limit := range map[string]struct{ quiet, changed int64 }{
		"qresync":   {1000, 10_000},
		"condstore": {1000, 1 << 30},
		"plain":     {1 << 30, 1 << 30},
	} {
		t.Run(level, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				opts := *levels[level]
				opts.TranscriptLimit = 32 << 20
				w := newWorld(t, &opts)
				box := w.inbox(n)
				var octets atomic.Int64
				a := w.open(t, func(cfg *account.Config) {
					cfg.Client.Dial = func(context.Context, string, string) (net.Conn, error) { return metered{w.Pipe(), &octets}, nil }
				})
				r := replica.New("INBOX")
				var holes []imap.UID // one in ten is gone
				for uid := 5; uid <= n; uid += 10 {
					holes = append(holes, imap.UID(uid))
				}
				box.Expunge(holes...)
				pass := func() (int64, int) {
					before, sent := octets.Load(), len(w.commands())
					for c, err := range a.Sync(t.Context(), r.From(t), r.Options(nil)) {
						require.NoError(t, err)
						r.Apply(t, c)
						if c.Kind == account.Synced {
							r.Commit(t, c)
						}
					}
					return octets.Load() - before, len(w.commands()) - sent
				}
				first, _ := pass()
				quiet, quietSent := pass()
				changeHundred(box)
				changed, sent := pass()
				r.Equal(t, contents(box))
				t.Logf("%d messages: first pass %d octets, no change %d in %d commands, 100 changes %d in %d commands", box.Len(), first, quiet, quietSent, changed, sent)
				assert.Less(t, quiet, limit.quiet)
				assert.Less(t, changed, limit.changed)
				if level == "qresync" {
					assert.Equal(t, 1, quietSent)
					assert.Equal(t, 1, sent)
				}
			})
		})
	}
}

// changeHundred makes 40 changes of flags, 30 removals and 30 additions.
func changeHundred(box *imaptest.Mailbox) {
	list := box.Messages()
	for i := range 40 {
		box.AddFlags(list[i*len(list)/100].UID, imap.FlagFlagged)
	}
	var gone []imap.UID
	for i := range 30 {
		gone = append(gone, list[i*len(list)/100+1].UID)
		deliver(box, 1_000_000+i)
	}
	box.Expunge(gone...)
}
