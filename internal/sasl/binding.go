package sasl

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"hash"
)

// Types of channel bindings, as registered with IANA.
const (
	BindingExporter       = "tls-exporter"         // RFC 9266
	BindingServerEndPoint = "tls-server-end-point" // RFC 5929, section 4
	BindingUnique         = "tls-unique"           // RFC 5929, section 3
)

// ErrNoBinding is matched by the error for a connection without a channel binding
// of the requested type.
var ErrNoBinding = errors.New("sasl: no channel binding")

// Binding ties an authentication exchange to the TLS connection it runs over
// (RFC 5056), so that it cannot be relayed from another one.
type Binding struct {
	Type string
	Data []byte
}

const (
	exporterLabel = "EXPORTER-Channel-Binding"
	exporterSize  = 32
)

// ExporterBinding returns the tls-exporter binding (RFC 9266). It exists for
// TLS 1.3, and for TLS 1.2 with the extended master secret.
func ExporterBinding(cs *tls.ConnectionState) (Binding, error) {
	if err := checkState(cs); err != nil {
		return Binding{}, err
	}
	data, err := export(cs)
	if err != nil {
		return Binding{}, noBinding(BindingExporter, err)
	}
	return Binding{BindingExporter, data}, nil
}

// export guards against connection states that were put together by hand, as
// other TLS stacks do: crypto/tls panics if the exporter is missing.
func export(cs *tls.ConnectionState) (data []byte, err error) {
	defer func() {
		if recover() != nil {
			data, err = nil, errors.New("connection state has no exporter")
		}
	}()
	// The context is the empty string, not the absent one: TLS 1.2
	// distinguishes them (RFC 5705, section 4; RFC 9266, section 2).
	return cs.ExportKeyingMaterial(exporterLabel, []byte{}, exporterSize)
}

// UniqueBinding returns the tls-unique binding (RFC 5929, section 3). It
// exists only up to TLS 1.2, and not on resumed connections without the
// extended master secret.
func UniqueBinding(cs *tls.ConnectionState) (Binding, error) {
	if err := checkState(cs); err != nil {
		return Binding{}, err
	}
	if cs.Version > tls.VersionTLS12 || len(cs.TLSUnique) == 0 {
		return Binding{}, noBinding(BindingUnique, errors.New("not defined for this connection"))
	}
	return Binding{BindingUnique, bytes.Clone(cs.TLSUnique)}, nil
}

// ServerEndPointBinding returns the tls-server-end-point binding (RFC 5929,
// section 4): a hash of the server's certificate. The hash function is that
// of the certificate's signature, or SHA-256 in place of MD5 and SHA-1.
//
// For signatures that have no single hash function, such as Ed25519, the RFC
// leaves the binding undefined and implementations disagree; this function
// then fails, since a guess would turn into a refused login.
func ServerEndPointBinding(cs *tls.ConnectionState) (Binding, error) {
	if err := checkState(cs); err != nil {
		return Binding{}, err
	}
	if len(cs.PeerCertificates) == 0 {
		return Binding{}, noBinding(BindingServerEndPoint, errors.New("no server certificate"))
	}
	cert := cs.PeerCertificates[0]
	newHash := signatureHash(cert.SignatureAlgorithm)
	if newHash == nil {
		return Binding{}, noBinding(BindingServerEndPoint,
			fmt.Errorf("not defined for signature algorithm %v", cert.SignatureAlgorithm))
	}
	h := newHash()
	h.Write(cert.Raw)
	return Binding{BindingServerEndPoint, h.Sum(nil)}, nil
}

// signatureHash returns the hash function that tls-server-end-point uses for
// a certificate with the given signature, or nil if that is undefined.
func signatureHash(alg x509.SignatureAlgorithm) func() hash.Hash {
	switch alg {
	case x509.MD5WithRSA,
		x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1,
		x509.SHA256WithRSA, x509.SHA256WithRSAPSS, x509.DSAWithSHA256, x509.ECDSAWithSHA256:
		return sha256.New
	case x509.SHA384WithRSA, x509.SHA384WithRSAPSS, x509.ECDSAWithSHA384:
		return sha512.New384
	case x509.SHA512WithRSA, x509.SHA512WithRSAPSS, x509.ECDSAWithSHA512:
		return sha512.New
	}
	return nil
}

// DefaultBinding returns the binding that a server most likely expects: for
// TLS 1.3 tls-exporter (RFC 9266, section 3), for older versions tls-unique
// (RFC 5802, section 6.1) if the connection has it, else tls-exporter, else
// tls-server-end-point.
func DefaultBinding(cs *tls.ConnectionState) (Binding, error) {
	if err := checkState(cs); err != nil {
		return Binding{}, err
	}
	if cs.Version >= tls.VersionTLS13 {
		return ExporterBinding(cs)
	}
	var errs []error
	for _, get := range []func(*tls.ConnectionState) (Binding, error){
		UniqueBinding, ExporterBinding, ServerEndPointBinding,
	} {
		b, err := get(cs)
		if err == nil {
			return b, nil
		}
		errs = append(errs, err)
	}
	return Binding{}, errors.Join(errs...)
}

func checkState(cs *tls.ConnectionState) error {
	if cs == nil || !cs.HandshakeComplete {
		return fmt.Errorf("%w: TLS handshake not complete", ErrNoBinding)
	}
	return nil
}

func noBinding(kind string, cause error) error {
	return fmt.Errorf("%w: %s: %w", ErrNoBinding, kind, cause)
}
