// Command imapservers starts IMAP servers for trying things out by hand, prints
// where they are, and stops them at an interrupt:
//
//	go run ./internal/servers/cmd/imapservers [-host ADDR] [-cleartext] [-list] [NAME...]
//
// Without a name it starts Dovecot.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/seed-090b04e4/imap/internal/servers"
)

func main() {
	host := flag.String("host", "127.0.0.1", "address to listen on")
	list := flag.Bool("list", false, "print the names of the servers and exit")
	cleartext := flag.Bool("cleartext", false, "let users log in without TLS")
	flag.Usage = func() {
		fmt.Fprintf(os.Stderr, "usage: imapservers [flags] [NAME...]\n\n"+
			"imapservers starts IMAP servers that are installed, Dovecot if none is named, prints\n"+
			"where they are and how to log in, and stops them at an interrupt.\n\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	if *list {
		fmt.Println(strings.Join(servers.Names(), "\n"))
		return
	}
	names := flag.Args()
	if len(names) == 0 {
		names = []string{"dovecot"}
	}
	if err := run(names, &servers.Config{Host: *host, Cleartext: *cleartext}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(names []string, cfg *servers.Config) error {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	for _, name := range names {
		s, err := servers.Launch(ctx, name, cfg)
		if err != nil {
			return err
		}
		defer s.Stop()
		fmt.Printf("%s %s\n  plain %s\n  tls   %s\n  ca    %s\n  cert  %s, key %s\n  logs  %s\n",
			s.Name, s.Version, s.Addr, s.TLSAddr, s.CAFile, s.ClientCert, s.ClientKey, s.Dir())
		users := s.Users
		if s.Admin != nil {
			users = append(users[:len(users):len(users)], *s.Admin)
		}
		for _, u := range users {
			fmt.Printf("  user  %s %s\n", u.Name, u.Password)
			if token := s.OAuthToken(u.Name); token != "" {
				fmt.Printf("        token %s\n", token)
			}
		}
	}
	<-ctx.Done()
	return nil
}
