package sasl

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInitialResponse(t *testing.T) {
	tests := []struct {
		name string
		mech Mechanism
		want string
		ir   []byte
	}{
		{"PLAIN, RFC 4616 section 4, first example", Plain("", "tim", "tanstaaftanstaaf"), NamePlain, []byte("\x00tim\x00tanstaaftanstaaf")},
		{"PLAIN, RFC 4616 section 4, authzid", Plain("Ursel", "Kurt", "xipj3plmq"), NamePlain, []byte("Ursel\x00Kurt\x00xipj3plmq")},
		{"PLAIN, SASLprep", Plain("", "I\u00adX", "\u2168\u00a0"), NamePlain, []byte("\x00IX\x00IX ")},
		{"PLAIN, SASLprep refuses", Plain("", "user", "\U0001f511\u2168"), NamePlain, []byte("\x00user\x00\U0001f511\u2168")},
		{"PLAIN, SASLprep leaves nothing", Plain("", "user", "\u00ad"), NamePlain, []byte("\x00user\x00\u00ad")},
		{"PLAIN, not UTF-8", Plain("", "user", "caf\xe9"), NamePlain, []byte("\x00user\x00caf\xe9")},
		{"LOGIN", Login("u", "p"), NameLogin, nil},
		{"EXTERNAL", External("fred@example.com"), NameExternal, []byte("fred@example.com")},
		{"EXTERNAL, empty", External(""), NameExternal, []byte{}},
		{"ANONYMOUS, RFC 4505 section 4", Anonymous("sirhc"), NameAnonymous, []byte("sirhc")},
		{"ANONYMOUS, empty", Anonymous(""), NameAnonymous, []byte{}},
		{"ANONYMOUS, unassigned", Anonymous("\U0001f511"), NameAnonymous, []byte("\U0001f511")},
		{"ANONYMOUS, address", Anonymous(strings.Repeat("a", 300) + "@example.com"), NameAnonymous, []byte(strings.Repeat("a", 300) + "@example.com")},
		{"CRAM-MD5", CramMD5("u", "p"), NameCramMD5, nil},
		{"XOAUTH2", XOAuth2("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"), NameXOAuth2,
			[]byte("user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01")},
		{"OAUTHBEARER, least", OAuthBearer("", "t", "", 0), NameOAuthBearer, []byte("n,,\x01auth=Bearer t\x01\x01")},
		{"OAUTHBEARER, escapes", OAuthBearer("a,b=c", "t", "h", 1), NameOAuthBearer, []byte("n,a=a=2Cb=3Dc,\x01host=h\x01port=1\x01auth=Bearer t\x01\x01")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 { // a second Start begins anew
				mech, ir, err := tt.mech.Start()
				require.NoError(t, err)
				assert.Equal(t, tt.want, mech)
				assert.Equal(t, tt.ir, ir)
				assert.Equal(t, tt.ir == nil, ir == nil)
			}
		})
	}
}

func TestOAuthBearerVector(t *testing.T) {
	// RFC 7628, section 4.1, the SMTP form of the message.
	want, err := base64.StdEncoding.DecodeString("bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2Vy" +
		"dmVyLmV4YW1wbGUuY29tAXBvcnQ9NTg3AWF1dGg9QmVhcmVyIHZGOWRmd" +
		"DRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB")
	require.NoError(t, err)
	_, ir, err := OAuthBearer("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", "server.example.com", 587).Start()
	require.NoError(t, err)
	assert.Equal(t, string(want), string(ir))
}

