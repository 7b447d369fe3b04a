package servers

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"text/template"
	"time"
)

const (
	dirPrefix = "imapsrv"
	lockName  = "lock"
	installed = "/opt/imap-test-servers"
)

// installDir is where .ci/install-servers puts what is not a Debian package.
func installDir() string {
	if dir := os.Getenv("IMAP_SERVERS_DIR"); dir != "" {
		return dir
	}
	return installed
}

// missing returns an error that matches ErrMissing.
func missing(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMissing, fmt.Sprintf(format, args...))
}

// needFiles returns an error for the first file that does not exist.
func needFiles(names ...string) error {
	for _, name := range names {
		if _, err := os.Stat(name); err != nil {
			return missing("%v", err)
		}
	}
	return nil
}

// needRoot reports a lack of the rights to run isolated processes.
func needRoot() error {
	if os.Geteuid() != 0 {
		return missing("must be root")
	}
	return nil
}

// account looks up the ids of a system user.
func account(name string) (uid, gid int, err error) {
	u, err := user.Lookup(name)
	if err != nil {
		return 0, 0, missing("%v", err)
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	return uid, gid, errors.Join(err1, err2)
}

// newServer makes the folder, the certificates and the ports of an instance.
func newServer(name, host string) (*Server, error) {
	sweep.Do(sweepStale)
	dir, err := os.MkdirTemp("", dirPrefix)
	if err != nil {
		return nil, err
	}
	s := &Server{Name: name, dir: dir}
	if err := s.prepare(host); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Server) prepare(host string) error {
	if len(s.dir) > 60 {
		return fmt.Errorf("the folder %s has too long a name for unix sockets below it", s.dir)
	}
	var err error
	if s.lock, err = os.Create(s.path(lockName)); err != nil {
		return err
	}
	if err := syscall.Flock(int(s.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return err
	}
	// The servers' own users need access.
	if err := os.Chmod(s.dir, 0o755); err != nil {
		return err
	}
	if s.Addr, err = freeAddr(host); err != nil {
		return err
	}
	if s.TLSAddr, err = freeAddr(host); err != nil {
		return err
	}
	if err := s.mkdirs("tls"); err != nil {
		return err
	}
	return s.writeCertificates()
}

// sweep removes, once per process, the folders of test processes that were killed.
var sweep sync.Once

func sweepStale() {
	names, _ := filepath.Glob(filepath.Join(os.TempDir(), dirPrefix+"*"))
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil || time.Since(info.ModTime()) < time.Minute {
			continue // it may be new
		}
		lock, err := os.Open(filepath.Join(name, lockName))
		if err != nil {
			continue
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			os.RemoveAll(name)
		}
		lock.Close()
	}
}

// ports has the ports given out, because there is a time between the choice of a
// port and the server's use of it.
var ports struct {
	sync.Mutex
	used map[int]bool
}

// freeAddr returns host:port of a free port below the range from which the
// system takes the ports of outgoing connections.
func freeAddr(host string) (string, error) {
	ports.Lock()
	defer ports.Unlock()
	if ports.used == nil {
		ports.used = make(map[int]bool)
	}
	var last error
	for range 200 {
		port := 15000 + rand.IntN(17000)
		if ports.used[port] {
			continue
		}
		addr := net.JoinHostPort(host, strconv.Itoa(port))
		l, err := net.Listen("tcp", addr)
		if err != nil {
			last = err
			continue
		}
		l.Close()
		ports.used[port] = true
		return addr, nil
	}
	return "", fmt.Errorf("no free port on %s: %w", host, last)
}

// path returns the name of a file in the server's folder.
func (s *Server) path(elem ...string) string {
	return filepath.Join(append([]string{s.dir}, elem...)...)
}

// port returns the port of Addr.
func (s *Server) port() string { return portOf(s.Addr) }

// tlsPort returns the port of TLSAddr.
func (s *Server) tlsPort() string { return portOf(s.TLSAddr) }

func portOf(addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return port
}

func (s *Server) mkdirs(names ...string) error {
	for _, name := range names {
		if err := os.MkdirAll(s.path(name), 0o755); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) write(name, text string, perm os.FileMode) error {
	if err := os.WriteFile(s.path(name), []byte(text), perm); err != nil {
		return err
	}
	return os.Chmod(s.path(name), perm)
}

// writeTemplate fills a text/template with data and writes it to a file.
func (s *Server) writeTemplate(name, text string, data any) error {
	t, err := template.New(name).Option("missingkey=error").Parse(text)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return err
	}
	return s.write(name, b.String(), 0o644)
}

// chownAll gives everything below the named files to a user.
func (s *Server) chownAll(uid, gid int, names ...string) error {
	for _, name := range names {
		err := filepath.Walk(s.path(name), func(path string, _ os.FileInfo, err error) error {
			if err != nil {
				return err
			}
			return os.Lchown(path, uid, gid)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// output runs a program to its end and returns what it prints, trimmed.
func output(ctx context.Context, stdin string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	text := strings.TrimSpace(string(out))
	if err != nil {
		return text, fmt.Errorf("%s: %w: %s", args[0], err, text)
	}
	return text, nil
}

// waitReady waits for a greeting on both ports.
func (s *Server) waitReady(ctx context.Context) error {
	results := make(chan error, 2)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { results <- s.waitGreeting(ctx, s.Addr, nil) }()
	go func() { results <- s.waitGreeting(ctx, s.TLSAddr, s.TLSConfig()) }()
	for range 2 {
		select {
		case err := <-results:
			if err != nil {
				return err
			}
		case <-s.proc.done:
			return fmt.Errorf("ended at once: %w", s.proc.err)
		}
	}
	return nil
}

func (s *Server) waitGreeting(ctx context.Context, addr string, conf *tls.Config) error {
	var last error
	for {
		if last = greeting(ctx, addr, conf); last == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no greeting from %s: %w", addr, last)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// greeting reads the beginning of a server's greeting and hangs up.
func greeting(ctx context.Context, addr string, conf *tls.Config) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var conn net.Conn
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	conn.SetDeadline(deadline)
	if conf != nil {
		conn = tls.Client(conn, conf)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(line, "* OK") {
		return fmt.Errorf("greeting %q", line)
	}
	if conf == nil {
		io.WriteString(conn, "a LOGOUT\r\n")
	}
	return nil
}

// Dir returns the server's folder, which Stop removes.
func (s *Server) Dir() string { return s.dir }

// LogTail returns the last lines of each of the server's logs.
func (s *Server) LogTail(lines int) string {
	var b strings.Builder
	for _, name := range s.logs {
		data, err := os.ReadFile(name)
		if err != nil || len(data) == 0 {
			continue
		}
		all := strings.SplitAfter(strings.TrimRight(string(data), "\n"), "\n")
		if len(all) > lines {
			all = all[len(all)-lines:]
		}
		fmt.Fprintf(&b, "== %s\n%s\n", filepath.Base(name), strings.Join(all, ""))
	}
	return b.String()
}

// Shutdown asks the server to end; it may send BYE to its clients.
// Stop must follow.
func (s *Server) Shutdown() error { return s.proc.terminate() }

// Stop ends the server with all its processes and removes its folder. Stopping
// it again does nothing.
func (s *Server) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return nil
	}
	s.stopped = true
	var err error
	if s.proc != nil {
		err = s.proc.kill()
	}
	var rmErr error
	for range 20 {
		if rmErr = os.RemoveAll(s.dir); rmErr == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if s.lock != nil {
		s.lock.Close()
	}
	return errors.Join(err, rmErr)
}
