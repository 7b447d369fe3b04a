// Package scripted plays the server's side of a conversation for tests, in Go code:
// for tests that depend on counting, on order or on time, for which a transcript
// does not suffice. It works inside testing/synctest.
package scripted

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Peer is the server's end of a connection. After the client has closed its end,
// the methods end the goroutine that plays the server, so that the code of a server
// has no errors to check.
type Peer struct {
	T    testing.TB
	Conn net.Conn
	In   *bufio.Reader

	mu   sync.Mutex
	log  []string // the lines that the client sent
	wire strings.Builder
}

// Pipe runs serve as the server and returns the client's end of a net.Pipe. The
// connection ends when serve returns.
func Pipe(t testing.TB, serve func(*Peer)) net.Conn {
	client, server := net.Pipe()
	start(t, server, serve)
	return client
}

// start runs serve on conn, and waits for its end when the test ends.
func start(t testing.TB, conn net.Conn, serve func(*Peer)) {
	p := newPeer(t, conn)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer conn.Close()
		serve(p)
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
}

func newPeer(t testing.TB, conn net.Conn) *Peer {
	p := &Peer{T: t, Conn: conn}
	p.In = bufio.NewReaderSize(tee{p}, 64<<10)
	return p
}

// tee records what the client sends.
type tee struct{ p *Peer }

func (t tee) Read(b []byte) (int, error) {
	n, err := t.p.Conn.Read(b)
	t.p.mu.Lock()
	t.p.wire.Write(b[:n])
	t.p.mu.Unlock()
	return n, err
}

// Listen runs serve as the server for each connection to a loopback address, which
// it returns.
func Listen(t testing.TB, serve func(*Peer)) string {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			start(t, conn, serve)
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		wg.Wait()
	})
	return l.Addr().String()
}

// Use continues the conversation over conn: with TLS, for example.
func (p *Peer) Use(conn net.Conn) {
	p.Conn = conn
	p.In = bufio.NewReaderSize(tee{p}, 64<<10)
}

// Send sends lines, each with its CRLF, in one write.
func (p *Peer) Send(lines ...string) {
	p.Raw(strings.Join(lines, "\r\n") + "\r\n")
}

// Sendf sends one line.
func (p *Peer) Sendf(format string, args ...any) { p.Send(fmt.Sprintf(format, args...)) }

// Raw sends s as it is.
func (p *Peer) Raw(s string) {
	if _, err := io.WriteString(p.Conn, s); err != nil {
		runtime.Goexit()
	}
}

// Line reads one line without its CRLF.
func (p *Peer) Line() string {
	line, err := p.In.ReadString('\n')
	if err != nil {
		runtime.Goexit()
	}
	return strings.TrimRight(line, "\r\n")
}

// Bytes reads n octets.
func (p *Peer) Bytes(n int) string {
	b := make([]byte, n)
	if _, err := io.ReadFull(p.In, b); err != nil {
		runtime.Goexit()
	}
	return string(b)
}

// Command is a command of the client: its tag, and the rest with the content of
// literals after their headers.
type Command struct{ Tag, Text string }

// Is reports whether the command begins with these words.
func (c Command) Is(words string) bool {
	return len(c.Text) >= len(words) && strings.EqualFold(c.Text[:len(words)], words)
}

// Command reads a command. It sends continuation requests for synchronizing
// literals.
func (p *Peer) Command() Command {
	piece := p.Line()
	line := piece
	for {
		size, sync, ok := announced(piece)
		if !ok {
			break
		}
		if sync {
			p.Send("+ go on")
		}
		line += "\r\n" + p.Bytes(size)
		piece = p.Line()
		line += piece
	}
	p.mu.Lock()
	p.log = append(p.log, line)
	p.mu.Unlock()
	tag, rest, _ := strings.Cut(line, " ")
	return Command{tag, rest}
}

// announced parses the header of a literal at the end of a line.
func announced(line string) (size int, sync, ok bool) {
	if !strings.HasSuffix(line, "}") {
		return 0, false, false
	}
	i := strings.LastIndexByte(line, '{')
	if i < 0 {
		return 0, false, false
	}
	digits, plus := strings.CutSuffix(line[i+1:len(line)-1], "+")
	n, err := strconv.Atoi(digits)
	return n, !plus, err == nil
}

// Want reads a command and fails the test if it is another one.
func (p *Peer) Want(text string) Command {
	c := p.Command()
	if c.Text != text {
		p.T.Errorf("the client sent %q instead of %q", c.Text, text)
		runtime.Goexit()
	}
	return c
}

// OK sends the tagged OK of a command.
func (p *Peer) OK(c Command) { p.Sendf("%s OK done", c.Tag) }

// Answer reads the command text and answers it with lines and an OK.
func (p *Peer) Answer(text string, lines ...string) {
	c := p.Want(text)
	p.Send(append(lines, c.Tag+" OK done")...)
}

// Log returns the commands that the client has sent so far, with their tags.
func (p *Peer) Log() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.log...)
}

// Wire returns all octets that the client has sent so far.
func (p *Peer) Wire() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wire.String()
}

// Hold keeps the connection open without answering, until the client closes it.
func (p *Peer) Hold() {
	_, _ = io.Copy(io.Discard, p.In)
}

// Serve answers every command with the function answer. If that returns false, NOOP
// and LOGOUT are answered as usual, and everything else with BAD.
func (p *Peer) Serve(answer func(Command) bool) {
	for {
		c := p.Command()
		switch {
		case answer != nil && answer(c):
		case c.Is("NOOP"):
			p.OK(c)
		case c.Is("LOGOUT"):
			p.Send("* BYE logging out", c.Tag+" OK done")
			return
		default:
			p.Sendf("%s BAD unknown command", c.Tag)
		}
	}
}
