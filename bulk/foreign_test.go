package bulk

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

// found is a message that a source has.
type found struct {
	text  string
	flags string
	date  string
}

func readAll(t *testing.T, store Store) []found {
	src, err := store.open()
	require.NoError(t, err)
	defer src.close()
	var list []found
	for {
		it, err := src.next()
		require.NoError(t, err)
		if it == nil {
			return list
		}
		r, err := it.open()
		require.NoError(t, err)
		text, err := io.ReadAll(iotest.OneByteReader(r))
		require.NoError(t, err)
		require.NoError(t, r.Close())
		assert.Len(t, text, int(it.size))
		list = append(list, found{string(text), strings.TrimSpace(string(joinFlags(it.flags))), it.date.Format(internalDate)})
	}
}

// An mbox of another program is read, in any of the usual forms.
func TestForeignMbox(t *testing.T) {
	t.Parallel()
	const date = "05-Jan-2026 09:12:00 +0000"
	for name, test := range map[string]struct {
		mbox string
		want []found
	}{
		"empty":   {"", nil},
		"no mbox": {"Subject: x\n\nhello\n", nil},
		"plain": {"From a@b Mon Jan  5 09:12:00 2026\nSubject: x\n\nhello\n\nFrom - Mon Jan 05 09:12:00 2026\nSubject: y\n\n>From me\n",
			[]found{{"Subject: x\r\n\r\nhello\r\n", "", date}, {"Subject: y\r\n\r\nFrom me\r\n", "", date}}},
		"with CRLF": {"From a Mon Jan  5 09:12 2026\r\nSubject: x\r\n\r\nhello\r\n\r\nFrom b Mon Jan  5 09:12:00 2026\r\n\r\nx",
			[]found{{"Subject: x\r\n\r\nhello\r\n", "", date}, {"\r\nx", "", date}}},
		"zones": {"From a Mon Jan  5 10:12:00 +0100 2026\na: b\n\nFrom a Mon Jan  5 09:12:00 GMT 2026\na: b\n\nFrom a Mon Jan  5 09:12:00 2026 +0000 \na: b\n",
			[]found{{"a: b\r\n", "", "05-Jan-2026 10:12:00 +0100"}, {"a: b\r\n", "", date}, {"a: b\r\n", "", date}}},
		"not quoted": {"From a Mon Jan  5 09:12:00 2026\na: b\n\nFrom here on\n\nFrom there\nFrom x Mon Jan  5 09:12:00 2026\n",
			[]found{{"a: b\r\n\r\nFrom here on\r\n\r\nFrom there\r\nFrom x Mon Jan  5 09:12:00 2026\r\n", "", date}}},
		"flags of Dovecot and Mutt": {"From a Mon Jan  5 09:12:00 2026\nStatus: RO\na: b\nX-Status: AFTD\n \nX-Keywords: $Work  \n other   \nX-UID: 7\n c\n\nx\n",
			[]found{{"a: b\r\n\r\nx\r\n", `\Seen \Answered \Flagged \Draft \Deleted $Work other`, date}}},
		"flags of Thunderbird": {"From - Mon Jan  5 09:12:00 2026\nX-Mozilla-Status: 0005\nX-Mozilla-Status2: 00000000\nX-Mozilla-Keys: $label1        \na: b\n\nx\n",
			[]found{{"a: b\r\n\r\nx\r\n", `$label1 \Seen \Flagged`, date}}},
		"the first message of Dovecot": {"From M Mon Jan  5 09:12:00 2026\nSubject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1 2\n\nx\n\nFrom a Mon Jan  5 09:12:00 2026\na: b\n",
			[]found{{"a: b\r\n", "", date}}},
		"what Export wrote, changed": {"From M Mon Jan  5 09:12:00 2026\nX-IMAP-Export: 1/2 999 crlf " + date + "\nStatus: RO\nX-Status: \nX-Keywords: \na: b\n\nlonger\n",
			[]found{{"X-IMAP-Export: 1/2 999 crlf " + date + "\r\na: b\r\n\r\nlonger\r\n", `\Seen`, date}}},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "m")
			require.NoError(t, os.WriteFile(file, []byte(test.mbox), 0o600))
			got := readAll(t, Mbox(file))
			for i := range got {
				if strings.Contains(got[i].flags, "$label1") { // those of a map, in any order
					assert.ElementsMatch(t, strings.Fields(test.want[i].flags), strings.Fields(got[i].flags))
					got[i].flags = test.want[i].flags
				}
			}
			assert.Equal(t, test.want, got)
		})
	}
}

// A Maildir of another program is read.
func TestForeignMaildir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	when := time.Date(2026, 1, 5, 9, 12, 0, 0, time.Local)
	for name, text := range map[string]string{
		"cur/1.a.host:2,FPRST": "a: b\n\nx\n", "cur/2.b.host,S=9:2,ac": "a: b\r\n\r\nx\r\n", "new/3.c.host": "a: b\n", "tmp/4.d": "no",
		"dovecot-keywords": "0 $Work\n2 Other\n30 no\nx\n", "cur/.hidden": "no",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		require.NoError(t, os.Chtimes(file, when, when))
	}
	date := when.Format(internalDate)
	assert.Equal(t, []found{
		{"a: b\r\n\r\nx\r\n", `\Flagged $Forwarded \Answered \Seen \Deleted`, date},
		{"a: b\r\n\r\nx\r\n", "$Work Other", date},
		{"a: b\r\n", "", date},
	}, readAll(t, Maildir(dir)))
}

