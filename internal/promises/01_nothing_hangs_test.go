package promises_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestNothingHangsWhileWaitingForAdmission cancels a command that waits for
// another one, which has all the time in the world.
func TestNothingHangsWhileWaitingForAdmission(t *testing.T) {
	bubble(t, func(t *testing.T) {
		release := make(chan struct{})
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(preauth)
			first := p.Want("ENABLE X-FIRST") // runs alone
			<-release
			p.OK(first)
			p.Serve(nil)
		})
		go c.Enable(t.Context(), "X-FIRST")
		synctest.Wait()

		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error)
		go func() { result <- c.Noop(ctx) }()
		synctest.Wait()
		atOnce(t, func() {
			cancel()
			err := <-result
			require.ErrorIs(t, err, context.Canceled)
		})
		close(release)
		works(t, c)
	})
}

// TestNothingHangsWhileWriting cancels a command on its way to a server that
// does not read: it leaves later, and whoever waits behind it can leave as well.
func TestNothingHangsWhileWriting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		read := make(chan struct{})
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(preauth)
			<-read
			p.Serve(nil)
		})
		ctx, cancel := context.WithCancel(t.Context())
		results := make(chan error)
		for range 3 {
			go func() { results <- c.Noop(ctx) }()
		}
		synctest.Wait()
		atOnce(t, func() {
			cancel()
			for range 3 {
				require.ErrorIs(t, <-results, context.Canceled)
			}
		})
		close(read)
		works(t, c)
	})
}

// TestNothingHangsUnanswered cancels commands that were sent.
func TestNothingHangsUnanswered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		release := make(chan struct{})
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(preauth)
			first := p.Want("NOOP")
			<-release
			p.OK(first)
			p.Serve(nil)
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		require.ErrorIs(t, c.Noop(ctx), context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(began))
		close(release)
		works(t, c)
	})
}

// TestNothingHangsBeforeTheGreeting has a server that says nothing.
func TestNothingHangsBeforeTheGreeting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := imap.NewClient(ctx, scripted.Pipe(t, (*scripted.Peer).Hold), nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

// TestNothingHangsWithAContextThatHasEnded sends nothing at all.
func TestNothingHangsWithAContextThatHasEnded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var peer *scripted.Peer
		c := inInbox(t, nil, 1, func(p *scripted.Peer) {
			peer = p
			p.Serve(nil)
		})
		synctest.Wait()
		before := peer.Wire()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for name, call := range calls(c) {
			require.ErrorIs(t, call(ctx), context.Canceled, name)
		}
		synctest.Wait()
		require.Equal(t, before, peer.Wire())
		works(t, c)
	})
}

// calls are methods that wait for the server, to be called with INBOX open.
func calls(c *imap.Client) map[string]func(ctx context.Context) error {
	return map[string]func(ctx context.Context) error{
		"NOOP":       c.Noop,
		"CAPABILITY": func(ctx context.Context) error { _, err := c.Capability(ctx); return err },
		"SELECT":     func(ctx context.Context) error { _, err := c.Select(ctx, "INBOX", nil); return err },
		"STATUS":     func(ctx context.Context) error { _, err := c.Status(ctx, "x", imap.StatusMessages); return err },
		"LIST":       func(ctx context.Context) error { _, err := imap.Collect(c.List(ctx, "*", nil)); return err },
		"SEARCH":     func(ctx context.Context) error { _, err := c.UIDSearch(ctx, nil, nil); return err },
		"STORE": func(ctx context.Context) error {
			_, err := c.UIDStore(ctx, all, imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
			return err
		},
		"COPY":    func(ctx context.Context) error { _, err := c.UIDCopy(ctx, all, "x"); return err },
		"EXPUNGE": func(ctx context.Context) error { _, err := c.UIDExpunge(ctx, all); return err },
		"FETCH":   func(ctx context.Context) error { _, err := imap.Collect(c.UIDFetch(ctx, all, flags, nil)); return err },
		"BODIES": func(ctx context.Context) error {
			_, err := imap.Collect(c.UIDFetchBodies(ctx, all, whole, nil))
			return err
		},
		"APPEND": func(ctx context.Context) error {
			_, err := c.Append(ctx, "x", 5, io.LimitReader(zeros{'a'}, 5), nil)
			return err
		},
	}
}

// zeros is a reader without end.
type zeros struct{ b byte }

func (z zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = z.b
	}
	return len(p), nil
}

