package imaptest

import "time"

// CutAfter cuts the connection once the server has sent that many bytes, as a
// broken network does: without BYE, in the middle of whatever it is.
type CutAfter struct {
	Bytes int // of output, from when the fault begins
}

func (f CutAfter) effect(s *session) *effect {
	left := f.Bytes
	return &effect{bytes: func(b []byte, next func([]byte)) {
		n := min(left, len(b))
		left -= n
		next(b[:n])
		if left == 0 {
			s.cut()
		}
	}}
}

// StallAfter stops sending after that many bytes, until Release is closed or
// receives; for good if it is nil.
type StallAfter struct {
	Bytes   int             // of output, from when the fault begins
	Release <-chan struct{} // lets it go on; nil: never. In a bubble, make it there
}

func (f StallAfter) effect(s *session) *effect {
	left, over := f.Bytes, false
	return &effect{bytes: func(b []byte, next func([]byte)) {
		if over || len(b) <= left {
			left -= len(b)
			next(b)
			return
		}
		next(b[:left])
		select {
		case <-f.Release:
			over = true
			next(b[left:])
		case <-s.done:
			s.ioErr = errCut
		}
	}}
}

// ByteByByte delivers all output one byte at a time.
type ByteByByte struct{}

func (ByteByByte) effect(*session) *effect {
	return &effect{bytes: func(b []byte, next func([]byte)) {
		for i := range b {
			next(b[i : i+1])
		}
	}}
}

// Chunks delivers output in pieces of Size bytes.
type Chunks struct {
	Size int // bytes
}

func (f Chunks) effect(*session) *effect {
	return &effect{bytes: func(b []byte, next func([]byte)) {
		for len(b) > 0 {
			n := min(f.Size, len(b))
			next(b[:n])
			b = b[n:]
		}
	}}
}

// Delay waits before each piece of output: a response, or what other faults cut
// it into.
type Delay struct {
	Each time.Duration // before each piece
}

func (f Delay) effect(s *session) *effect {
	return &effect{bytes: func(b []byte, next func([]byte)) {
		if s.sleep(f.Each) {
			next(b)
		}
	}}
}

// Throttle slows output down to so many bytes per second.
type Throttle struct {
	BytesPerSecond int // at least 1
}

func (f Throttle) effect(s *session) *effect {
	piece := max(f.BytesPerSecond/20, 1)
	return &effect{bytes: func(b []byte, next func([]byte)) {
		for len(b) > 0 {
			n := min(piece, len(b))
			if !s.sleep(time.Duration(n) * time.Second / time.Duration(f.BytesPerSecond)) {
				return
			}
			next(b[:n])
			b = b[n:]
		}
	}}
}

// sleep waits, and reports false if the session ended meanwhile.
func (s *session) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.done:
		if s.ioErr == nil {
			s.ioErr = errCut
		}
		return false
	}
}
