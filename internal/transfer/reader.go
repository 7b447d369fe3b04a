// Package transfer turns the octets of a part, as a server sends them, into the
// file that the sender attached ([NewReader] undoes the transfer encoding, RFC
// 2045 §6), and the octets of a text into UTF-8 ([NewText]).
//
// Both read as they are read from, in constant memory. Neither ever fails by
// itself: what is wrong with the content costs no more than the octets that are
// damaged, and is reported by Warnings. The only errors are those of the reader
// below, after all that came before them.
//
// A reader of a part is NewReader(part.Encoding, octets); a reader of a text is
// NewText over it, with part.Charset() as Charset, and HTML set if its media type
// is text/html. To go on at an offset of the decoded content, an identity encoding
// ([IsIdentity]) is fetched from there; of any other, what comes before has to be
// read again, because only it says how lines are broken and what is damaged.
package transfer

import (
	"errors"
	"io"
	"strings"
)

// Warning says what was wrong with content that was read nevertheless. Its fields
// are those of response.Warning, to which it converts.
type Warning struct {
	Kind   string // one of the constants of this package
	Offset int64  // of the first octet that it is about, in the encoded content
	Count  int64  // how often it occurred, or how many octets it is about
}

// What can be wrong with content.
const (
	UnknownEncoding  = "unknown transfer encoding"         // the content is delivered as it is
	ForeignOctets    = "octets outside of base64"          // ignored (RFC 2045 §6.8)
	MissingPadding   = "base64 without its padding"        // decoded all the same
	DataAfterPadding = "base64 goes on after its padding"  // decoded all the same
	Incomplete       = "base64 ends within an octet"       // six bits are dropped
	NotBase64        = "content that is not base64"        // delivered as it is
	TextAfterData    = "text after the encoded content"    // left out
	BadEscape        = "= without two hexadecimal digits"  // kept as it is
	BadLine          = "line that is not encoded"          // left out
	NoBegin          = "no encoded file in the content"    // delivered as it is
	NoEnd            = "encoded file without its end"      // decoded up to there
	BadSize          = "size differs from what was stated" // of yEnc
	BadChecksum      = "checksum does not match"           // of yEnc
	PartOfSeveral    = "one part of a file in several"     // of yEnc; not joined
)

// bufferSize is how many encoded octets are held.
const bufferSize = 32 << 10

// maxIdle is how many reads may give nothing before the reader below is given up.
const maxIdle = 100

// maxLine is the most octets of a line that is looked at before it is decoded.
const maxLine = 1000

// decoder undoes one encoding.
type decoder interface {
	// decode appends what src encodes to dst, and returns how much of src it took.
	// It may leave octets to see more of what follows them, unless final is set:
	// then nothing more fits, or follows. offset is that of src in the content.
	decode(dst, src []byte, offset int64, final bool) ([]byte, int)
	// finish appends what is left at the end of the content.
	finish(dst []byte, offset int64) []byte
}

// Reader undoes the transfer encoding of a part. It is for one goroutine at a
// time.
type Reader struct {
	src     io.Reader
	decoder decoder // nil: there is nothing to undo
	notes   notes
	name    string

	in     []byte // encoded octets that wait
	offset int64  // of in[0] in the content
	out    []byte // decoded octets, of which the first pos are read
	pos    int
	err    error // of src
	wait   int   // octets in in without which nothing can be decoded
	idle   int   // reads of src that gave nothing, one after the other
	done   bool
}

// NewReader returns a reader of the content of r, which is in the given
// Content-Transfer-Encoding. Its name may have another case, and blanks, quotation
// marks, comments and parameters that do not belong there. Content in an encoding
// that is not known is delivered as it is, with a warning.
func NewReader(encoding string, r io.Reader) *Reader {
	d := &Reader{src: r}
	switch canonical(encoding) {
	case "base64":
		d.decoder = &base64Decoder{notes: &d.notes}
	case "quotedprintable":
		d.decoder = &quotedDecoder{notes: &d.notes}
	case "xuuencode", "uuencode", "xuue", "uue":
		d.decoder = &uuDecoder{notes: &d.notes, name: &d.name}
	case "xyenc", "yenc", "xyencode":
		d.decoder = &yencDecoder{notes: &d.notes, name: &d.name}
	case "", "7bit", "8bit", "binary":
	default:
		d.notes.add(UnknownEncoding, 0, 1)
	}
	return d
}

// IsIdentity reports whether content in the given encoding is delivered as it is,
// so that an offset into what was decoded is one into what was encoded.
func IsIdentity(encoding string) bool {
	return NewReader(encoding, nil).decoder == nil
}

// canonical returns the name of an encoding in lower case, without what makes
// no difference.
func canonical(encoding string) string {
	encoding, _, _ = strings.Cut(encoding, ";")
	encoding, _, _ = strings.Cut(encoding, "(")
	return strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case r <= ' ', r == '"', r == '\'', r == '-', r == '_', r == '<', r == '>', r == ':':
			return -1
		}
		return r
	}, encoding)
}

// Name returns the file name that came with the content, which uuencode and yEnc
// have. It is known when the first octet was read.
func (d *Reader) Name() string { return d.name }

// Warnings returns what was wrong so far, one for each kind. It is complete after
// Read returned io.EOF.
func (d *Reader) Warnings() []Warning { return d.notes.list() }

// Read reads decoded octets. Its errors are those of the reader below; all octets
// that came before one are delivered first.
func (d *Reader) Read(p []byte) (int, error) {
	if d.decoder == nil {
		return d.src.Read(p)
	}
	if len(p) == 0 {
		return 0, nil
	}
	for d.pos == len(d.out) {
		if d.done {
			return 0, d.err
		}
		d.fill()
	}
	n := copy(p, d.out[d.pos:])
	d.pos += n
	return n, nil
}

// fill reads encoded octets and decodes what can be decoded of them.
func (d *Reader) fill() {
	if d.in == nil {
		d.in = make([]byte, 0, bufferSize)
	}
	if d.err == nil {
		n, err := d.src.Read(d.in[len(d.in):cap(d.in)])
		d.in = d.in[:len(d.in)+n]
		if d.idle++; n > 0 {
			d.idle = 0
		} else if err == nil && d.idle == maxIdle {
			err = io.ErrNoProgress
		}
		d.err = err
	}
	ended := d.err != nil
	if len(d.in) < d.wait && !ended {
		return
	}
	out, taken := d.decoder.decode(d.out[:0], d.in, d.offset, ended || len(d.in) == cap(d.in))
	d.offset += int64(taken)
	if d.wait = 0; taken == 0 { // look again when there is much more, not at every octet
		d.wait = min(2*len(d.in), cap(d.in))
	}
	if d.in = d.in[:copy(d.in, d.in[taken:])]; ended && len(d.in) == 0 {
		if errors.Is(d.err, io.EOF) {
			out = d.decoder.finish(out, d.offset)
		}
		d.done = true
	}
	d.out, d.pos = out, 0
}

// notes collects warnings: one of each kind.
type notes struct{ warnings []Warning }

func (n *notes) add(kind string, offset, count int64) {
	if count <= 0 {
		return
	}
	for i := range n.warnings {
		if n.warnings[i].Kind == kind {
			n.warnings[i].Count += count
			return
		}
	}
	n.warnings = append(n.warnings, Warning{kind, offset, count})
}

func (n *notes) list() []Warning {
	return append([]Warning(nil), n.warnings...)
}
