package sasl

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestChoose(t *testing.T) {
	all := []string{"CRAM-MD5", "LOGIN", "PLAIN", "XOAUTH2", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512",
		"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS"}
	bound := ScramOptions{Binding: &Binding{BindingExporter, []byte{1}}}
	tests := []struct {
		name    string
		offered []string
		pass    string
		opt     Options
		want    string
	}{
		{"all, bound", all, "p", Options{TLS: true, Scram: bound}, "SCRAM-SHA-512-PLUS"},
		{"all, unbound", all, "p", Options{TLS: true}, "SCRAM-SHA-512"},
		{"all, no TLS", all, "p", Options{Scram: bound}, "SCRAM-SHA-512"},
		{"weak hash, bound", []string{"SCRAM-SHA-1-PLUS", "SCRAM-SHA-512"}, "p", Options{TLS: true, Scram: bound}, "SCRAM-SHA-1-PLUS"},
		{"no -PLUS on offer", all[:7], "p", Options{TLS: true, Scram: bound}, "SCRAM-SHA-512"},
		{"only -PLUS, unbound", all[7:], "p", Options{TLS: true}, ""},
		{"SHA-256 before SHA-1", all[3:6], "p", Options{TLS: true}, "SCRAM-SHA-256"},
		{"PLAIN", all[:4], "p", Options{TLS: true}, NamePlain},
		{"LOGIN", all[:2], "p", Options{TLS: true}, NameLogin},
		{"CRAM-MD5 with TLS", all[:1], "p", Options{TLS: true}, NameCramMD5},
		{"CRAM-MD5 without TLS", all[:4], "p", Options{}, NameCramMD5},
		{"cleartext without TLS", []string{"PLAIN", "LOGIN"}, "p", Options{}, ""},
		{"nothing", nil, "p", Options{TLS: true}, ""},
		{"unknown", []string{"GSSAPI", "XOAUTH2", ""}, "p", Options{TLS: true}, ""},
		{"lower case", []string{" plain "}, "p", Options{TLS: true}, NamePlain},
		{"authzid", all[:2], "p", Options{TLS: true, AuthzID: "other"}, ""},
		{"authzid with PLAIN", all[:3], "p", Options{TLS: true, AuthzID: "other"}, NamePlain},
		{"policy", all, "p", Options{TLS: true, Scram: bound, Allow: func(m string) bool { return m == NameLogin }}, NameLogin},
		{"SASLprep refuses", all, "\U0001f511", Options{TLS: true}, NamePlain},
		{"SASLprep refuses, raw", all, "\U0001f511", Options{TLS: true, Scram: ScramOptions{Raw: true}}, "SCRAM-SHA-512"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, ok := Choose(tt.offered, "u", tt.pass, tt.opt)
			assert.Equal(t, tt.want != "", ok)
			if !ok {
				assert.Nil(t, m)
				return
			}
			name, _, err := m.Start()
			require.NoError(t, err)
			assert.Equal(t, tt.want, name)
		})
	}
}

func TestChooseFallsBackToScram(t *testing.T) {
	m, ok := Choose([]string{"SCRAM-SHA-1", "SCRAM-SHA-256"}, "u", "\U0001f511", Options{})
	require.True(t, ok)
	_, _, err := m.Start()
	var fe *FieldError
	require.ErrorAs(t, err, &fe)
	assert.Equal(t, "SCRAM-SHA-256", fe.Mechanism)
}

func TestChooseGS2Flag(t *testing.T) {
	plain, plus := []string{"SCRAM-SHA-256"}, []string{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}
	binding := &Binding{BindingExporter, []byte{1}}
	tests := []struct {
		name    string
		offered []string
		opt     Options
		want    string
	}{
		{"nothing to bind", plain, Options{TLS: true}, "n,,"},
		{"nothing to bind, -PLUS on offer", plus, Options{TLS: true}, "n,,"},
		{"binding not on offer", plain, Options{TLS: true, Scram: ScramOptions{Binding: binding}}, "n,,"},
		{"binding not on offer, told", plain, Options{TLS: true, Scram: ScramOptions{Binding: binding, Advertise: true}}, "y,,"},
		{"told though on offer", plus, Options{TLS: true, Scram: ScramOptions{Advertise: true}}, "n,,"},
		{"told without TLS", plain, Options{Scram: ScramOptions{Advertise: true}}, "n,,"},
		{"bound", plus, Options{TLS: true, Scram: ScramOptions{Binding: binding, Advertise: true}}, "p=tls-exporter,,"},
		{"authzid", plain, Options{AuthzID: "a=b", TLS: true}, "n,a=a=3Db,"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, ok := Choose(tt.offered, "u", "p", tt.opt)
			require.True(t, ok)
			_, ir, err := m.Start()
			require.NoError(t, err)
			assert.Regexp(t, "^"+tt.want+"n=u,r=", string(ir))
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
