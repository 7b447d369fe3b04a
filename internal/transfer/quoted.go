package transfer

import "bytes"

// quotedDecoder undoes quoted-printable (RFC 2045 §6.7). Lines may be of any
// length and end in LF alone; octets that should have been encoded are kept.
type quotedDecoder struct{ notes *notes }

func (d *quotedDecoder) decode(dst, src []byte, offset int64, final bool) ([]byte, int) {
	taken := 0
	for taken < len(src) {
		rest := src[taken:]
		at := offset + int64(taken)
		if end := bytes.IndexByte(rest, '\n') + 1; end > 0 {
			dst = d.line(dst, rest[:end], at)
			taken += end
			continue
		}
		if !final || taken > 0 {
			break
		}
		if len(src) < bufferSize { // the end
			return d.line(dst, src, at), len(src)
		}
		// A line longer than the buffer: what blanks and "=" mean is only known
		// together with what follows.
		taken = len(bytes.TrimRight(src, " \t\r"))
		if i := bytes.LastIndexByte(src[:taken], '='); taken-i < 3 {
			taken = i
		}
		if taken <= 0 {
			taken = len(src)
		}
		return d.text(dst, src[:taken], at), taken
	}
	return dst, taken
}

// line decodes a line with its end. Blanks before the end are none of the
// content; a "=" there joins the next line.
func (d *quotedDecoder) line(dst, line []byte, offset int64) []byte {
	text := bytes.TrimSuffix(line, []byte("\n"))
	text = bytes.TrimSuffix(text, []byte("\r"))
	end := line[len(text):]
	text = bytes.TrimRight(text, " \t")
	if soft := bytes.TrimRight(text, "\r"); bytes.HasSuffix(soft, []byte("=")) {
		text, end = soft[:len(soft)-1], nil
	}
	return append(d.text(dst, text, offset), end...)
}

// text decodes what is within a line.
func (d *quotedDecoder) text(dst, text []byte, offset int64) []byte {
	for {
		i := bytes.IndexByte(text, '=')
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		octet, ok := hexPair(text[i+1:])
		size := 3
		if !ok {
			d.notes.add(BadEscape, offset+int64(i), 1)
			octet, size = '=', 1
		}
		dst = append(dst, octet)
		text = text[i+size:]
		offset += int64(i + size)
	}
}

func (d *quotedDecoder) finish(dst []byte, _ int64) []byte { return dst }

// hexPair returns the octet that the two hexadecimal digits at the start of s
// stand for.
func hexPair(s []byte) (byte, bool) {
	if len(s) < 2 {
		return 0, false
	}
	hi, lo := hexDigit(s[0]), hexDigit(s[1])
	return hi<<4 | lo, hi|lo < 16
}

// hexDigit returns the value of the digit b, or 0xff.
func hexDigit(b byte) byte {
	switch {
	case b-'0' < 10:
		return b - '0'
	case b|0x20-'a' < 6:
		return b | 0x20 - 'a' + 10
	}
	return 0xff
}
