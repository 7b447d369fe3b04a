package promises_test

import (
	"bufio"
	"compress/flate"
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// Nothing of one user's session is left for the next: not the mailbox, not what was
// enabled, not how names are written.
func TestUnauthenticateLeavesNothingBehind(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const more = " UNAUTHENTICATE ENABLE UTF8=ACCEPT"
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1" + more + "] hi")
			p.Answer("ENABLE UTF8=ACCEPT", "* ENABLED UTF8=ACCEPT")
			p.Answer(`SELECT "Müll"`, "* 3 EXISTS")
			p.Answer("UNAUTHENTICATE")
			p.Answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN")
			cmd := p.Want(`LOGIN "next" "secret"`)
			p.Send(cmd.Tag + " OK [CAPABILITY IMAP4rev1" + more + "] welcome")
			p.Answer("SELECT M&APw-ll", "* 0 EXISTS")
			cmd = p.Want("UNAUTHENTICATE")
			p.Send(cmd.Tag + " OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] gone")
			p.Hold()
		})
		ctx := t.Context()
		_, err := c.Enable(ctx, imap.CapUTF8Accept)
		require.NoError(t, err)
		_, err = c.Select(ctx, "Müll", nil)
		require.NoError(t, err)
		require.NoError(t, c.Unauthenticate(ctx))
		assert.Equal(t, imap.StateNotAuthenticated, c.State())
		assert.Nil(t, c.Mailbox())
		assert.Empty(t, c.Enabled())
		assert.True(t, c.Caps().Has("AUTH=PLAIN"))
		assert.ErrorIs(t, c.Unauthenticate(ctx), imap.ErrUnsupported, "it is offered to users alone")

		require.NoError(t, c.Login(ctx, "next", "secret"))
		_, err = c.Select(ctx, "Müll", nil)
		require.NoError(t, err)
		require.NoError(t, c.Unauthenticate(ctx))
		assert.Equal(t, imap.StateNotAuthenticated, c.State())
	})
}

// TestUnauthenticateEndsCompression at the octet after the command and after its OK
// (RFC 8437 §4.1), however the server ends its stream, or does not.
func TestUnauthenticateEndsCompression(t *testing.T) {
	ends := map[string]func(*flate.Writer, *scripted.Peer){
		"with a last block":            func(z *flate.Writer, _ *scripted.Peer) { _ = z.Close() },
		"between two blocks, as Cyrus": func(z *flate.Writer, _ *scripted.Peer) { _ = z.Flush() },
		"with the last block of zlib": func(z *flate.Writer, p *scripted.Peer) {
			_ = z.Flush()
			p.Raw("\x03\x00")
		},
		"with text in the same packet": func(z *flate.Writer, p *scripted.Peer) {
			_ = z.Close()
			p.Raw("* OK [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE UNAUTHENTICATE] still here\r\n")
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send("* PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE UNAUTHENTICATE] hi")
					conn := p.Conn
					for range 2 {
						p.Answer("COMPRESS DEFLATE")
						in := &oneOctet{conn}
						z, err := flate.NewWriter(conn, flate.BestSpeed)
						require.NoError(p.T, err)
						raw := bufio.NewReaderSize(in, 16) // flate reads no octet beyond the stream's end of an io.ByteReader
						inflated := flate.NewReader(raw)
						p.Use(&deflated{Conn: conn, r: inflated, w: z})
						p.Answer("NOOP")
						cmd := p.Want("UNAUTHENTICATE")
						_, _ = z.Write([]byte(cmd.Tag + " OK [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE UNAUTHENTICATE] gone\r\n"))
						p.Conn = conn
						end(z, p)
						rest, err := io.ReadAll(inflated)
						assert.NoError(p.T, err, "the client has to end its stream")
						assert.Empty(p.T, rest)
						p.Use(&deflated{Conn: conn, r: raw, w: nil})
						p.Conn = conn
						cmd = p.Want(`LOGIN "next" "secret"`)
						p.Send(cmd.Tag + " OK [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE UNAUTHENTICATE] in")
					}
					p.Serve(nil)
				})
				for range 2 {
					require.NoError(t, c.Compress(t.Context()))
					require.NoError(t, c.Noop(t.Context()))
					require.NoError(t, c.Unauthenticate(t.Context()))
					assert.Equal(t, imap.StateNotAuthenticated, c.State())
					require.NoError(t, c.Login(t.Context(), "next", "secret"))
				}
				works(t, c)
			})
		})
	}
}

// oneOctet reads one octet at a time.
type oneOctet struct{ io.Reader }

func (r *oneOctet) Read(b []byte) (int, error) { return r.Reader.Read(b[:min(len(b), 1)]) }

// TestUnauthenticateThatFailsOnACompressedConnection: the two sides do not agree any
// more about what is compressed, so the connection ends.
func TestUnauthenticateThatFailsOnACompressedConnection(t *testing.T) {
	for _, answer := range []string{"BAD no", "NO never", ""} {
		bubble(t, func(t *testing.T) {
			c := connect(t, nil, func(p *scripted.Peer) {
				p.Send("* PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE UNAUTHENTICATE] hi")
				p.Answer("COMPRESS DEFLATE")
				z, err := flate.NewWriter(p.Conn, flate.BestSpeed)
				require.NoError(p.T, err)
				p.Use(&deflated{Conn: p.Conn, r: flate.NewReader(p.Conn), w: z})
				cmd := p.Want("UNAUTHENTICATE")
				if answer != "" {
					p.Send(cmd.Tag + " " + answer)
				}
				_, _ = io.Copy(io.Discard, p.Conn.(*deflated).Conn)
			})
			require.NoError(t, c.Compress(t.Context()))
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			require.Error(t, c.Unauthenticate(ctx))
			require.ErrorIs(t, c.Noop(t.Context()), imap.ErrClosed)
		})
	}
}

func TestUnauthenticateAtImaptest(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	c, err := imap.DialTLS(t.Context(), srv.TLSAddr(), &imap.Options{TLSConfig: srv.TLSConfig()})
	require.NoError(t, err)
	defer c.Close()
	for range 3 {
		require.NoError(t, c.Login(t.Context(), "user", "password"))
		require.NoError(t, c.Unauthenticate(t.Context()))
		require.NoError(t, c.Login(t.Context(), "user", "password"))
		require.NoError(t, c.Compress(t.Context()))
		_, err := c.Select(t.Context(), "INBOX", nil)
		require.NoError(t, err)
		require.NoError(t, c.Unauthenticate(t.Context()))
		assert.Equal(t, imap.StateNotAuthenticated, c.State())
	}
	require.NoError(t, c.Logout(t.Context()))
}
