package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
)

// killed is what a test panics with to end the program at an instant.
type killed struct{ at string }

// bench is a server and a folder.
type bench struct {
	t       *testing.T
	rnd     *rand.Rand
	srv     *imaptest.Server
	dir     string
	log     []string
	n       int             // messages made
	alive   map[string]bool // subjects of messages that no user has deleted
	gone    map[string]bool // subjects of those that a user has deleted
	force   bool
	expunge bool
	kill    string // the step at which the program is killed; empty: by number
}

func newBench(t *testing.T, seed uint64, opts *imaptest.Options) *bench {
	b := &bench{t: t, rnd: rand.New(rand.NewPCG(seed, 7)), srv: imaptest.NewServer(t, opts), dir: t.TempDir(), alive: map[string]bool{}, gone: map[string]bool{}}
	_, err := b.srv.User("user").Create("Archive")
	require.NoError(t, err)
	return b
}

// pass makes one pass, which ends at the n-th step; 0: never.
func (b *bench) pass(n int) (err error) {
	left := n
	step := func(what string) {
		if b.kill != "" && what != b.kill {
			return
		}
		if left--; left == 0 {
			panic(killed{what})
		}
	}
	s, err := openStore(b.dir, disk{step: func(string) {}})
	require.NoError(b.t, err)
	defer s.close()
	s.disk.step = step
	acc, err := account.Open(b.t.Context(), account.Config{
		URL: "imap://user@server.test", Insecure: true, Lazy: true, Credentials: account.Password("password"),
		Backoff: account.Backoff{Min: time.Millisecond, Max: time.Millisecond},
		Client:  imap.Options{Dial: func(context.Context, string, string) (net.Conn, error) { return b.srv.Pipe(), nil }},
	})
	require.NoError(b.t, err)
	defer acc.Close()
	defer func() {
		if p := recover(); p != nil {
			k, ok := p.(killed)
			if !ok {
				panic(p)
			}
			b.log = append(b.log, "killed at "+k.at)
		}
	}()
	m := &mirror{store: s, acc: acc, force: b.force, noTrash: b.expunge, progress: func(int64, int64) {}, logf: func(format string, args ...any) {
		b.log = append(b.log, fmt.Sprintf(format, args...))
	}}
	return m.pass(b.t.Context())
}

func (b *bench) mailbox(name string) *imaptest.Mailbox { return b.srv.User("user").Mailbox(name) }

func (b *bench) folder(name string) string { return filepath.Join(b.dir, escape(name)) }

func (b *bench) message() (subject string, raw []byte) {
	b.n++
	subject = fmt.Sprintf("message-%d", b.n)
	b.alive[subject] = true
	return subject, []byte(fmt.Sprintf("Subject: %s\r\nFrom: bob@example.org\r\n\r\ntext of %s\r\n", subject, subject))
}

func subjectOf(raw []byte) string {
	line, _, _ := bytes.Cut(raw, []byte("\r\n"))
	return string(bytes.TrimPrefix(line, []byte("Subject: ")))
}