func TestFieldErrors(t *testing.T) {
	tests := []struct {
		name  string
		mech  Mechanism
		field string
	}{
		{"PLAIN user empty", Plain("", "", "p"), "user name"},
		{"PLAIN password empty", Plain("", "u", ""), "password"},
		{"PLAIN authzid NUL", Plain("a\x00", "u", "p"), "authorization identity"},
		{"PLAIN user NUL", Plain("", "u\x00", "p"), "user name"},
		{"PLAIN password NUL", Plain("", "u", "\x00p"), "password"},
		{"LOGIN user empty", Login("", "p"), "user name"},
		{"EXTERNAL NUL", External("\x00"), "authorization identity"},
		{"EXTERNAL not UTF-8", External("\xff"), "authorization identity"},
		{"ANONYMOUS control", Anonymous("a\nb"), "trace"},
		{"ANONYMOUS not UTF-8", Anonymous("\xff"), "trace"},
		{"ANONYMOUS long", Anonymous(strings.Repeat("\u00e9", 256)), "trace"},
		{"CRAM-MD5 user empty", CramMD5("", "p"), "user name"},
		{"XOAUTH2 user empty", XOAuth2("", "t"), "user name"},
		{"XOAUTH2 user injects", XOAuth2("u\x01auth=x", "t"), "user name"},
		{"XOAUTH2 token empty", XOAuth2("u", ""), "token"},
		{"XOAUTH2 token injects", XOAuth2("u", "t\x01x"), "token"},
		{"OAUTHBEARER authzid injects", OAuthBearer("u\x01", "t", "", 0), "authorization identity"},
		{"OAUTHBEARER host injects", OAuthBearer("", "t", "h\x01", 0), "host"},
		{"OAUTHBEARER port", OAuthBearer("", "t", "h", 65536), "port"},
		{"OAUTHBEARER token", OAuthBearer("", "t u", "h", 1), "token"},
		{"SCRAM user empty", Scram(ScramSHA256, "", "", "p", ScramOptions{}), "user name"},
		{"SCRAM user vanishes", Scram(ScramSHA256, "", "\u00ad", "p", ScramOptions{}), "user name"},
		{"SCRAM password unassigned", Scram(ScramSHA256, "", "u", "\U0001f511", ScramOptions{}), "password"},
		{"SCRAM authzid control", Scram(ScramSHA256, "\x7f", "u", "p", ScramOptions{}), "authorization identity"},
		{"SCRAM NUL", Scram(ScramSHA256, "", "u\x00", "p", ScramOptions{}), "user name"},
		{"SCRAM not UTF-8", Scram(ScramSHA256, "", "u", "\xff", ScramOptions{}), "password"},
		{"SCRAM unknown hash", Scram(7, "", "u", "p", ScramOptions{}), "hash function"},
		{"SCRAM binding without data", Scram(ScramSHA1, "", "u", "p", ScramOptions{Binding: &Binding{Type: BindingUnique}}), "channel binding"},
		{"SCRAM binding with odd type", Scram(ScramSHA1, "", "u", "p", ScramOptions{Binding: &Binding{"a,b", []byte{1}}}), "channel binding"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, ir, err := tt.mech.Start()
			var fe *FieldError
			require.ErrorAs(t, err, &fe)
			assert.Equal(t, tt.field, fe.Field)
			assert.Contains(t, fe.Error(), fe.Mechanism)
			assert.Nil(t, ir)
		})
	}
}

func TestLogin(t *testing.T) {
	for _, prompts := range [][2]string{
		{"Username:", "Password:"},
		{"User Name\x00", "Password\x00"},
		{"", ""},
		{"Benutzer?", "\xff\xfe"},
	} {
		m := Login("tim", "tanstaaf")
		_, _, err := m.Start()
		require.NoError(t, err)
		got, err := m.Next([]byte(prompts[0]))
		require.NoError(t, err)
		assert.Equal(t, "tim", string(got))
		got, err = m.Next([]byte(prompts[1]))
		require.NoError(t, err)
		assert.Equal(t, "tanstaaf", string(got))
		_, err = m.Next([]byte("more?"))
		assert.ErrorIs(t, err, ErrUnexpectedChallenge)
	}
}

func TestCramMD5(t *testing.T) {
	m := CramMD5("tim", "tanstaaftanstaaf")
	for range 2 {
		_, _, err := m.Start()
		require.NoError(t, err)
		// RFC 2195, section 2.
		got, err := m.Next([]byte("<1896.697170952@postoffice.reston.mci.net>"))
		require.NoError(t, err)
		assert.Equal(t, "tim b913a602c7eda7a495b4e6e7334d3890", string(got))
		_, err = m.Next([]byte("<again>"))
		assert.ErrorIs(t, err, ErrUnexpectedChallenge)
	}
	_, _, err := m.Start()
	require.NoError(t, err)
	_, err = m.Next(nil)
	assert.ErrorIs(t, err, ErrMalformed)
}

