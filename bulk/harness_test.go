package bulk

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

func TestMain(m *testing.M) {
	lookAgain = 0
	os.Exit(m.Run())
}

// stores returns one store of each form, in a new folder.
func stores(t testing.TB) map[string]Store {
	dir := t.TempDir()
	return map[string]Store{
		"mbox": Mbox(filepath.Join(dir, "m.mbox")), "maildir": Maildir(filepath.Join(dir, "maildir")), "eml": EML(filepath.Join(dir, "eml")),
	}
}

// fast is a disk that is not waited for.
func fast() *disk { return &disk{noSync: true} }

// nasty are messages that are hard to keep as they are.
func nasty() [][]byte {
	var list [][]byte
	for _, text := range []string{
		"Subject: plain\r\n\r\nhello\r\n",
		"Subject: no body\r\n\r\n",
		"Subject: no empty line\r\n",
		"Subject: no line end",
		"\r\nno header\r\n",
		" a blank first\r\nSubject: x\r\n\r\nbody\r\n",
		"Subject: no final line end\r\n\r\nbody",
		"Subject: empty lines at the end\r\n\r\nbody\r\n\r\n\r\n",
		"Subject: from\r\n\r\nFrom here\r\n>From there\r\n>>From\r\nFrom \r\n>\r\n>>>\r\nFro",
		"From a@example.org Mon Jan  5 09:12:00 2026\r\nSubject: from first\r\n\r\nx\r\n",
		"Subject: like a mailbox\r\n\r\n\r\nFrom a@example.org Mon Jan  5 09:12:00 2026\r\n\r\nFrom",
		"Status: RO\r\nX-Status: F\r\nX-Keywords: a b\r\nX-IMAP-Export: 1/1 1 crlf x\r\nSubject: fields of an mbox\r\n\r\nx\r\n",
		"Subject: 8 bit\r\n\r\n\xe4\xf6\xfc \x80\xff\x01\x7f\r\n",
		"Subject: LF alone\r\n\r\na\nb\r\nc\n",
		"Subject: only LF\n\nFrom a\nb\n\n",
		"Subject: CR alone\r\n\r\na\rb\r\r\nc\r",
		"Subject: long lines\r\n\r\n" + strings.Repeat("x", 100_000) + "\r\n" + strings.Repeat(">", 70_000) + "From x\r\n",
		"X-Long: " + strings.Repeat("y", 300_000) + "\r\nSubject: long header\r\n\r\nFrom me\r\n",
		"Subject: twin\r\n\r\nsame\r\n",
		"Subject: twin\r\n\r\nsame\r\n",
		"Subject: large\r\n\r\n" + strings.Repeat("From the large one\r\n", 80_000),
	} {
		list = append(list, []byte(text))
	}
	return list
}

// mailbox returns a server with a mailbox "from" that has messages with flags and dates.
func mailbox(t testing.TB, messages [][]byte, opts *imaptest.Options) *imaptest.Server {
	zone := time.FixedZone("", -(3*60+30)*60)
	sets := [][]imap.Flag{
		nil, {imap.FlagSeen}, {imap.FlagFlagged, "$Work"}, {imap.FlagAnswered, imap.FlagSeen, imap.FlagForwarded, "a,b"},
		{imap.FlagDraft, imap.FlagDeleted}, many(),
	}
	if opts == nil {
		opts = &imaptest.Options{}
	}
	opts.Users = []imaptest.Account{{Name: "user", Password: "password", Mailboxes: []imaptest.Folder{{Name: "from"}, {Name: "to"}}}}
	srv := imaptest.NewServer(t, opts)
	c := dial(t, srv) // DeliverMessage takes no bare LF
	for i, raw := range messages {
		opts := &imap.AppendOptions{Flags: sets[i%len(sets)], InternalDate: time.Date(2001+i, 2, 3, 4, 5, 6, 0, zone)}
		_, err := c.Append(t.Context(), "from", int64(len(raw)), bytes.NewReader(raw), opts)
		require.NoError(t, err)
	}
	return srv
}

// many returns more keywords than a Maildir has letters.
func many() []imap.Flag {
	var list []imap.Flag
	for i := range 30 {
		list = append(list, imap.Flag(fmt.Sprintf("k%02d", i)))
	}
	return list
}

func dial(t testing.TB, srv *imaptest.Server) *imap.Client {
	c, err := tryDial(srv)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

func tryDial(srv *imaptest.Server) (*imap.Client, error) {
	c, err := imap.NewClient(context.Background(), srv.Pipe(), &imap.Options{AllowInsecureAuth: true})
	if err != nil {
		return nil, err
	}
	return c, c.Login(context.Background(), "user", "password")
}

// contents returns what a mailbox has, in an order of its own: flags, date and octets of
// each message. seconds leaves the zone out.
func contents(srv *imaptest.Server, name string, seconds bool) []string {
	var list []string
	for _, m := range srv.User("user").Mailbox(name).Messages() {
		flags := make([]string, 0, len(m.Flags))
		for _, f := range m.Flags {
			if !f.Equal(imap.FlagRecent) {
				flags = append(flags, string(f))
			}
		}
		slices.Sort(flags)
		date := m.InternalDate
		if seconds {
			date = date.UTC()
		}
		list = append(list, fmt.Sprintf("%s %s %.60q %x", flags, date.Format(internalDate), m.Raw, sum(m.Raw)))
	}
	slices.Sort(list)
	return list
}

func sum(raw []byte) []byte {
	p := newPrinter()
	p.Write(raw)
	return p.sum.Sum(nil)
}

// tree returns the files below a folder, to compare them.
func tree(t testing.TB, dir string) map[string]string {
	files := make(map[string]string)
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(bytes.Clone(text))
		return err
	}))
	return files
}
