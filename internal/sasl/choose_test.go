package sasl

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// allOffered is every mechanism for a password, and others, the worst first.
var allOffered = []string{"CRAM-MD5", "LOGIN", "PLAIN", "XOAUTH2", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512",
	"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS", "GSSAPI", "DIGEST-MD5", ""}

func TestRank(t *testing.T) {
	tls := Options{Protected: true}
	bound := Options{Protected: true, Binding: &Binding{BindingExporter, []byte{1}}}
	for _, tt := range []struct {
		name    string
		offered []string
		opt     Options
		want    string
	}{
		{"all, bound", allOffered, bound, "SCRAM-SHA-512-PLUS SCRAM-SHA-512 PLAIN LOGIN CRAM-MD5"},
		{"all, unbound", allOffered, tls, "SCRAM-SHA-512 PLAIN LOGIN CRAM-MD5"},
		{"all, in the clear", allOffered, Options{}, "SCRAM-SHA-512 CRAM-MD5"},
		{"weak hash, bound", []string{"SCRAM-SHA-1-PLUS", "SCRAM-SHA-512"}, bound, "SCRAM-SHA-1-PLUS SCRAM-SHA-512"},
		{"no -PLUS on offer", allOffered[:7], bound, "SCRAM-SHA-512 PLAIN LOGIN CRAM-MD5"},
		{"only -PLUS, unbound", allOffered[7:10], tls, ""},
		{"SHA-256 before SHA-1", allOffered[3:6], tls, "SCRAM-SHA-256"},
		{"PLAIN", allOffered[:4], tls, "PLAIN LOGIN CRAM-MD5"},
		{"cleartext mechanisms in the clear", []string{"PLAIN", "LOGIN"}, Options{}, ""},
		{"nothing", nil, tls, ""},
		{"unknown", []string{"GSSAPI", "XOAUTH2", ""}, tls, ""},
		{"lower case", []string{" plain "}, tls, "PLAIN"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var names []string
			last := Bound
			for _, c := range Rank(tt.offered, "u", "p", tt.opt) {
				name, _, err := c.Mechanism.Start()
				require.NoError(t, err)
				assert.Equal(t, c.Name, name)
				assert.LessOrEqual(t, c.Strength, last)
				last = c.Strength
				names = append(names, name)
			}
			assert.Equal(t, tt.want, strings.Join(names, " "))
		})
	}
}

// TestRankWithoutSASLprep leaves SCRAM out if the password can't be prepared for it,
// unless there is nothing else.
func TestRankWithoutSASLprep(t *testing.T) {
	choices := Rank(allOffered, "u", "\U0001f511", Options{Protected: true})
	require.Len(t, choices, 3)
	assert.Equal(t, NamePlain, choices[0].Name)
	choices = Rank([]string{"SCRAM-SHA-1", "SCRAM-SHA-256"}, "u", "\U0001f511", Options{})
	require.Len(t, choices, 1)
	_, _, err := choices[0].Mechanism.Start()
	var fe *FieldError
	require.ErrorAs(t, err, &fe)
	assert.Equal(t, "SCRAM-SHA-256", fe.Mechanism)
}

// TestRankSaysWhatTheClientCouldDo by the flag of RFC 5802 §6: "y" if it could bind the
// channel and no -PLUS is on offer.
func TestRankSaysWhatTheClientCouldDo(t *testing.T) {
	plain, plus, other := []string{"SCRAM-SHA-256"}, []string{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}, []string{"SCRAM-SHA-256", "SCRAM-SHA-1-PLUS"}
	binding := &Binding{BindingExporter, []byte{1}}
	for _, tt := range []struct {
		name    string
		offered []string
		opt     Options
		want    []string // the beginnings of the first messages
	}{
		{"nothing to bind", plain, Options{Protected: true}, []string{"n,,"}},
		{"nothing to bind, -PLUS on offer", plus, Options{Protected: true}, []string{"n,,"}},
		{"-PLUS not on offer", plain, Options{Protected: true, Binding: binding}, []string{"y,,"}},
		{"bound", plus, Options{Protected: true, Binding: binding}, []string{"p=tls-exporter,,", "n,,"}},
		{"bound, of another hash", other, Options{Protected: true, Binding: binding}, []string{"p=tls-exporter,,", "n,,"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			choices := Rank(tt.offered, "u", "p", tt.opt)
			require.Len(t, choices, len(tt.want))
			for i, c := range choices {
				_, ir, err := c.Mechanism.Start()
				require.NoError(t, err)
				assert.Regexp(t, "^"+tt.want[i]+"n=u,r=", string(ir))
			}
		})
	}
}

func TestRevealsSecret(t *testing.T) {
	for _, name := range []string{"plain", "LOGIN", "XOAUTH2", "OAUTHBEARER"} {
		assert.True(t, RevealsSecret(name), name)
	}
	for _, name := range []string{"SCRAM-SHA-1", "CRAM-MD5", "EXTERNAL", "ANONYMOUS"} {
		assert.False(t, RevealsSecret(name), name)
	}
}
