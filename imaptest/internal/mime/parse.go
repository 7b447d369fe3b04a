package mime

import (
	"bytes"
	"slices"
	"strings"
)

const (
	maxDepth = 64    // levels of nesting that are looked into
	maxParts = 10000 // parts of one message that are told apart
)

// Parse cuts raw into its parts. Time is linear in the size of the message.
func Parse(raw []byte) *Part {
	b := builder{raw: raw, left: maxParts}
	p, _ := b.part(0, false)
	return p
}

// builder reads a message line by line. A line that begins with "--" is compared
// with the boundaries of all multiparts that are open.
type builder struct {
	raw  []byte
	at   int      // where the next line begins
	open []string // boundaries, the innermost last
	left int      // how many parts may follow
}

// delimiter is a line that begins with an open boundary (RFC 2046 §5.1.1).
type delimiter struct {
	level int // which of the open boundaries; -1 is the end of the message
	last  bool
	start int // of the line
}

// part reads the part that begins here, and returns it with the delimiter that
// ends it, which was read too.
func (b *builder) part(depth int, digest bool) (*Part, delimiter) {
	b.left--
	start := b.at
	end, ended := b.skipHeader()
	p := &Part{Header: b.raw[start:b.at]}
	if ended {
		p.Header = b.raw[start:end.before(b.raw, start)]
	}
	p.Fields = parseFields(p.Header)
	p.setType(digest)
	body := start + len(p.Header)
	deep := depth >= maxDepth || b.left <= 0
	switch {
	case deep && (p.IsMultipart() || p.isMessage()):
		p.Type, p.Subtype, p.Params = "application", "octet-stream", nil
	case p.IsMultipart():
		end, ended = b.children(p, end, ended, depth)
	case p.isMessage() && !ended:
		p.Message, end = b.part(depth+1, false)
		ended = true
	case p.isMessage():
		p.Message = &Part{}
		p.Message.setType(false)
	}
	if !ended {
		end = b.next()
	}
	stop := end.before(b.raw, body)
	p.Raw, p.Body = b.raw[start:stop], b.raw[body:stop]
	return p, end
}

// before returns where the text before a delimiter ends that begins at start: the
// line end before the delimiter belongs to it.
func (d delimiter) before(raw []byte, start int) int {
	end := d.start
	if d.level >= 0 && end > start {
		end = start + len(trimEOL(raw[start:end]))
	}
	return max(end, start)
}

// children reads the parts of a multipart up to the delimiter that ends it. There
// is at least one, because the grammar of BODYSTRUCTURE wants one.
func (b *builder) children(p *Part, end delimiter, ended bool, depth int) (delimiter, bool) {
	boundary, level := p.Param("boundary"), len(b.open)
	if boundary != "" && !ended {
		b.open = append(b.open, boundary)
		digest := strings.EqualFold(p.Subtype, "digest")
		for end = b.next(); end.level == level && !end.last; {
			if b.left <= 0 { // too many parts: the rest is not told apart
				end = b.next()
				continue
			}
			var child *Part
			child, end = b.part(depth+1, digest)
			p.Children = append(p.Children, child)
		}
		b.open = b.open[:level]
		if end.level == level { // what follows is no part
			end = b.next()
		}
		ended = true
	}
	if p.Children == nil {
		child := &Part{}
		child.setType(false)
		p.Children = []*Part{child}
	}
	return end, ended
}

// skipHeader reads lines up to the empty one that ends the header. It reports
// whether a delimiter came before that.
func (b *builder) skipHeader() (delimiter, bool) {
	for b.at < len(b.raw) {
		start := b.at
		line := b.line()
		if d, is := b.delimiter(start, line); is {
			return d, true
		}
		if len(line) == 0 {
			break
		}
	}
	return delimiter{}, false
}

// next reads lines up to a delimiter, or the end of the message.
func (b *builder) next() delimiter {
	for b.at < len(b.raw) {
		if len(b.open) == 0 {
			b.at = len(b.raw)
			break
		}
		start := b.at
		if d, is := b.delimiter(start, b.line()); is {
			return d
		}
	}
	return delimiter{level: -1, start: len(b.raw)}
}

// line reads a line and returns it without its end.
func (b *builder) line() []byte {
	rest := b.raw[b.at:]
	i := bytes.IndexByte(rest, '\n')
	if i < 0 {
		b.at = len(b.raw)
		return rest
	}
	b.at += i + 1
	return bytes.TrimSuffix(rest[:i], []byte{'\r'})
}

// delimiter reports whether a line is one. It is enough that it begins with an
// open boundary (RFC 2046 §5.1.1). The innermost of equal boundaries counts, the
// longer one of two that begin alike.
func (b *builder) delimiter(start int, line []byte) (delimiter, bool) {
	rest, is := bytes.CutPrefix(line, []byte("--"))
	if !is {
		return delimiter{}, false
	}
	found := -1
	for level, boundary := range slices.Backward(b.open) {
		if bytes.HasPrefix(rest, []byte(boundary)) && (found < 0 || len(boundary) > len(b.open[found])) {
			found = level
		}
	}
	if found < 0 {
		return delimiter{}, false
	}
	last := bytes.HasPrefix(rest[len(b.open[found]):], []byte("--"))
	return delimiter{found, last, start}, true
}

// trimEOL takes off the line end that belongs to the delimiter.
func trimEOL(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte{'\n'})
	return bytes.TrimSuffix(b, []byte{'\r'})
}
