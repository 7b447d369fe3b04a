package compat

import (
	"bytes"
	"context"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

// Programs that people use against imaptest: they must sync, with the settings that
// they have by default.

// program is a program that is run in a folder of its own, as if in another home.
type program struct {
	path, home string
}

// findProgram skips the test if the program is not installed.
func findProgram(t *testing.T, name, debian string) program {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed (Debian: apt-get install %s)", name, debian)
	}
	home := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(home, "ca.pem"), imaptest.CertificatePEM(), 0o600))
	return program{path, home}
}

// file writes a file in the program's home and returns its path.
func (p program) file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(p.home, name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// run runs the program to its end and returns what it printed. A program that hangs
// is ended, and fails the test with what the server saw.
func (p program) run(t *testing.T, srv *imaptest.Server, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.path, args...)
	cmd.Dir = p.home
	cmd.Env = append(os.Environ(), "HOME="+p.home, "XDG_CONFIG_HOME="+p.home, "XDG_DATA_HOME="+p.home, "TERM=xterm", "LC_ALL=C.UTF-8")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s\n%s", filepath.Base(p.path), err, out.String(), strings.Join(srv.Transcript(), "\n--\n"))
	}
	return out.String()
}

// letter is a message with a Message-ID, by which it is found again.
func letter(id string) []byte {
	return imaptest.CRLF("From: bob@example.org\nTo: user@example.org\nSubject: " + id + "\nDate: Mon, 2 Mar 2026 10:00:00 +0100\nMessage-ID: <" + id + "@example.org>\n\nText of " + id + ".\n")
}

// contents is what mailboxes hold: "mailbox/identifier" to the text and the flags.
type contents map[string]string

// onServer reads the mailboxes of a user.
func onServer(user *imaptest.User) contents {
	all := make(contents)
	for _, name := range user.Mailboxes() {
		for _, m := range user.Mailbox(name).Messages() {
			all.add(name, string(m.Raw), slices.Values(m.Flags))
		}
	}
	return all
}

// addedByMbsync is the field by which mbsync finds a message again.
var addedByMbsync = regexp.MustCompile(`X-TUID: .*\r?\n`)

// add adds a message. Two with one identifier in a mailbox are a mistake that shows.
func (all contents) add(mailbox, raw string, flags func(func(imaptest.Flag) bool)) {
	_, rest, _ := strings.Cut(raw, "Message-ID: <")
	id, _, _ := strings.Cut(rest, "@")
	var known []string
	for f := range flags {
		if f != `\Recent` {
			known = append(known, string(f))
		}
	}
	slices.Sort(known)
	raw = addedByMbsync.ReplaceAllString(raw, "")
	all[mailbox+"/"+id] += strings.Join(known, " ") + "\n" + strings.ReplaceAll(raw, "\r\n", "\n")
}

// names are the keys, sorted.
func (all contents) names() []string { return slices.Sorted(maps.Keys(all)) }

// port is the port of an address.
func port(t *testing.T, addr string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	return port
}

// usedCompress reports whether some session used COMPRESS with success.
func usedCompress(srv *imaptest.Server) bool {
	return slices.ContainsFunc(srv.Transcript(), func(s string) bool { return strings.Contains(s, "OK DEFLATE active") })
}
