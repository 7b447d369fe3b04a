package mimeword

import (
	"slices"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// A codec converts text in one charset to UTF-8.
type codec struct {
	encoding encoding.Encoding
	// high, if not nil, has the characters for the bytes 0x80 to 0xff, and
	// US-ASCII is below. Such a codec does without the encoding.
	high *[128]rune
	// mixed means that valid UTF-8 is kept, and high used for other bytes.
	mixed bool

	decoders sync.Pool // of *encoding.Decoder
}

// The codecs that AppendDecoded itself takes care of.
var (
	codecUTF8        = &codec{encoding: unicode.UTF8, high: &replacements, mixed: true}
	codecUnlabelled  = &codec{encoding: unlabelled{}, high: &windows1252, mixed: true}
	codecWindows1252 = &codec{encoding: charmap.Windows1252, high: &windows1252}
	codecLatin9      = &codec{encoding: charmap.ISO8859_15, high: &latin9}
)

// convert turns dst[at:], which is text in the charset, into valid UTF-8. It
// uses the room after for its work.
func (c *codec) convert(dst []byte, at int) []byte {
	n := printableLen(dst[at:])
	switch {
	case n == len(dst)-at && c.high != nil, c.mixed && utf8.Valid(dst[at+n:]):
		return dst
	case c.high == nil:
		return c.transform(dst, at)
	case c.mixed:
		return c.expandMixed(dst, at+n)
	}
	return c.expand(dst, at+n)
}

// expand converts dst[at:] with the table for the high bytes.
func (c *codec) expand(dst []byte, at int) []byte {
	end := len(dst)
	dst = slices.Grow(dst, 2*(end-at))
	for i := at; i < end; i++ {
		if b := dst[i]; b < utf8.RuneSelf {
			dst = append(dst, b)
		} else {
			dst = utf8.AppendRune(dst, c.high[b-utf8.RuneSelf])
		}
	}
	return dst[:at+copy(dst[at:], dst[end:])]
}

// expandMixed converts the bytes of dst[at:] that are not UTF-8 with the table
// for the high bytes.
func (c *codec) expandMixed(dst []byte, at int) []byte {
	end := len(dst)
	for i := at; i < end; {
		r, size := utf8.DecodeRune(dst[i:end])
		if r == utf8.RuneError && size == 1 {
			r = c.high[dst[i]-utf8.RuneSelf]
		}
		dst = utf8.AppendRune(dst, r)
		i += size
	}
	return dst[:at+copy(dst[at:], dst[end:])]
}

// transform converts dst[at:] with the encoding. Should that give up, which
// those of x/text do not do, the text counts as unlabelled.
func (c *codec) transform(dst []byte, at int) []byte {
	d, _ := c.decoders.Get().(*encoding.Decoder)
	if d == nil {
		d = c.encoding.NewDecoder()
	}
	d.Reset()
	defer c.decoders.Put(d)

	end := len(dst)
	dst = slices.Grow(dst, 2*(end-at)+utf8.UTFMax)
	for i := at; ; {
		nDst, nSrc, err := d.Transform(dst[len(dst):cap(dst)], dst[i:end], true)
		dst = dst[:len(dst)+nDst]
		i += nSrc
		switch err {
		case nil:
			return dst[:at+copy(dst[at:], dst[end:])]
		case transform.ErrShortDst:
			dst = slices.Grow(dst, end-i+64)
		default:
			return codecUnlabelled.convert(dst[:end], at)
		}
	}
}
