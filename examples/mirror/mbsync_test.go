package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/servers"
)

// TestAgainstMbsync copies a mailbox of Dovecot with mirror and with isync's mbsync, in
// turns, over TLS on the loopback interface and over a slow line, and then once more
// when nothing has changed:
//
//	MIRROR_MBSYNC=20000 go -C examples/mirror test -run AgainstMbsync -v -timeout 2h
//
// MIRROR_MBSYNC is how many messages there are, of 30 kB on average. TMPDIR names the file
// system to use: in a folder in whose part of it no inodes are free, creating files is
// all that is measured.
func TestAgainstMbsync(t *testing.T) {
	n := number("MIRROR_MBSYNC", 0)
	if n == 0 {
		t.Skip("MIRROR_MBSYNC is not set")
	}
	if _, err := exec.LookPath("mbsync"); err != nil {
		t.Skip("mbsync is not installed: the package isync of Debian")
	}
	r := &race{t: t, dir: t.TempDir(), s: servers.Start(t, "dovecot", nil)}
	r.u = r.s.FreshUser(t)
	r.program = filepath.Join(r.dir, "mirror")
	out, err := exec.Command("go", "build", "-o", r.program, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	octets := r.fill(n)
	t.Logf("%d messages, %.0f MB", n, float64(octets)/1e6)

	var mb, mi, mbQuiet, miQuiet usage
	rounds := number("MIRROR_ROUNDS", 2)
	for i := range rounds {
		name := fmt.Sprintf("loopback%d", i)
		addr := r.s.TLSAddr
		mb.best(r.mbsync("mbsync, first run", name, addr))
		mi.best(r.mirror("mirror, first run", name, addr))
		for range 3 {
			mbQuiet.best(r.mbsync("mbsync, no change", name, addr))
			miQuiet.best(r.mirror("mirror, no change", name, addr))
		}
		r.count(name, n)
	}
	t.Logf("loopback, mirror to mbsync: wall %.2f, CPU %.2f; no change: wall %.2f, CPU %.2f; memory %d MiB to %d MiB",
		mi.wall.Seconds()/mb.wall.Seconds(), mi.cpu.Seconds()/mb.cpu.Seconds(),
		miQuiet.wall.Seconds()/mbQuiet.wall.Seconds(), miQuiet.cpu.Seconds()/mbQuiet.cpu.Seconds(), mi.memory>>20, mb.memory>>20)
	assert.LessOrEqual(t, mi.wall.Seconds(), 0.35*mb.wall.Seconds(), "wall time of the first run")
	assert.LessOrEqual(t, mi.cpu.Seconds(), 0.75*mb.cpu.Seconds(), "CPU time of the first run")
	assert.Less(t, miQuiet.wall, mbQuiet.wall, "wall time without a change")
	assert.LessOrEqual(t, mi.memory, int64(40<<20), "peak memory")

	l := &line{rate: 20e6 / 8, delay: 20 * time.Millisecond}
	addr := l.listen(t, r.s.TLSAddr)
	slow := r.mirror("mirror, 40 ms and 20 Mbit/s", "line", addr)
	r.countMirror("line", n)
	wire := time.Duration(float64(octets) / l.rate * float64(time.Second))
	t.Logf("slow line: %.1f s, of which the messages alone take %.1f s on the wire: %.3f; %.0f MB were carried",
		slow.wall.Seconds(), wire.Seconds(), slow.wall.Seconds()/wire.Seconds(), float64(l.carried.Load())/1e6)
	assert.LessOrEqual(t, slow.wall.Seconds(), 1.1*wire.Seconds()+2, "against the wire's own time, and two seconds for logging in")
}

// race is two programs that do the same.
type race struct {
	t       *testing.T
	dir     string
	program string
	s       *servers.Server
	u       servers.User
}

// usage is what a run has taken.
type usage struct {
	wall, cpu time.Duration
	memory    int64
}

// best keeps the smaller times, and the larger memory.
func (u *usage) best(v usage) {
	if u.wall == 0 {
		*u = v
		return
	}
	u.wall, u.cpu, u.memory = min(u.wall, v.wall), min(u.cpu, v.cpu), max(u.memory, v.memory)
}

// fill appends messages to INBOX. It returns how many octets they have.
func (r *race) fill(n int) (octets int64) {
	c, err := imap.DialTLS(r.t.Context(), r.s.TLSAddr, &imap.Options{TLSConfig: r.s.TLSConfig()})
	require.NoError(r.t, err)
	defer c.Close()
	require.NoError(r.t, c.AuthPassword(r.t.Context(), r.u.Name, r.u.Password))
	rnd := rand.New(rand.NewPCG(1, 2))
	for n > 0 {
		k := min(n, 200)
		n -= k
		var batch []imap.AppendMessage
		for range k {
			raw := letter(rnd)
			octets += int64(len(raw))
			batch = append(batch, imap.AppendMessage{Size: int64(len(raw)), Reader: bytes.NewReader(raw)})
		}
		_, err := c.AppendAll(r.t.Context(), "INBOX", batch)
		require.NoError(r.t, err)
	}
	return octets
}

// letter makes a message: most are short texts, some have an attachment.
func letter(rnd *rand.Rand) []byte {
	words := strings.Fields("the mail that was sent last week has come back because a server on its way did not know where to send it to")
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: Sender %d <s%d@example.org>\r\nTo: you@example.org\r\nSubject: message %d\r\nMessage-ID: <%d@example.org>\r\nDate: Mon, 2 Jan 2023 15:04:05 +0000\r\nMIME-Version: 1.0\r\n",
		rnd.IntN(1000), rnd.IntN(1000), rnd.Uint32(), rnd.Uint64())
	b.WriteString("Content-Type: multipart/mixed; boundary=xyz\r\n\r\n--xyz\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
	for range 20 + rnd.IntN(100) {
		for range 10 {
			b.WriteString(words[rnd.IntN(len(words))] + " ")
		}
		b.WriteString("\r\n")
	}
	if rnd.IntN(6) == 0 {
		b.WriteString("--xyz\r\nContent-Type: application/octet-stream; name=x.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n")
		for range 200 + rnd.IntN(3700) {
			for range 76 {
				b.WriteByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[rnd.IntN(64)])
			}
			b.WriteString("\r\n")
		}
	}
	b.WriteString("--xyz--\r\n")
	return b.Bytes()
}

