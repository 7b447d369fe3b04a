package imaptest

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
)

// Server is an IMAP server in this process. Its methods are safe for
// concurrent use.
//
// It listens only once [Server.Addr] or [Server.TLSAddr] was called. A server
// that is used through [Server.Pipe] alone never touches the network and runs
// inside a testing/synctest bubble; make it in the bubble that uses it.
type Server struct {
	opts  Options
	store *store.Store
	tls   *tls.Config // the server's side
	creds credentials

	done chan struct{}  // closed by Close
	wg   sync.WaitGroup // of listeners and sessions

	mu       sync.Mutex
	plain    net.Listener
	secure   net.Listener
	sessions map[*session]struct{} // those that are connected
	started  int                   // how many sessions there were so far
	traces   traces
	faults   []Fault
	closed   bool
}

// NewServer starts a server that is closed when the test ends. Options that
// make no sense fail the test.
func NewServer(t testing.TB, opts *Options) *Server {
	t.Helper()
	srv, err := Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	return srv
}

// Start starts a server for programs that are no tests. The caller closes it. The
// error says which of the options makes no sense, and why.
func Start(opts *Options) (*Server, error) {
	o, err := opts.complete()
	if err != nil {
		return nil, err
	}
	srv := &Server{
		opts: o, store: store.New(o.Delimiter[0]), tls: serverTLS(o.TLSConfig), faults: o.Faults,
		sessions: make(map[*session]struct{}), done: make(chan struct{}), traces: traces{limit: int64(o.TranscriptTotal)},
	}
	for _, account := range o.Users {
		if err := srv.addUser(account); err != nil {
			return nil, err
		}
	}
	if err := srv.checkFaults(o.Faults); err != nil {
		return nil, err
	}
	return srv, nil
}

// Close ends all sessions and waits until none of the server's goroutines is
// left. It may be called more than once. Transcripts and mailboxes can be looked at
// afterwards.
func (srv *Server) Close() {
	srv.mu.Lock()
	if !srv.closed {
		srv.closed = true
		close(srv.done)
	}
	for _, l := range []net.Listener{srv.plain, srv.secure} {
		if l != nil {
			_ = l.Close() // only that it was closed before
		}
	}
	for s := range srv.sessions {
		s.kill()
	}
	srv.mu.Unlock()
	srv.wg.Wait()
}

// Addr returns host:port of the listener without TLS, which offers STARTTLS. The
// first call starts it, on 127.0.0.1. It panics if the server is closed.
func (srv *Server) Addr() string { return srv.listen(&srv.plain, false) }

// TLSAddr returns host:port of the listener with TLS from the first byte on. It
// starts and panics as [Server.Addr] does.
func (srv *Server) TLSAddr() string { return srv.listen(&srv.secure, true) }

// listen starts the listener at *l unless it runs.
func (srv *Server) listen(l *net.Listener, implicit bool) string {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if *l != nil {
		return (*l).Addr().String()
	}
	if srv.closed {
		panic("imaptest: the server is closed")
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		panic("imaptest: no listener on loopback: " + err.Error())
	}
	*l = ln
	srv.wg.Go(func() { srv.accept(ln, implicit) })
	return ln.Addr().String()
}

// accept starts sessions until the listener is closed. When accepting fails, because
// there are no file descriptors for example, it waits longer and longer before it tries
// again.
func (srv *Server) accept(l net.Listener, implicit bool) {
	const first, longest = 5 * time.Millisecond, time.Second
	wait := first
	for {
		conn, err := l.Accept()
		if err == nil {
			wait = first
			srv.start(conn, implicit, false)
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			return
		}
		select {
		case <-time.After(wait):
			wait = min(2*wait, longest)
		case <-srv.done:
			return
		}
	}
}

// Pipe returns the client's end of a new session over [net.Pipe]. The session
// is trusted as if it were encrypted; STARTTLS works nonetheless. Nothing is
// buffered between the ends: each write waits until the other end reads. What it
// returns is the caller's to close; it is closed already if the server is.
func (srv *Server) Pipe() net.Conn {
	client, server := net.Pipe()
	srv.start(server, false, true)
	return client
}

// PipeTLS is [Server.Pipe] for a session that begins with TLS: the caller
// wraps what it gets in [tls.Client].
func (srv *Server) PipeTLS() net.Conn {
	client, server := net.Pipe()
	srv.start(server, true, true)
	return client
}

// Dial opens a TCP connection to the listener without TLS. Its errors are the
// network's.
func (srv *Server) Dial() (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(context.Background(), "tcp", srv.Addr())
}

// start runs a session on conn.
func (srv *Server) start(conn net.Conn, implicitTLS, piped bool) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if srv.closed {
		_ = conn.Close() // no caller is interested
		return
	}
	srv.started++
	s := newSession(srv, conn, srv.started, piped)
	s.addFaults(srv.faults...)
	srv.sessions[s] = struct{}{}
	srv.traces.add(s.trace)
	srv.wg.Go(func() {
		s.serve(implicitTLS)
		srv.forget(s)
	})
}

// forget drops a session that is over; its transcript stays, as long as there is room.
func (srv *Server) forget(s *session) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	delete(srv.sessions, s)
	srv.traces.finish(s.trace)
}

// Sessions returns how many sessions are connected.
func (srv *Server) Sessions() int {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	n := 0
	for s := range srv.sessions {
		if !s.isOver() {
			n++
		}
	}
	return n
}

// Disconnect cuts all connections as a broken network does, without a word.
// New sessions are welcome.
func (srv *Server) Disconnect() {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	for s := range srv.sessions {
		s.kill()
	}
}

// Fault adds faults to the sessions that run and to all that follow. What a
// fault counts, it counts from now on and in each session by itself. It panics
// if a fault makes no sense.
func (srv *Server) Fault(faults ...Fault) {
	if err := srv.checkFaults(faults); err != nil {
		panic(err)
	}
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.faults = append(srv.faults[:len(srv.faults):len(srv.faults)], faults...)
	for s := range srv.sessions {
		if !s.isOver() {
			s.addFaults(faults...)
		}
	}
}

// ClearFaults removes all faults, those of the sessions that run included.
func (srv *Server) ClearFaults() {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.faults = nil
	for s := range srv.sessions {
		s.active.Store(nil)
	}
}
