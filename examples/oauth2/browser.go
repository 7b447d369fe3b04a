package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/oauth2"
)

// grantInBrowser prints an address for a browser, which the provider sends back to a port
// of this machine (RFC 8252 §7.3), with PKCE (RFC 7636).
func (l *login) grantInBrowser(ctx context.Context, cfg *oauth2.Config) (*oauth2.Token, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	own := *cfg
	own.RedirectURL = "http://" + listener.Addr().String()
	state, verifier := rand.Text(), oauth2.GenerateVerifier()
	type answer struct {
		code string
		err  error
	}
	answers := make(chan answer, 1)
	srv := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("state") != state { // another program on this machine
			http.Error(w, "unknown request", http.StatusBadRequest)
			return
		}
		a := answer{code: q.Get("code")}
		if a.code == "" {
			a.err = errors.New("access was not granted: " + q.Get("error"))
		}
		select {
		case answers <- a:
		default: // asked twice
		}
		fmt.Fprintln(w, "You can close this page.")
	})}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(listener) }()
	defer func() { <-served }()
	defer closeServer(srv)
	fmt.Fprintf(l.out, "Open %s\n", own.AuthCodeURL(state, oauth2.AccessTypeOffline, oauth2.S256ChallengeOption(verifier)))
	select {
	case a := <-answers:
		if a.err != nil {
			return nil, a.err
		}
		return own.Exchange(ctx, a.code, oauth2.VerifierOption(verifier))
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// closeServer lets the browser read its answer before the server ends.
func closeServer(srv *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = srv.Shutdown(ctx)
	_ = srv.Close()
}