// TestNothingHangsWhenTheServerFallsSilent lets every command time out.
func TestNothingHangsWhenTheServerFallsSilent(t *testing.T) {
	for name := range calls(nil) {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, &imap.Options{ReadTimeout: 30 * time.Second}, 1, (*scripted.Peer).Hold)
				time.Sleep(10 * time.Minute) // an idle connection has all the time
				began := time.Now()
				err := calls(c)[name](context.Background())
				require.ErrorIs(t, err, imap.ErrTimeout)
				require.ErrorIs(t, err, os.ErrDeadlineExceeded)
				require.ErrorIs(t, err, imap.ErrClosed)
				require.ErrorIs(t, err, net.ErrClosed)
				var lost *imap.ConnError
				require.ErrorAs(t, err, &lost)
				require.True(t, lost.Sent)
				require.Equal(t, 30*time.Second, time.Since(began))
			})
		})
	}
}

// TestReadTimeoutCountsFromTheLastOctet has a server that says an octet now and
// then: the limit runs from the last one, in full.
func TestReadTimeoutCountsFromTheLastOctet(t *testing.T) {
	for _, pause := range []time.Duration{time.Second, 7 * time.Second, 8 * time.Second, 29 * time.Second} {
		bubble(t, func(t *testing.T) {
			var last time.Time
			silent := make(chan struct{})
			c := connect(t, &imap.Options{ReadTimeout: 30 * time.Second}, func(p *scripted.Peer) {
				p.Send(preauth)
				p.Want("NOOP")
				for _, r := range "* 7 EXISTS\r\n* 8 EX" {
					time.Sleep(pause)
					p.Raw(string(r))
				}
				last = time.Now()
				close(silent)
				p.Hold()
			})
			require.ErrorIs(t, c.Noop(context.Background()), imap.ErrTimeout)
			<-silent
			require.Equal(t, 30*time.Second, time.Since(last), "pause %v", pause)
		})
	}
}

// TestReadTimeoutDoesNotRunWhileTheClientTalks has an upload take longer than
// the server may be silent.
func TestReadTimeoutDoesNotRunWhileTheClientTalks(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, &imap.Options{ReadTimeout: 30 * time.Second}, func(p *scripted.Peer) {
			p.Send(preauth)
			line := p.Line()
			for range 32 {
				time.Sleep(10 * time.Second)
				p.Bytes(32 << 10)
			}
			p.Line()
			p.Send(line[:2] + " OK done")
			p.Serve(nil)
		})
		_, err := c.Append(context.Background(), "x", 1<<20, io.LimitReader(zeros{'a'}, 1<<20), nil)
		require.NoError(t, err)
		works(t, c)
	})
}

// TestWriteTimeout has a server that takes nothing any more.
func TestWriteTimeout(t *testing.T) {
	bubble(t, func(t *testing.T) {
		hold := make(chan struct{})
		defer close(hold)
		c := connect(t, &imap.Options{WriteTimeout: 20 * time.Second, ReadTimeout: -1}, func(p *scripted.Peer) {
			p.Send(preauth)
			<-hold
		})
		began := time.Now()
		err := c.Noop(context.Background())
		require.ErrorIs(t, err, imap.ErrTimeout)
		require.Equal(t, 20*time.Second, time.Since(began))
	})
}