// here describes what the Maildirs have, and there what the server has.
func (b *bench) here() string {
	var lines []string
	for _, name := range b.srv.User("user").Mailboxes() {
		files, err := scan(b.folder(name))
		require.NoError(b.t, err)
		for _, f := range files {
			raw, err := os.ReadFile(f.path)
			require.NoError(b.t, err)
			lines = append(lines, name+" "+subjectOf(raw)+" "+f.suffix)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func (b *bench) there() string {
	var lines []string
	for _, name := range b.srv.User("user").Mailboxes() {
		for _, m := range b.mailbox(name).Messages() {
			lines = append(lines, name+" "+subjectOf(m.Raw)+" "+suffixOf(m.Flags))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// step is something that a user does, on either side.
func (b *bench) step() {
	boxes := []string{"INBOX", "Archive"}
	name := boxes[b.rnd.IntN(2)]
	list := b.mailbox(name).Messages()
	var files []*file
	if all, err := scan(b.folder(name)); err == nil {
		for _, f := range all {
			files = append(files, f)
		}
		slices.SortFunc(files, func(x, y *file) int { return strings.Compare(x.base, y.base) })
	}
	note := func(what, subject string) { b.log = append(b.log, what+" "+subject+" in "+name) }
	switch k := b.rnd.IntN(10); {
	case k < 2:
		subject, raw := b.message()
		note("deliver", subject)
		b.mailbox(name).Deliver(raw)
	case k == 2:
		subject, raw := b.message()
		note("write", subject)
		require.NoError(b.t, os.MkdirAll(filepath.Join(b.folder(name), "new"), 0o700))
		require.NoError(b.t, os.WriteFile(filepath.Join(b.folder(name), "new", subject), raw, 0o600))
	case k < 7 && len(list) > 0:
		m := list[b.rnd.IntN(len(list))]
		switch k {
		case 3:
			b.mailbox(name).AddFlags(m.UID, imap.FlagSeen)
		case 4:
			b.mailbox(name).RemoveFlags(m.UID, imap.FlagSeen)
		case 5:
			note("expunge", subjectOf(m.Raw))
			b.delete(subjectOf(m.Raw))
			b.mailbox(name).Expunge(m.UID)
		}
	case len(files) > 0:
		f := files[b.rnd.IntN(len(files))]
		raw, err := os.ReadFile(f.path)
		require.NoError(b.t, err)
		switch k {
		case 7:
			require.NoError(b.t, os.Rename(f.path, place(b.folder(name), f.base, apply(f.suffix, "R", "S"))))
		case 8:
			note("remove", subjectOf(raw))
			b.delete(subjectOf(raw))
			require.NoError(b.t, os.Remove(f.path))
		case 9:
			to := b.folder(boxes[b.rnd.IntN(2)])
			note("move to "+filepath.Base(to), subjectOf(raw))
			require.NoError(b.t, os.MkdirAll(filepath.Join(to, "cur"), 0o700))
			require.NoError(b.t, os.Rename(f.path, filepath.Join(to, "cur", filepath.Base(f.path))))
		}
	}
}

// delete notes that a user has deleted a message.
func (b *bench) delete(subject string) {
	delete(b.alive, subject)
	b.gone[subject] = true
}

// quiet makes passes without being killed, after which both sides must be equal, and
// no message that no user has deleted may be missing, or there twice.
func (b *bench) quiet() bool {
	for range 3 {
		require.NoError(b.t, b.pass(0))
	}
	if !assert.Equal(b.t, b.there(), b.here(), "server and Maildirs differ; log:\n%s", strings.Join(b.log, "\n")) {
		return false
	}
	count := map[string]int{}
	for line := range strings.Lines(b.here()) {
		count[strings.Fields(line)[1]]++
	}
	for subject := range b.alive {
		assert.Positive(b.t, count[subject], "%s is lost", subject)
	}
	for subject, n := range count {
		if !b.gone[subject] {
			assert.Equal(b.t, 1, n, "copies of %s", subject)
		}
	}
	if b.t.Failed() {
		b.t.Log(strings.Join(b.log, "\n"))
	}
	return !b.t.Failed()
}

// TestKilledAtAnyInstant changes both sides at random and kills the program at a
// random step. MIRROR_SEEDS is how many runs there are, MIRROR_SEED the first.
func TestKilledAtAnyInstant(t *testing.T) {
	first, seeds := number("MIRROR_SEED", 1), number("MIRROR_SEEDS", 4)
	for seed := first; seed < first+seeds; seed++ {
		ok := t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			opts := &imaptest.Options{}
			switch seed % 3 {
			case 1:
				opts.Without = []imap.Cap{"QRESYNC"}
			case 2:
				opts.Without = []imap.Cap{"QRESYNC", "CONDSTORE", "UIDPLUS", "MOVE"}
			}
			if seed%3 == 2 {
				opts.Without = []imap.Cap{"QRESYNC", "CONDSTORE"}
			}
			b := newBench(t, uint64(seed), opts)
			for range 5 {
				for range 4 {
					for range b.rnd.IntN(5) {
						b.step()
					}
					if err := b.pass(1 + b.rnd.IntN(40)); err != nil {
						b.log = append(b.log, "error: "+err.Error())
					}
				}
				if !b.quiet() {
					return
				}
			}
		})
		if !ok {
			return
		}
	}
}

func number(name string, def int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return def
}

func TestEmptyRoot(t *testing.T) {
	b := newBench(t, 1, nil)
	for range 150 {
		_, raw := b.message()
		b.mailbox("INBOX").Deliver(raw)
	}
	require.NoError(t, b.pass(0))
	require.Equal(t, b.there(), b.here())
	files, err := scan(b.folder("INBOX"))
	require.NoError(t, err)
	for _, f := range files {
		require.NoError(t, os.Remove(f.path))
	}
	err = b.pass(0)
	var mass *massError
	require.ErrorAs(t, err, &mass)
	assert.Equal(t, 150, b.mailbox("INBOX").Len())
	require.NoError(t, os.Remove(filepath.Join(b.dir, marker)))
	assert.ErrorIs(t, b.pass(0), errMarker)
	assert.Equal(t, 150, b.mailbox("INBOX").Len())
}

func TestEmptyServerDeletesNothing(t *testing.T) {
	b := newBench(t, 1, nil)
	for range 150 {
		_, raw := b.message()
		b.mailbox("INBOX").Deliver(raw)
	}
	require.NoError(t, b.pass(0))
	b.mailbox("INBOX").Expunge()
	var mass *massError
	require.ErrorAs(t, b.pass(0), &mass)
	assert.Equal(t, 150, strings.Count(b.here(), "message"))
	b.force = true
	require.NoError(t, b.pass(0))
	assert.Empty(t, b.here())
}

func TestResetKeepsWhatIsThere(t *testing.T) {
	b := newBench(t, 1, nil)
	for range 20 {
		_, raw := b.message()
		b.mailbox("INBOX").Deliver(raw)
	}
	require.NoError(t, b.pass(0))
	b.mailbox("INBOX").SetUIDValidity(4711)
	require.True(t, b.quiet())
	assert.Equal(t, 20, b.mailbox("INBOX").Len())
}

func TestSearchAndStatus(t *testing.T) {
	b := newBench(t, 1, nil)
	for range 3 {
		_, raw := b.message()
		b.mailbox("INBOX").Deliver(raw)
	}
	require.NoError(t, b.pass(0))
	s, err := openStore(b.dir, disk{step: func(string) {}})
	require.NoError(t, err)
	defer s.close()
	for query, hits := range map[string]int{"text": 3, "message-2": 1, "from:bob": 3, `subject:message-1`: 1, "nothing": 0, `"`: 0, "a OR b": 0, "text from:bob message-3": 1} {
		var out strings.Builder
		require.NoError(t, s.search(&out, query), query)
		assert.Equal(t, hits, strings.Count(out.String(), "mirror_"), query)
	}
	var out strings.Builder
	require.NoError(t, s.status(&out))
	assert.Contains(t, out.String(), "INBOX")
}

// What a message says is printed as text, on one line.
func TestSearchPrintsNoEscapes(t *testing.T) {
	b := newBench(t, 1, nil)
	b.mailbox("INBOX").Deliver(imaptest.CRLF("Subject: =?utf-8?q?find_=1B[2J=C2=9B31m=0A_me?=\n" +
		"From: =?utf-8?q?=1B[2J?= <a@example.org>\n\nfind \x1b]0;title\x07 me\n"))
	require.NoError(t, b.pass(0))
	s, err := openStore(b.dir, disk{step: func(string) {}})
	require.NoError(t, err)
	defer s.close()
	var out strings.Builder
	require.NoError(t, s.search(&out, "find"))
	assert.Equal(t, 3, strings.Count(out.String(), "\n"))
	assert.Contains(t, out.String(), "find [2J31m  me")
	assert.NotRegexp(t, `[\x00-\x08\x0b-\x1f\x7f\x{80}-\x{9f}]`, out.String())
}

// The whole program, by its arguments.
func TestProgramOnce(t *testing.T) {
	b := newBench(t, 1, nil)
	_, raw := b.message()
	b.mailbox("INBOX").Deliver(raw)
	require.ErrorContains(t, program(t.Context(), []string{"-dir", b.dir, "-url", "imaps://user@127.0.0.1:1", "-once"}), "refused")
	require.NoError(t, program(t.Context(), []string{"-dir", b.dir, "status"}))
	require.ErrorContains(t, program(t.Context(), []string{"-dir", b.dir, "dance"}), "unknown command")
}
