// Package connect has what the examples share: flags, the password, the connection,
// and error messages.
package connect

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/demo"
	"github.com/seed-090b04e4/imap/imaptest"
)

// Config holds the shared flags.
type Config struct {
	Addr, User, CA  string
	Mailbox         string
	StartTLS, Debug bool

	Demo *imaptest.Server // the sample mailbox, if no server was named

	roots *x509.CertPool // nil: the system's
}

// Main logs in with the shared flags, calls job, and logs out. An error is printed
// on one line, with exit status 1. -help shows purpose, which says what the example does.
func Main(purpose string, job func(ctx context.Context, c *imap.Client, cfg *Config) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	cfg, err := parse(name, purpose)
	if err == nil {
		err = run(ctx, name, cfg, job)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(os.Stderr, "%s: %s\n", name, oneLine(err))
		os.Exit(1)
	}
}

func run(ctx context.Context, name string, cfg *Config, job func(context.Context, *imap.Client, *Config) error) (err error) {
	password := demo.Password
	if cfg.Addr == "" {
		if cfg.Demo, err = demo.Start(); err != nil {
			return err
		}
		defer cfg.Demo.Close()
		fmt.Fprintf(os.Stderr, "%s: no -addr: this is the sample mailbox (see -help)\n", name)
	} else if password, err = askPassword(ctx, cfg); err != nil {
		return err
	}
	c, err := cfg.dial(ctx)
	if err != nil {
		return fmt.Errorf("%w%s", err, cfg.hint(err))
	}
	defer c.Close()
	if err := c.AuthPassword(ctx, cfg.User, password); err != nil {
		return fmt.Errorf("logging in as %q: %w", cfg.User, err)
	}
	if err := job(ctx, c, cfg); err != nil {
		return err
	}
	// Log out even if an interrupt has ended the job.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return c.Logout(ctx)
}

// dial connects, always with TLS.
func (cfg *Config) dial(ctx context.Context) (*imap.Client, error) {
	opts := &imap.Options{TLSConfig: &tls.Config{RootCAs: cfg.roots}}
	if cfg.Debug {
		opts.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if cfg.Demo != nil {
		opts.TLSConfig = cfg.Demo.TLSConfig()
		cfg.User, cfg.Addr = demo.User, cfg.Demo.TLSAddr()
		if cfg.StartTLS {
			cfg.Addr = cfg.Demo.Addr()
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if cfg.StartTLS {
		return imap.DialStartTLS(ctx, cfg.Addr, opts)
	}
	return imap.DialTLS(ctx, cfg.Addr, opts)
}

// hint returns advice if the port seems to be the one for the other kind of TLS, or the
// certificate one that the system does not know.
func (cfg *Config) hint(err error) string {
	var notTLS tls.RecordHeaderError
	var unknown x509.UnknownAuthorityError
	switch {
	case !cfg.StartTLS && errors.As(err, &notTLS):
		return " (a port for STARTTLS? Try -starttls)"
	case cfg.CA == "" && errors.As(err, &unknown):
		return " (an authority of its own? Name it with -ca)"
	case cfg.StartTLS && errors.Is(err, context.DeadlineExceeded):
		return " (a port with TLS from the start? Try without -starttls)"
	}
	return ""
}

// maxLine is the longest line for an error, in characters.
const maxLine = 500

// oneLine returns an error's text on one line, without control characters.
func oneLine(err error) string {
	line := []rune(strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.ReplaceAll(err.Error(), "\n", "; ")))
	if len(line) > maxLine {
		line = append(line[:maxLine], '…')
	}
	return string(line)
}
