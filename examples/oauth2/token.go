package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/oauth2"

	"github.com/seed-090b04e4/imap"
)

// run logs in, and asks for access if there is no token, or none that is good any more.
func (l *login) run(ctx context.Context) error {
	if l.file == "" {
		dir, err := os.UserConfigDir()
		if err != nil {
			return err
		}
		l.file = filepath.Join(dir, "imap-oauth2", strings.Map(fileRune, l.user)+".json")
	}
	cfg := &oauth2.Config{ClientID: l.client, ClientSecret: l.secret, Endpoint: l.endpoint, Scopes: l.scopes}
	token, err := l.load()
	if err == nil {
		token, err = cfg.TokenSource(ctx, token).Token() // a new one if it is out of date
	}
	var refused *oauth2.RetrieveError
	if errors.Is(err, os.ErrNotExist) || errors.As(err, &refused) { // never granted, or revoked
		token, err = l.grant(ctx, cfg)
	}
	if err != nil {
		return err
	}
	if err := l.store(token); err != nil {
		return err
	}
	err = l.count(ctx, token)
	var bad *imap.OAuthError
	if errors.As(err, &bad) && token.RefreshToken != "" { // it may have been revoked before its time
		token, err = cfg.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
		if err != nil {
			return err
		}
		if err := l.store(token); err != nil {
			return err
		}
		err = l.count(ctx, token)
	}
	return err
}

func (l *login) load() (*oauth2.Token, error) {
	b, err := os.ReadFile(l.file)
	if err != nil {
		return nil, err
	}
	token := &oauth2.Token{}
	return token, json.Unmarshal(b, token)
}

// store keeps the tokens where only the user can read them.
func (l *login) store(token *oauth2.Token) error {
	b, err := json.Marshal(token)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(l.file), 0o700); err != nil {
		return err
	}
	tmp := l.file + ".new"
	if err := os.WriteFile(tmp, b, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, l.file)
}

// fileRune replaces what may mean something in the name of a file.
func fileRune(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '@' || r == '.' || r == '-' {
		return r
	}
	return '_'
}
