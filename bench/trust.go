package main

import (
	"crypto/tls"
	"crypto/x509"
)

// trusting returns the settings of a TLS client that trusts the server.
func trusting(certificate []byte) *tls.Config {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certificate)
	return &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
}
