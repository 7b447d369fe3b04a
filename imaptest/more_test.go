package imaptest_test

import (
	"bufio"
	"compress/flate"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"io"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

// TestListReturnsMore: the rights (RFC 8440) and the annotations (RFC 9590) of each
// mailbox that is chosen.
func TestListReturnsMore(t *testing.T) {
	conn := loggedIn(t, imaptest.NewServer(t, nil))
	skip(t, conn, "a0 CREATE foo/bar")
	skip(t, conn, "a0 SUBSCRIBE foo/bar")
	skip(t, conn, "a0 SUBSCRIBE INBOX")
	skip(t, conn, `a0 SETMETADATA INBOX (/shared/color "#b71c1c" /shared/comment "x")`)
	converse(t, conn, `
		C: a1 LIST "" % RETURN (MYRIGHTS)
		S: * LIST () "/" INBOX
		S: * MYRIGHTS INBOX "lrswipakxtecd"
		S: * LIST () "/" foo
		S: * MYRIGHTS foo "lrswipakxtecd"
		S: a1 OK LIST completed
		C: a2 LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (MYRIGHTS METADATA ("/shared/color") STATUS (MESSAGES))
		S: * LIST (\Subscribed) "/" INBOX
		S: * STATUS INBOX (MESSAGES 0)
		S: * MYRIGHTS INBOX "lrswipakxtecd"
		S: * METADATA INBOX (/shared/color "#b71c1c")
		S: * LIST () "/" foo ("CHILDINFO" ("SUBSCRIBED"))
		S: a2 OK LIST completed
		C: a3 LIST "" foo RETURN (METADATA ("/shared/color"))
		S: * LIST () "/" foo
		S: * METADATA foo (/shared/color NIL)
		S: a3 OK LIST completed
		C: a4 LIST "" foo RETURN (METADATA ())
		S: a4 BAD <*>`)
	conn = loggedIn(t, imaptest.NewServer(t, &imaptest.Options{Without: []imaptest.Cap{"LIST-MYRIGHTS", "LIST-METADATA"}}))
	converse(t, conn, `
		C: a1 LIST "" % RETURN (MYRIGHTS)
		S: a1 BAD <*>
		C: a2 LIST "" % RETURN (METADATA ("/shared/color"))
		S: a2 BAD <*>`)
}

// TestFuzzy: SEARCH=FUZZY (RFC 6203) of a server for which only what matches exactly
// is near enough.
func TestFuzzy(t *testing.T) {
	converse(t, selected(t, withHello(t, 3, nil)), `
		C: a1 SEARCH FUZZY SUBJECT "hello 2"
		S: * SEARCH 2
		S: a1 OK SEARCH completed
		C: a2 SEARCH RETURN (RELEVANCY ALL) FUZZY (TEXT world FUZZY SUBJECT hello)
		S: * ESEARCH (TAG "a2") ALL 1:3 RELEVANCY (100 100 100)
		S: a2 OK SEARCH completed
		C: a3 UID SORT RETURN (RELEVANCY COUNT) (RELEVANCY SUBJECT) UTF-8 FUZZY SUBJECT hello
		S: * ESEARCH (TAG "a3") UID COUNT 3 RELEVANCY (100 100 100)
		S: a3 OK SORT completed
		C: a4 SEARCH RETURN (RELEVANCY) SUBJECT hello
		S: a4 BAD SEARCH: RELEVANCY needs a FUZZY key
		C: a5 SEARCH RETURN (RELEVANCY) FUZZY SUBJECT nothing
		S: * ESEARCH (TAG "a5")
		S: a5 OK SEARCH completed`)
}

// TestCramMD5: RFC 2195.
func TestCramMD5(t *testing.T) {
	for password, want := range map[string]string{"password": "a1 OK ", "wrong": "a1 NO [AUTHENTICATIONFAILED]"} {
		srv := imaptest.NewServer(t, nil)
		conn := srv.Pipe()
		defer conn.Close()
		converse(t, conn, "S: * OK <*>")
		r := bufio.NewReader(conn)
		_, err := io.WriteString(conn, "a1 AUTHENTICATE CRAM-MD5\r\n")
		require.NoError(t, err)
		line, err := r.ReadString('\n')
		require.NoError(t, err)
		challenge, err := base64.StdEncoding.DecodeString(strings.TrimSpace(strings.TrimPrefix(line, "+ ")))
		require.NoError(t, err)
		sum := hmac.New(md5.New, []byte(password))
		sum.Write(challenge)
		answer := base64.StdEncoding.EncodeToString([]byte("user " + hex.EncodeToString(sum.Sum(nil))))
		_, err = io.WriteString(conn, answer+"\r\n")
		require.NoError(t, err)
		line, err = r.ReadString('\n')
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(line, want), line)
	}
}

