package promises_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

// TestErrorsOfDialling names what went wrong, and leaves nothing behind.
func TestErrorsOfDialling(t *testing.T) {
	ctx := t.Context()
	closed := func() string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close()
		return l.Addr().String()
	}()
	for name, dial := range map[string]func(context.Context, string, *imap.Options) (*imap.Client, error){
		"TLS": imap.DialTLS, "STARTTLS": imap.DialStartTLS, "insecure": imap.DialInsecure,
	} {
		c, err := dial(ctx, closed, nil)
		require.Nil(t, c)
		require.ErrorIs(t, err, syscall.ECONNREFUSED, name)
		var op *net.OpError
		require.ErrorAs(t, err, &op, name)
	}
	_, err := imap.DialTLS(ctx, "no port", nil)
	require.Error(t, err)

	srv := imaptest.NewServer(t, nil)
	_, err = imap.DialTLS(ctx, srv.TLSAddr(), nil) // nobody vouches for it
	var cert *tls.CertificateVerificationError
	require.ErrorAs(t, err, &cert)
	cfg := imaptest.ClientTLSConfig()
	cfg.ServerName = "elsewhere.example"
	for _, dial := range []func() (*imap.Client, error){
		func() (*imap.Client, error) { return imap.DialTLS(ctx, srv.TLSAddr(), &imap.Options{TLSConfig: cfg}) },
		func() (*imap.Client, error) { return imap.DialStartTLS(ctx, srv.Addr(), &imap.Options{TLSConfig: cfg}) },
	} {
		_, err = dial()
		require.ErrorAs(t, err, &cert)
		var host x509.HostnameError
		require.ErrorAs(t, err, &host)
		require.Equal(t, "elsewhere.example", host.Host)
	}
	c, err := imap.DialTLS(ctx, srv.TLSAddr(), &imap.Options{TLSConfig: imaptest.ClientTLSConfig()})
	require.NoError(t, err)
	require.NotNil(t, c.TLS())
	require.NoError(t, c.Close())
	c, err = imap.DialStartTLS(ctx, srv.Addr(), &imap.Options{TLSConfig: imaptest.ClientTLSConfig()})
	require.NoError(t, err)
	require.NotNil(t, c.TLS())
	require.NoError(t, c.Close())
	noGoroutines(t)
}

// TestErrorsOfTheGreeting has servers that don't want us.
func TestErrorsOfTheGreeting(t *testing.T) {
	for name, test := range map[string]struct {
		greeting string
		check    func(t *testing.T, err error)
	}{
		"BYE": {"* BYE [UNAVAILABLE] too many connections\r\n", func(t *testing.T, err error) {
			var bye *imap.StatusError
			require.ErrorAs(t, err, &bye)
			require.Equal(t, imap.BYE, bye.Type)
			require.Empty(t, bye.Command)
			require.Equal(t, "too many connections", bye.Text)
			require.ErrorIs(t, err, imap.CodeUnavailable)
		}},
		"another protocol": {"220 mail.example ESMTP\r\n", func(t *testing.T, err error) {
			var bad *imap.ParseError
			var violation *imap.ProtocolError
			require.True(t, errors.As(err, &bad) || errors.As(err, &violation), err)
		}},
		"NO":      {"* NO no\r\n", func(t *testing.T, err error) { var v *imap.ProtocolError; require.ErrorAs(t, err, &v) }},
		"tagged":  {"A1 OK done\r\n", func(t *testing.T, err error) { var v *imap.ProtocolError; require.ErrorAs(t, err, &v) }},
		"nothing": {"", func(t *testing.T, err error) { requireLost(t, err, false, "") }},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c, err := imap.NewClient(t.Context(), scripted.Pipe(t, func(p *scripted.Peer) { p.Raw(test.greeting) }), nil)
				require.Nil(t, c)
				require.ErrorIs(t, err, imap.ErrClosed)
				test.check(t, err)
			})
		})
	}
}

