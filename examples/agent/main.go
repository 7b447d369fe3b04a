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
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), "usage: agent [flags]\n\nagent serves mail to language models, by the Model Context Protocol on standard input\n"+
			"and output: it is started by the program that has the model.\n\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, cfg, &mcp.StdioTransport{})
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "agent: %s\n", clean(err.Error()))
		os.Exit(1)
	}
}

// run serves until the model's host hangs up or ctx ends, which is no error.
func run(ctx context.Context, cfg config, transport mcp.Transport) error {
	settings := account.Config{
		URL: cfg.url, Credentials: account.Password(os.Getenv("IMAP_PASSWORD")), MaxConns: 2,
		Client: imap.Options{ReadOnly: !cfg.write},
	}
	if cfg.url == "" {
		srv, err := demo.Start()
		if err != nil {
			return err
		}
		defer srv.Close()
		fmt.Fprintln(os.Stderr, "agent: no -url: this is the sample mailbox (see -help)")
		settings.URL = "imaps://" + url.PathEscape(demo.User) + "@" + srv.TLSAddr()
		settings.Credentials, settings.Client.TLSConfig = account.Password(demo.Password), srv.TLSConfig()
	}
	if err := trust(&settings, cfg.ca); err != nil {
		return err
	}
	acc, err := account.Open(ctx, settings)
	if err != nil {
		return err
	}
	defer acc.Close()
	if cfg.from == "" {
		if u, err := url.Parse(settings.URL); err == nil {
			cfg.from = u.User.Username()
		}
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
	m := &mailbox{acc: acc, root: root, dir: cfg.dir, from: cfg.from}
	m.addTools(server, cfg.write)
	err = server.Run(ctx, transport)
	if ctx.Err() != nil || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// trust has the account trust the authority in a file.
func trust(settings *account.Config, file string) error {
	if file == "" {
		return nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return fmt.Errorf("-ca: no certificate in %s", file)
	}
	settings.Client.TLSConfig = &tls.Config{RootCAs: pool}
	return nil
}
