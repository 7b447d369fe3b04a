package examples_test

import (
	"bytes"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/servers"
)

// programs is the folder of the built examples.
var programs string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	defer servers.StopShared()
	dir, err := os.MkdirTemp("", "examples-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	programs = dir
	args := []string{"build", "-o", dir + string(filepath.Separator), "./..."}
	args = append(args, "./export", "./import") // modules of their own, for the sake of a progress bar
	build := exec.Command("go", args...)
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the examples: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// result is what a program did.
type result struct {
	out, err string
	status   int
}

// start runs an example. The password is in the environment unless it is empty.
func start(t *testing.T, name, password string, args ...string) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(programs, name), args...)
	cmd.Env = os.Environ()
	if password != "" {
		cmd.Env = append(cmd.Env, "IMAP_PASSWORD="+password)
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		require.NoError(t, err)
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// target is a server to run examples against.
type target struct {
	tls, plain string // addresses
	ca         string // file
	user       string
	password   string
	put        func(t *testing.T, raw string) // adds a message to INBOX
}

func (s *target) args(more ...string) []string {
	return append([]string{"-addr", s.tls, "-ca", s.ca, "-user", s.user}, more...)
}

// targets returns imaptest's server, and Dovecot where it is installed.
func targets(t *testing.T, test func(t *testing.T, s *target)) {
	t.Run("imaptest", func(t *testing.T) {
		account := imaptest.Account{Name: "user", Password: "s3cret"}
		srv := imaptest.NewServer(t, &imaptest.Options{Users: []imaptest.Account{account}})
		test(t, &target{
			tls: localhost(t, srv.TLSAddr()), plain: localhost(t, srv.Addr()), ca: testCA(t), user: account.Name, password: account.Password,
			put: func(_ *testing.T, raw string) { srv.User(account.Name).Mailbox("INBOX").Deliver(imaptest.CRLF(raw)) },
		})
	})
	t.Run("dovecot", func(t *testing.T) {
		srv := servers.Shared(t, "dovecot")
		user := srv.FreshUser(t)
		s := &target{tls: localhost(t, srv.TLSAddr), plain: localhost(t, srv.Addr), ca: srv.CAFile, user: user.Name, password: user.Password}
		s.put = func(t *testing.T, raw string) {
			folder := filepath.Join(t.TempDir(), "mail")
			require.NoError(t, os.Mkdir(folder, 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(folder, "m.eml"), []byte(raw), 0o600))
			res := start(t, "import", s.password, s.args("-eml", folder)...)
			require.Zero(t, res.status, res.err)
		}
		test(t, s)
	})
}

// localhost returns an address by the name that the certificates are for.
func localhost(t *testing.T, addr string) string {
	_, port, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	return "localhost:" + port
}

func testCA(t *testing.T) string {
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, imaptest.CertificatePEM(), 0o600))
	return file
}

const htmlOnly = `From: =?iso-8859-1?Q?Andr=E9?= <andre@example.org>
To: you@example.org
Date: Sun, 1 Mar 2026 10:00:00 +0100
Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=
MIME-Version: 1.0
Content-Type: text/html; charset=windows-1252
Content-Transfer-Encoding: quoted-printable

<p>Dear <b>all</b>,</p><p>it costs 5 =80.</p>
`

func TestLatest(t *testing.T) {
	t.Parallel()
	targets(t, func(t *testing.T, s *target) {
		res := start(t, "latest", s.password, s.args()...)
		assert.Equal(t, result{out: "The mailbox is empty.\n"}, res)
		s.put(t, "Subject: the first\n\nnot the last\n")
		s.put(t, htmlOnly)
		const want = `From: André <andre@example.org>
To: you@example.org
Date: Sun, 1 Mar 2026 10:00:00 +0100
Subject: Grüße

(there is only HTML; this is its text)

Dear all,

it costs 5 €.
`
		assert.Equal(t, result{out: want}, start(t, "latest", s.password, s.args()...))
		starttls := []string{"-starttls", "-addr", s.plain, "-ca", s.ca, "-user", s.user}
		assert.Equal(t, result{out: want}, start(t, "latest", s.password, starttls...))
		debug := start(t, "latest", s.password, s.args("-debug")...)
		assert.Contains(t, debug.err, "UID FETCH 2")
		assert.NotContains(t, debug.err, s.password)
	})
}

func TestLatestWithoutServer(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"-starttls"}} {
		res := start(t, "latest", "", args...)
		assert.Zero(t, res.status)
		assert.Equal(t, "latest: no -addr: this is the sample mailbox (see -help)\n", res.err)
		assert.Contains(t, res.out, "Subject: Photos from Sunday 🚲 – and many greetings\n")
		assert.Contains(t, res.out, "鈴木: こんにちは")
	}
}

