package promises_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// What the caller of this library gets when something goes wrong that package
// imaptest can do: every fault has a row here or in the files beside this one,
// see TestEveryFaultIsMet. The bubble's clock is exact, and minutes take no time.

// letter is message n of the mailbox that the faults hit.
func letter(n int) string {
	return fmt.Sprintf("From: bob@example.org\r\nSubject: letter %d\r\n\r\n%s", n, text(n, 200))
}

const letters = 3

// serverWithLetters is a server with three messages in INBOX, the second flagged.
func serverWithLetters(t testing.TB, opts *imaptest.Options) *imaptest.Server {
	srv := imaptest.NewServer(t, opts)
	inbox := srv.User("user").Mailbox("INBOX")
	for n := 1; n <= letters; n++ {
		inbox.Deliver([]byte(letter(n)))
	}
	inbox.AddFlags(2, imap.FlagFlagged)
	return srv
}

// clientOf is a client that has INBOX open.
func clientOf(t testing.TB, srv *imaptest.Server, opts *imap.Options) *imap.Client {
	t.Helper()
	c, err := imap.NewClient(t.Context(), srv.Pipe(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	require.NoError(t, c.Login(t.Context(), "user", "password"))
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	return c
}

// hit is a test with a fault: what the caller gets from a client that has INBOX
// open when the fault comes.
type hit struct {
	name   string
	faults []imaptest.Fault
	gets   func(t *testing.T, c *imap.Client, srv *imaptest.Server)
}

func runHits(t *testing.T, opts *imap.Options, hits []hit) {
	for _, h := range hits {
		t.Run(h.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				srv := serverWithLetters(t, nil)
				c := clientOf(t, srv, opts)
				srv.Fault(h.faults...)
				h.gets(t, c, srv)
				c.Close()
				srv.Close()
			})
		})
	}
}

// items are what fetchLetters asks for.
var items = imap.FetchItems{Flags: true, Size: true, Sections: []imap.FetchSection{imap.WholeMessage()}}

// fetchLetters fetches all messages, checks that what comes is right, and returns
// how many came and the error that ended the loop.
func fetchLetters(t testing.TB, c *imap.Client) (rows int, err error) {
	t.Helper()
	for m, err := range c.UIDFetch(t.Context(), all, items, nil) {
		if err != nil {
			return rows, err
		}
		rows++
		require.EqualValues(t, rows, m.UID)
		require.EqualValues(t, len(letter(rows)), m.Size)
		require.Equal(t, letter(rows), string(m.Body()))
		require.Equal(t, rows == 2, m.HasFlag(imap.FlagFlagged))
	}
	return rows, nil
}

// getsAll: no caller notices anything but the time.
func getsAll(t *testing.T, c *imap.Client, _ *imaptest.Server) {
	rows, err := fetchLetters(t, c)
	require.NoError(t, err)
	require.Equal(t, letters, rows)
	works(t, c)
}

// TestFaultCutAnywhere: the rows that have come are whole and right, then comes a
// *ConnError, wherever the connection breaks.
func TestFaultCutAnywhere(t *testing.T) {
	for k := 0; ; k++ {
		over := false
		bubble(t, func(t *testing.T) {
			srv := serverWithLetters(t, nil)
			c := clientOf(t, srv, nil)
			srv.Fault(imaptest.CutAfter{Bytes: k})
			rows, err := fetchLetters(t, c)
			if err == nil {
				over = rows == letters
				return
			}
			requireLost(t, err, true, fmt.Sprint("cut after ", k))
			require.ErrorIs(t, err, io.EOF)
			require.LessOrEqual(t, rows, letters)
			require.Equal(t, imap.StateLogout, c.State())
		})
		if over || t.Failed() {
			require.Greater(t, k, letters*len(letter(1)))
			return
		}
	}
}

// TestFaultsOfTheConnection: breaking, stalling, trickling.
func TestFaultsOfTheConnection(t *testing.T) {
	runHits(t, &imap.Options{ReadTimeout: time.Minute}, []hit{
		{"cut in a literal: the rows before it, then a *ConnError", []imaptest.Fault{imaptest.CutInLiteral{N: 2, After: 100}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				rows, err := fetchLetters(t, c)
				requireLost(t, err, true, "")
				require.Equal(t, 1, rows)
			}},
		{"cut in a large text that is streamed: the reader fails, and not with io.EOF", nil, getsHalfAText},
		{"a broken network: a *ConnError at once, while idling too", nil,
			func(t *testing.T, c *imap.Client, srv *imaptest.Server) {
				time.AfterFunc(time.Hour, srv.Disconnect)
				var last error
				for _, err := range c.Idle(t.Context()) {
					last = err
				}
				requireLost(t, last, false, "")
			}},
		{"stalled for good: ErrTimeout after ReadTimeout", []imaptest.Fault{imaptest.StallAfter{Bytes: 100}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				began := time.Now()
				_, err := fetchLetters(t, c)
				requireLost(t, err, true, "")
				require.ErrorIs(t, err, imap.ErrTimeout)
				require.Equal(t, time.Minute, time.Since(began))
			}},
		{"stalled for a while: whoever gives up before may go on after", nil,
			func(t *testing.T, c *imap.Client, srv *imaptest.Server) {
				released := make(chan struct{})
				srv.Fault(imaptest.StallAfter{Bytes: 100, Release: released})
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err := imap.Collect(c.UIDFetch(ctx, all, items, nil))
				require.ErrorIs(t, err, context.DeadlineExceeded)
				close(released)
				getsAll(t, c, srv)
			}},
		{"one byte at a time: all", []imaptest.Fault{imaptest.ByteByByte{}}, getsAll},
		{"in pieces: all", []imaptest.Fault{imaptest.Chunks{Size: 7}}, getsAll},
		{"delays below ReadTimeout: all", []imaptest.Fault{imaptest.Delay{Each: 50 * time.Second}}, getsAll},
		{"a delay beyond ReadTimeout: ErrTimeout", []imaptest.Fault{imaptest.Delay{Each: 2 * time.Minute}},
			func(t *testing.T, c *imap.Client, _ *imaptest.Server) {
				_, err := fetchLetters(t, c)
				require.ErrorIs(t, err, imap.ErrTimeout)
			}},
		{"ten bytes a second: all, though it takes longer than ReadTimeout", []imaptest.Fault{imaptest.Throttle{BytesPerSecond: 10}},
			func(t *testing.T, c *imap.Client, srv *imaptest.Server) {
				began := time.Now()
				getsAll(t, c, srv)
				require.Greater(t, time.Since(began), time.Minute)
			}},
	})
}

