package imaptest_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xdg-go/scram"

	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func TestAuthenticate(t *testing.T) {
	users := []imaptest.Account{{Name: "user", Password: "password", Token: "token"}}
	for name, transcript := range map[string]string{
		"plain": `
			C: a1 AUTHENTICATE PLAIN
			S: + <*>
			C: ` + b64("\x00user\x00password") + `
			S: a1 OK [CAPABILITY <*>] AUTHENTICATE completed`,
		"plain with initial response": `
			C: a1 AUTHENTICATE PLAIN ` + b64("user\x00user\x00password") + `
			S: a1 OK <*>`,
		"wrong password": `
			C: a1 AUTHENTICATE PLAIN ` + b64("\x00user\x00no") + `
			S: a1 NO [AUTHENTICATIONFAILED] Authentication failed
			C: a2 LOGIN user no
			S: a2 NO [AUTHENTICATIONFAILED] Authentication failed
			C: a3 LOGIN {4+}
			C| user "pass\word"
			S: a3 BAD LOGIN: expected a quoted character at "\\word\""
			C: a4 LOGIN {4}
			S: + Ready for literal data
			C| user {8}
			S: + Ready for literal data
			C| password
			S: a4 OK <*>`,
		"login": `
			C: a1 AUTHENTICATE LOGIN
			S: + ` + b64("Username:") + `
			C: ` + b64("user") + `
			S: + ` + b64("Password:") + `
			C: ` + b64("password") + `
			S: a1 OK <*>`,
		"cancelled": `
			C: a1 AUTHENTICATE LOGIN
			S: + ` + b64("Username:") + `
			C: *
			S: a1 BAD AUTHENTICATE was cancelled or malformed
			C: a2 AUTHENTICATE PLAIN ???
			S: a2 BAD AUTHENTICATE was cancelled or malformed
			C: a3 AUTHENTICATE FROB
			S: a3 NO [CANNOT] Unsupported mechanism`,
		"xoauth2": `
			C: a1 AUTHENTICATE XOAUTH2 ` + b64("user=user\x01auth=Bearer old\x01\x01") + `
			S: + <*>
			C: 
			S: a1 NO [AUTHENTICATIONFAILED] Authentication failed
			C: a2 AUTHENTICATE XOAUTH2 ` + b64("user=user\x01auth=Bearer token\x01\x01") + `
			S: a2 OK <*>`,
		"oauthbearer": `
			C: a1 AUTHENTICATE OAUTHBEARER ` + b64("n,a=user,\x01auth=Bearer old\x01\x01") + `
			S: + <*>
			C: AQ==
			S: a1 NO [AUTHENTICATIONFAILED] Authentication failed
			C: a2 AUTHENTICATE OAUTHBEARER ` + b64("n,,\x01auth=Bearer token\x01\x01") + `
			S: a2 OK <*>`,
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.NewServer(t, &imaptest.Options{Users: users})
			conn := srv.Pipe()
			defer conn.Close()
			converse(t, conn, "S: * OK [CAPABILITY <*>AUTH=PLAIN<*>] <*>")
			converse(t, conn, transcript)
			for _, secret := range []string{"password", "token", b64("\x00user\x00password"), b64("password")} {
				assert.NotContains(t, srv.Transcript()[0], secret)
			}
		})
	}
}

func TestLoginDisabled(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	conn := dial(t, srv.Addr())
	converse(t, conn, `
		S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 SASL-IR LITERAL+ ID ENABLE STARTTLS IDLE NAMESPACE LOGINDISABLED] IMAP server ready
		C: a1 LOGIN user password
		S: a1 NO [PRIVACYREQUIRED] LOGIN needs TLS
		C: a2 AUTHENTICATE PLAIN
		S: a2 NO [PRIVACYREQUIRED] AUTHENTICATE needs TLS
		C: a3 STARTTLS
		S: a3 OK Begin TLS negotiation now`)
	secure := tls.Client(conn, srv.TLSConfig())
	converse(t, secure, `
		C: a4 STARTTLS
		S: a4 BAD TLS is in use already
		C: a5 CAPABILITY
		S: * CAPABILITY IMAP4rev1 IMAP4rev2 SASL-IR LITERAL+ ID ENABLE AUTH=PLAIN <*>
		S: a5 OK CAPABILITY completed
		C: a6 LOGIN user password
		S: a6 OK <*>
		C: a7 LOGOUT
		S: * BYE Logging out
		S: a7 OK LOGOUT completed`)
	_, err := secure.Read(make([]byte, 1))
	assert.ErrorContains(t, err, "EOF")
}