// An extension outside of the library: its command, code, search key and FETCH item.
func TestVendorExt(t *testing.T) {
	t.Parallel()
	want := result{out: "hidden: 1:2\nmessage 2 comes back on Mon, 02 Mar 2026 08:00:00 +0000\n"}
	assert.Equal(t, want, start(t, "vendorext", ""))
}

// Each failure is one line on standard error, and exit status 1.
func TestLatestFails(t *testing.T) {
	t.Parallel()
	closed := closedPort(t)
	targets(t, func(t *testing.T, s *target) {
		_, port, _ := net.SplitHostPort(s.tls)
		for _, test := range []struct {
			name, password string
			args           []string
			want           string // a pattern: * stands for anything
		}{
			{"bad password", "wrong", s.args(),
				`logging in as "` + s.user + `": imap: AUTHENTICATE: NO [AUTHENTICATIONFAILED] *`},
			{"unknown host", s.password, []string{"-addr", "no.such.host.invalid:" + port, "-user", s.user},
				"imap: connecting to no.such.host.invalid:" + port + ": dial tcp: lookup no.such.host.invalid*"},
			{"unknown authority", s.password, []string{"-addr", s.tls, "-user", s.user},
				"imap: connecting to " + s.tls + ": tls: failed to verify certificate: x509: certificate signed by unknown authority" +
					" (an authority of its own? Name it with -ca)"},
			{"closed port", s.password, []string{"-addr", closed, "-user", s.user},
				"imap: connecting to " + closed + ": dial tcp *: connect: connection refused"},
			{"TLS where there is none", s.password, []string{"-addr", s.plain, "-user", s.user},
				"imap: connecting to " + s.plain + ": tls: first record does not look like a TLS handshake (a port for STARTTLS? Try -starttls)"},
			{"missing mailbox", s.password, s.args("-mailbox", "No such"), "imap: EXAMINE: NO *"},
			{"malformed mailbox", s.password, s.args("-mailbox", "a\xffb"), "imap: EXAMINE: mailbox*"},
			{"over-long mailbox", s.password, s.args("-mailbox", strings.Repeat("x", 100_000)), "imap: *"},
			{"line end in the user", s.password, []string{"-addr", s.tls, "-ca", s.ca, "-user", "a\r\nb LOGOUT"},
				`logging in as "a\r\nb LOGOUT": imap: *`},
			{"no port", s.password, []string{"-addr", "localhost", "-user", s.user}, "-addr: address localhost: missing port in address"},
			{"no host", s.password, []string{"-addr", ":993", "-user", s.user}, `-addr: ":993" is not HOST:PORT`},
			{"no user", s.password, []string{"-addr", s.tls}, "-addr needs -user"},
			{"no address", s.password, []string{"-user", s.user}, "-user needs -addr"},
			{"an argument", s.password, s.args("INBOX"), `unexpected argument "INBOX"`},
			{"no password", "", s.args(), "no terminal to ask for the password: set IMAP_PASSWORD"},
			{"no CA", s.password, []string{"-addr", s.tls, "-ca", "/no/such/file", "-user", s.user},
				"-ca: open /no/such/file: *"},
			{"unknown flag", s.password, s.args("-insecure"), "flag provided but not defined: -insecure"},
		} {
			t.Run(test.name, func(t *testing.T) {
				res := start(t, "latest", test.password, test.args...)
				checkFailure(t, res, "latest: "+test.want)
				assert.NotContains(t, res.err, s.password)
			})
		}
	})
}

// The certificate is good, but not for the name that was asked for.
func TestLatestWithWrongHostName(t *testing.T) {
	t.Parallel()
	other := httptest.NewTLSServer(nil) // a certificate for example.com and 127.0.0.1
	defer other.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: other.Certificate().Raw})
	require.NoError(t, os.WriteFile(ca, text, 0o600))
	srv := imaptest.NewServer(t, &imaptest.Options{TLSConfig: &tls.Config{Certificates: other.TLS.Certificates}})
	for _, args := range [][]string{{"-addr", localhost(t, srv.TLSAddr())}, {"-starttls", "-addr", localhost(t, srv.Addr())}} {
		res := start(t, "latest", "password", append(args, "-ca", ca, "-user", "user")...)
		checkFailure(t, res, "latest: imap: connecting to "+args[len(args)-1]+
			": tls: failed to verify certificate: x509: certificate is valid for example.com, *, not localhost")
	}
}

