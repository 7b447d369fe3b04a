package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
)

func main() {
	debug.SetGCPercent(30) // the database and the network take most of the memory
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := program(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "mirror:", clean(err.Error()))
		os.Exit(1)
	}
}

// program does what the arguments say.
func program(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("mirror", flag.ContinueOnError)
	flags.Usage = help(flags)
	url := flags.String("url", "", "`URL` of the account: imaps://you@imap.example.org")
	dir := flags.String("dir", "Mail", "`FOLDER` of the Maildirs")
	once := flags.Bool("once", false, "end after one pass")
	force := flags.Bool("force", false, "delete however much is gone on one side")
	expunge := flags.Bool("expunge", false, "remove what is deleted here for good, and not to the account's trash mailbox")
	fsync := flags.Bool("fsync", true, "have the disk write each message before going on")
	ca := flags.String("ca", "", "`FILE` with a further certificate authority to trust")
	every := flags.Duration("every", 30*time.Second, "`TIME` after which to look again for changes here")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *url == "" && flags.NArg() == 0 {
		return errors.New("which account? See -url")
	}
	s, err := openStore(*dir, disk{step: func(string) {}, sync: *fsync})
	if err != nil {
		return err
	}
	defer s.close()
	switch flags.Arg(0) {
	case "search":
		return s.search(os.Stdout, strings.Join(flags.Args()[1:], " "))
	case "status":
		return s.status(os.Stdout)
	case "":
	default:
		return fmt.Errorf("unknown command %q", flags.Arg(0))
	}
	unlock, err := lock(filepath.Join(*dir, "mirror.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	trust, err := trusting(*ca)
	if err != nil {
		return err
	}
	acc, err := account.Open(ctx, account.Config{URL: *url, Credentials: account.Password(os.Getenv("IMAP_PASSWORD")), Client: imap.Options{TLSConfig: trust}})
	if err != nil {
		return err
	}
	defer acc.Close()
	m := &mirror{store: s, acc: acc, force: *force, noTrash: *expunge, progress: bar(), logf: func(format string, args ...any) {
		fmt.Fprintln(os.Stderr, "mirror:", clean(fmt.Sprintf(format, args...)))
	}}
	if *once {
		return m.pass(ctx)
	}
	return m.forever(ctx, *every)
}

// trusting returns a TLS configuration that trusts a further authority; nil if there
// is none.
func trusting(file string) (*tls.Config, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, err
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s has no certificate", file)
	}
	return &tls.Config{RootCAs: pool}, nil
}

// forever makes passes until ctx ends.
func (m *mirror) forever(ctx context.Context, every time.Duration) error {
	if err := m.pass(ctx); err != nil && ctx.Err() == nil {
		m.logf("%v", err)
	}
	wake := make(chan struct{}, 1)
	var running sync.WaitGroup
	defer running.Wait()
	running.Go(func() { m.news(ctx, wake) })
	running.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				select {
				case wake <- struct{}{}:
				default:
				}
			}
		}
	})
	return m.run(ctx, wake)
}

// bar returns a function that shows how far a download is.
func bar() func(total, n int64) {
	var b *progressbar.ProgressBar
	var of int64
	return func(total, n int64) {
		if b == nil || of != total {
			b, of = progressbar.Default(total, "messages"), total
		}
		_ = b.Set64(n)
		if n == total {
			b = nil
		}
	}
}
