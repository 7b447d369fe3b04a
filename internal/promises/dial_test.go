package promises_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// What goes wrong while connecting names the address, and is still what it was.
//
// It is not parallel to others, which look for ports where nobody listens.
func TestDialErrorsNameTheAddress(t *testing.T) {
	silent := func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }
	for name, test := range map[string]struct {
		dial  func(context.Context, string, *imap.Options) (*imap.Client, error)
		serve func(net.Conn)
		want  string
		is    error
	}{
		"no greeting":       {imap.DialInsecure, silent, "no greeting from the server: context deadline exceeded", context.DeadlineExceeded},
		"no greeting yet":   {imap.DialStartTLS, silent, "no greeting from the server: context deadline exceeded", context.DeadlineExceeded},
		"silent TLS":        {imap.DialTLS, silent, "context deadline exceeded", context.DeadlineExceeded},
		"hung up":           {imap.DialInsecure, func(net.Conn) {}, "connection lost: closed by the server", io.EOF},
		"BYE":               {imap.DialInsecure, say("* BYE [UNAVAILABLE] busy\r\n"), "connection lost: BYE [UNAVAILABLE] busy", imap.CodeUnavailable},
		"no STARTTLS":       {imap.DialStartTLS, say("* OK [CAPABILITY IMAP4rev1] hi\r\n"), "the server does not offer STARTTLS", imap.ErrUnsupported},
		"PREAUTH":           {imap.DialStartTLS, say("* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n"), "protocol violation: PREAUTH, but STARTTLS was asked for", nil},
		"not IMAP":          {imap.DialInsecure, say("220 mail.example.org ESMTP\r\n"), `connection lost: malformed response: expected OK, NO or BAD at octet 4 near "220 mail.example.org ESMTP"`, nil},
		"TLS where it's no": {imap.DialTLS, say("* OK hi\r\n"), "tls: first record does not look like a TLS handshake", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := listen(t, test.serve)
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			_, err := test.dial(ctx, addr, nil)
			assert.EqualError(t, err, "imap: connecting to "+addr+": "+test.want)
			if test.is != nil {
				assert.ErrorIs(t, err, test.is)
			}
		})
	}
}

func TestDialErrorsOfTheNetworkAreStillThemselves(t *testing.T) {
	addr := listen(t, nil)
	_, err := imap.DialTLS(t.Context(), addr, nil)
	assert.ErrorIs(t, err, syscall.ECONNREFUSED)
	assert.ErrorContains(t, err, "imap: connecting to "+addr+": dial tcp ")

	srv := imaptest.NewServer(t, nil)
	_, err = imap.DialTLS(t.Context(), srv.TLSAddr(), nil)
	var unknown *tls.CertificateVerificationError
	assert.ErrorAs(t, err, &unknown)
	assert.ErrorContains(t, err, "imap: connecting to "+srv.TLSAddr()+": tls: ")
}

// listen returns an address at which connections are served, or with nil refused.
func listen(t *testing.T, serve func(net.Conn)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	if serve == nil {
		l.Close()
		return l.Addr().String()
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(c)
			}()
		}
	}()
	return l.Addr().String()
}

// say returns a server that says something and then listens.
func say(text string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, text)
		_, _ = io.Copy(io.Discard, c)
	}
}
