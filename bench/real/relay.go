package real

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// link is the way between client and server. The zero value is loopback itself.
type link struct {
	Name string
	RTT  time.Duration
	Bits float64 // per second in each direction, all connections together
}

// relay passes connections on to a server as a link would: what is sent in one
// direction takes its turn on the line, and arrives half a round trip later.
type relay struct {
	link
	addr     string
	target   string
	listener net.Listener
	up, down line
	turns    atomic.Int64 // how often the client spoke after the server
}

// line is one direction.
type line struct {
	mu     sync.Mutex
	free   time.Time // when what was sent before has left
	octets atomic.Int64
}

func newRelay(target string, l link) (*relay, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{link: l, addr: listener.Addr().String(), target: target, listener: listener}
	go r.accept()
	return r, nil
}

func (r *relay) Close() error { return r.listener.Close() }

func (r *relay) accept() {
	for {
		near, err := r.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", r.target)
		if err != nil {
			near.Close()
			continue
		}
		var last atomic.Bool // the server spoke last
		go r.carry(far, near, &r.up, func() {
			if last.CompareAndSwap(true, false) {
				r.turns.Add(1)
			}
		})
		go r.carry(near, far, &r.down, func() { last.Store(true) })
	}
}

// reset forgets what was counted.
func (r *relay) reset() {
	r.up.octets.Store(0)
	r.down.octets.Store(0)
	r.turns.Store(0)
}

// chunk is what one read got, and when it arrives.
type chunk struct {
	due time.Time
	b   []byte
}

// window is how many chunks of 16 KiB travel or wait at most: as a socket's
// buffer, it lets the sender go ahead of the line, but not without end.
const window = 64

func (r *relay) carry(dst, src net.Conn, l *line, spoke func()) {
	travelling := make(chan chunk, window)
	go func() {
		defer dst.Close()
		for c := range travelling {
			time.Sleep(time.Until(c.due))
			if _, err := dst.Write(c.b); err != nil {
				src.Close()
			}
		}
	}()
	defer close(travelling)
	for {
		b := make([]byte, 16<<10)
		n, err := src.Read(b)
		if n > 0 {
			spoke()
			l.octets.Add(int64(n))
			travelling <- chunk{l.send(n, r.link), b[:n]}
		}
		if err != nil {
			return
		}
	}
}

// send returns when n octets arrive that are sent now.
func (l *line) send(n int, k link) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.free.Before(now) {
		l.free = now
	}
	if k.Bits > 0 {
		l.free = l.free.Add(time.Duration(float64(n) * 8 / k.Bits * float64(time.Second)))
	}
	return l.free.Add(k.RTT / 2)
}
