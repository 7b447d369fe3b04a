package transfer

import (
	"bytes"
	"hash/crc32"
	"strconv"
	"strings"
)

// yencDecoder undoes yEnc 1.3: lines of octets to each of which 42 was added,
// between a line "=ybegin" and a line "=yend" that says size and checksum.
type yencDecoder struct {
	notes *notes
	name  *string

	state   uuState
	start   beginFinder
	escaped bool // the octet before was "="
	inLine  bool // something of the line was decoded
	size    int64
	crc     uint32
	part    bool
	stated  int64 // the size that the begin line states; -1: none
}

func (d *yencDecoder) decode(dst, src []byte, offset int64, final bool) ([]byte, int) {
	if d.state == uuBefore {
		line, end := d.start.find(src, "=ybegin ", IsYBegin)
		switch {
		case end > 0:
			d.begin(line, offset+int64(end-len(line)))
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
	if d.state == uuAfter {
		if len(bytes.TrimSpace(src)) > 0 {
			d.notes.add(TextAfterData, offset, int64(len(src)))
		}
		return dst, len(src)
	}
	return d.data(dst, src, offset, final)
}

// IsYBegin reports whether line begins a file in yEnc.
func IsYBegin(line string) bool {
	return strings.HasPrefix(line, "=ybegin ") && strings.Contains(line, " line=") && strings.Contains(line, " name=") && len(line) <= maxLine
}

func (d *yencDecoder) begin(line string, offset int64) {
	d.state, d.stated = uuData, -1
	if size, ok := yNumber(line, "size", 10); ok {
		d.stated = int64(size)
	}
	if _, name, ok := strings.Cut(line, " name="); ok { // always the last one
		*d.name = strings.Trim(strings.TrimSpace(name), `"`)
	}
	if _, ok := yNumber(line, "part", 10); ok {
		d.part = true
		d.notes.add(PartOfSeveral, offset, 1)
	}
}

// yNumber returns the number that a keyword line states.
func yNumber(line, key string, base int) (uint64, bool) {
	line, _, _ = strings.Cut(line, " name=")
	for field := range strings.FieldsSeq(line) {
		if value, ok := strings.CutPrefix(field, key+"="); ok {
			n, err := strconv.ParseUint(value, base, 62)
			return n, err == nil
		}
	}
	return 0, false
}

// data decodes lines of data, and keyword lines among them.
func (d *yencDecoder) data(dst, src []byte, offset int64, final bool) ([]byte, int) {
	start := len(dst)
	i := 0
	for ; i < len(src) && d.state == uuData; i++ {
		b := src[i]
		if b == '=' && !d.inLine && !d.escaped {
			n := bytes.IndexByte(src[i:], '\n') + 1
			if len(src)-i >= 2 && src[i+1] == 'y' {
				if n == 0 && !final {
					break
				}
				if n == 0 {
					n = len(src) - i
				}
				d.count(dst[start:])
				start = len(dst)
				d.keyword(string(src[i:i+n]), offset+int64(i))
				i += n - 1
				continue
			}
			if len(src)-i < 2 && !final {
				break
			}
		}
		switch {
		case b == '\n' || b == '\r':
			d.inLine = d.inLine && b != '\n'
			continue
		case d.escaped:
			b -= 64
			d.escaped = false
		case b == '=':
			d.escaped, d.inLine = true, true
			continue
		}
		d.inLine = true
		dst = append(dst, b-42)
	}
	d.count(dst[start:])
	return dst, i
}

func (d *yencDecoder) count(data []byte) {
	d.size += int64(len(data))
	d.crc = crc32.Update(d.crc, crc32.IEEETable, data)
}

// keyword reads a line "=yend" or "=ypart".
func (d *yencDecoder) keyword(line string, offset int64) {
	if !strings.HasPrefix(line, "=yend") {
		if strings.HasPrefix(line, "=ypart") {
			if !d.part {
				d.notes.add(PartOfSeveral, offset, 1)
			}
			d.part = true
		}
		return
	}
	d.state = uuAfter
	line = strings.TrimRight(line, "\r\n")
	size, ok := yNumber(line, "size", 10)
	if ok && int64(size) != d.size || !d.part && d.stated >= 0 && d.stated != d.size {
		d.notes.add(BadSize, offset, 1)
	}
	key := "crc32"
	if d.part {
		key = "pcrc32"
	}
	if crc, ok := yNumber(line, key, 16); ok && uint32(crc) != d.crc {
		d.notes.add(BadChecksum, offset, 1)
	}
}

func (d *yencDecoder) finish(dst []byte, offset int64) []byte {
	if d.state == uuData {
		d.notes.add(NoEnd, offset, 1)
	}
	return dst
}
