// Command agent is a mail server for language models: it speaks the Model Context
// Protocol on standard input and output, and IMAP to a mail account. A model that uses
// it can list folders, search, read the text of messages and save attachments.
//
// Nothing in the account can be changed, because the connections are made with
// imap.Options.ReadOnly, unless -write permits drafts of replies. Nothing is ever sent.
//
// In the configuration of an MCP host:
//
//	"command": "agent", "args": ["-url", "imaps://you@imap.example.org"],
//	"env": {"IMAP_PASSWORD": "…"}
//
// Without -url it works on a sample mailbox in its own process.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/examples/internal/demo"
)

// config is what the flags say.
type config struct {
	url, ca, dir, from string
	write              bool
}

func main() {
	var cfg config
	flag.StringVar(&cfg.url, "url", "", "`URL` of the account, imaps://USER@HOST, the password in IMAP_PASSWORD; without it, the sample mailbox")
	flag.StringVar(&cfg.ca, "ca", "", "`FILE` in PEM with a certificate authority to trust, in place of the system's")
	flag.StringVar(&cfg.dir, "dir", "", "`FOLDER` for attachments; empty: a new temporary one")
	flag.StringVar(&cfg.from, "from", "", "`ADDRESS` for drafts; empty: the user")
	flag.BoolVar(&cfg.write, "write", false, "permit drafts of replies")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, cfg, &mcp.StdioTransport{}); err != nil {
		stop()
		fmt.Fprintf(os.Stderr, "agent: %s\n", clean(err.Error()))
		os.Exit(1) //nolint // stop was called
	}
}

// run serves until the model's host hangs up or ctx ends, which is no error.
func run(ctx context.Context, cfg config, transport mcp.Transport) error {
	acc, from, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	defer acc.Close()
	if cfg.from != "" {
		from = cfg.from
	}
	if cfg.dir == "" {
		if cfg.dir, err = os.MkdirTemp("", "agent-"); err != nil {
			return err
		}
	}
	root, err := os.OpenRoot(cfg.dir) // no name leads out of it
	if err != nil {
		return err
	}
	defer root.Close()
	server := mcp.NewServer(&mcp.Implementation{Name: "mail", Version: "1"}, &mcp.ServerOptions{Instructions: instructions})
	m := &mailbox{acc: acc, root: root, dir: cfg.dir, from: from}
	m.addTools(server, cfg.write)
	err = server.Run(ctx, transport)
	if ctx.Err() != nil || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// open opens the account, or the sample mailbox, and returns the user's address.
func open(ctx context.Context, cfg config) (*account.Account, string, error) {
	ac := account.Config{
		URL: cfg.url, Credentials: account.Password(os.Getenv("IMAP_PASSWORD")), MaxConns: 2,
		Client: imap.Options{ReadOnly: !cfg.write},
	}
	if cfg.url == "" {
		srv, err := demo.Start()
		if err != nil {
			return nil, "", err
		}
		context.AfterFunc(ctx, func() { _ = srv.Close() }) // the process ends as well
		fmt.Fprintln(os.Stderr, "agent: no -url: this is the sample mailbox (see -help)")
		ac.URL = "imaps://" + url.PathEscape(demo.User) + "@" + srv.TLSAddr()
		ac.Credentials, ac.Client.TLSConfig = account.Password(demo.Password), srv.TLSConfig()
	}
	if cfg.ca != "" {
		pem, err := os.ReadFile(cfg.ca)
		if err != nil {
			return nil, "", err
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, "", fmt.Errorf("-ca: no certificate in %s", cfg.ca)
		}
		ac.Client.TLSConfig = &tls.Config{RootCAs: pool}
	}
	user := ""
	if u, err := url.Parse(ac.URL); err == nil {
		user = u.User.Username()
	}
	acc, err := account.Open(ctx, ac)
	return acc, user, err
}