// So are .eml files without an index, by the Date field.
func TestForeignEML(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	when := time.Date(2026, 1, 5, 9, 12, 0, 0, time.Local)
	for name, text := range map[string]string{
		"b.EML": "Date: Mon, 5 Jan 2026 10:12:00 +0100\n\nx\n", "a.eml": "a: b\r\n\nDate: Mon, 5 Jan 2026 10:12:00 +0100", "1-2.eml": "a: b\n", "c.txt": "no",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		require.NoError(t, os.Chtimes(filepath.Join(dir, name), when, when))
	}
	date := when.Format(internalDate)
	assert.Equal(t, []found{
		{"a: b\r\n", "", date},
		{"a: b\r\n\r\nDate: Mon, 5 Jan 2026 10:12:00 +0100", "", date},
		{"Date: Mon, 5 Jan 2026 10:12:00 +0100\r\n\r\nx\r\n", "", "05-Jan-2026 10:12:00 +0100"},
	}, readAll(t, EML(dir)))
}

// Converting lines and undoing it is the same for pieces of any size.
func TestLinesInPieces(t *testing.T) {
	t.Parallel()
	for _, raw := range nasty() {
		raw = raw[:min(len(raw), 5000)]
		var whole bytes.Buffer
		q := &fromQuoter{w: &whole}
		lf := &lfWriter{w: q}
		lf.Write(raw)
		require.NoError(t, lf.flush())
		require.NoError(t, q.flush())
		for size := range 4 {
			var out bytes.Buffer
			q := &fromQuoter{w: &out}
			lf := &lfWriter{w: q}
			var count lineCount
			for rest := raw; len(rest) > 0; {
				n := min(size+1, len(rest))
				_, err := lf.Write(rest[:n])
				require.NoError(t, err)
				count.add(rest[:n])
				rest = rest[n:]
			}
			require.NoError(t, lf.flush())
			require.NoError(t, q.flush())
			require.Equal(t, whole.String(), out.String())
			require.Equal(t, int64(bytes.Count(raw, []byte("\r\n"))), count.crlf)
			if count.plain() {
				back, err := io.ReadAll(pipe(iotest.OneByteReader(&out), func(w io.Writer) converter {
					return &fromUnquoter{w: &crlfWriter{w: w}}
				}))
				require.NoError(t, err)
				require.Equal(t, string(raw), string(back))
			}
		}
	}
}

// A server that changes what it stores is recognized by Message-ID and date.
func TestChangedMessagesAreFound(t *testing.T) {
	t.Parallel()
	srv := mailbox(t, [][]byte{[]byte("Message-ID:\r\n <a@b>\r\nSubject: x\r\n\r\nx\r\n"), []byte("Subject: y\r\n\r\n")}, nil)
	c := dial(t, srv)
	_, err := c.Select(t.Context(), "from", nil)
	require.NoError(t, err)
	date := srv.User("user").Mailbox("from").Messages()[0].InternalDate
	want := []*print{{size: 1, id: "<a@b>", date: date.Add(time.Hour)}, {size: 1, id: "<a@b>", date: date}, {size: 1, id: "<a@b>", date: date}}
	require.NoError(t, (&finder{c: c}).find(t.Context(), want, 1, true))
	assert.Equal(t, []imap.UID{0, 1, 0}, []imap.UID{want[0].uid, want[1].uid, want[2].uid})
}

// AppendUID finds the UID of what it has stored without UIDPLUS, too.
func TestAppendUID(t *testing.T) {
	t.Parallel()
	for _, caps := range [][]imap.Cap{nil, {response.CapUIDPlus}} {
		srv := mailbox(t, some(), &imaptest.Options{Without: caps})
		c := dial(t, srv)
		_, err := c.Select(t.Context(), "from", nil)
		require.NoError(t, err)
		srv.User("user").Mailbox("to").Deliver([]byte("Subject: other\r\n\r\n"))
		for i := range 3 {
			text := "Subject: twin\r\n\r\n"
			res, err := AppendUID(t.Context(), c, "to", int64(len(text)), strings.NewReader(text), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}})
			require.NoError(t, err)
			assert.Equal(t, imap.UID(i+2), res.UID())
			assert.Equal(t, srv.User("user").Mailbox("to").UIDValidity(), res.UIDValidity)
		}
		_, err = AppendUID(t.Context(), c, "none", 1, strings.NewReader("x"), nil)
		assert.Error(t, err)
	}
}

// Flags that the mailbox does not keep are left out, and said.
func TestFlagsThatAreNotKept(t *testing.T) {
	t.Parallel()
	keep := keeps(&imap.Mailbox{PermanentFlags: []imap.Flag{imap.FlagSeen, "$work"}})
	im := &importer{kept: keep, report: &Report{}}
	assert.Equal(t, []imap.Flag{`\seen`, "$Work"}, im.filter([]imap.Flag{`\seen`, "$Work", "x", imap.FlagRecent, "X"}))
	assert.Equal(t, []imap.Flag{"x"}, im.report.Dropped)
	keep = keeps(&imap.Mailbox{PermanentFlags: []imap.Flag{imap.FlagSeen, imap.FlagWildcard}})
	assert.True(t, keep("x"))
	assert.False(t, keep(imap.FlagDraft))
}
