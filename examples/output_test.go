package examples_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// TestHelp: -help says what an example does, in the words of the package comment, and
// what its flags are.
func TestHelp(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	purposes := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^//\t(\w+) +(.*)$`).FindAllStringSubmatch(string(text), -1) {
		purposes[m[1]] = m[2]
	}
	built, err := os.ReadDir(programs)
	require.NoError(t, err)
	require.Greater(t, len(built), 12)
	for _, program := range built {
		name := strings.TrimSuffix(program.Name(), ".exe")
		if name == "vendorext" { // it has no flags
			assert.NotEmpty(t, purposes[name])
			continue
		}
		for _, flag := range []string{"-h", "-help", "--help"} {
			res := start(t, name, "", flag)
			assert.Zero(t, res.status, name)
			assert.Empty(t, res.out, name)
			begin := "usage: " + name + " [flags]\n\n" + name + " " + purposes[name] + "\n\n  -"
			if assert.NotEmpty(t, purposes[name], name) {
				assert.Equal(t, begin, res.err[:min(len(begin), len(res.err))])
			}
			assert.Contains(t, res.err, "\n  -addr HOST:PORT\n")
			for line := range strings.Lines(res.err) {
				assert.LessOrEqual(t, len(line), 120, line)
			}
		}
	}
}

// escape is a command for a terminal, and placeholder has as many octets.
const (
	escape      = "\x1b[31m"
	placeholder = "ESC31"
)

// hostile is a message with commands for terminals wherever its sender can put them.
const hostile = `From: =?utf-8?q?A=1B[2J=C2=9B31mdA?= <ESC31@example.org>
To: you@example.org
Subject: =?utf-8?q?there_=1B]0;title=07_is=0AFrom:_more?= ESC31
Date: ESC31
Message-ID: <ESC31@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

before =1B[31m=C2=9B31m ESC31 after
--b
Content-Type: application/ESC31; name="ESC31.bin"
Content-Disposition: attachment; filename*=utf-8''a%1B%5B2J%C2%9Bb%0Ac.bin

content
--b--
`

// TestNoTerminalEscapes: whatever a server sends, where a terminal sees it it is text.
func TestNoTerminalEscapes(t *testing.T) {
	t.Parallel()
	srv := imaptest.NewServer(t, &imaptest.Options{
		Users: []imaptest.Account{{Name: "user", Password: "password", Mailboxes: []imaptest.Folder{
			{Name: "ESC31", Subscribed: true},
			{Name: "ESC31-drafts", SpecialUse: imap.AttrDrafts},
			{Name: "ESC31-archive", SpecialUse: imap.AttrArchive},
		}}},
		Faults: []imaptest.Fault{
			imaptest.Rewrite{With: func(line string) string { return strings.ReplaceAll(line, placeholder, escape) }},
			imaptest.Unsolicited{Lines: []string{"* OK ESC31 [ALERT]", "* NO ESC31"}},
		},
	})
	inbox := srv.User("user").Mailbox("INBOX")
	inbox.Deliver(imaptest.CRLF("Subject: good\n\ntext\n"))
	inbox.DeliverMessage(imaptest.Message{Raw: imaptest.CRLF(hostile), InternalDate: time.Now().AddDate(-2, 0, 0)})
	mbox := filepath.Join(t.TempDir(), "mbox")
	shared := []string{"-addr", localhost(t, srv.TLSAddr()), "-ca", testCA(t), "-user", "user"}
	for _, test := range []struct {
		name string
		args []string
		want string // what is shown of it
	}{
		{"latest", nil, "before "},
		{"newest", nil, "there"},
		{"search", []string{"-all"}, "there"},
		{"text", nil, "before "},
		{"attachments", []string{"-uid", "2", "-dir", t.TempDir()}, ".bin"},
		{"folders", nil, "drafts"},
		{"flags", []string{"-add", `\Flagged`}, "1 ["},
		{"flags", []string{"-uids", "2", "-add", "ESC31"}, "malformed FLAGS"},
		{"newest", nil, "good"}, // and the other one costs an error
		{"watch", []string{"-for", "2s"}, "Watched until"},
		{"draft", nil, "modified UTF-7"},
		{"export", []string{"-mbox", mbox}, "messages exported"},
		{"import", []string{"-mbox", mbox}, "messages imported"},
		{"archive", nil, ""},
		{"move", []string{"-from", "example", "-to", "ESC31"}, ""},
	} {
		res := start(t, test.name, "password", append(shared, test.args...)...)
		all := res.out + res.err
		assert.NotRegexp(t, `[\x00-\x08\x0b-\x1f\x7f\x{80}-\x{9f}]`, all, test.name)
		assert.Contains(t, all, test.want, test.name)
		assert.NotContains(t, all, "\nFrom: more", test.name)
		assert.LessOrEqual(t, res.status, 1, test.name)
	}
	// Errors have the server's text in them.
	for _, name := range []string{"latest", "folders", "draft", "import", "export"} {
		srv.Fault(imaptest.Refuse{On: imaptest.Nth{Every: true}, Text: "ESC31 no"})
		res := start(t, name, "password", append(shared, "-mbox", mbox)[:len(shared)]...)
		assert.Equal(t, 1, res.status, name)
		assert.NotRegexp(t, `[\x00-\x08\x0b-\x1f\x7f\x{80}-\x{9f}]`, res.out+res.err, name)
	}
}
