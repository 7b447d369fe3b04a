package response

import "unsafe"

// textSlab makes strings of shared chunks of memory. What it has returned does not
// change when more is written after it. A program that keeps one string keeps its
// chunk, so that chunks are small: of the size of two rows with an envelope.
type textSlab struct {
	chunk []byte
	used  int // of chunk
	next  int // size of the next chunk
}

const (
	firstChunk = 64
	lastChunk  = 2 << 10
)

// string returns b as a string.
func (s *textSlab) string(b []byte) string {
	if len(b) > len(s.chunk)-s.used {
		if len(b) > lastChunk/4 {
			return string(b)
		}
		s.grow(len(b))
	}
	if len(b) == 0 {
		return ""
	}
	at := s.chunk[s.used : s.used+len(b)]
	copy(at, b)
	s.used += len(b)
	return unsafe.String(&at[0], len(at))
}

// grow begins a new chunk, which has room for n octets.
func (s *textSlab) grow(n int) {
	s.next = max(min(2*s.next, lastChunk), firstChunk, n)
	s.chunk, s.used = make([]byte, s.next), 0
}
