package imap_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// With a real server, the options are nil and the port may be left out.
func ExampleDialTLS() {
	ctx := context.Background()
	srv := exampleServer()
	defer srv.Close()

	c, err := imap.DialTLS(ctx, srv.TLSAddr(), &imap.Options{TLSConfig: srv.TLSConfig()})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	fmt.Println(c.State(), c.TLS() != nil)
	// Output: not authenticated true
}

// A client over a connection that is already there.
func ExampleNewClient() {
	ctx := context.Background()
	srv := exampleServer()
	defer srv.Close()

	c, err := imap.NewClient(ctx, srv.Pipe(), nil) // any net.Conn
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	fmt.Println(c.Greeting().Type)
	// Output: OK
}

// A wrong password is an error that can be told from others.
func ExampleClient_AuthPassword() {
	ctx := context.Background()
	srv := exampleServer()
	defer srv.Close()
	c, err := imap.DialTLS(ctx, srv.TLSAddr(), &imap.Options{TLSConfig: srv.TLSConfig()})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	err = c.AuthPassword(ctx, "user", "wrong")
	if errors.Is(err, imap.CodeAuthenticationFailed) {
		fmt.Println("the server does not take this password")
	}
	if err := c.AuthPassword(ctx, "user", "password"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.State())
	// Output:
	// the server does not take this password
	// authenticated
}

// With an access token of OAuth 2.0. Other mechanisms are values, too.
func ExampleClient_Authenticate() {
	ctx := context.Background()
	srv, err := imaptest.Start(&imaptest.Options{
		Users: []imaptest.Account{{Name: "user", Token: "ya29.token"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	c, err := imap.DialTLS(ctx, srv.TLSAddr(), &imap.Options{TLSConfig: srv.TLSConfig()})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	if err := c.Authenticate(ctx, imap.XOAuth2("user", "ya29.token")); err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.State())
	// Output: authenticated
}

func ExampleClient_Logout() {
	c, ctx := exampleClient()
	defer c.Close() // in case that the program does not come so far

	if err := c.Logout(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.State())
	// Output: logout
}

// What the server can do. Has also knows what IMAP4rev2 includes.
func ExampleClient_Caps() {
	c, _ := exampleClient()
	defer c.Close()

	for _, name := range []imap.Cap{imap.CapMove, imap.CapQResync, "X-VENDOR"} {
		fmt.Println(name, c.Caps().Has(name))
	}
	// Output:
	// MOVE true
	// QRESYNC true
	// X-VENDOR false
}

// Switch on what has to be asked for, before a mailbox is selected.
func ExampleClient_Enable() {
	c, ctx := exampleClient()
	defer c.Close()
	if err := c.Unselect(ctx); err != nil {
		log.Fatal(err)
	}

	enabled, err := c.Enable(ctx, imap.CapUTF8Accept, imap.CapQResync)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(enabled.Has(imap.CapUTF8Accept), enabled.Has(imap.CapQResync))
	// Output: true true
}

// Some providers in China refuse SELECT to clients that have not said who they are.
func ExampleClient_ID() {
	c, ctx := exampleClient()
	defer c.Close()

	server, err := c.ID(ctx, []imap.IDParam{{Name: "name", Value: "my program"}, {Name: "version", Value: "1.0"}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(server.Get("name"))
	// Output: imaptest
}

// Compression pays off on slow networks: mail is text.
func ExampleClient_Compress() {
	c, ctx := exampleClient()
	defer c.Close()

	if err := c.Compress(ctx); err != nil && !errors.Is(err, imap.ErrUnsupported) {
		log.Fatal(err)
	}
	fmt.Println(c.Noop(ctx))
	// Output: <nil>
}

// Learn of the end of a connection, and the reason for it, without a call.
func ExampleClient_Done() {
	srv := exampleServer()
	defer srv.Close()
	c, _ := connectTo(srv)
	defer c.Close()

	srv.Disconnect()
	<-c.Done()
	fmt.Println(c.Err() != nil)
	// Output: true
}

// Noop brings the state of the mailbox up to date, and keeps a connection open.
func ExampleClient_Noop() {
	srv := exampleServer()
	defer srv.Close()
	c, ctx := connectTo(srv)
	defer c.Close()

	srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF("Subject: news\n\nIt works.\n"))
	if err := c.Noop(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.Mailbox().Messages)
	// Output: 4
}

// TLS on a connection that began without, as some proxies need it.
func ExampleClient_StartTLS() {
	ctx := context.Background()
	srv := exampleServer()
	defer srv.Close()
	c, err := imap.DialInsecure(ctx, srv.Addr(), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	if err := c.StartTLS(ctx, srv.TLSConfig()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.AuthPassword(ctx, "user", "password"))
	// Output: <nil>
}
