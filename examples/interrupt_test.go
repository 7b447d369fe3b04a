package examples_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// number returns message i of those that are copied, 2 kB long.
func number(i int) []byte {
	return imaptest.CRLF(fmt.Sprintf("Subject: message %03d\n\n%s", i, strings.Repeat("Some text on a line of its own.\n", 60)))
}

// numbers returns which of these messages are in a text, in their order.
func numbers(text string) []string {
	return regexp.MustCompile(`(?m)^Subject: message \d+`).FindAllString(text, -1)
}

// subjects returns those of the first n messages.
func subjects(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("Subject: message %03d", i))
	}
	return list
}

// An interrupt in the middle of an export ends it in good order, and the next one goes
// on: no message is missing, and none is there twice.
func TestInterruptedExportGoesOn(t *testing.T) {
	t.Parallel()
	const messages = 60
	for _, form := range []string{"-maildir", "-mbox", "-eml"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			srv := imaptest.NewServer(t, nil)
			for i := range messages {
				srv.User("user").Mailbox("INBOX").Deliver(number(i))
			}
			to := filepath.Join(t.TempDir(), "backup")
			args := []string{"-addr", localhost(t, srv.TLSAddr()), "-ca", testCA(t), "-user", "user", form, to}
			srv.Fault(imaptest.StallAfter{Bytes: messages * 1000})
			some := func() bool { return len(numbers(everything(t, to))) > 0 }
			interrupted(t, "export", args, some)

			srv.ClearFaults()
			before := len(numbers(everything(t, to)))
			require.Less(t, before, messages, "it was not in the middle")
			res := start(t, "export", "password", args...)
			require.Zero(t, res.status, res.err)
			assert.Contains(t, res.out, fmt.Sprintf("%d messages exported, ", messages-before))
			assert.Contains(t, res.out, fmt.Sprintf(" %d were there already: ", before))
			assert.ElementsMatch(t, subjects(messages), numbers(everything(t, to)))
		})
	}
}

// An interrupt in the middle of an import ends it in good order, and the next one goes
// on, with servers that take many messages in one command and with those that do not.
func TestInterruptedImportGoesOn(t *testing.T) {
	t.Parallel()
	const messages = 250
	from := filepath.Join(t.TempDir(), "mail")
	require.NoError(t, os.Mkdir(from, 0o700))
	for i := range messages {
		require.NoError(t, os.WriteFile(filepath.Join(from, fmt.Sprintf("%03d.eml", i)), number(i), 0o600))
	}
	for name, test := range map[string]struct {
		without []imap.Cap
		silent  imaptest.Nth // the command that is done, and never answered
	}{
		"MULTIAPPEND":    {nil, imaptest.Nth{Command: "APPEND", N: 2}},
		"pipelined":      {[]imap.Cap{"MULTIAPPEND"}, imaptest.Nth{Command: "APPEND", N: 120}},
		"one by one":     {[]imap.Cap{"MULTIAPPEND", "LITERAL+", imap.CapIMAP4rev2}, imaptest.Nth{Command: "APPEND", N: 120}},
		"without a UID":  {[]imap.Cap{imap.CapUIDPlus, imap.CapIMAP4rev2}, imaptest.Nth{Command: "APPEND", N: 2}},
		"the first ever": {nil, imaptest.Nth{Command: "APPEND", N: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := imaptest.NewServer(t, &imaptest.Options{Without: test.without})
			inbox := srv.User("user").Mailbox("INBOX")
			files := filepath.Join(t.TempDir(), "mail") // with a journal of its own beside it
			require.NoError(t, os.CopyFS(files, os.DirFS(from)))
			args := []string{"-addr", localhost(t, srv.TLSAddr()), "-ca", testCA(t), "-user", "user", "-eml", files}
			srv.Fault(imaptest.Silent{On: test.silent})
			some := func() bool { return inbox.Len() >= min(100, 100*test.silent.N) }
			interrupted(t, "import", args, some)

			srv.ClearFaults()
			require.Less(t, inbox.Len(), messages, "it was not in the middle")
			res := start(t, "import", "password", args...)
			require.Zero(t, res.status, res.err)
			var all bytes.Buffer
			for _, msg := range inbox.Messages() {
				all.Write(msg.Raw)
			}
			assert.ElementsMatch(t, subjects(messages), numbers(all.String()))
		})
	}
}

// interrupted runs a program, interrupts it once something is so, and looks at how it ends.
func interrupted(t *testing.T, name string, args []string, so func() bool) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no interrupts between programs")
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(programs, name), args...)
	cmd.Env = append(os.Environ(), "IMAP_PASSWORD=password")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	require.NoError(t, cmd.Start())
	assert.Eventually(t, so, 60*time.Second, 20*time.Millisecond, "not in the middle of its work: %s", name)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	_ = cmd.Wait()
	checkFailure(t, result{err: errs.String(), status: cmd.ProcessState.ExitCode()}, name+": interrupted")
}

// everything returns the content of a file, or of all files with messages below a folder.
func everything(t *testing.T, name string) string {
	t.Helper()
	var all strings.Builder
	_ = filepath.WalkDir(name, func(file string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Base(filepath.Dir(file)) == "tmp" {
			return nil // it goes while we look at it
		}
		text, err := os.ReadFile(file)
		all.Write(text)
		return err
	})
	return all.String()
}
