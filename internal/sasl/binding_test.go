package sasl

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// certificate returns a self-signed certificate with the given signature.
func certificate(t *testing.T, key crypto.Signer, alg x509.SignatureAlgorithm) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber:       big.NewInt(1),
		Subject:            pkix.Name{CommonName: "mail.example.com"},
		NotBefore:          time.Now().Add(-time.Hour),
		NotAfter:           time.Now().Add(time.Hour),
		SignatureAlgorithm: alg,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func ecKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

// handshake connects a client and a server over the loopback interface and
// returns both views of the TLS connection.
func handshake(t *testing.T, version uint16, cert tls.Certificate) (client, server *tls.ConnectionState) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	type result struct {
		cs  tls.ConnectionState
		err error
	}
	accepted := make(chan result, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			accepted <- result{err: err}
			return
		}
		defer conn.Close()
		s := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: version, MaxVersion: version})
		err = s.Handshake()
		accepted <- result{s.ConnectionState(), err}
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	// The certificate is self-signed; its verification is not under test.
	c := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version})
	require.NoError(t, c.Handshake())
	r := <-accepted
	require.NoError(t, r.err)
	cs := c.ConnectionState()
	require.Equal(t, version, cs.Version)
	return &cs, &r.cs
}

func TestBindings(t *testing.T) {
	cert := certificate(t, ecKey(t), x509.ECDSAWithSHA256)
	endPoint := sha256.Sum256(cert.Certificate[0])
	for name, version := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			client, server := handshake(t, version, cert)

			exporter, err := ExporterBinding(client)
			require.NoError(t, err)
			want, err := server.ExportKeyingMaterial("EXPORTER-Channel-Binding", []byte{}, 32)
			require.NoError(t, err)
			assert.Equal(t, Binding{BindingExporter, want}, exporter)

			b, err := ServerEndPointBinding(client)
			require.NoError(t, err)
			assert.Equal(t, Binding{BindingServerEndPoint, endPoint[:]}, b)

			unique, err := UniqueBinding(client)
			if version == tls.VersionTLS12 {
				require.NoError(t, err)
				assert.Equal(t, Binding{BindingUnique, server.TLSUnique}, unique)
				exporter = unique // what the default is
			} else {
				assert.ErrorIs(t, err, ErrNoBinding)
			}

			b, err = DefaultBinding(client)
			require.NoError(t, err)
			assert.Equal(t, exporter, b)
		})
	}
}

func TestDefaultBindingOrder(t *testing.T) {
	client, _ := handshake(t, tls.VersionTLS12, certificate(t, ecKey(t), x509.ECDSAWithSHA256))

	noUnique := *client
	noUnique.TLSUnique = nil
	b, err := DefaultBinding(&noUnique)
	require.NoError(t, err)
	assert.Equal(t, BindingExporter, b.Type)

	// A state made by hand has no exporter.
	b, err = DefaultBinding(&tls.ConnectionState{
		HandshakeComplete: true, Version: tls.VersionTLS12, PeerCertificates: client.PeerCertificates,
	})
	require.NoError(t, err)
	assert.Equal(t, BindingServerEndPoint, b.Type)

	_, err = DefaultBinding(&tls.ConnectionState{HandshakeComplete: true, Version: tls.VersionTLS12})
	require.ErrorIs(t, err, ErrNoBinding)
	_, err = DefaultBinding(&tls.ConnectionState{HandshakeComplete: true, Version: tls.VersionTLS13})
	require.ErrorIs(t, err, ErrNoBinding)
}

func TestBindingsNeedHandshake(t *testing.T) {
	for _, get := range []func(*tls.ConnectionState) (Binding, error){
		ExporterBinding, UniqueBinding, ServerEndPointBinding, DefaultBinding,
	} {
		for _, cs := range []*tls.ConnectionState{nil, {}} {
			_, err := get(cs)
			assert.ErrorIs(t, err, ErrNoBinding)
		}
	}
}

func TestServerEndPointHashes(t *testing.T) {
	ec := ecKey(t)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	sum256 := func(b []byte) []byte { s := sha256.Sum256(b); return s[:] }
	sum384 := func(b []byte) []byte { s := sha512.Sum384(b); return s[:] }
	sum512 := func(b []byte) []byte { s := sha512.Sum512(b); return s[:] }
	tests := []struct {
		alg  x509.SignatureAlgorithm
		key  crypto.Signer
		want func([]byte) []byte
	}{
		{x509.ECDSAWithSHA256, ec, sum256},
		{x509.ECDSAWithSHA384, ec, sum384},
		{x509.ECDSAWithSHA512, ec, sum512},
		{x509.SHA256WithRSA, rsaKey, sum256},
		{x509.SHA384WithRSAPSS, rsaKey, sum384},
		{x509.SHA512WithRSAPSS, rsaKey, sum512},
		{x509.PureEd25519, edKey, nil},
	}
	for _, tt := range tests {
		t.Run(tt.alg.String(), func(t *testing.T) {
			cert := certificate(t, tt.key, tt.alg)
			parsed, err := x509.ParseCertificate(cert.Certificate[0])
			require.NoError(t, err)
			b, err := ServerEndPointBinding(&tls.ConnectionState{
				HandshakeComplete: true, PeerCertificates: []*x509.Certificate{parsed},
			})
			if tt.want == nil {
				require.ErrorIs(t, err, ErrNoBinding)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want(parsed.Raw), b.Data)
		})
	}
	for _, alg := range []x509.SignatureAlgorithm{x509.MD5WithRSA, x509.SHA1WithRSA, x509.ECDSAWithSHA1} {
		b, err := ServerEndPointBinding(&tls.ConnectionState{
			HandshakeComplete: true,
			PeerCertificates:  []*x509.Certificate{{Raw: []byte("certificate"), SignatureAlgorithm: alg}},
		})
		require.NoError(t, err)
		assert.Equal(t, sum256([]byte("certificate")), b.Data, alg)
	}
}
