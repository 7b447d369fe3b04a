package imap_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// Log in with an access token, and tell a token that has run out from the rest.
// For Gmail and Outlook it is imap.XOAuth2(user, token).
func ExampleOAuthBearer() {
	ctx := context.Background()
	srv, err := imaptest.Start(&imaptest.Options{Users: []imaptest.Account{{Name: "user", Token: "fresh"}}})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	c, err := imap.DialTLS(ctx, srv.TLSAddr(), &imap.Options{TLSConfig: srv.TLSConfig()})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	for _, token := range []string{"stale", "fresh"} {
		err := c.Authenticate(ctx, imap.OAuthBearer("user", token, "imap.example.org", 993))
		var refused *imap.OAuthError
		switch {
		case errors.As(err, &refused): // the connection is still good
			fmt.Println("get a new token:", refused.Status)
		case err != nil:
			log.Fatal(err)
		default:
			fmt.Println(c.State())
		}
	}
	// Output:
	// get a new token: invalid_token
	// authenticated
}

// STARTTLS, for servers without a port that has TLS from the start. There is no
// way to go on without TLS by mistake.
func ExampleDialStartTLS() {
	ctx := context.Background()
	srv := exampleServer()
	defer srv.Close()
	c, err := imap.DialStartTLS(ctx, srv.Addr(), &imap.Options{TLSConfig: srv.TLSConfig()})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	fmt.Println(c.TLS() != nil)
	// Output: true
}

// A dial function of one's own, for a proxy or a network interface: the
// DialContext of golang.org/x/net/proxy, for example.
func ExampleOptions_proxy() {
	ctx := context.Background()
	srv := exampleServer()
	defer srv.Close()
	opts := &imap.Options{
		TLSConfig: srv.TLSConfig(),
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			fmt.Println("by the proxy to", addr)
			return new(net.Dialer).DialContext(ctx, network, srv.TLSAddr())
		},
	}
	c, err := imap.DialTLS(ctx, "localhost:993", opts) // the certificate is checked for localhost
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	fmt.Println(c.State())
	// Output:
	// by the proxy to localhost:993
	// not authenticated
}

// A connection that is lost is told from an answer of the server.
func ExampleConnError() {
	srv := exampleServer()
	defer srv.Close()
	c, ctx := connectTo(srv)
	defer c.Close()
	srv.Fault(imaptest.Bye{On: imaptest.Nth{Command: "NOOP"}, Text: "going down for an hour"})

	err := c.Noop(ctx)
	var lost *imap.ConnError
	if errors.As(err, &lost) {
		fmt.Println("lost, and the command was sent:", lost.Sent)
	}
	var bye *imap.StatusError
	if errors.As(err, &bye) {
		fmt.Println("the server said:", bye.Text)
	}
	// What comes later was not sent, and can be repeated on a new connection.
	fmt.Println(errors.Is(err, imap.ErrClosed), imap.SafeToRetry(c.Noop(ctx)))
	// Output:
	// lost, and the command was sent: true
	// the server said: going down for an hour
	// true true
}

func ExampleStatusError() {
	c, ctx := exampleClient()
	defer c.Close()

	_, err := c.Select(ctx, "No such mailbox", nil)
	var status *imap.StatusError
	switch {
	case errors.Is(err, imap.CodeNonExistent):
		fmt.Println("there is no such mailbox")
	case errors.As(err, &status): // not all servers send codes
		fmt.Println("the server refuses:", status.Text)
	case errors.Is(err, imap.ErrClosed):
		fmt.Println("the connection is lost")
	}

	ctx, cancel := context.WithCancel(ctx)
	cancel()
	fmt.Println(errors.Is(c.Noop(ctx), context.Canceled), c.Err())
	// Output:
	// there is no such mailbox
	// true <nil>
}
