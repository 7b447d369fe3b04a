package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/seed-090b04e4/imap/imaptest"
)

const user, accessToken = "you@example.org", "t0ken"

// stub plays the provider: it grants access at the second poll, and a new token for a
// refresh token, unless that was revoked.
type stub struct {
	*httptest.Server
	mu        sync.Mutex
	polls     int
	refreshed int
	revoked   bool
	challenge string // of PKCE
}

func newStub(t *testing.T) *stub {
	s := &stub{}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *stub) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	answer := func(status int, v map[string]any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v) // the client sees it if that fails
	}
	token := map[string]any{"access_token": accessToken, "token_type": "Bearer", "refresh_token": "again", "expires_in": 3600}
	switch r.FormValue("grant_type") {
	case "": // the device's request
		answer(http.StatusOK, map[string]any{
			"device_code": "device", "user_code": "ABCD-EFGH\x1b[31m", "verification_uri": "https://example.org/device", "expires_in": 60, "interval": 1,
		})
	case "urn:ietf:params:oauth:grant-type:device_code":
		s.polls++
		if s.polls < 2 {
			answer(http.StatusBadRequest, map[string]any{"error": "authorization_pending"})
			return
		}
		answer(http.StatusOK, token)
	case "authorization_code":
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if r.FormValue("code") != "granted" || base64.RawURLEncoding.EncodeToString(sum[:]) != s.challenge {
			answer(http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
			return
		}
		answer(http.StatusOK, token)
	case "refresh_token":
		if s.revoked {
			answer(http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
			return
		}
		s.refreshed++
		answer(http.StatusOK, token)
	}
}

// start returns a program for the stub and a mail server that takes its token.
func start(t *testing.T, s *stub, out io.Writer) *login {
	t.Helper()
	srv := imaptest.NewServer(t, &imaptest.Options{Users: []imaptest.Account{{Name: user, Password: "no", Token: accessToken}}})
	srv.User(user).Mailbox("INBOX").Deliver(imaptest.CRLF("Subject: one\n\nx\n"))
	return &login{
		provider: provider{
			endpoint: oauth2.Endpoint{AuthURL: s.URL + "/auth", DeviceAuthURL: s.URL + "/device", TokenURL: s.URL + "/token"},
			scopes:   []string{"mail"}, addr: srv.TLSAddr(),
		},
		client: "client", user: user, file: filepath.Join(t.TempDir(), "new", "tokens.json"), tls: srv.TLSConfig(), out: out,
	}
}

func (l *login) keep(t *testing.T, token *oauth2.Token) {
	t.Helper()
	require.NoError(t, l.store(token))
}

// TestDeviceFlow grants access once, and uses the stored tokens from then on.
func TestDeviceFlow(t *testing.T) {
	s := newStub(t)
	var out bytes.Buffer
	l := start(t, s, &out)
	require.NoError(t, l.run(t.Context()))
	require.Contains(t, out.String(), "Open https://example.org/device and enter the code ABCD-EFGH")
	require.NotContains(t, out.String(), "\x1b")
	require.Contains(t, out.String(), "INBOX has 1 messages, 1 of them unread.")
	require.NotContains(t, out.String(), accessToken)
	if runtime.GOOS != "windows" {
		info, err := os.Stat(l.file)
		require.NoError(t, err)
		require.EqualValues(t, 0o600, info.Mode().Perm())
	}

	out.Reset()
	require.NoError(t, l.run(t.Context()))
	require.Equal(t, "INBOX has 1 messages, 1 of them unread.\n", out.String())
	require.Equal(t, 2, s.polls)
	require.Zero(t, s.refreshed)
}

// TestRefresh is for tokens that are out of date, revoked before their time, or of no use.
func TestRefresh(t *testing.T) {
	s := newStub(t)
	var out bytes.Buffer
	l := start(t, s, &out)
	l.keep(t, &oauth2.Token{AccessToken: "old", RefreshToken: "again", Expiry: time.Now().Add(-time.Hour)})
	require.NoError(t, l.run(t.Context()))
	require.Equal(t, 1, s.refreshed)

	l.keep(t, &oauth2.Token{AccessToken: "revoked", RefreshToken: "again", Expiry: time.Now().Add(time.Hour)})
	require.NoError(t, l.run(t.Context()))
	require.Equal(t, 2, s.refreshed)
	require.Zero(t, s.polls)

	s.revoked = true
	l.keep(t, &oauth2.Token{AccessToken: "old", RefreshToken: "again", Expiry: time.Now().Add(-time.Hour)})
	require.NoError(t, l.run(t.Context()), "access is granted again")
	require.Equal(t, 2, s.polls)
}

// TestBrowserFlow plays the browser.
func TestBrowserFlow(t *testing.T) {
	for name, query := range map[string]string{"granted": "code=granted", "refused": "error=access_denied"} {
		s := newStub(t)
		r, w := io.Pipe()
		l := start(t, s, w)
		l.browser = true
		go func() { browse(t, s, r, query) }()
		err := l.run(t.Context())
		if name == "granted" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, "access_denied")
		}
		require.NoError(t, w.Close())
	}
}

// browse opens what the program prints, as the provider would have a browser do.
func browse(t *testing.T, s *stub, r io.Reader, query string) {
	var line string
	if _, err := fmt.Fscanf(r, "Open %s\n", &line); err != nil {
		t.Error(err)
		return
	}
	u, err := url.Parse(line)
	if err != nil || !strings.HasPrefix(line, s.URL) {
		t.Errorf("%q: %v", line, err)
		return
	}
	s.mu.Lock()
	s.challenge = u.Query().Get("code_challenge")
	s.mu.Unlock()
	back := u.Query().Get("redirect_uri")
	for target, status := range map[string]int{
		back + "/?state=guessed&code=granted": http.StatusBadRequest,
	} {
		visit(t, target, status)
	}
	visit(t, back+"/?"+query+"&state="+url.QueryEscape(u.Query().Get("state")), http.StatusOK)
	_, _ = io.Copy(io.Discard, r) // until the program has ended
}

func visit(t *testing.T, target string, status int) {
	res, err := http.Get(target)
	if err != nil {
		t.Error(err)
		return
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != status {
		t.Errorf("%s: %s, %v", target, res.Status, err)
	}
}

// TestInterrupt ends both flows cleanly.
func TestInterrupt(t *testing.T) {
	for _, browser := range []bool{false, true} {
		l := start(t, newStub(t), io.Discard)
		l.browser = browser
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		require.ErrorIs(t, l.run(ctx), context.DeadlineExceeded)
		cancel()
	}
}
