package examples_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

// The password that is typed does not show.
func TestPrompt(t *testing.T) {
	t.Parallel()
	srv := imaptest.NewServer(t, nil)
	for typed, want := range map[string]string{
		"password\n": "Password of user: \r\nThe mailbox is empty.\r\n",
		"pass\n":     "Password of user: \r\nlatest: logging in as \"user\": imap: AUTHENTICATE: NO [AUTHENTICATIONFAILED] Authentication failed\r\n",
	} {
		control, terminal := openTerminal(t)
		cmd := exec.Command(filepath.Join(programs, "latest"), "-addr", localhost(t, srv.TLSAddr()), "-ca", testCA(t), "-user", "user")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
		require.NoError(t, cmd.Start())
		terminal.Close()
		shown := make([]byte, 0, 1000)
		for !strings.HasSuffix(string(shown), ": ") {
			n, err := control.Read(shown[len(shown):cap(shown)])
			require.NoError(t, err)
			shown = shown[:len(shown)+n]
		}
		_, err := control.WriteString(typed)
		require.NoError(t, err)
		rest, _ := io.ReadAll(control) // ends with EIO
		_ = cmd.Wait()
		assert.Equal(t, want, string(shown)+string(rest))
	}
}

// openTerminal returns both ends of a new pseudo-terminal.
func openTerminal(t *testing.T) (control, terminal *os.File) {
	control, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	t.Cleanup(func() { control.Close() })
	var number, unlock int32
	ioctl := func(request uintptr, arg *int32) {
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, control.Fd(), request, uintptr(unsafe.Pointer(arg)))
		require.Zero(t, errno)
	}
	ioctl(syscall.TIOCGPTN, &number)
	ioctl(syscall.TIOCSPTLCK, &unlock)
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	require.NoError(t, err)
	return control, terminal
}