// TestErrorsOfCommands are typed, with what the server said, and the connection
// works on.
func TestErrorsOfCommands(t *testing.T) {
	bubble(t, func(t *testing.T) {
		answers := []string{
			"NO [NONEXISTENT] no such mailbox", "NO [OVERQUOTA] full", "BAD [CLIENTBUG] what", "NO [BADCHARSET (UTF-8 \"X Y\")] hm",
			"NO [TRYCREATE] create it", "NO [METADATA MAXSIZE 1024] too large", "NO [x-unknown 1 2] x", "NO",
		}
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(preauth)
			for _, a := range answers {
				p.Sendf("%s %s", p.Command().Tag, a)
			}
			p.Serve(nil)
		})
		ctx := t.Context()
		fail := func() (*imap.StatusError, error) {
			err := c.Create(ctx, "x", nil)
			var refused *imap.StatusError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, "CREATE", refused.Command)
			require.NotErrorIs(t, err, imap.ErrClosed)
			require.False(t, imap.SafeToRetry(err))
			return refused, err
		}
		refused, err := fail()
		require.ErrorIs(t, err, imap.CodeNonExistent)
		require.NotErrorIs(t, err, imap.CodeOverQuota)
		require.Equal(t, imap.NO, refused.Type)
		require.Equal(t, "imap: CREATE: NO [NONEXISTENT] no such mailbox", err.Error())
		_, err = fail()
		require.ErrorIs(t, err, imap.CodeOverQuota)
		refused, _ = fail()
		require.Equal(t, imap.BAD, refused.Type)
		refused, err = fail()
		require.ErrorIs(t, err, response.CodeBadCharset)
		require.Equal(t, response.BadCharsetCode{Charsets: []string{"UTF-8", "X Y"}}, refused.Code)
		_, err = fail()
		require.ErrorIs(t, err, imap.CodeTryCreate)
		refused, _ = fail()
		require.Equal(t, response.MetadataCode{Reason: "MAXSIZE", Size: 1024}, refused.Code)
		_, err = fail()
		require.ErrorIs(t, err, imap.CodeName("X-UNKNOWN"))
		refused, _ = fail()
		require.Nil(t, refused.Code)
		works(t, c)

		// Before anything is sent.
		_, err = c.Append(ctx, "x", -1, strings.NewReader(""), nil)
		var bad *imap.ArgumentError
		require.ErrorAs(t, err, &bad)
		require.Equal(t, "APPEND", bad.Command)
		_, err = imap.Collect(c.UIDFetch(ctx, all, flags, nil))
		require.ErrorIs(t, err, imap.ErrState)
		var state *imap.StateError
		require.ErrorAs(t, err, &state)
		require.Equal(t, &imap.StateError{Command: "UID FETCH", State: imap.StateAuthenticated}, state)
		require.ErrorIs(t, c.Login(ctx, "u", "p"), imap.ErrState)
		_, err = c.Select(ctx, "x", &imap.SelectOptions{CondStore: true})
		require.ErrorIs(t, err, imap.ErrUnsupported)
		var lacks *imap.UnsupportedError
		require.ErrorAs(t, err, &lacks)
		require.EqualValues(t, imap.CapCondStore, lacks.Cap)
		works(t, c)

		require.NoError(t, c.Close())
		err = c.Noop(ctx)
		require.ErrorIs(t, err, imap.ErrClosed)
		require.ErrorIs(t, err, net.ErrClosed)
		require.True(t, imap.SafeToRetry(err))
	})
}

// TestOptionsDialIsUsed for everything.
func TestOptionsDialIsUsed(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	var asked []string
	opts := &imap.Options{TLSConfig: imaptest.ClientTLSConfig(), Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		asked = append(asked, network+" "+addr)
		if strings.HasSuffix(addr, ":993") {
			addr = srv.TLSAddr()
		} else {
			addr = srv.Addr()
		}
		return new(net.Dialer).DialContext(ctx, network, addr)
	}}
	opts.TLSConfig.ServerName = "127.0.0.1"
	for addr, dial := range map[string]func(context.Context, string, *imap.Options) (*imap.Client, error){
		"tls.example:993": imap.DialTLS, "starttls.example:143": imap.DialStartTLS, "insecure.example:143": imap.DialInsecure,
	} {
		c, err := dial(t.Context(), addr, opts)
		require.NoError(t, err)
		require.NoError(t, c.Noop(t.Context()))
		require.NoError(t, c.Close())
	}
	require.ElementsMatch(t, []string{"tcp tls.example:993", "tcp starttls.example:143", "tcp insecure.example:143"}, asked)
	boom := errors.New("boom")
	opts.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, boom }
	_, err := imap.DialTLS(t.Context(), "x:993", opts)
	require.ErrorIs(t, err, boom)
}

// TestEveryErrorIsWrapped cancels with causes and looks through all layers.
func TestEveryErrorIsWrapped(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(preauth)
			p.Hold()
		})
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("the cause"))
		require.ErrorIs(t, c.Noop(ctx), context.Canceled)
	})
}
