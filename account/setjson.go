package account

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"

	"github.com/seed-090b04e4/imap"
)

// setJSON is a set of UIDs in JSON. A set of few ranges is its text, "1:5,7". One of
// many is "=" and base64 of flate of varints: for each range the gap to the one
// before and its length, less one each. That takes a tenth of the text.
type setJSON struct{ set imap.UIDSet }

const (
	textSet      = 256     // octets up to which the text is stored
	maxSetRanges = 4 << 20 // that a stored set may have
	packedSet    = '='
)

// IsZero reports whether the set is empty, for omitzero.
func (s setJSON) IsZero() bool { return s.set.Empty() }

// MarshalJSON returns the shorter form.
func (s setJSON) MarshalJSON() ([]byte, error) {
	if len(s.set.Ranges()) < textSet { // each takes two octets or more
		if text := s.set.String(); len(text) <= textSet {
			return json.Marshal(text)
		}
	}
	packed, err := packSet(s.set)
	if err != nil {
		return nil, err
	}
	return json.Marshal(string(packedSet) + packed)
}

// UnmarshalJSON reads either form.
func (s *setJSON) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	if text == "" {
		s.set = imap.UIDSet{}
		return nil
	}
	var err error
	if text[0] == packedSet {
		s.set, err = unpackSet(text[1:])
	} else {
		s.set, err = imap.ParseUIDSet(text)
	}
	if err == nil && s.set.Dynamic() {
		err = fmt.Errorf(`%w: a set with "*"`, errState)
	}
	return err
}

func packSet(set imap.UIDSet) (string, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.DefaultCompression)
	if err != nil {
		return "", err
	}
	buf, last := make([]byte, 0, 4096), uint64(0)
	for _, r := range set.Ranges() {
		buf = binary.AppendUvarint(buf, uint64(r.Start)-last-1)
		buf = binary.AppendUvarint(buf, uint64(r.Stop-r.Start))
		last = uint64(r.Stop)
		if len(buf) > 4000 {
			if _, err := w.Write(buf); err != nil {
				return "", err
			}
			buf = buf[:0]
		}
	}
	if _, err := w.Write(buf); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.RawStdEncoding.EncodeToString(out.Bytes()), nil
}

func unpackSet(text string) (set imap.UIDSet, err error) {
	packed, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return set, fmt.Errorf("%w: %w", errState, err)
	}
	r := newByteReader(flate.NewReader(bytes.NewReader(packed)))
	last := uint64(0)
	for range maxSetRanges {
		gap, err := binary.ReadUvarint(r)
		if err == io.EOF {
			return set, nil
		}
		if err != nil {
			return imap.UIDSet{}, fmt.Errorf("%w: %w", errState, err)
		}
		size, err := binary.ReadUvarint(r)
		if err != nil {
			return imap.UIDSet{}, fmt.Errorf("%w: %w", errState, err)
		}
		const top = 1<<32 - 1
		if gap > top || size > top || last+gap+1+size > top {
			return imap.UIDSet{}, fmt.Errorf("%w: UIDs out of range", errState)
		}
		start := last + gap + 1
		last = start + size
		set.AddRange(imap.UID(start), imap.UID(last))
	}
	return imap.UIDSet{}, fmt.Errorf("%w: more than %d ranges", errState, maxSetRanges)
}

// byteReader reads single octets of a stream.
type byteReader struct {
	r    io.Reader
	buf  [4096]byte
	rest []byte
}

func newByteReader(r io.Reader) *byteReader { return &byteReader{r: r} }

// ReadByte returns the next octet.
func (b *byteReader) ReadByte() (byte, error) {
	for len(b.rest) == 0 {
		n, err := b.r.Read(b.buf[:])
		if n == 0 && err != nil {
			return 0, err
		}
		b.rest = b.buf[:n]
	}
	c := b.rest[0]
	b.rest = b.rest[1:]
	return c, nil
}
