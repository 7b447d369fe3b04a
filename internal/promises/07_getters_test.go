package promises_test

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestGettersWhileCommandsRun reads all that a Client knows from other goroutines, while
// commands and unsolicited responses change it. It is the race detector that fails.
func TestGettersWhileCommandsRun(t *testing.T) {
	serve := func(p *scripted.Peer) {
		p.Send("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hi")
		p.Serve(func(c scripted.Command) bool {
			switch {
			case c.Is("STARTTLS"):
				p.OK(c)
				p.Use(tls.Server(p.Conn, serverTLS()))
				return true
			case c.Is("LOGOUT"):
				return false
			case c.Is("LOGIN"):
				p.Send("* NO [ALERT] alert", c.Tag+" OK [CAPABILITY "+caps+" UNAUTHENTICATE CONDSTORE] in")
			case c.Is("CAPABILITY"):
				p.Send("* CAPABILITY "+caps+" UNAUTHENTICATE CONDSTORE", c.Tag+" OK done")
			case c.Is("ENABLE"):
				p.Send("* ENABLED CONDSTORE", c.Tag+" OK done")
			case c.Is("SELECT"):
				p.Send("* 3 EXISTS", "* FLAGS (x)", "* OK [UIDVALIDITY 1] valid", "* OK [HIGHESTMODSEQ 5] h", c.Tag+" OK [READ-WRITE] done")
			default:
				p.Send("* 4 EXISTS", "* 1 EXPUNGE", "* OK [HIGHESTMODSEQ 9] h", "* VANISHED 7", c.Tag+" OK done")
			}
			return true
		})
	}
	for range 5 {
		c, err := imap.DialStartTLS(t.Context(), "localhost:143", &imap.Options{
			TLSConfig: clientTLS(),
			Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, scripted.Listen(t, serve))
			},
		})
		require.NoError(t, err)
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						get(t, c)
					}
				}
			})
		}
		require.NoError(t, c.Login(t.Context(), "u", "p"))
		_, err = c.Enable(t.Context(), imap.CapCondStore)
		require.NoError(t, err)
		for range 20 {
			_, err = c.Select(t.Context(), "INBOX", nil)
			require.NoError(t, err)
			require.NoError(t, c.Noop(t.Context()))
			require.NoError(t, c.Unselect(t.Context()))
		}
		require.NoError(t, c.Unauthenticate(t.Context()))
		require.NoError(t, c.Logout(t.Context()))
		require.NoError(t, c.Close())
		close(stop)
		wg.Wait()
	}
}

// get calls every method that sends nothing, and uses what it returns.
func get(t *testing.T, c *imap.Client) {
	_ = c.State().String()
	_ = c.Caps().Has(imap.CapMove)
	_ = c.Enabled().Has(imap.CapCondStore)
	if g := c.Greeting(); g != nil {
		_ = g.Text
	}
	if m := c.Mailbox(); m != nil {
		_, _ = m.Messages, len(m.Flags)
	}
	assert.NotNil(t, c.TLS())
	_ = c.Err()
	select {
	case <-c.Done():
	default:
	}
	m, err := c.ScramPlus(imap.ScramSHA256, "u", "p")
	assert.NoError(t, err)
	assert.NotNil(t, m)
}
