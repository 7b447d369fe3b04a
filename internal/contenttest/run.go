package contenttest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/mailtext"
	"github.com/seed-090b04e4/imap/response"
)

// Server is what the messages are stored on.
type Server struct {
	Name string // as in the fault lines of the cases
	// Dial returns a client that is logged in.
	Dial    func(t testing.TB) *imap.Client
	Mailbox string // is created if it is not INBOX, and has to be empty
	// Refuses reports whether the server may refuse to store a message with this
	// error. If it is nil, it may refuse none.
	Refuses func(err error) bool
}

// Run appends each message of a folder to a mailbox of the server, and reads it
// back by its structure.
func Run(t *testing.T, dir fs.FS, s *Server) {
	cases, err := Load(dir)
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	c := s.Dial(t)
	defer c.Close()
	if s.Mailbox != "INBOX" {
		require.NoError(t, c.Create(t.Context(), s.Mailbox, nil))
	}
	var stored []*Case
	var uids []imap.UID // zero without UIDPLUS
	for _, test := range cases {
		res, err := c.Append(t.Context(), s.Mailbox, int64(len(test.Message)), bytes.NewReader(test.Message), nil)
		if err != nil && s.Refuses != nil && s.Refuses(err) {
			t.Logf("%s refuses %s: %v", s.Name, test.Name, err)
			continue
		}
		require.NoError(t, err, test.Name)
		stored = append(stored, test)
		uids = append(uids, res.UID())
	}
	_, err = c.Select(t.Context(), s.Mailbox, nil)
	require.NoError(t, err)
	rows, err := imap.Collect(c.UIDFetch(t.Context(), imap.UIDRange(1, imap.Star), imap.FetchItems{BodyStructure: true}, nil))
	require.NoError(t, err)
	require.Len(t, rows, len(stored))
	require.Greater(t, len(stored), len(cases)/2, "most are refused")
	for i, test := range stored {
		row := rows[i]
		for _, r := range rows { // gluon does not number them in order
			if uids[i] != 0 && r.UID == uids[i] {
				row = r
			}
		}
		t.Run(test.Name, func(t *testing.T) {
			if why := test.fault(s.Name, ""); why != "" {
				t.Skipf("%s: %s", s.Name, why)
			}
			require.NotNil(t, row.BodyStructure)
			m := &message{t: t, c: c, uid: row.UID, server: s.Name, want: test, structure: row.BodyStructure}
			m.check()
		})
	}
}

// message is one that was stored.
type message struct {
	t         *testing.T
	c         *imap.Client
	uid       imap.UID
	server    string
	want      *Case
	structure *imap.BodyStructure
}

func (m *message) check() {
	t, b, want := m.t, m.structure, m.want
	require.NoError(t, m.c.ConfirmNames(t.Context(), m.uid, b))
	assert.Equal(t, want.Text.Parts, numbers(b.Text(imap.PreferPlain)), "text")
	assert.Equal(t, want.HTML.Parts, numbers(b.Text(imap.PreferHTML)), "HTML")
	assert.Equal(t, strings.Join(want.Inline, " "), numbers(b.Inline()), "inline")
	assert.Equal(t, want.Sealed, b.Sealed(), "sealed")
	m.checkAttachments(b.Attachments())
	m.checkRead()
}

func (m *message) checkAttachments(got []imap.Part) {
	t := m.t
	var want []string
	for _, f := range m.want.Attachments {
		want = append(want, f.Number)
	}
	require.Equal(t, strings.Join(want, " "), numbers(got), "attachments")
	seen := make(map[string]bool)
	var names imap.Names
	for i, f := range m.want.Attachments {
		if why := m.want.fault(m.server, f.Number); why != "" {
			t.Logf("%s, part %s: %s", m.server, f.Number, why)
			continue
		}
		assert.Equal(t, f.Name, got[i].SafeName(), "name of %s: %q %q", f.Number, got[i].Params, got[i].DispositionParams)
		unique := names.Unique(got[i].SafeName())
		assert.False(t, seen[strings.ToLower(unique)], unique)
		seen[strings.ToLower(unique)] = true
		r, err := m.c.OpenPart(t.Context(), m.uid, got[i], nil)
		require.NoError(t, err)
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
		checkFile(t, f, data)
	}
}

func checkFile(t *testing.T, want File, data []byte) {
	t.Helper()
	sum := sha256.Sum256(data)
	if hex.EncodeToString(sum[:]) != want.SHA256 {
		assert.Fail(t, "content differs", "%s %q: %d octets, want %d: %.200q", want.Number, want.Name, len(data), want.Size, data)
	}
}

// checkRead checks what package mailtext reads.
func (m *message) checkRead() {
	open := func(ctx context.Context, p imap.Part) (io.ReadCloser, error) {
		return m.c.OpenPart(ctx, m.uid, p, nil)
	}
	t, want := m.t, m.want
	plain, err := mailtext.Read(t.Context(), m.structure, open, nil)
	require.NoError(t, err)
	assert.Equal(t, want.Text.Text, plain.Text, "text")
	reply := want.Text.Text
	if want.Reply != nil {
		reply = *want.Reply
	}
	assert.Equal(t, reply, plain.Reply(), "reply")
	assert.Equal(t, want.Hidden, plain.Hidden > 0, "hidden: %d", plain.Hidden)
	assert.False(t, plain.Truncated)
	m.checkWarnings(plain.Warnings, plain.Embedded)
	require.Len(t, plain.Embedded, len(want.Embedded))
	for i, f := range want.Embedded {
		assert.Equal(t, f.Name, plain.Embedded[i].Name)
		checkFile(t, f, plain.Embedded[i].Data)
	}
	html, err := mailtext.Read(t.Context(), m.structure, open, &mailtext.Options{Prefer: imap.PreferHTML})
	require.NoError(t, err)
	assert.Equal(t, want.HTML.Text, html.Text, "HTML")
	attachments, inline := numbers(m.structure.Attachments()), numbers(m.structure.Inline())
	if want.differsRead {
		attachments, inline = strings.Join(want.ReadAttachments, " "), strings.Join(want.ReadInline, " ")
	}
	assert.Equal(t, attachments, numbers(html.Attachments), "attachments after the HTML was read")
	assert.Equal(t, inline, numbers(html.Inline), "inline parts after the HTML was read")
}

// checkWarnings checks that what was wrong is said, and nothing else.
func (m *message) checkWarnings(got []response.Warning, files []mailtext.File) {
	for _, f := range files {
		got = append(got, f.Warnings...)
	}
	var kinds []string
	for _, w := range got {
		kinds = append(kinds, w.Kind)
	}
	require.Len(m.t, kinds, len(m.want.Warnings), "%q", kinds)
	for i, w := range m.want.Warnings {
		assert.Contains(m.t, kinds[i], w)
	}
}

func numbers(parts []imap.Part) string {
	var list []string
	for _, p := range parts {
		list = append(list, p.String())
	}
	return strings.Join(list, " ")
}
