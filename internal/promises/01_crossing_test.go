package promises_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// What crosses on the wire, or comes at a moment at which nothing is expected.

// TestCancelledCompress: the server may compress already, so that the connection ends.
func TestCancelledCompress(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY " + caps + " COMPRESS=DEFLATE] ready")
			p.Want("COMPRESS DEFLATE")
			p.Hold()
		})
		atOnceAfter(t, time.Second, func() {
			require.ErrorIs(t, c.Compress(cancelAfter(t, time.Second)), context.DeadlineExceeded)
		})
		<-c.Done()
		require.ErrorIs(t, c.Noop(t.Context()), imap.ErrClosed)
	})
}

// atOnceAfter checks that f takes that long.
func atOnceAfter(t *testing.T, d time.Duration, f func()) {
	t.Helper()
	began := time.Now()
	f()
	require.Equal(t, d, time.Since(began))
}

// TestRefusedCompress: the connection goes on as it was.
func TestRefusedCompress(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY " + caps + " COMPRESS=DEFLATE] ready")
			p.Sendf("%s NO [COMPRESSIONACTIVE] not now", p.Want("COMPRESS DEFLATE").Tag)
			p.Serve(nil)
		})
		var refused *imap.StatusError
		require.ErrorAs(t, c.Compress(t.Context()), &refused)
		works(t, c)
	})
}

// TestDoneCrossesTheEndOfIdle: the server ends IDLE by itself while DONE is on its way,
// which it then takes for a command without a tag, or with the tag DONE.
func TestDoneCrossesTheEndOfIdle(t *testing.T) {
	for _, answer := range []string{"DONE BAD what is that", "* BAD what is that", "BAD what is that"} {
		t.Run(answer, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 3, func(p *scripted.Peer) {
					cmd := p.Want("IDLE")
					p.Send("+ idling")
					require.Equal(t, "DONE", p.Line())
					p.Sendf("%s OK idle has ended", cmd.Tag)
					p.Send(answer)
					p.Serve(func(cmd scripted.Command) bool {
						if !cmd.Is("IDLE") {
							return false
						}
						p.Send("+ idling")
						require.Equal(t, "DONE", p.Line())
						p.OK(cmd)
						return true
					})
				})
				ctx, stop := context.WithCancel(t.Context())
				idling := make(chan error, 1)
				go func() {
					for _, err := range c.Idle(ctx) {
						if err != nil {
							idling <- err
							return
						}
					}
					idling <- nil
				}()
				time.Sleep(time.Second)
				works(t, c)
				time.Sleep(time.Minute)
				works(t, c)
				stop()
				require.NoError(t, <-idling)
				require.NoError(t, c.Err())
			})
		})
	}
}

// TestAnswersToWhatWasNotSent end the connection, whatever they say.
func TestAnswersToWhatWasNotSent(t *testing.T) {
	for _, answer := range []string{"A9 OK done", "A9 NO no", "A9 BAD bad", "B1 OK done", "A01 OK done", "a1 OK done", "1 OK done"} {
		t.Run(answer, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send(preauth)
					p.Want("NOOP")
					p.Send(answer)
					p.Hold()
				})
				var violation *imap.ProtocolError
				require.ErrorAs(t, c.Noop(t.Context()), &violation)
			})
		})
	}
}

// TestOtherCodesAreNoCopyUID: a code that follows COPYUID leaves its result alone.
func TestOtherCodesAreNoCopyUID(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 3, func(p *scripted.Peer) {
			cmd := p.Want("UID MOVE 7 Archive")
			p.Send("* OK [COPYUID 44 7 9] moved", "* 1 EXPUNGE", cmd.Tag+" OK [HIGHESTMODSEQ 99] done")
			p.Serve(nil)
		})
		res, err := c.UIDMove(t.Context(), imap.UIDs(7), "Archive")
		require.NoError(t, err)
		require.EqualValues(t, 44, res.UIDValidity)
		require.Equal(t, "7", res.Source.String())
		require.Equal(t, "9", res.Dest.String())
		require.EqualValues(t, 99, res.HighestModSeq)
		for range res.Pairs() { // and may be left
			break
		}
	})
}