// TestNothingHangsWhenTheConnectionIsCutAtAnyOctet cuts a conversation of NOOP
// alone, either way.
func TestNothingHangsWhenTheConnectionIsCutAtAnyOctet(t *testing.T) {
	const greeting, answer = "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n", "* 3 EXISTS\r\nA1 OK done\r\n"
	serve := func(p *scripted.Peer) {
		p.Raw(greeting)
		p.Want("NOOP")
		p.Raw(answer)
		p.Hold()
	}
	run := func(in, out int, check func(conn *cutConn, c *imap.Client, err error)) {
		bubble(t, func(t *testing.T) {
			conn := &cutConn{Conn: scripted.Pipe(t, serve), in: in, out: out}
			c, err := imap.NewClient(t.Context(), conn, nil)
			if err == nil {
				defer c.Close()
				synctest.Wait()
				err = c.Noop(context.Background())
				synctest.Wait()
			}
			check(conn, c, err)
		})
	}
	for k := range len(greeting) + len(answer) + 1 {
		run(k, -1, func(conn *cutConn, c *imap.Client, err error) {
			where := fmt.Sprintf("cut after %d octets of the server's", k)
			if k == len(greeting)+len(answer) {
				require.NoError(t, err, where)
				return
			}
			requireLost(t, err, conn.Sent() != "", where)
			require.ErrorIs(t, err, io.EOF, where)
			if k != len(greeting) { // there, it is a matter of luck
				require.Equal(t, k > len(greeting), c != nil, where)
			}
			if c != nil {
				requireLost(t, c.Noop(context.Background()), false, where)
			}
		})
	}
	const command = len("A1 NOOP\r\n")
	for k := range command + 1 {
		run(-1, k, func(conn *cutConn, c *imap.Client, err error) {
			where := fmt.Sprintf("cut after %d octets of the client's", k)
			require.NotNil(t, c, where)
			if k == command {
				require.NoError(t, err, where)
				return
			}
			require.Len(t, conn.Sent(), k)
			requireLost(t, err, true, where)
			require.ErrorIs(t, err, io.ErrClosedPipe, where)
		})
	}
}

// requireLost checks the error of a command whose connection ended.
func requireLost(t testing.TB, err error, sent bool, where string) {
	t.Helper()
	var lost *imap.ConnError
	require.ErrorAs(t, err, &lost, where)
	require.Equal(t, sent, lost.Sent, where)
	require.Equal(t, !sent, imap.SafeToRetry(err), where)
	require.ErrorIs(t, err, imap.ErrClosed, where)
	require.ErrorIs(t, err, net.ErrClosed, where)
}

// TestARowWhoseEndIsToComeHoldsUpNobody has a row stop within a string that goes on
// in the next line: behind others that the keeper reads, or that the loop does. It is
// not in a bubble, where a lock that is held stops the clock.
func TestARowWhoseEndIsToComeHoldsUpNobody(t *testing.T) {
	t.Parallel()
	soon := func(t *testing.T, what string, done <-chan int) {
		t.Helper()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Fatal("what does not come:", what)
		}
	}
	for _, early := range []int{0, 1} { // rows after which the loop waits
		t.Run(strconv.Itoa(early), func(t *testing.T) {
			const n = 40
			first := make(chan int)
			c := inInbox(t, nil, n+1, func(p *scripted.Peer) {
				p.Command()
				p.Raw(rowsOf(early, flagRow))
				if early > 0 {
					<-first
					time.Sleep(50 * time.Millisecond)
				}
				p.Raw(rowsOf(n-early, flagRow) + "* 41 FETCH (UID 41 ENVELOPE (NIL \"a\r\n b")
				p.Hold()
			})
			rows, state := make(chan int, n), make(chan int)
			go func() {
				for range c.UIDFetch(t.Context(), all, flags, nil) {
					rows <- 1
				}
			}()
			for i := range n {
				soon(t, "a row before it", rows)
				if i == 0 {
					close(first)
				}
			}
			go func() { c.State(); close(state) }()
			soon(t, "the state", state)
		})
	}
}
