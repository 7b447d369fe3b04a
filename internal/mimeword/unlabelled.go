package mimeword

import (
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// unlabelled is the encoding of text whose charset is not known or said to be
// US-ASCII: as UTF-8 if it is valid, else as windows-1252. It encodes to
// UTF-8.
type unlabelled struct{}

func (unlabelled) NewDecoder() *encoding.Decoder {
	return &encoding.Decoder{Transformer: unlabelledDecoder{}}
}

func (unlabelled) NewEncoder() *encoding.Encoder { return unicode.UTF8.NewEncoder() }

func (unlabelled) String() string { return "us-ascii" }

type unlabelledDecoder struct{ transform.NopResetter }

func (unlabelledDecoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		if n := printableLen(src[nSrc:min(len(src), nSrc+len(dst)-nDst)]); n > 0 {
			copy(dst[nDst:], src[nSrc:nSrc+n])
			nDst, nSrc = nDst+n, nSrc+n
			continue
		}
		if !atEOF && !utf8.FullRune(src[nSrc:]) {
			return nDst, nSrc, transform.ErrShortSrc
		}
		r, size := utf8.DecodeRune(src[nSrc:])
		if r == utf8.RuneError && size == 1 {
			r = windows1252[src[nSrc]-utf8.RuneSelf]
		}
		if nDst+utf8.RuneLen(r) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += size
	}
	return nDst, nSrc, nil
}
