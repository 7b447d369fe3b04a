package transfer

import (
	"bytes"
	"slices"
)

// Values of octets outside of the base64 alphabet. All of them are above 0x3f,
// also when combined with others by "or".
const (
	foreign = 0xff
	padding = 0xfe
	blank   = 0xfd
)

// sextets maps an octet of the base64 alphabet (RFC 2045 §6.8) to its six bits.
var sextets = makeSextets()

func makeSextets() (t [256]byte) {
	for i := range t {
		t[i] = foreign
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(alphabet) {
		t[alphabet[i]] = byte(i)
	}
	t['='] = padding
	for _, b := range " \t\r\n\v\f" {
		t[b] = blank
	}
	return t
}

// base64Decoder undoes base64 (RFC 2045 §6.8). Octets outside of the alphabet are
// ignored, padding may be missing or come in the middle. Text that mailing lists
// append to the encoded content is left out: see textLine.
type base64Decoder struct {
	notes *notes
	bits  uint32 // of sextets that wait for others
	n     int    // how many
	since int64  // offset of the first one

	data    bool // something was decoded
	padded  bool // the last sextet was followed by padding
	longest int  // sextets of the longest line so far
	ended   bool // what came before looks like the end
	gap     bool // an empty line, or one without base64, came after content
	inText  bool // within text after the content
	inLine  bool // within a very long line
	prose   bool // the content is none of base64: it is delivered as it is
}

// line is what textLine looks at.
type line struct {
	octets, sextets, foreign int  // without the blanks around it
	words                    int  // separated by blanks
	padded                   bool // it ends in padding
	prose                    bool // it consists of words, which base64 is not likely to be
}

func (d *base64Decoder) decode(dst, src []byte, offset int64, final bool) ([]byte, int) {
	taken := 0
	for taken < len(src) {
		rest := src[taken:]
		end := bytes.IndexByte(rest, '\n') + 1
		if end == 0 {
			if len(rest) < maxLine && (!final || taken > 0) {
				break
			}
			end = len(rest)
		}
		if d.prose {
			return append(dst, rest...), len(src)
		}
		if whole := rest[end-1] == '\n' || end < maxLine; whole && !d.inLine {
			dst = d.line(dst, rest[:end], offset+int64(taken))
		} else { // a piece of a very long line
			dst, _ = d.octets(dst, rest[:end], offset+int64(taken))
		}
		d.inLine = rest[end-1] != '\n'
		taken += end
	}
	return dst, taken
}

// line decodes one line.
func (d *base64Decoder) line(dst, text []byte, offset int64) []byte {
	if d.n == 0 && !d.inText && !d.padded && !d.gap {
		quick, taken := appendQuanta(dst, text)
		if rest := text[taken:]; len(rest) == 0 || rest[0] == '\n' || string(rest) == "\r\n" {
			d.gap = d.data && taken == 0
			d.data = d.data || taken > 0
			d.ended = taken < d.longest
			d.longest = max(d.longest, taken)
			return quick
		}
	}
	if words, letters := prose(text); !d.data && d.n == 0 && words >= 3 && letters >= 12 {
		d.prose = true
		d.notes.add(NotBase64, offset, 1)
		return append(dst, text...)
	}
	if len(text) <= maxLine {
		if l := look(text); d.textLine(l) {
			dst = d.flush(dst, MissingPadding)
			d.notes.add(TextAfterData, offset, int64(len(text)))
			return dst
		}
	}
	dst, count := d.octets(dst, text, offset)
	if count > 0 {
		d.data = true
		d.ended = count < d.longest
		d.longest = max(d.longest, count)
	}
	return dst
}

// look counts what a line consists of.
func look(text []byte) (l line) {
	text = bytes.TrimSpace(text)
	l.octets = len(text)
	words, letters := prose(text)
	l.prose = words > 0 && letters == l.octets || words > 1
	last := byte(blank)
	for _, b := range text {
		v := sextets[b]
		if last == blank && v != blank {
			l.words++
		}
		last = v
		switch v {
		case foreign:
			l.foreign++
		case blank:
		case padding:
			l.padded = true
		default:
			l.sextets++
			l.padded = false
		}
	}
	return l
}

// textLine reports whether a line is not content but text after it, as the
// footers of mailing lists are: words, or a fourth of foreign octets, after what
// looks like the end of the content; or a ruler. What comes after such a line has
// to be without any fault to be taken for content again.
func (d *base64Decoder) textLine(l line) bool {
	switch {
	case !d.data:
		return false
	case d.inText:
		strict := l.foreign == 0 && l.words == 1 && l.octets%4 == 0 && (l.octets >= 24 || l.padded)
		d.inText = !strict
	case l.octets == 0:
		d.ended, d.gap = true, true
	case l.sextets == 0 && l.foreign >= 8:
		d.inText = true
	case d.ended || d.padded || d.n != 0:
		words := l.words > 2 || l.words == 2 && (l.foreign > 0 || l.sextets%4 != 0)
		word := l.prose && (d.gap || d.padded && l.sextets%4 != 0)
		d.inText = words || word || l.octets >= 8 && l.foreign*4 >= l.octets
	}
	d.gap = d.gap && l.sextets == 0 || l.sextets == 0 && l.foreign > 0
	return d.inText
}

// prose returns how many words a line consists of, and how many letters they have,
// if all letters but the first of a word are small, as those of base64 are not. Else
// it returns 0.
func prose(line []byte) (words, letters int) {
	start := true
	for _, b := range bytes.Trim(line, " \t\r\n") {
		switch {
		case sextets[b] == blank:
			start = true
		case b == '+' || b == '/' && !start || b == '=':
			return 0, 0
		case b|0x20-'a' < 26 || b >= 0x80:
			if start {
				words++
			} else if b-'A' < 26 {
				return 0, 0
			}
			letters++
			start = false
		case sextets[b] == foreign:
			start = b == '-' || b == '\'' || b == '('
		default: // digits
			if !start && letters > 0 {
				return 0, 0
			}
		}
	}
	return words, letters
}

// octets decodes octet by octet, and returns how many of them were base64.
func (d *base64Decoder) octets(dst, text []byte, offset int64) (_ []byte, count int) {
	for i := 0; i < len(text); i++ {
		switch v := sextets[text[i]]; v {
		case foreign:
			d.notes.add(ForeignOctets, offset+int64(i), 1)
		case blank:
		case padding:
			if d.n > 0 {
				dst = d.flush(dst, "")
				d.padded = true
			}
		default:
			if d.padded {
				d.notes.add(DataAfterPadding, offset+int64(i), 1)
				d.padded = false
			}
			if d.n == 0 {
				d.since = offset + int64(i)
			}
			d.bits, d.n, count = d.bits<<6|uint32(v), d.n+1, count+1
			if d.n == 4 {
				dst = append(dst, byte(d.bits>>16), byte(d.bits>>8), byte(d.bits))
				d.bits, d.n = 0, 0
			}
		}
	}
	return dst, count
}

// flush appends what the sextets that wait stand for, at the end of the content
// or at padding. missing is the kind of warning if there was no padding.
func (d *base64Decoder) flush(dst []byte, missing string) []byte {
	switch d.n {
	case 0:
		return dst
	case 1:
		d.notes.add(Incomplete, d.since, 1)
	case 2:
		dst = append(dst, byte(d.bits>>4))
	case 3:
		dst = append(dst, byte(d.bits>>10), byte(d.bits>>2))
	}
	if missing != "" && d.n > 1 {
		d.notes.add(missing, d.since, 1)
	}
	d.bits, d.n = 0, 0
	return dst
}

func (d *base64Decoder) finish(dst []byte, _ int64) []byte {
	return d.flush(dst, MissingPadding)
}

// appendQuanta decodes the whole quanta of four characters at the start of text,
// up to the first one with another octet in it, and returns how many characters
// they are.
func appendQuanta(dst, text []byte) ([]byte, int) {
	at := len(dst)
	dst = slices.Grow(dst, len(text)/4*3)[:at+len(text)/4*3]
	i := 0
	for ; len(text)-i >= 4; i += 4 {
		quantum := text[i : i+4 : i+4]
		a, b, c, d := sextets[quantum[0]], sextets[quantum[1]], sextets[quantum[2]], sextets[quantum[3]]
		if a|b|c|d > 0x3f {
			break
		}
		octets := dst[at : at+3 : at+3]
		octets[0], octets[1], octets[2] = a<<2|b>>4, b<<4|c>>2, c<<6|d
		at += 3
	}
	return dst[:at], i
}
