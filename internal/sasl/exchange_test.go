package sasl

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xdg-go/scram"
)

// scramServer returns the server side for one user.
func scramServer(t *testing.T, h ScramHash, user, password string) *scram.Server {
	t.Helper()
	client, err := h.generator().NewClientUnprepped(user, password, "")
	require.NoError(t, err)
	stored, err := client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "0123456789abcdef", Iters: 4096})
	require.NoError(t, err)
	server, err := h.generator().NewServer(func(name string) (scram.StoredCredentials, error) {
		if name != user {
			return scram.StoredCredentials{}, errors.New("unknown user")
		}
		return stored, nil
	})
	require.NoError(t, err)
	return server
}

// exchange moves the messages as a protocol would and reports what each side
// concludes. A server that fails after an error attribute still sends it.
func exchange(t *testing.T, m Mechanism, conv *scram.ServerConversation) (accepted bool, err error) {
	t.Helper()
	_, message, err := m.Start()
	require.NoError(t, err)
	for !conv.Done() {
		challenge, _ := conv.Step(string(message))
		if message, err = m.Next([]byte(challenge)); err != nil {
			return false, err
		}
		if m.(Failer).Failure() != nil {
			return false, m.(Failer).Failure()
		}
	}
	assert.Empty(t, message)
	return conv.Valid(), m.(Completer).Done()
}

func TestScramExchange(t *testing.T) {
	const user, password = "u=s,er", "p\u00e4ss"
	for _, h := range []ScramHash{ScramSHA1, ScramSHA256, ScramSHA512} {
		t.Run(h.String(), func(t *testing.T) {
			server := scramServer(t, h, user, password)
			for _, opt := range []ScramOptions{{}, {Advertise: true}} {
				conv := server.NewConversation()
				// The decomposed form of the password becomes the composed one.
				ok, err := exchange(t, Scram(h, "other", user, "pa\u0308ss", opt), conv)
				require.NoError(t, err)
				assert.True(t, ok)
				assert.Equal(t, "other", conv.AuthzID())
			}
			ok, err := exchange(t, Scram(h, "", user, "wrong", ScramOptions{}), server.NewConversation())
			assert.False(t, ok)
			var value ScramFailure
			require.ErrorAs(t, err, &value)
			assert.Equal(t, ScramFailure("invalid-proof"), value)
			_, err = exchange(t, Scram(h, "", "nobody", password, ScramOptions{}), server.NewConversation())
			require.ErrorAs(t, err, &value)
			assert.Equal(t, ScramFailure("unknown-user"), value)
		})
	}
}

// serverBinding computes the server's side of a binding on its own.
func serverBinding(t *testing.T, kind string, cs *tls.ConnectionState, cert tls.Certificate) scram.ChannelBinding {
	t.Helper()
	switch kind {
	case BindingExporter:
		data, err := cs.ExportKeyingMaterial("EXPORTER-Channel-Binding", []byte{}, 32)
		require.NoError(t, err)
		return scram.ChannelBinding{Type: scram.ChannelBindingTLSExporter, Data: data}
	case BindingUnique:
		return scram.NewTLSUniqueBinding(cs.TLSUnique)
	}
	parsed, err := x509.ParseCertificate(cert.Certificate[0])
	require.NoError(t, err)
	b, err := scram.NewTLSServerEndpointBinding(&tls.ConnectionState{PeerCertificates: []*x509.Certificate{parsed}})
	require.NoError(t, err)
	return b
}

func TestScramPlusExchange(t *testing.T) {
	cert := certificate(t, ecKey(t), x509.ECDSAWithSHA384)
	tests := []struct {
		name    string
		version uint16
		get     func(*tls.ConnectionState) (Binding, error)
	}{
		{"TLS 1.3 exporter", tls.VersionTLS13, ExporterBinding},
		{"TLS 1.3 end point", tls.VersionTLS13, ServerEndPointBinding},
		{"TLS 1.3 default", tls.VersionTLS13, DefaultBinding},
		{"TLS 1.2 exporter", tls.VersionTLS12, ExporterBinding},
		{"TLS 1.2 end point", tls.VersionTLS12, ServerEndPointBinding},
		{"TLS 1.2 unique", tls.VersionTLS12, UniqueBinding},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			clientState, serverState := handshake(t, tt.version, cert)
			binding, err := tt.get(clientState)
			require.NoError(t, err)
			theirs := serverBinding(t, binding.Type, serverState, cert)
			server := scramServer(t, ScramSHA256, "user", "pencil")

			m := Scram(ScramSHA256, "", "user", "pencil", ScramOptions{Binding: &binding})
			ok, err := exchange(t, m, server.NewConversationWithChannelBindingRequired(theirs))
			require.NoError(t, err)
			assert.True(t, ok)

			// Someone in between has another channel.
			theirs.Data[0] ^= 1
			ok, err = exchange(t, m, server.NewConversationWithChannelBinding(theirs))
			assert.False(t, ok)
			var value ScramFailure
			require.ErrorAs(t, err, &value)
			assert.Equal(t, ScramFailure("channel-bindings-dont-match"), value)
		})
	}
}

func TestScramDowngrade(t *testing.T) {
	server := scramServer(t, ScramSHA256, "user", "pencil")
	theirs := scram.ChannelBinding{Type: scram.ChannelBindingTLSExporter, Data: []byte{1}}

	// The attacker removed -PLUS from the list, the client says "y".
	m := Scram(ScramSHA256, "", "user", "pencil", ScramOptions{Advertise: true})
	ok, err := exchange(t, m, server.NewConversationWithChannelBinding(theirs))
	assert.False(t, ok)
	var value ScramFailure
	require.ErrorAs(t, err, &value)
	assert.Equal(t, ScramFailure("server-does-support-channel-binding"), value)

	// The client says "n" by default, which such a server tolerates.
	ok, err = exchange(t, Scram(ScramSHA256, "", "user", "pencil", ScramOptions{}), server.NewConversationWithChannelBinding(theirs))
	require.NoError(t, err)
	assert.True(t, ok)
}