func TestOAuthFailure(t *testing.T) {
	rfc := `{"status":"invalid_token","scope":"example_scope","openid-configuration":"https://example.com/.well-known/openid-configuration"}`
	google := `{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}`
	tests := []struct {
		name, challenge, text string
		want                  OAuthError
	}{
		{"RFC 7628 section 4.3", rfc, `status "invalid_token", scope "example_scope"`, OAuthError{
			Status: "invalid_token", Scope: "example_scope", Raw: []byte(rfc),
			OpenIDConfiguration: "https://example.com/.well-known/openid-configuration"}},
		{"Google", google, `status "400"`, OAuthError{
			Status: "400", Schemes: "Bearer", Scope: "https://mail.google.com/", Raw: []byte(google)}},
		{"number", `{"status":401}`, `status "401"`, OAuthError{Status: "401", Raw: []byte(`{"status":401}`)}},
		{"not JSON", "nope", "token refused", OAuthError{Raw: []byte("nope")}},
		{"array", "[1]", "token refused", OAuthError{Raw: []byte("[1]")}},
		{"empty", "", "token refused", OAuthError{}},
		{"echo", `{"status":"bad s3cr3t"}`, `status "bad [token]"`, OAuthError{Status: "bad [token]", Raw: []byte(`{"status":"bad [token]"}`)}},
	}
	for _, tt := range tests {
		for ack, m := range map[string]Mechanism{
			"":     XOAuth2("user@example.com", "s3cr3t"),
			"\x01": OAuthBearer("user@example.com", "s3cr3t", "", 0),
		} {
			name, _, err := m.Start()
			require.NoError(t, err)
			t.Run(tt.name+" "+name, func(t *testing.T) {
				f := m.(Failer)
				require.NoError(t, f.Failure())
				got, err := m.Next([]byte(tt.challenge))
				require.NoError(t, err)
				assert.Equal(t, []byte(ack), got)
				var oe *OAuthError
				require.ErrorAs(t, f.Failure(), &oe)
				want := tt.want
				want.Mechanism = name
				assert.Equal(t, want, *oe)
				assert.Contains(t, oe.Error(), tt.text)
				_, err = m.Next(nil)
				require.ErrorIs(t, err, ErrUnexpectedChallenge)
				_, _, err = m.Start()
				require.NoError(t, err)
				assert.NoError(t, f.Failure())
			})
		}
	}
}

func TestHostileChallenges(t *testing.T) {
	huge := []byte(strings.Repeat("A", 1<<20))
	for _, m := range allMechanisms("user", "s3cr3t") {
		name, _, err := m.Start()
		require.NoError(t, err)
		t.Run(name, func(t *testing.T) {
			_, err := m.Next(huge)
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.ErrorIs(t, err, ErrChallengeTooLong)
			assert.Equal(t, name, e.Mechanism)
			assert.Less(t, len(err.Error()), 300)
		})
	}
	for _, m := range []Mechanism{Plain("", "u", "p"), External(""), Anonymous("")} {
		_, err := m.Next([]byte("?"))
		assert.ErrorIs(t, err, ErrUnexpectedChallenge)
	}
}

// allMechanisms returns one of each, with the same secret.
func allMechanisms(user, secret string) []Mechanism {
	binding := &Binding{BindingExporter, []byte("0123456789abcdef0123456789abcdef")}
	return []Mechanism{
		Plain("", user, secret),
		Login(user, secret),
		External(user),
		Anonymous(user),
		CramMD5(user, secret),
		XOAuth2(user, secret),
		OAuthBearer(user, secret, "h", 143),
		Scram(ScramSHA1, "", user, secret, ScramOptions{}),
		Scram(ScramSHA256, "", user, secret, ScramOptions{Advertise: true}),
		Scram(ScramSHA512, "", user, secret, ScramOptions{Binding: binding}),
	}
}

// TestWhatIsNotUTF8IsSaid and not taken for a character that is forbidden.
func TestWhatIsNotUTF8IsSaid(t *testing.T) {
	for _, m := range []Mechanism{
		Anonymous("\xff"), External("\xff"), OAuthBearer("\xff", "t", "", 0), Scram(ScramSHA1, "", "\xff", "p", ScramOptions{}),
	} {
		_, _, err := m.Start()
		require.ErrorContains(t, err, "not UTF-8")
	}
}