func TestLatestFailsWithBye(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		fault imaptest.Fault
		want  string
	}{
		{imaptest.ByeGreeting{Code: "UNAVAILABLE", Text: "too busy"}, "latest: imap: connecting to *: connection lost: BYE [UNAVAILABLE] too busy*"},
		{imaptest.Bye{On: imaptest.Nth{Command: "UID FETCH"}, Text: "going\x1b[2Jdown"}, "latest: imap: *BYE going [2Jdown"},
		{imaptest.CutInLiteral{N: 1, After: 5}, "latest: imap: connection lost: *"},
	} {
		srv := imaptest.NewServer(t, &imaptest.Options{Faults: []imaptest.Fault{test.fault}})
		srv.User("user").Mailbox("INBOX").Deliver([]byte(strings.Repeat("Subject: x\r\n", 100)))
		res := start(t, "latest", "password", "-addr", localhost(t, srv.TLSAddr()), "-ca", testCA(t), "-user", "user")
		checkFailure(t, res, test.want)
	}
}

// What goes wrong in the other examples is one line too.
func TestOthersFail(t *testing.T) {
	t.Parallel()
	srv := imaptest.NewServer(t, nil)
	flags := []string{"-addr", localhost(t, srv.TLSAddr()), "-ca", testCA(t), "-user", "user"}
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"attachments", nil, "no message * in inbox"},
		{"attachments", []string{"-uid", "4294967297"}, "-uid: 4294967297 is too large for a UID"},
		{"attachments", []string{"-mailbox", "No such"}, "imap: EXAMINE: NO *"},
		{"attachments", []string{"-since", "yesterday"}, "-since: parsing time *"},
		{"archive", []string{"-mailbox", "No such"}, "imap: SELECT: NO *"},
		{"draft", []string{"-to", "nobody"}, "-to: *"},
		{"export", []string{"-mbox", "x", "-eml", "y"}, "-maildir, -mbox, -eml: only one of them"},
		{"flags", []string{"-uids", "1:a"}, `-uids: imap: not a sequence set: "1:a"`},
		{"flags", []string{"-add", "two words"}, `imap: UID STORE: invalid flag "two words"`},
		{"folders", []string{"INBOX"}, `unexpected argument "INBOX"`},
		{"move", nil, "what to move? See -from and -subject"},
		{"move", []string{"-from", "a\xff"}, "imap: UID SEARCH: search key has a string that is not UTF-8"},
		{"import", nil, "what to import? One of -maildir, -mbox and -eml"},
		{"search", []string{"-mailbox", "No such"}, "imap: EXAMINE: NO *"},
		{"search", []string{"-since", "x"}, `invalid value "x" for flag -since: *`},
		{"watch", []string{"-for", "x"}, `invalid value "x" for flag -for: *`},
	} {
		res := start(t, test.name, "password", append(flags, test.args...)...)
		checkFailure(t, res, test.name+": "+test.want)
	}
	for _, name := range []string{"export", "import"} {
		res := start(t, name, "password", append(flags, "-mbox", filepath.Join(t.TempDir(), "none", "mbox"))...)
		assert.Equal(t, 1, res.status)
		assert.Contains(t, res.err, "no such file or directory")
	}
}

// An interrupt ends a program that connects.
func TestInterruptWhileConnecting(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no interrupts between programs")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	cmd := exec.Command(filepath.Join(programs, "latest"), "-addr", localhost(t, l.Addr().String()), "-user", "user", "-starttls")
	cmd.Env = append(os.Environ(), "IMAP_PASSWORD=password")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	require.NoError(t, cmd.Start())
	conn, err := l.Accept() // and say nothing
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	_ = cmd.Wait()
	checkFailure(t, result{err: errs.String(), status: cmd.ProcessState.ExitCode()}, "latest: interrupted")
}

// checkFailure compares the line that a program failed with.
func checkFailure(t *testing.T, res result, pattern string) {
	t.Helper()
	assert.Equal(t, 1, res.status)
	assert.Empty(t, res.out)
	line, ok := strings.CutSuffix(res.err, "\n")
	assert.True(t, ok && !strings.Contains(line, "\n"), "not one line: %q", res.err)
	rest := line
	for i, piece := range strings.Split(pattern, "*") {
		before, after, found := strings.Cut(rest, piece)
		if !found || i == 0 && before != "" {
			t.Fatalf("got  %s\nwant %s", line, pattern)
		}
		rest = after
	}
	if !strings.HasSuffix(pattern, "*") {
		assert.Empty(t, rest)
	}
}