func TestStartTLSInjection(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	conn := dial(t, srv.Addr())
	converse(t, conn, "S: * OK <*>")
	_, err := fmt.Fprint(conn, "a1 STARTTLS\r\na2 NOOP\r\n")
	require.NoError(t, err)
	converse(t, conn, "S: a1 BAD STARTTLS: nothing may follow in the clear")
}

// TestScram runs SCRAM with every binding over TLS 1.2 and 1.3.
func TestScram(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		srv := imaptest.NewServer(t, &imaptest.Options{TLSConfig: &tls.Config{MinVersion: version, MaxVersion: version}})
		for _, hash := range []scram.HashGeneratorFcn{scram.SHA1, scram.SHA256} {
			for _, kind := range []scram.ChannelBindingType{"", "tls-exporter", "tls-unique", "tls-server-end-point"} {
				mech := "SCRAM-SHA-256"
				if hash().Size() == 20 {
					mech = "SCRAM-SHA-1"
				}
				if kind != "" {
					mech += "-PLUS"
				}
				if kind == "tls-unique" && version == tls.VersionTLS13 {
					continue
				}
				t.Run(fmt.Sprintf("%s %s %s", tls.VersionName(version), mech, kind), func(t *testing.T) {
					raw := dial(t, srv.TLSAddr())
					conn := tls.Client(raw, srv.TLSConfig())
					require.NoError(t, conn.Handshake())
					assert.Equal(t, "OK", scramLogin(t, conn, mech, hash, kind, "password"))
					raw = dial(t, srv.TLSAddr())
					conn = tls.Client(raw, srv.TLSConfig())
					assert.Equal(t, "NO", scramLogin(t, conn, mech, hash, kind, "wrong"))
				})
			}
		}
	}
}

// scramClients are kept, since each derives keys from its password once, which
// is meant to be slow.
var scramClients = make(map[string]*scram.Client)

func scramClient(t *testing.T, mech string, hash scram.HashGeneratorFcn, password string) *scram.Client {
	t.Helper()
	key := strings.TrimSuffix(mech, "-PLUS") + password
	if scramClients[key] == nil {
		client, err := hash.NewClient("user", password, "")
		require.NoError(t, err)
		scramClients[key] = client
	}
	return scramClients[key]
}

// scramLogin authenticates and returns the condition of the tagged answer.
func scramLogin(t *testing.T, conn *tls.Conn, mech string, hash scram.HashGeneratorFcn, kind scram.ChannelBindingType, password string) string {
	t.Helper()
	require.NoError(t, conn.Handshake())
	client := scramClient(t, mech, hash, password)
	st := conn.ConnectionState()
	conv := client.NewConversation()
	switch kind {
	case "tls-exporter":
		data, err := st.ExportKeyingMaterial("EXPORTER-Channel-Binding", []byte{}, 32)
		require.NoError(t, err)
		conv = client.NewConversationWithChannelBinding(scram.ChannelBinding{Type: kind, Data: data})
	case "tls-unique":
		conv = client.NewConversationWithChannelBinding(scram.NewTLSUniqueBinding(st.TLSUnique))
	case "tls-server-end-point":
		cb, err := scram.NewTLSServerEndpointBinding(&st)
		require.NoError(t, err)
		conv = client.NewConversationWithChannelBinding(cb)
	}
	r := bufio.NewReader(conn)
	_, err := r.ReadString('\n')
	require.NoError(t, err)
	fmt.Fprintf(conn, "a1 AUTHENTICATE %s\r\n", mech)
	challenge := ""
	for {
		line, err := r.ReadString('\n')
		require.NoError(t, err)
		if rest, tagged := strings.CutPrefix(line, "a1 "); tagged {
			return rest[:2]
		}
		if text := strings.TrimSpace(strings.TrimPrefix(line, "+")); text != "" {
			b, err := base64.StdEncoding.DecodeString(text)
			require.NoError(t, err)
			challenge = string(b)
		}
		if conv.Done() {
			fmt.Fprint(conn, "\r\n")
			continue
		}
		answer, err := conv.Step(challenge)
		require.NoError(t, err)
		fmt.Fprintf(conn, "%s\r\n", b64(answer))
	}
}

func TestTooManyFailures(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{AuthAttempts: 2})
	conn := srv.Pipe()
	defer conn.Close()
	converse(t, conn, `
		S: * OK <*>
		C: a1 LOGIN user x
		S: a1 NO <*>
		C: a2 LOGIN user x
		S: * BYE Too many failed logins
		S: a2 NO [AUTHENTICATIONFAILED] Authentication failed`)
}

func TestRev2Only(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{Without: []response.Cap{"IMAP4rev1"}})
	conn := selected(t, srv)
	converse(t, conn, `
		C: a1 SEARCH ALL
		S: * ESEARCH (TAG "a1")
		S: a1 OK SEARCH completed`)
}
