package response

import "strings"

// textSlab hands out strings that share chunks of memory: what a Builder has
// returned does not change when more is written after it. A program that keeps one
// string keeps its chunk, so that chunks are small.
type textSlab struct {
	chunk strings.Builder
	next  int // size of the next chunk
}

const (
	firstChunk = 64
	lastChunk  = 2 << 10
)

// string returns b as a string.
func (s *textSlab) string(b []byte) string {
	if len(b) > s.chunk.Cap()-s.chunk.Len() {
		if len(b) > lastChunk/4 {
			return string(b)
		}
		s.next = max(min(2*s.next, lastChunk), firstChunk, len(b))
		s.chunk = strings.Builder{}
		s.chunk.Grow(s.next)
	}
	at := s.chunk.Len()
	s.chunk.Write(b)
	return s.chunk.String()[at:]
}
