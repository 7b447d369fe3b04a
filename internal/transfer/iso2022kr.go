package transfer

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/transform"
)

// iso2022kr is ISO-2022-KR (RFC 1557): EUC-KR without the high bits, between SO
// and SI, after a header that announces it.
type iso2022kr struct{}

const (
	shiftOut = 0x0e
	shiftIn  = 0x0f
)

func (iso2022kr) NewDecoder() *encoding.Decoder {
	return &encoding.Decoder{Transformer: transform.Chain(&unshift{}, korean.EUCKR.NewDecoder())}
}

func (iso2022kr) NewEncoder() *encoding.Encoder { return korean.EUCKR.NewEncoder() }

// unshift makes ISO-2022-KR into EUC-KR.
type unshift struct{ out bool }

func (u *unshift) Reset() { u.out = false }

func (u *unshift) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		b := src[nSrc]
		switch {
		case b == 0x1b:
			if len(src)-nSrc < 4 && !atEOF {
				return nDst, nSrc, transform.ErrShortSrc
			}
			if string(src[nSrc+1:min(len(src), nSrc+4)]) == "$)C" {
				nSrc += 4
				continue
			}
		case b == shiftOut, b == shiftIn:
			u.out = b == shiftOut
			nSrc++
			continue
		case b == '\n':
			u.out = false
		case u.out && b > ' ' && b < 0x7f:
			b |= 0x80
		}
		if nDst == len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		dst[nDst] = b
		nDst++
		nSrc++
	}
	return nDst, nSrc, nil
}