// run runs a program to its end.
func (r *race) run(what string, cmd *exec.Cmd) usage {
	r.t.Helper()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	require.NoError(r.t, cmd.Start())
	ended := make(chan struct{})
	var sampling sync.WaitGroup
	var memory int64
	sampling.Go(func() { memory = peak(cmd.Process.Pid, ended) })
	err := cmd.Wait()
	u := usage{wall: time.Since(start), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	close(ended)
	sampling.Wait()
	require.NoError(r.t, err, "%s: %s", what, &out)
	u.memory = memory
	r.t.Logf("%-30s wall %7.2f s, CPU %6.2f s, %3d MiB", what, u.wall.Seconds(), u.cpu.Seconds(), u.memory>>20)
	return u
}

// peak returns how many octets of memory a process had at most. What the system says
// after its end counts the memory of the process that started it too.
func peak(pid int, ended <-chan struct{}) (most int64) {
	for {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err == nil {
			for line := range strings.Lines(string(status)) {
				var kB int64
				if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kB); n == 1 {
					most = max(most, kB<<10)
				}
			}
		}
		select {
		case <-ended:
			return most
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (r *race) mirror(what, name, addr string) usage {
	_, port, err := net.SplitHostPort(addr)
	require.NoError(r.t, err)
	cmd := exec.Command(r.program, "-once", "-url", "imaps://"+r.u.Name+"@localhost:"+port, "-ca", r.s.CAFile, "-dir", filepath.Join(r.dir, "mirror-"+name))
	cmd.Env = append(os.Environ(), "IMAP_PASSWORD="+r.u.Password)
	return r.run(what, cmd)
}

func (r *race) mbsync(what, name, addr string) usage {
	_, port, err := net.SplitHostPort(addr)
	require.NoError(r.t, err)
	dir := filepath.Join(r.dir, "mbsync-"+name)
	require.NoError(r.t, os.MkdirAll(dir, 0o700))
	conf := filepath.Join(dir, "mbsyncrc")
	require.NoError(r.t, os.WriteFile(conf, []byte(fmt.Sprintf(`IMAPAccount a
Host localhost
Port %s
User %s
Pass %s
SSLType IMAPS
CertificateFile %s

IMAPStore far
Account a

MaildirStore near
Path %s/
Inbox %[5]s/INBOX
SubFolders Verbatim

Channel c
Far :far:
Near :near:
Patterns *
Create Near
Expunge Both
SyncState *
`, port, r.u.Name, r.u.Password, r.s.CAFile, dir)), 0o600))
	return r.run(what, exec.Command("mbsync", "-q", "-c", conf, "c"))
}

// count makes sure that both have copied all messages.
func (r *race) count(name string, n int) {
	files, err := filepath.Glob(filepath.Join(r.dir, "mbsync-"+name, "INBOX", "*", "*,*"))
	require.NoError(r.t, err)
	assert.Len(r.t, files, n)
	r.countMirror(name, n)
}

func (r *race) countMirror(name string, n int) {
	files, err := scan(filepath.Join(r.dir, "mirror-"+name, escape("INBOX")))
	require.NoError(r.t, err)
	assert.Len(r.t, files, n)
}

// line is a slow network.
type line struct {
	rate    float64       // octets a second towards the client, of all connections together
	delay   time.Duration // one way
	carried atomic.Int64  // octets towards the client

	mu   sync.Mutex
	free time.Time // when the next octet may be sent
}

// listen returns an address at which the line begins that ends at to.
func (l *line) listen(t *testing.T, to string) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			near, err := ln.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				near.Close()
				continue
			}
			go l.carry(far, near, false)
			go l.carry(near, far, true)
		}
	}()
	return ln.Addr().String()
}

// carry copies with the delay, and at the rate if down is set. The queue has room for
// more than what is on its way.
func (l *line) carry(to, from net.Conn, down bool) {
	type packet struct {
		data []byte
		due  time.Time
	}
	queue := make(chan packet, 256)
	go func() {
		defer close(queue)
		for {
			buf := make([]byte, 4096)
			n, err := from.Read(buf)
			if n > 0 {
				queue <- packet{buf[:n], l.due(n, down)}
			}
			if err != nil {
				return
			}
		}
	}()
	defer to.Close()
	defer from.Close()
	for p := range queue {
		time.Sleep(time.Until(p.due))
		if _, err := to.Write(p.data); err != nil {
			_, _ = io.Copy(io.Discard, from)
			return
		}
	}
}

// due returns when so many octets arrive.
func (l *line) due(n int, down bool) time.Time {
	now := time.Now()
	if !down {
		return now.Add(l.delay)
	}
	l.carried.Add(int64(n))
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.free.Before(now) {
		l.free = now
	}
	l.free = l.free.Add(time.Duration(float64(n) / l.rate * float64(time.Second)))
	return l.free.Add(l.delay)
}
