package ntlm_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/auth/ntlm"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// The common values of [MS-NLMP] §4.2.1 and §4.2.4.
const (
	user, domain, password = "User", "Domain", "Password"
	ntHash                 = "a4f49c406510bdcab6824ee7c30fd852" // §4.2.2.1.2
	ntowfV2                = "0c868a403bfd7a93a3001ef22ef02e3f" // §4.2.4.1.1
	serverChallenge        = "0123456789abcdef"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func hmacMD5(key []byte, data ...[]byte) []byte {
	h := hmac.New(md5.New, key)
	for _, d := range data {
		h.Write(d)
	}
	return h.Sum(nil)
}

// challengeMessage is a CHALLENGE_MESSAGE ([MS-NLMP] §2.2.1.2) with a target's name.
func challengeMessage(t testing.TB) []byte {
	name := utf16le("Server")
	target := append([]byte{1, 0, byte(len(name)), 0}, name...) // MsvAvNbComputerName
	target = append(target, 0, 0, 0, 0)                         // MsvAvEOL
	const header = 56
	b := append([]byte("NTLMSSP\x00"), 2, 0, 0, 0)
	b = append(b, 0, 0, 0, 0, header, 0, 0, 0)          // TargetName: empty
	b = binary.LittleEndian.AppendUint32(b, 0x00880201) // unicode, NTLM, extended session security, target info
	b = append(b, unhex(t, serverChallenge)...)
	b = append(b, make([]byte, 8)...)
	b = append(b, byte(len(target)), 0, byte(len(target)), 0, header, 0, 0, 0)
	b = append(b, 6, 0, 0x70, 0x17, 0, 0, 0, 15) // version
	return append(b, target...)
}

// field returns what a field of an AUTHENTICATE_MESSAGE points to ([MS-NLMP] §2.2.1.3).
func field(message []byte, at int) []byte {
	size := int(binary.LittleEndian.Uint16(message[at:]))
	offset := int(binary.LittleEndian.Uint32(message[at+4:]))
	return message[offset : offset+size]
}

// provesPassword checks the NTLMv2 response of an AUTHENTICATE_MESSAGE ([MS-NLMP]
// §3.3.2), for the user and the password of the specification's examples.
func provesPassword(t testing.TB, message []byte) bool {
	key := hmacMD5(unhex(t, ntHash), utf16le(strings.ToUpper(user)+domain))
	require.Equal(t, ntowfV2, hex.EncodeToString(key))
	response := field(message, 20)
	return bytes.Equal(field(message, 28), utf16le(domain)) && bytes.Equal(field(message, 36), utf16le(user)) &&
		hmac.Equal(response[:16], hmacMD5(key, unhex(t, serverChallenge), response[16:]))
}

// serve plays a server with AUTHENTICATE NTLM.
func serve(p *scripted.Peer, caps string) {
	p.Send("* OK [CAPABILITY IMAP4rev1 AUTH=NTLM " + caps + "] hi")
	p.Serve(func(c scripted.Command) bool {
		if !c.Is("AUTHENTICATE NTLM") {
			return false
		}
		words := strings.Fields(c.Text)
		line := ""
		if len(words) == 3 {
			line = words[2]
		} else {
			p.Send("+ ")
			line = p.Line()
		}
		negotiate, err := base64.StdEncoding.DecodeString(line)
		if err != nil || !bytes.HasPrefix(negotiate, []byte("NTLMSSP\x00\x01\x00\x00\x00")) {
			p.Sendf("%s BAD no NEGOTIATE_MESSAGE", c.Tag)
			return true
		}
		p.Send("+ " + base64.StdEncoding.EncodeToString(challengeMessage(p.T)))
		authenticate, err := base64.StdEncoding.DecodeString(p.Line())
		if err != nil || !provesPassword(p.T, authenticate) {
			p.Sendf("%s NO [AUTHENTICATIONFAILED] no", c.Tag)
			return true
		}
		p.Sendf("%s OK [CAPABILITY IMAP4rev1] in", c.Tag)
		return true
	})
}

// TestLogin with the right password and with a wrong one, with SASL-IR and without.
func TestLogin(t *testing.T) {
	for _, caps := range []string{"", "SASL-IR"} {
		c, err := imap.NewClient(t.Context(), scripted.Pipe(t, func(p *scripted.Peer) { serve(p, caps) }), nil)
		require.NoError(t, err)
		require.ErrorIs(t, c.Authenticate(t.Context(), ntlm.Mechanism(domain+`\`+user, "wrong")), imap.CodeAuthenticationFailed)
		require.NoError(t, c.Authenticate(t.Context(), ntlm.Mechanism(domain+`\`+user, password)))
		require.Equal(t, imap.StateAuthenticated, c.State())
		require.NoError(t, c.Close())
	}
}

// TestBadChallenges break the exchange off.
func TestBadChallenges(t *testing.T) {
	good := challengeMessage(t)
	flags := bytes.Clone(good)
	flags[20] |= 0x80 // NTLMSSP_NEGOTIATE_LM_KEY: NTLMv1
	for name, challenge := range map[string][]byte{
		"empty": {}, "text": []byte("hello"), "cut": good[:30], "long": make([]byte, 65<<10), "NTLMv1": flags,
	} {
		m := ntlm.Mechanism(user, password)
		_, _, err := m.Start()
		require.NoError(t, err)
		_, err = m.Next(challenge)
		require.Error(t, err, name)
		_, err = m.Next(good)
		require.Error(t, err, name)
	}
}

// TestPasswordIsNotPrinted in any form.
func TestPasswordIsNotPrinted(t *testing.T) {
	m := ntlm.Mechanism("someone", "s3cr3t")
	text := fmt.Sprintf("%v %+v %#v %s %q %v", m, m, m, m, m, struct{ imap.Mechanism }{m})
	require.NotContains(t, text, "s3cr3t")
	require.NotContains(t, text, "someone")
}

func Example() {
	login := func(ctx context.Context, c *imap.Client) error {
		return c.Authenticate(ctx, ntlm.Mechanism(`DOMAIN\user`, "password"))
	}
	_ = login
}
