package imaptest_test

import (
	"bufio"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

// converse plays the client's side of a transcript and compares what the
// server says. "C: " lines are sent; a line that ends in {n} is followed by the
// literal's octets on "C| " lines, each with its line end. "S: " lines are
// expected, where <*> stands for anything; "S| " lines are the following lines
// of a literal.
func converse(t *testing.T, conn net.Conn, transcript string) {
	t.Helper()
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	converseForever(t, conn, transcript)
}

// converseForever is converse without a limit on time.
func converseForever(t *testing.T, conn net.Conn, transcript string) {
	t.Helper()
	r := bufio.NewReaderSize(oneByte{conn}, 16)
	for n, line := range strings.Split(strings.TrimSpace(transcript), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		kind, text, _ := strings.Cut(line, " ")
		switch kind {
		case "C:", "C|":
			_, err := io.WriteString(conn, text+"\r\n")
			require.NoError(t, err)
		case "S:", "S|":
			got, err := r.ReadString('\n')
			got = strings.TrimRight(got, "\r\n")
			if err != nil || !glob(text, got) {
				t.Fatalf("line %d:\nwanted %s\ngot    %s (%v)", n+1, text, got, err)
			}
		default:
			t.Fatalf("line %d is no transcript: %s", n+1, line)
		}
	}
}

// glob matches text with a pattern in which <*> stands for anything.
func glob(pattern, text string) bool {
	first, rest, more := strings.Cut(pattern, "<*>")
	if !more {
		return pattern == text
	}
	if !strings.HasPrefix(text, first) {
		return false
	}
	text = text[len(first):]
	for i := 0; i <= len(text); i++ {
		if glob(rest, text[i:]) {
			return true
		}
	}
	return false
}

const hello = `From: Bob Example <bob@example.org>
To: user@example.org
Subject: Hello
Date: Mon, 2 Mar 2026 10:00:00 +0100
Message-ID: <hello@example.org>

Hello, world!
`

var when = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// withHello is a server whose INBOX holds n short messages.
func withHello(t *testing.T, n int, opts *imaptest.Options) *imaptest.Server {
	t.Helper()
	srv := imaptest.NewServer(t, opts)
	for i := range n {
		raw := strings.Replace(hello, "Hello\n", "Hello "+strconv.Itoa(i+1)+"\n", 1)
		srv.User("user").Mailbox("INBOX").DeliverMessage(imaptest.Message{Raw: imaptest.CRLF(raw), InternalDate: when})
	}
	return srv
}

// loggedIn is a session of the user; its next tag is a1.
func loggedIn(t *testing.T, srv *imaptest.Server) net.Conn {
	t.Helper()
	conn := srv.Pipe()
	t.Cleanup(func() { conn.Close() })
	converse(t, conn, `
		S: * OK <*>
		C: login LOGIN user password
		S: login OK <*>`)
	return conn
}

// selected is a session of the user in INBOX.
func selected(t *testing.T, srv *imaptest.Server) net.Conn {
	t.Helper()
	conn := loggedIn(t, srv)
	skip(t, conn, "select SELECT INBOX")
	return conn
}

// skip sends a command and reads until its OK. It returns the untagged lines.
func skip(t *testing.T, conn net.Conn, command string) []string {
	t.Helper()
	return skipWith(t, conn, bufio.NewReaderSize(oneByte{conn}, 16), command)
}

// skipWith is skip for a session with a reader of its own.
func skipWith(t *testing.T, conn net.Conn, r *bufio.Reader, command string) []string {
	t.Helper()
	tag, _, _ := strings.Cut(command, " ")
	_, err := io.WriteString(conn, command+"\r\n")
	require.NoError(t, err)
	var lines []string
	for {
		line, err := r.ReadString('\n')
		require.NoError(t, err)
		line = strings.TrimRight(line, "\r\n")
		if rest, is := strings.CutPrefix(line, tag+" "); is {
			require.Regexp(t, "^OK", rest, command)
			return lines
		}
		lines = append(lines, line)
	}
}

// oneByte keeps a bufio.Reader from reading ahead.
type oneByte struct{ io.Reader }

func (o oneByte) Read(p []byte) (int, error) { return o.Reader.Read(p[:1]) }

// dial connects to a listener.
func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}
