package mimeword

import (
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// utf7 is UTF-7 (RFC 2152), which x/text does not have. It only decodes; what
// it encodes to is UTF-8.
type utf7 struct{}

func (utf7) NewDecoder() *encoding.Decoder {
	return &encoding.Decoder{Transformer: new(utf7Decoder)}
}

func (utf7) NewEncoder() *encoding.Encoder { return unicode.UTF8.NewEncoder() }

func (utf7) String() string { return "utf-7" }

type utf7Decoder struct {
	shifted bool   // inside base64
	empty   bool   // and nothing of it seen yet
	bits    uint32 // of the base64; the low n are not yet used
	n       int
	high    rune // a high surrogate that waits for its partner, or 0
}

func (d *utf7Decoder) Reset() { *d = utf7Decoder{} }

func (d *utf7Decoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for ; nSrc < len(src); nSrc++ {
		if len(dst)-nDst < 2*utf8.UTFMax {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += len(d.appendByte(dst[nDst:nDst], src[nSrc]))
	}
	if atEOF && d.high != 0 {
		if len(dst)-nDst < utf8.UTFMax {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += len(d.appendEnd(dst[nDst:nDst]))
	}
	return nDst, nSrc, nil
}

// appendByte appends what becomes known with the next byte of input, which is
// no more than two characters.
func (d *utf7Decoder) appendByte(dst []byte, b byte) []byte {
	if d.shifted {
		if v := sextets[b]; v <= 0x3f {
			return d.appendSextet(dst, v)
		}
		empty := d.empty
		dst = d.appendEnd(dst)
		if b == '-' {
			if empty {
				dst = append(dst, '+')
			}
			return dst
		}
	}
	switch {
	case b == '+':
		d.shifted, d.empty = true, true
		return dst
	case b >= utf8.RuneSelf:
		return utf8.AppendRune(dst, utf8.RuneError)
	}
	return append(dst, b)
}

// appendSextet appends the character that a character of base64 completes.
func (d *utf7Decoder) appendSextet(dst []byte, v byte) []byte {
	d.empty = false
	d.bits, d.n = d.bits<<6|uint32(v), d.n+6
	if d.n < 16 {
		return dst
	}
	d.n -= 16
	r := rune(d.bits >> d.n & 0xffff)
	if high := d.high; high != 0 {
		d.high = 0
		if pair := utf16.DecodeRune(high, r); pair != utf8.RuneError {
			return utf8.AppendRune(dst, pair)
		}
		dst = utf8.AppendRune(dst, utf8.RuneError)
	}
	if r&^0x3ff == 0xd800 {
		d.high = r
		return dst
	}
	return utf8.AppendRune(dst, r) // U+FFFD if it is half a pair
}

// appendEnd ends the base64.
func (d *utf7Decoder) appendEnd(dst []byte) []byte {
	if d.high != 0 {
		dst = utf8.AppendRune(dst, utf8.RuneError)
	}
	d.Reset()
	return dst
}
