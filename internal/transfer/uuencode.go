package transfer

import (
	"bytes"
	"strings"
)

// uuDecoder undoes uuencode: a line "begin 644 name", lines of which the first
// character says how many octets they have, and a line "end". What comes before
// and after is left out.
type uuDecoder struct {
	notes *notes
	name  *string

	state uuState
	begin beginFinder
}

type uuState int

const (
	uuBefore uuState = iota
	uuData
	uuAfter
	uuNone // there is no file in the content
)

func (d *uuDecoder) decode(dst, src []byte, offset int64, final bool) ([]byte, int) {
	if d.state == uuBefore {
		line, end := d.begin.find(src, "begin ", isBeginLine)
		switch {
		case end > 0:
			*d.name, _ = BeginLine(line)
			d.state = uuData
			return dst, end
		case !final:
			return dst, 0
		}
		d.notes.add(NoBegin, offset, int64(len(src)))
		d.state = uuNone
	}
	if d.state == uuNone {
		return append(dst, src...), len(src)
	}
	taken := 0
	for taken < len(src) {
		line := src[taken:]
		end := bytes.IndexByte(line, '\n') + 1
		if end == 0 {
			if !final || taken > 0 {
				break
			}
			end = len(line)
		}
		dst = d.line(dst, line[:end], offset+int64(taken))
		taken += end
	}
	return dst, taken
}

// beginFinder looks for the line that a file begins with.
type beginFinder struct{ seen int } // octets at the start that are without it

// find returns the first line of src that starts with prefix and is right, and
// where it ends, or 0 if there is none that is complete. src is to start with
// what it started with before.
func (f *beginFinder) find(src []byte, prefix string, right func(line string) bool) (string, int) {
	for f.seen < len(src) {
		end := bytes.IndexByte(src[f.seen:], '\n') + 1
		if end == 0 {
			break
		}
		line := src[f.seen : f.seen+end]
		f.seen += end
		if bytes.HasPrefix(line, []byte(prefix)) && right(string(line)) {
			return string(line), f.seen
		}
	}
	return "", 0
}

func isBeginLine(line string) bool {
	_, ok := BeginLine(line)
	return ok
}

// BeginLine reports whether line begins a uuencoded file, "begin 644 name", and
// returns the name of it.
func BeginLine(line string) (name string, ok bool) {
	if len(line) > maxLine {
		return "", false
	}
	line = strings.TrimRight(line, "\r\n")
	rest, ok := strings.CutPrefix(line, "begin ")
	if !ok {
		return "", false
	}
	mode, name, ok := strings.Cut(strings.TrimLeft(rest, " "), " ")
	if !ok || len(mode) < 3 || len(mode) > 6 || strings.Trim(mode, "01234567") != "" {
		return "", false
	}
	name = strings.TrimSpace(name)
	return name, name != ""
}

// line decodes one line of the file.
func (d *uuDecoder) line(dst, line []byte, offset int64) []byte {
	text := bytes.TrimRight(line, "\r\n")
	switch {
	case d.state == uuAfter:
		if len(bytes.TrimSpace(text)) > 0 {
			d.notes.add(TextAfterData, offset, int64(len(line)))
		}
		return dst
	case string(bytes.TrimSpace(text)) == "end":
		d.state = uuAfter
		return dst
	case len(text) == 0:
		return dst
	}
	dst, ok := appendUULine(dst, text)
	if !ok {
		d.notes.add(BadLine, offset, 1)
	}
	return dst
}

// UULineFits reports whether text, without its line end, can be a line of a
// uuencoded file: its length is what its first character says. Some programs add
// a checksum, and some leave out characters that have no octets.
func UULineFits(text string) bool {
	if !isUU(text) {
		return false
	}
	n := int(text[0]-' ') & 0x3f
	if n == 0 {
		return len(text) == 1
	}
	return len(text) >= 1+(n*4+2)/3 && len(text) <= 1+(n+2)/3*4+2
}

// isUU reports whether text consists of characters of uuencode alone.
func isUU[T string | []byte](text T) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '`' {
			return false
		}
	}
	return len(text) > 0
}

// appendUULine decodes one line. Blanks that were lost at its end are made up
// for. It reports whether the line was encoded.
func appendUULine(dst, text []byte) ([]byte, bool) {
	if !isUU(text) {
		return dst, false
	}
	at := func(i int) byte {
		if i < len(text) {
			return (text[i] - ' ') & 0x3f
		}
		return 0
	}
	n := int(at(0))
	for i := 1; n > 0; i += 4 {
		a, b, c, e := at(i), at(i+1), at(i+2), at(i+3)
		octets := [...]byte{a<<2 | b>>4, b<<4 | c>>2, c<<6 | e}
		dst = append(dst, octets[:min(n, 3)]...)
		n -= 3
	}
	return dst, true
}

func (d *uuDecoder) finish(dst []byte, offset int64) []byte {
	if d.state == uuData {
		d.notes.add(NoEnd, offset, 1)
	}
	return dst
}