// TestExternal: the client's certificate names the user (RFC 4422).
func TestExternal(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{
		Users:     []imaptest.Account{{Name: "user", Password: "x"}, {Name: "ann", Password: "y"}},
		TLSConfig: &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12},
	})
	for _, c := range []struct{ subject, authzid, want string }{
		{"user", "=", "a1 OK <*>"},
		{"user", base64.StdEncoding.EncodeToString([]byte("user")), "a1 OK <*>"},
		{"user", base64.StdEncoding.EncodeToString([]byte("ann")), "a1 NO [AUTHENTICATIONFAILED] <*>"},
		{"nobody", "=", "a1 NO [AUTHENTICATIONFAILED] <*>"},
		{"", "=", "a1 NO [CANNOT] Unsupported mechanism"},
	} {
		config := srv.TLSConfig()
		if c.subject != "" {
			config.Certificates = []tls.Certificate{clientCertificate(t, c.subject)}
		}
		conn := tls.Client(srv.PipeTLS(), config)
		defer conn.Close()
		greeting := "S: * OK [CAPABILITY <*> AUTH=EXTERNAL<*>"
		if c.subject == "" {
			greeting = "S: * OK <*>"
		}
		converse(t, conn, greeting+"\nC: a1 AUTHENTICATE EXTERNAL "+c.authzid+"\nS: "+c.want)
	}
}

// clientCertificate makes a certificate of its own for a name.
func clientCertificate(t *testing.T, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// TestAnonymous: the user "anonymous", if the server offers it (RFC 4505).
func TestAnonymous(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{
		Users: []imaptest.Account{{Name: "anonymous"}}, Capabilities: []imaptest.Cap{"IMAP4rev1", "SASL-IR", "AUTH=ANONYMOUS"},
	})
	conn := srv.Pipe()
	defer conn.Close()
	converse(t, conn, `
		S: * OK <*>
		C: a1 AUTHENTICATE ANONYMOUS c2lyaGM=
		S: a1 OK <*>`)
	conn = imaptest.NewServer(t, nil).Pipe()
	defer conn.Close()
	converse(t, conn, `
		S: * OK <*>
		C: a1 AUTHENTICATE ANONYMOUS c2lyaGM=
		S: a1 NO [CANNOT] Unsupported mechanism`)
}

// TestUnauthenticateEndsCompression: both directions go on in the clear (RFC 8437
// §4.1), also with what the client has sent in the same packet.
func TestUnauthenticateEndsCompression(t *testing.T) {
	for _, together := range []bool{true, false} {
		conn := dial(t, imaptest.NewServer(t, &imaptest.Options{AllowInsecureAuth: true}).Addr())
		require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
		converse(t, conn, `
			S: * OK <*>
			C: a1 LOGIN user password
			S: a1 OK <*>
			C: a2 COMPRESS DEFLATE
			S: a2 OK DEFLATE active`)
		var wire strings.Builder
		w, err := flate.NewWriter(&wire, flate.BestSpeed)
		require.NoError(t, err)
		_, err = io.WriteString(w, "a3 UNAUTHENTICATE\r\n")
		require.NoError(t, err)
		require.NoError(t, w.Close())
		const login = "a4 LOGIN user password\r\n"
		said := wire.String()
		if together {
			said += login
		}
		_, err = io.WriteString(conn, said)
		require.NoError(t, err)
		in := bufio.NewReader(conn)
		answer, err := io.ReadAll(flate.NewReader(in)) // ends with the compression
		require.NoError(t, err)
		assert.Regexp(t, `^a3 OK .*UNAUTHENTICATE completed\r\n$`, string(answer))
		if !together {
			_, err = io.WriteString(conn, login)
			require.NoError(t, err)
		}
		line, err := in.ReadString('\n')
		require.NoError(t, err)
		assert.Regexp(t, "^a4 OK ", line)
		_, err = io.WriteString(conn, "a5 COMPRESS DEFLATE\r\n")
		require.NoError(t, err)
		line, err = in.ReadString('\n')
		require.NoError(t, err)
		assert.Equal(t, "a5 OK DEFLATE active\r\n", line, "it may begin again")
	}
}

// TestUnauthenticateNeedsTheClientsEnd: a client that goes on compressing is cut off.
func TestUnauthenticateNeedsTheClientsEnd(t *testing.T) {
	conn := dial(t, imaptest.NewServer(t, &imaptest.Options{AllowInsecureAuth: true}).Addr())
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	converse(t, conn, "S: * OK <*>\nC: a1 LOGIN user password\nS: a1 OK <*>\nC: a2 COMPRESS DEFLATE\nS: a2 OK DEFLATE active")
	w, err := flate.NewWriter(conn, flate.BestSpeed)
	require.NoError(t, err)
	_, err = io.WriteString(w, "a3 UNAUTHENTICATE\r\na4 NOOP\r\n")
	require.NoError(t, err)
	require.NoError(t, w.Flush())
	answer, err := io.ReadAll(flate.NewReader(conn))
	require.NoError(t, err)
	assert.Regexp(t, "^a3 OK .*\r\n$", string(answer))
	_, err = conn.Read(make([]byte, 1))
	assert.Error(t, err)
}
