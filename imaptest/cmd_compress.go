package imaptest

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"

	"github.com/seed-090b04e4/imap/internal/inflate"
)

// cmdCompress is COMPRESS (RFC 4978).
func cmdCompress(s *session, a *args) reply {
	a.sp()
	name := a.keyword()
	if !a.end() {
		return a.reply()
	}
	switch {
	case s.deflated:
		return no("COMPRESSIONACTIVE", "DEFLATE is active already")
	case name != "DEFLATE":
		return bad("COMPRESS: unknown algorithm")
	}
	s.tagged(a.tag, ok("DEFLATE active"))
	s.flush()
	w, err := flate.NewWriter(s.conn, flate.BestSpeed)
	if err != nil {
		s.ioErr = err
		return none()
	}
	// What the client has sent after its command is compressed already. Clients flush
	// as they like, with Z_PARTIAL_FLUSH too, after which compress/flate keeps data back.
	in := &lastRead{r: io.MultiReader(bytes.NewReader(s.readAhead()), s.conn)}
	s.deflated, s.deflater, s.inflater, s.inflated = true, w, inflate.NewReader(in), in
	s.setConn(struct {
		io.Reader
		io.Writer
	}{s.inflater, w})
	return none()
}

// readAhead returns what has been read from the connection but not yet used.
func (s *session) readAhead() []byte {
	b, _ := s.br.Peek(s.br.Buffered()) // that much is there
	return bytes.Clone(b)
}

// endCompress ends the compression of both directions (RFC 8437 §4.1).
func (s *session) endCompress() {
	s.flush()
	if err := s.deflater.Close(); err != nil && s.ioErr == nil {
		s.ioErr = err
	}
	if s.ioErr != nil {
		return
	}
	if n, err := s.br.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		s.trace.note("the client did not end its compression")
		s.ioErr = errCut
		return
	}
	rest := s.inflated.after(s.inflater.In())
	s.inflater.Release()
	s.deflated, s.deflater, s.inflater, s.inflated = false, nil, nil, nil
	s.setConn(struct {
		io.Reader
		io.Writer
	}{io.MultiReader(bytes.NewReader(rest), s.conn), s.conn})
}

// lastRead remembers what was read last, so that it can be read again: an inflater
// reads ahead of the end of its stream, though by less than half of what is kept.
type lastRead struct {
	r     io.Reader
	total int64
	last  []byte
}

const lastReadSize = 128 << 10

func (l *lastRead) Read(p []byte) (int, error) {
	n, err := l.r.Read(p[:min(len(p), lastReadSize/2)])
	l.total += int64(n)
	if len(l.last) > lastReadSize {
		l.last = append(l.last[:0], l.last[len(l.last)-lastReadSize/2:]...)
	}
	l.last = append(l.last, p[:n]...)
	return n, err
}

// after returns what was read after that many octets.
func (l *lastRead) after(octets int64) []byte {
	return l.last[int64(len(l.last))-(l.total-octets):]
}