// closedPort returns an address at which no server listens.
func closedPort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// Every example does something sensible without flags.
func TestWithoutServer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		args []string
		want []string
	}{
		{"search", nil, []string{"     6  2026-02-11  王伟: 转发：会议时间\n", "3 messages match.\n"}},
		{"search", []string{"-subject", "会议", "-since", "2026-01-01", "-unread"}, []string{"1 messages match.\n"}},
		{"folders", nil, []string{"Archive \\Archive ", "  Café Müller  ", "INBOX                                         7 messages, 3 unseen, "}},
		{"archive", []string{"-days", "1"}, []string{" moved to Archive/2026\n", " messages of inbox were older than 1 days.\n"}},
		{"draft", nil, []string{"UID 1 of Drafts, "}},
		{"import", nil, []string{"7 messages imported, "}},
		{"move", nil, []string{"1 moved: 5 of inbox are 1 of Archive now\n"}},
		{"flags", nil, []string{"7 [$Read \\Flagged"}},
		{"flags", []string{"-uids", "1:2", "-remove", `\Seen`}, []string{"1 [\\Recent]\n2 [\\Recent]\n"}},
		{"text", nil, []string{"\n"}},
		{"newest", []string{"-n", "3"}, []string{"unread", "attachment"}},
		{"waitformail", []string{"-subject", "there", "-for", "20s"}, []string{"I can see you idling."}},
		{"attachments", []string{"-dir", t.TempDir()}, []string{"notes.txt  text/plain, 66 bytes\n", "Message 7 has 2 attachments.\n"}},
		{"attachments", []string{"-since", "2026-01-01", "-from", "a"}, []string{"Message 7 has 2 attachments.\n", "Message 1 has 0 attachments.\n"}},
		{"watch", []string{"-for", "3s"}, []string{"8 messages\n  new: \"Are you there?\"\n", "message 1 was removed\n"}},
		{"export", nil, []string{"7 messages exported, "}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			res := start(t, test.name, "", test.args...)
			assert.Zero(t, res.status, res.err)
			for _, want := range test.want {
				assert.Contains(t, res.out, want)
			}
		})
	}
}

func TestFilesWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.Zero(t, start(t, "attachments", "", "-dir", dir).status)
	notes, err := os.ReadFile(filepath.Join(dir, "notes.txt"))
	assert.NoError(t, err)
	assert.Equal(t, "Notes from Sunday\r\n\r\n1. Bicycles repaired: 4\r\n2. Cake left: none\r\n", string(notes))
	image, err := os.ReadFile(filepath.Join(dir, "blaues Quadrat für Jürgen.png"))
	assert.NoError(t, err)
	assert.True(t, bytes.HasPrefix(image, []byte("\x89PNG")))

	mail := filepath.Join(dir, "mail")
	require.Zero(t, start(t, "export", "", "-eml", mail).status)
	mbox := filepath.Join(dir, "inbox.mbox")
	require.Zero(t, start(t, "export", "", "-mbox", mbox).status)
	text, err := os.ReadFile(mbox)
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(text, []byte("From MAILER-DAEMON Mon Jan  5 09:12:00 2026\nX-IMAP-Export: ")))
	back := start(t, "import", "", "-mbox", mbox)
	assert.Contains(t, back.out, "7 messages imported, ", back.err)
	samples, err := filepath.Glob("internal/demo/mail/*.eml")
	require.NoError(t, err)
	for i, name := range samples {
		want, err := os.ReadFile(name)
		require.NoError(t, err)
		files, err := filepath.Glob(filepath.Join(mail, fmt.Sprintf("*-%d.eml", i+1)))
		require.NoError(t, err)
		require.Len(t, files, 1)
		got, err := os.ReadFile(files[0])
		assert.NoError(t, err)
		assert.Equal(t, string(imaptest.CRLF(want)), string(got))
	}
}

// An interrupt ends a program that waits, in good order.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no interrupts between programs")
	}
	srv := imaptest.NewServer(t, nil)
	cmd := exec.Command(filepath.Join(programs, "watch"), "-addr", localhost(t, srv.TLSAddr()), "-ca", testCA(t), "-user", "user")
	cmd.Env = append(os.Environ(), "IMAP_PASSWORD=password")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	buf := make([]byte, 1000)
	n, err := out.Read(buf)
	require.NoError(t, err)
	assert.Equal(t, "inbox has 0 messages. Watching…\n", string(buf[:n]))
	time.Sleep(50 * time.Millisecond)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	assert.NoError(t, cmd.Wait())
	assert.Empty(t, errs.String())
	assert.Contains(t, strings.Join(srv.Transcript(), ""), "LOGOUT")
}
