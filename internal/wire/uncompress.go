package wire

import (
	"bytes"
	"errors"
	"io"

	"github.com/seed-090b04e4/imap/internal/inflate"
)

// EndInflate has the Input read what comes from now on as it is, after the end of the
// compressed stream (RFC 8437 §4.1). The octets first of it have been inflated already.
// Without [Input.Inflate] before, nothing happens.
func (in *Input) EndInflate(first []byte) {
	if in.compressed == nil {
		return
	}
	raw := in.compressed.raw
	one := &oneOctet{raw: &withFirst{first: raw.first, Reader: raw.Reader}}
	raw.first, raw.Reader = nil, one // z reads it so from now on
	end := &streamEnd{z: in.compressed.z, one: one, raw: one.raw}
	in.src = &withFirst{first: bytes.Clone(first), Reader: end}
	in.compressed = nil
}

// streamEnd reads from a connection whose compressed stream is about to end. Peers end
// it with a last block, which may come together with the answer before it, or later, or
// never: Cyrus stops between two blocks.
type streamEnd struct {
	z   *inflate.Reader // nil after the end
	one *oneOctet       // what z reads
	raw *withFirst      // what that reads, and what follows the stream
}

func (s *streamEnd) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for s.z != nil {
		rest, between := s.z.Rest()
		ended := s.z.Ended()
		if between && len(rest) == 0 && !ended {
			c, err := s.raw.peek()
			if err != nil {
				return 0, err
			}
			ended = isText(c)
		}
		if ended || between && len(rest) > 0 && isText(rest[0]) {
			s.raw.unread(rest)
			s.z.Release()
			s.z = nil
			break
		}
		s.one.armed = true
		if n, err := s.z.Read(b); n > 0 || err != nil && err != io.EOF && err != errOneOctet {
			return n, err
		}
	}
	return s.raw.Read(b)
}

var errOneOctet = errors.New("one octet was read")

// oneOctet returns one octet of raw when it is armed, and then an error: what follows
// may be none of the stream's.
type oneOctet struct {
	raw   *withFirst
	armed bool
}

func (r *oneOctet) Read(b []byte) (int, error) {
	if !r.armed {
		return 0, errOneOctet
	}
	n, err := r.raw.Read(b[:1])
	r.armed = n == 0
	return n, err
}

// isText reports whether a response can begin with c, which no block can: after its
// three bits, an empty last block of a common compressor has zeros in its first octet.
func isText(c byte) bool { return c >= ' ' }
