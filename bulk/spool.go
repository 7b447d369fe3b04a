package bulk

import (
	"bytes"
	"io"
	"os"
)

// inMemory is the size up to which a message is spooled in memory.
const inMemory = 1 << 20

// spool holds one message while it arrives, so that its size and its lines are known
// before it is written to its place.
type spool struct {
	d     *disk
	name  string // of the file for large messages
	mem   bytes.Buffer
	f     *file
	lines lineCount
}

// fill reads a message. An error is that of the reader, or a *os.PathError and the like.
func (s *spool) fill(r io.Reader) error {
	s.lines = lineCount{}
	s.mem.Reset()
	if s.f != nil {
		if err := s.f.truncate(0); err != nil {
			return err
		}
	}
	_, err := io.Copy(struct{ io.Writer }{s}, r)
	return err
}

// Write adds to the message.
func (s *spool) Write(p []byte) (int, error) {
	s.lines.add(p)
	if s.lines.size <= inMemory {
		return s.mem.Write(p)
	}
	if s.f == nil {
		f, err := s.d.open(s.name, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
		if err != nil {
			return 0, err
		}
		s.f = f
	}
	return s.f.Write(p)
}

// WriteTo writes the message.
func (s *spool) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(s.mem.Bytes())
	rest := s.lines.size - int64(s.mem.Len())
	if err != nil || rest == 0 {
		return int64(n), err
	}
	m, err := io.Copy(w, io.NewSectionReader(s.f, 0, rest))
	return int64(n) + m, err
}

// writeLF writes the message with LF in place of CRLF, if that can be undone.
func (s *spool) writeLF(w io.Writer) error {
	if !s.lines.plain() {
		_, err := s.WriteTo(w)
		return err
	}
	lf := &lfWriter{w: w}
	if _, err := s.WriteTo(lf); err != nil {
		return err
	}
	return lf.flush()
}

// storedSize returns how many octets writeLF writes.
func (s *spool) storedSize() int64 {
	if s.lines.plain() {
		return s.lines.size - s.lines.crlf
	}
	return s.lines.size
}

// close removes the file.
func (s *spool) close() error {
	if s.f == nil {
		return nil
	}
	s.f.Close()
	return s.d.remove(s.name)
}