// getsHalfAText reads a text that is cut in the middle.
func getsHalfAText(t *testing.T, c *imap.Client, srv *imaptest.Server) {
	large := text(4, 200_000)
	uid := srv.User("user").Mailbox("INBOX").Deliver([]byte(large))
	works(t, c) // and hears of it
	srv.Fault(imaptest.CutInLiteral{N: 1, After: 100_000})
	read := 0
	for b, err := range c.UIDFetchBodies(t.Context(), imap.UIDs(uid), items, nil) {
		if err != nil {
			requireLost(t, err, true, "")
			break
		}
		got, err := io.ReadAll(b)
		requireLost(t, err, true, "")
		require.Equal(t, large[:len(got)], string(got))
		read += len(got)
	}
	require.Equal(t, 100_000, read)
}

// TestFaultsOfTheGreeting: what NewClient returns.
func TestFaultsOfTheGreeting(t *testing.T) {
	for _, h := range []struct {
		name  string
		fault imaptest.Fault
		gets  func(t *testing.T, c *imap.Client, err error)
	}{
		{"BYE: its code", imaptest.ByeGreeting{Code: "UNAVAILABLE", Text: "busy"}, func(t *testing.T, _ *imap.Client, err error) {
			var bye *imap.StatusError
			require.ErrorAs(t, err, &bye)
			require.Equal(t, "busy", bye.Text)
			require.ErrorIs(t, err, imap.CodeUnavailable)
			require.True(t, imap.SafeToRetry(err))
		}},
		{"no IMAP: a *ParseError or a *ProtocolError", imaptest.Greeting{Line: "HTTP/1.1 400 Bad Request"}, func(t *testing.T, _ *imap.Client, err error) {
			var bad *imap.ParseError
			var violation *imap.ProtocolError
			require.True(t, errors.As(err, &bad) || errors.As(err, &violation), err)
		}},
		{"no text and no capabilities: they are asked for", imaptest.Greeting{Line: "* OK"}, func(t *testing.T, c *imap.Client, err error) {
			require.NoError(t, err)
			require.True(t, c.Caps().Has(imap.CapIdle))
		}},
		{"PREAUTH: no login", imaptest.Preauth{User: "user"}, func(t *testing.T, c *imap.Client, err error) {
			require.NoError(t, err)
			require.Equal(t, imap.StateAuthenticated, c.State())
			_, err = c.Select(t.Context(), "INBOX", nil)
			require.NoError(t, err)
		}},
		{"no capabilities in the greeting: they are asked for", imaptest.HideCapabilities{}, func(t *testing.T, c *imap.Client, err error) {
			require.NoError(t, err)
			require.True(t, c.Caps().Has(imap.CapIdle))
		}},
		{"in the first session only: the next one is welcome", imaptest.OnSession(1, imaptest.ByeGreeting{}), func(t *testing.T, _ *imap.Client, err error) {
			require.ErrorIs(t, err, imap.ErrClosed)
		}},
	} {
		t.Run(h.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				srv := imaptest.NewServer(t, &imaptest.Options{Faults: []imaptest.Fault{h.fault}})
				c, err := imap.NewClient(t.Context(), srv.Pipe(), nil)
				if err == nil {
					defer c.Close()
				}
				h.gets(t, c, err)
				if strings.HasPrefix(h.name, "in the first") {
					clientOf(t, srv, nil)
				}
			})
		})
	}
}

// TestFaultInjectAfterStartTLS: what an attacker says before TLS is refused.
func TestFaultInjectAfterStartTLS(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{Faults: []imaptest.Fault{
		imaptest.InjectAfterStartTLS{Text: "* CAPABILITY IMAP4rev1 AUTH=PLAIN"},
	}})
	_, err := imap.DialStartTLS(t.Context(), srv.Addr(), &imap.Options{TLSConfig: srv.TLSConfig()})
	var violation *imap.ProtocolError
	require.ErrorAs(t, err, &violation)
	assert.ErrorIs(t, err, imap.ErrClosed)
}
