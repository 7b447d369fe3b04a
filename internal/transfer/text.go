package transfer

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// What can be wrong with the charset of a text.
const (
	UnknownCharset  = "unknown charset"                      // read as if there were none
	WrongCharset    = "charset differs from what was stated" // what fits was taken
	GuessedCharset  = "charset is not stated"                // of octets that are not UTF-8
	InvalidOctets   = "octets that do not fit the charset"   // each is U+FFFD
	metaWindow      = 1024                                   // octets in which HTML states its charset
	lookAhead       = 64 << 10                               // octets by which the charset is decided
	defaultFallback = "windows-1252"                         // charset of what has none
	replacement     = string(utf8.RuneError)
)

// TextOptions says what is known of a text.
type TextOptions struct {
	Charset  string // as stated by the Content-Type, "" if it states none
	HTML     bool   // the text may state its charset itself
	Fallback string // charset of octets that are not UTF-8 and have none; "" is windows-1252
}

// Text reads a text as UTF-8 with lines that end in LF. It is for one goroutine at
// a time.
type Text struct {
	r     io.Reader
	notes notes
	lines lineEnds
	err   error

	buf  [4096]byte
	rest []byte // of buf
	bad  int64  // replacement characters so far
	tail []byte // of the last one, cut between two reads
}

// NewText returns a reader of the text in r, whose transfer encoding is undone. It
// reads up to 64 KiB at the first call of Read to decide on the charset: that of a
// byte order mark, else the stated one, else UTF-8 if the text is, else the
// fallback. Statements that cannot be true are overruled, with a warning.
func NewText(r io.Reader, o TextOptions) *Text {
	t := &Text{}
	t.r = &deciding{src: r, options: o, notes: &t.notes}
	return t
}

// Warnings returns what was wrong so far, one for each kind. It is complete after
// Read returned io.EOF.
func (t *Text) Warnings() []Warning {
	list := t.notes.list()
	if t.bad > 0 {
		list = append(list, Warning{InvalidOctets, 0, t.bad})
	}
	return list
}

// Read reads text. Its errors are those of the reader below.
func (t *Text) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		if len(t.rest) > 0 {
			nDst, nSrc := t.lines.copy(p, t.rest)
			t.rest = t.rest[nSrc:]
			if nDst > 0 {
				return nDst, nil
			}
			continue
		}
		if t.err != nil {
			return 0, t.err
		}
		var n int
		n, t.err = t.r.Read(t.buf[:])
		t.rest = t.buf[:n]
		t.count(t.rest)
	}
}

// count counts the replacement characters in text, also those cut in two.
func (t *Text) count(text []byte) {
	if len(t.tail) > 0 {
		joined := append(t.tail, text[:min(len(text), 2)]...)
		t.bad += int64(bytes.Count(joined, []byte(replacement)))
	}
	t.bad += int64(bytes.Count(text, []byte(replacement)))
	t.tail = append(t.tail[:0], text[max(0, len(text)-2):]...)
}

// lineEnds makes CRLF, and CR alone, into LF.
type lineEnds struct{ cr bool }

func (l *lineEnds) copy(dst, src []byte) (nDst, nSrc int) {
	for nSrc < len(src) && nDst < len(dst) {
		b := src[nSrc]
		nSrc++
		switch {
		case b == '\n' && l.cr:
			l.cr = false
			continue
		case b == '\r':
			b, l.cr = '\n', true
		default:
			l.cr = false
		}
		dst[nDst] = b
		nDst++
	}
	return nDst, nSrc
}

// deciding decides on the charset when it is first read.
type deciding struct {
	src     io.Reader
	options TextOptions
	notes   *notes
	r       io.Reader // of UTF-8; nil: not decided yet
}

func (d *deciding) Read(p []byte) (int, error) {
	if d.r == nil {
		d.decide()
	}
	return d.r.Read(p)
}

func (d *deciding) decide() {
	sample := make([]byte, lookAhead)
	var n, idle int
	var err error
	for n < len(sample) && err == nil {
		var more int
		more, err = d.src.Read(sample[n:])
		n += more
		if idle++; more > 0 {
			idle = 0
		} else if err == nil && idle == maxIdle {
			err = io.ErrNoProgress
		}
	}
	sample = sample[:n]
	rest := d.src
	if err != nil {
		rest = failing{err}
	}
	c := decide(sample, !errors.Is(err, io.EOF), d.options)
	d.notes.warnings = c.warnings
	r := io.MultiReader(bytes.NewReader(sample[c.skip:]), rest)
	d.r = transform.NewReader(r, c.encoding.NewDecoder())
}

// failing fails with its error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// choice is a decision on the charset of a text.
type choice struct {
	encoding encoding.Encoding
	skip     int // octets of the byte order mark
	warnings []Warning
}
