package imaptest

import (
	"bufio"
	"bytes"
	"compress/flate"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/internal/inflate"
	"github.com/seed-090b04e4/imap/response"
)

// state is a session's state (RFC 9051 §3); commands name those they work in.
type state uint8

const (
	stateNotAuthenticated state = 1 << iota
	stateAuthenticated
	stateSelected

	anyState  = stateNotAuthenticated | stateAuthenticated | stateSelected
	withUser  = stateAuthenticated | stateSelected
	withBox   = stateSelected
	beforeAny = stateNotAuthenticated
)

// session is one connection. Its goroutine runs all commands and writes all
// output; others only kill it, add faults and read its transcript.
type session struct {
	srv   *Server
	num   int // 1 is the server's first
	piped bool
	raw   net.Conn
	trace *trace

	done   chan struct{} // closed when the session is over, or is to end
	once   sync.Once
	active atomic.Pointer[[]*effect] // the faults

	// of the session's goroutine
	conn       net.Conn // raw, or TLS over it
	tls        *tls.Conn
	br         *bufio.Reader
	bw         *bufio.Writer
	deflated   bool
	deflater   *flate.Writer
	inflater   *inflate.Reader
	inflated   *lastRead // what inflater reads
	held       [][]byte  // responses that a fault sends after the tagged answer
	ioErr      error
	commands   int
	literalsIn int
	failures   int  // of logging in
	bye        bool // the session is to end

	state       state
	user        *store.User
	view        *store.View
	viewName    string
	condstore   bool   // a CONDSTORE enabling command was sent
	qresync     bool   // QRESYNC was enabled
	modSeqSent  uint64 // the highest MODSEQ item that was sent for this command
	lowered     bool   // the last HIGHESTMODSEQ was lowered because of delayed expunges
	utf8        bool
	rev2        bool
	uidOnly     bool // UIDONLY was enabled
	savedResult []response.UID
	contexts    []*searchContext
	notify      *notifier // NOTIFY SET is in force
	acting      bool      // the command may have changed the selected mailbox
	ownMessages bool      // the command put messages into the selected mailbox
}

const bufferSize = 32 << 10

func newSession(srv *Server, conn net.Conn, num int, piped bool) *session {
	s := &session{
		srv: srv, num: num, piped: piped, raw: conn, conn: conn, done: make(chan struct{}),
		trace: newTrace(srv.opts.TranscriptLimit), state: stateNotAuthenticated,
	}
	s.rev2 = srv.rev2Only()
	s.setConn(conn)
	return s
}

// setConn makes the session read from and write to conn.
func (s *session) setConn(conn io.ReadWriter) {
	s.br = bufio.NewReaderSize(conn, bufferSize)
	s.bw = bufio.NewWriterSize(conn, bufferSize)
}

// kill ends the connection at once, from any goroutine.
func (s *session) kill() {
	s.once.Do(func() { close(s.done) })
	_ = s.raw.Close() // whatever it says, the connection is no more
}

func (s *session) isOver() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// serve runs the session from greeting to end.
func (s *session) serve(implicitTLS bool) {
	defer s.end()
	defer s.recover()
	if implicitTLS && !s.handshake() {
		return
	}
	if !s.greet() {
		return
	}
	for s.ioErr == nil && !s.bye {
		if s.br.Buffered() == 0 {
			s.flush()
		}
		line, err := s.nextLine()
		if err != nil {
			switch {
			case errors.Is(err, errLongLine):
				s.line("* BYE [CLIENTBUG] Line too long")
			case errors.Is(err, os.ErrDeadlineExceeded):
				s.ioErr = nil
				s.line("* BYE Autologout; idle for too long")
			}
			return
		}
		if s.command(line) {
			return
		}
	}
}

// recover keeps a fault of this package from ending the test program.
func (s *session) recover() {
	if r := recover(); r != nil {
		s.trace.note(fmt.Sprintf("SERVERBUG: %v\n%s", r, debug.Stack()))
		s.line("* BYE [SERVERBUG] Please report this")
	}
}

// end closes the connection so that the client can read what was sent.
func (s *session) end() {
	s.flush()
	if s.view != nil {
		s.view.Close()
	}
	s.endNotify()
	if s.tls != nil && s.ioErr == nil {
		_ = s.tls.CloseWrite() // close_notify: this is the end, not an attack
	}
	if half, can := s.raw.(interface{ CloseWrite() error }); can && !s.isOver() {
		// Closing a socket with unread input would take back what was sent last.
		_ = half.CloseWrite()
		_ = s.raw.SetReadDeadline(time.Now().Add(time.Second))
		_, _ = io.Copy(io.Discard, s.raw)
	}
	s.kill()
}

// greet sends the greeting and reports whether the session goes on.
func (s *session) greet() bool {
	text := s.srv.opts.Greeting
	if code := s.capabilityCode(); code != "" {
		text = "[" + code + "] " + text
	}
	g := greeting{line: "* OK " + text, session: s}
	for _, e := range s.effects() {
		if e.greeting != nil {
			e.greeting(&g)
		}
	}
	s.line(g.line)
	s.flush()
	return !g.last
}

var errLongLine = errors.New("imaptest: line too long")

// readLine reads a line without its end.
func (s *session) readLine() ([]byte, error) {
	line, err := s.scanLine()
	if err != nil {
		s.ioErr = err
		if errors.Is(err, errLongLine) {
			s.ioErr = nil
		}
	}
	return line, err
}

// scanLine is readLine for a goroutine that is not the session's.
func (s *session) scanLine() ([]byte, error) {
	if d := s.srv.opts.IdleTimeout; d > 0 {
		_ = s.raw.SetReadDeadline(time.Now().Add(d))
	}
	var line []byte
	for {
		piece, err := s.br.ReadSlice('\n')
		line = append(line, piece...)
		switch {
		case err == nil:
			line = bytes.TrimSuffix(line[:len(line)-1], []byte{'\r'})
			s.trace.in(line)
			return line, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		case len(line) > s.srv.opts.MaxLine:
			return nil, errLongLine
		}
	}
}

// readLiteral reads the octets of a literal. Memory grows with what arrives,
// not with what was announced.
func (s *session) readLiteral(n int64) ([]byte, error) {
	s.flush()
	var b bytes.Buffer
	if n <= bufferSize {
		b.Grow(int(n) + bytes.MinRead)
	}
	if _, err := io.CopyN(&b, s.br, n); err != nil {
		s.ioErr = err
		return nil, err
	}
	s.trace.literal(b.Bytes())
	return b.Bytes(), nil
}

func (s *session) discard(n int64) error {
	_, err := io.CopyN(io.Discard, s.br, n)
	if err != nil {
		s.ioErr = err
	}
	return err
}

// handshake makes the connection one with TLS.
func (s *session) handshake() bool {
	s.flush()
	conn := tls.Server(s.conn, s.srv.tls)
	if d := s.srv.opts.HandshakeTimeout; d > 0 {
		_ = s.raw.SetDeadline(time.Now().Add(d))
		defer func() { _ = s.raw.SetDeadline(time.Time{}) }()
	}
	if err := conn.Handshake(); err != nil {
		s.trace.note("TLS handshake failed: " + err.Error())
		s.ioErr = err
		return false
	}
	s.tls, s.conn = conn, conn
	s.setConn(conn)
	return true
}
