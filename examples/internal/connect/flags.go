package connect

import (
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
)

// parse parses the flags: those of all examples, and those that the example added
// to flag.CommandLine.
func parse(name, purpose string) (*Config, error) {
	cfg := &Config{}
	fs := flag.CommandLine
	fs.Init(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard) // Main prints errors, on one line
	fs.StringVar(&cfg.Addr, "addr", "", "server as `HOST:PORT`; without it, the sample mailbox")
	fs.StringVar(&cfg.User, "user", "", "`NAME` to log in with; the password is in IMAP_PASSWORD, or asked for")
	fs.StringVar(&cfg.CA, "ca", "", "`FILE` in PEM with a certificate authority to trust, in addition to the system's")
	fs.BoolVar(&cfg.StartTLS, "starttls", false, "use STARTTLS (port 143) in place of TLS from the start (port 993)")
	fs.StringVar(&cfg.Mailbox, "mailbox", "inbox", "`NAME` of the mailbox to open")
	fs.BoolVar(&cfg.Debug, "debug", false, "write the protocol, without secrets, to standard error")
	err := fs.Parse(os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		fs.SetOutput(os.Stderr)
		fmt.Fprintf(os.Stderr, "usage: %s [flags]\n\n%s %s\n\n", name, name, purpose)
		fs.PrintDefaults()
		return nil, err
	case err != nil:
		return nil, err
	case fs.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q", fs.Arg(0))
	case cfg.Addr == "" && cfg.User != "":
		return nil, errors.New("-user needs -addr")
	case cfg.Addr == "" && cfg.CA != "":
		return nil, errors.New("-ca needs -addr")
	case cfg.Addr == "":
		return cfg, nil
	case cfg.User == "":
		return nil, errors.New("-addr needs -user")
	}
	host, port, err := net.SplitHostPort(cfg.Addr)
	switch {
	case err != nil:
		return nil, fmt.Errorf("-addr: %w", err)
	case host == "" || port == "":
		return nil, fmt.Errorf("-addr: %q is not HOST:PORT", cfg.Addr)
	}
	if cfg.CA != "" {
		if cfg.roots, err = rootsWith(cfg.CA); err != nil {
			return nil, fmt.Errorf("-ca: %w", err)
		}
	}
	return cfg, nil
}

// rootsWith returns the system's roots and those in a PEM file.
func rootsWith(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("no certificate in %s", file)
	}
	return pool, nil
}
