package imaptest_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

func TestScript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := imaptest.Script(t, `
			# a short life
			S: * OK ready
			C: a LOGIN <*> "secret"
			S: a OK in
			C: b IDLE
			S: + idling
			--- wait 29m
			S: * 3 EXISTS
			C: DONE
			S: b OK done
			C: c APPEND Drafts {<<END}
			Subject: x

			END
			S: * 1 FETCH (BODY[] {<<END}
			Subject: y
			END UID 3)
			S| zzz OK who?
			S> half a
			S|  line
			--- eof`)
		defer conn.Close()
		converseForever(t, conn, `
			S: * OK ready
			C: x1 LOGIN "user" "secret"
			S: x1 OK in
			C: x2 IDLE
			S: + idling
			S: * 3 EXISTS
			C: DONE
			S: x2 OK done
			C: x3 APPEND Drafts {14}
			S: + go ahead
			C| Subject: x
			C|
			C|
			S: * 1 FETCH (BODY[] {12}
			S| Subject: y
			S:  UID 3)
			S: zzz OK who?
			S: half a line`)
	})
}

// failing is a testing.TB that notes what a test would say.
type failing struct {
	testing.TB
	said     []string
	cleanups []func()
}

func (f *failing) Helper()                   {}
func (f *failing) Error(v ...any)            { f.said = append(f.said, fmt.Sprint(v...)) }
func (f *failing) Errorf(s string, v ...any) { f.said = append(f.said, fmt.Sprintf(s, v...)) }
func (f *failing) Cleanup(c func())          { f.cleanups = append(f.cleanups, c) }
func (f *failing) Fatalf(s string, v ...any) { f.Fatal(fmt.Sprintf(s, v...)) }
func (f *failing) Fatal(v ...any) {
	f.Error(v...)
	panic(errStop)
}

var errStop = errors.New("stop")

// run runs f and the cleanups, and returns what the test said.
func (f *failing) run(test func(testing.TB)) string {
	func() {
		defer func() {
			if r := recover(); r != nil && r != errStop { //nolint:errorlint // the very value
				panic(r)
			}
		}()
		test(f)
	}()
	for _, c := range f.cleanups {
		c()
	}
	return strings.Join(f.said, "\n")
}

func TestScriptMismatch(t *testing.T) {
	var f failing
	said := f.run(func(t testing.TB) {
		conn := imaptest.Script(t, "S: * OK ready\nC: a NOOP\nS: a OK")
		_, err := io.ReadFull(conn, make([]byte, len("* OK ready\r\n")))
		require.NoError(t, err)
		_, err = io.WriteString(conn, "x1 CAPABILITY\r\n")
		require.NoError(t, err)
		_, err = conn.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
	})
	assert.Equal(t, "imaptest: script line 2: \nwanted a NOOP\ngot    x1 CAPABILITY", said)
}

func TestScriptNotPlayed(t *testing.T) {
	var f failing
	said := f.run(func(t testing.TB) {
		conn := imaptest.Script(t, "S: * OK ready\nC: a NOOP")
		_, err := io.ReadFull(conn, make([]byte, len("* OK ready\r\n")))
		require.NoError(t, err)
	})
	assert.Equal(t, "imaptest: script line 2: the test ended here", said)
}

func TestMalformedScripts(t *testing.T) {
	for script, want := range map[string]string{
		"S: * OK\nX: y":                  `script line 2: expected S: or C: or ---, not "X: y"`,
		"S: a OK":                        `script line 1: no C: line before has the tag "a" (S| sends anything)`,
		"--- frob":                       `script line 1: unknown directive "frob"; known are cut, eof, starttls, wait`,
		"\n--- wait":                     `script line 2: wait takes 1 words, not 0`,
		"--- wait soon":                  `script line 1: wait: time: invalid duration "soon"`,
		"# x\nS: * X {<<END}\nabc\n":     `script line 2: the literal has no end: expected a line "END"`,
		"C: a NOOP\nS: a OK\nhello":      `script line 3: expected S: or C: or ---, not "hello"`,
		"C: a NOOP\nS: a OK\n--- cut it": `script line 3: cut takes 0 words, not 1`,
		"--- wait -1s":                   `script line 1: wait: -1s is no time to wait`,
		"\n# nothing\n":                  `the script is empty`,
	} {
		var f failing
		said := f.run(func(t testing.TB) { imaptest.Script(t, script) })
		assert.Equal(t, "imaptest: "+want, said)
	}
}

func TestScriptServer(t *testing.T) {
	addr := imaptest.ScriptServer(t, "S: * OK one\n--- cut", "S: * OK two")
	for _, want := range []string{"* OK one\r\n", "* OK two\r\n"} {
		conn := dial(t, addr)
		got := make([]byte, len(want))
		_, err := io.ReadFull(conn, got)
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
}

// TestScriptServerMistakes: the error says which script it is.
func TestScriptServerMistakes(t *testing.T) {
	said := (&failing{}).run(func(t testing.TB) { imaptest.ScriptServer(t, "S: * OK one", "S: * OK two\n--- frob") })
	assert.Contains(t, said, `script 2 of 2: imaptest: script line 2: unknown directive "frob"`)
	said = (&failing{}).run(func(t testing.TB) { imaptest.ScriptServer(t, "--- eof") })
	assert.Equal(t, "imaptest: nobody connected for script 1 of 1", said)
}

// testingT is a testing.TB for examples, which have none.
func testingT() testing.TB { return &failing{} }

func TestTranscript(t *testing.T) {
	srv := withHello(t, 1, &imaptest.Options{Faults: []imaptest.Fault{imaptest.ByteByByte{}}, NoCapabilityCode: true})
	conn := loggedIn(t, srv)
	srv.Fault(imaptest.CutAfter{Bytes: 6})
	_, err := io.WriteString(conn, "a1 NOOP\r\n")
	require.NoError(t, err)
	_, err = io.ReadAll(conn)
	require.NoError(t, err)
	srv.Close()
	assert.Equal(t, []string{`S: * OK IMAP server ready
C: login LOGIN ***
S: login OK LOGIN completed
C: a1 NOOP
S: a1 OK 
-- cut
`}, srv.Transcript())
}

func TestLoginCommandDisabled(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{Capabilities: []imaptest.Cap{"IMAP4rev1", "AUTH=PLAIN", "LOGINDISABLED"}})
	conn := srv.Pipe()
	defer conn.Close()
	converse(t, conn, `
		S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN LOGINDISABLED] IMAP server ready
		C: a1 LOGIN user password
		S: a1 NO [CANNOT] LOGIN is disabled
		C: a2 AUTHENTICATE PLAIN AHVzZXIAcGFzc3dvcmQ=
		S: a2 BAD AUTHENTICATE: no initial response here`)
}
