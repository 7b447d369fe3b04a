package servers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

// authority is a CA with the certificate that it signed last.
type authority struct {
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
	client tls.Certificate
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	t, err := certTemplate("IMAP test CA")
	if err != nil {
		return nil, err
	}
	t.IsCA, t.BasicConstraintsValid = true, true
	t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &authority{cert: cert, key: key}, nil
}

func certTemplate(name string) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(0, 0, 7),
	}, nil
}

// issue signs a certificate and returns it with its key, both in PEM.
func (a *authority) issue(name string, usage x509.ExtKeyUsage, dns []string, ips []net.IP) (cert, key []byte, err error) {
	priv, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	t, err := certTemplate(name)
	if err != nil {
		return nil, nil, err
	}
	t.KeyUsage = x509.KeyUsageDigitalSignature
	t.ExtKeyUsage = []x509.ExtKeyUsage{usage}
	t.DNSNames, t.IPAddresses = dns, ips
	der, err := x509.CreateCertificate(rand.Reader, t, a.cert, &priv.PublicKey, a.key)
	if err != nil {
		return nil, nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(priv)
	if err != nil {
		return nil, nil, err
	}
	return toPEM("CERTIFICATE", der), toPEM("PRIVATE KEY", keyDER), nil
}

func toPEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// writeCertificates fills the folder tls: ca.pem, cert.pem, key.pem, both.pem
// (key and certificate) and, only for root, key600.pem; client.pem and
// client-key.pem for the user alice.
func (s *Server) writeCertificates() error {
	ca, err := newAuthority()
	if err != nil {
		return err
	}
	ips := []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	cert, key, err := ca.issue("localhost", x509.ExtKeyUsageServerAuth, []string{"localhost"}, ips)
	if err != nil {
		return err
	}
	clientCert, clientKey, err := ca.issue("alice", x509.ExtKeyUsageClientAuth, nil, nil)
	if err != nil {
		return err
	}
	if ca.client, err = tls.X509KeyPair(clientCert, clientKey); err != nil {
		return err
	}
	s.certs = ca
	s.CAFile, s.CertFile = s.path("tls/ca.pem"), s.path("tls/cert.pem")
	s.ClientCert, s.ClientKey = s.path("tls/client.pem"), s.path("tls/client-key.pem")
	for name, data := range map[string][]byte{
		"tls/ca.pem":         toPEM("CERTIFICATE", ca.cert.Raw),
		"tls/cert.pem":       cert,
		"tls/key.pem":        key,
		"tls/both.pem":       append(append([]byte{}, key...), cert...),
		"tls/client.pem":     clientCert,
		"tls/client-key.pem": clientKey,
	} {
		if err := s.write(name, string(data), 0o644); err != nil {
			return err
		}
	}
	return s.write("tls/key600.pem", string(key), 0o600)
}
