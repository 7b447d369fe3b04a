package real

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// mbsync is the program of isync. It keeps Maildirs, so that what it has to do for
// changes includes taking them over there.
type mbsync struct {
	task *task
	conf string
}

func newMbsync(t *task) (*mbsync, error) {
	_, port, err := net.SplitHostPort(t.Addr) // the certificate is for localhost
	if err != nil {
		return nil, err
	}
	patterns := t.Mailbox
	if len(t.Folders) > 0 {
		patterns = "Small*"
	}
	conf := fmt.Sprintf(`FSync no

IMAPAccount far
Host localhost
Port %s
User %s
Pass %s
SSLType IMAPS
CertificateFile %s

IMAPStore far
Account far

MaildirStore near
Path %[5]s/
Inbox %[5]s/inbox
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns %[6]s
Create Near
Expunge Near
Sync Pull
SyncState *
`, port, t.User, t.Password, t.CAFile, t.Folder, patterns)
	m := &mbsync{task: t, conf: filepath.Join(t.Folder, "mbsyncrc")}
	return m, os.WriteFile(m.conf, []byte(conf), 0o600)
}

// run runs the program once.
func (m *mbsync) run(ctx context.Context, out *outcome) error {
	cmd := exec.CommandContext(ctx, "mbsync", "-q", "-c", m.conf, "all")
	var errors strings.Builder
	cmd.Stderr = &errors
	before := m.count()
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	watched := make(chan int64)
	go func() { watched <- watchPeak(cmd.Process.Pid, ended) }()
	err := cmd.Wait()
	close(ended)
	out.RSS = <-watched
	out.Wall = time.Since(begin)
	if err != nil {
		return fmt.Errorf("mbsync: %w: %s", err, errors.String())
	}
	out.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	out.Messages = m.count() - before
	return nil
}

// count returns how many messages the Maildirs have.
func (m *mbsync) count() int {
	n := 0
	for _, pattern := range []string{"*/cur/*", "*/new/*"} {
		files, _ := filepath.Glob(filepath.Join(m.task.Folder, pattern))
		n += len(files)
	}
	return n
}

// watchPeak returns the most memory that a process had, looking every few
// milliseconds: after its end nothing knows that of it alone.
func watchPeak(pid int, ended <-chan struct{}) int64 {
	var peak int64
	for {
		select {
		case <-ended:
			return peak
		case <-time.After(5 * time.Millisecond):
			peak = max(peak, peakOf(fmt.Sprint(pid)))
		}
	}
}
