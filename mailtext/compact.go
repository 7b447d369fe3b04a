package mailtext

import (
	"bytes"
	"strings"
)

const (
	maxValue  = 16 << 10  // octets of an attribute's value that are kept
	maxTag    = 64 << 10  // octets of a tag that are kept
	maxStyles = 256 << 10 // octets of style sheets that are read
)

// compacted is HTML without what its text does not need, so that the tokenizer
// holds no pictures, scripts or comments in memory.
type compacted struct {
	html     []byte
	styles   []byte // content of the style elements
	unclosed bool   // a comment, a tag or an element takes the rest
}

// compact removes comments, declarations, the content of elements that are never
// shown, and the end of long attribute values. It reuses the memory of src. What
// is not closed takes the rest with it, as in browsers.
func compact(src []byte) compacted {
	c := compacted{html: src[:0]}
	for len(src) > 0 {
		i := bytes.IndexByte(src, '<')
		if i < 0 || i+1 == len(src) {
			break
		}
		c.html = append(c.html, src[:i]...)
		src = src[i:]
		n := 0
		switch b := src[1]; {
		case bytes.HasPrefix(src, []byte("<!--")):
			n = commentLen(src)
		case b == '!' || b == '?' || b == '/' && len(src) > 2 && !isLetter(src[2]):
			n = bytes.IndexByte(src, '>') + 1
		case b == '/' || isLetter(b):
			n = c.tag(src)
		default:
			c.html = append(c.html, '<')
			n = 1
		}
		if n == 0 {
			c.unclosed = true
			return c
		}
		src = src[n:]
	}
	c.html = append(c.html, src...)
	return c
}

func isLetter(b byte) bool { return b|0x20-'a' < 26 }

// commentLen returns the length of the comment at the start of src, or 0 if it is
// not closed.
func commentLen(src []byte) int {
	rest := src[len("<!--"):]
	if bytes.HasPrefix(rest, []byte(">")) {
		return len("<!-->")
	}
	if bytes.HasPrefix(rest, []byte("->")) {
		return len("<!--->")
	}
	end := bytes.Index(rest, []byte("--"))
	for end >= 0 {
		after := bytes.TrimPrefix(rest[end+2:], []byte("!"))
		if bytes.HasPrefix(after, []byte(">")) {
			return len(src) - len(after) + 1
		}
		next := bytes.Index(rest[end+1:], []byte("--"))
		if next < 0 {
			break
		}
		end += 1 + next
	}
	return 0
}

// tag keeps the tag at the start of src, and drops the content of an element that
// is never shown. It returns how much of src that is, or 0 if it is not closed.
func (c *compacted) tag(src []byte) int {
	start := len(c.html)
	name, n := c.copyTag(src)
	if n == 0 {
		c.html = c.html[:start]
		return 0
	}
	switch name {
	case "script", "style", "title", "textarea", "iframe", "noembed", "noframes":
		content := src[n:]
		end, size := endTag(content, name)
		if size == 0 {
			c.html = c.html[:start]
			return 0
		}
		if name == "style" {
			c.styles = append(c.styles, content[:min(end, maxStyles-len(c.styles))]...)
		}
		c.html = c.html[:start]
		return n + end + size
	case "xmp", "plaintext":
		end, size := endTag(src[n:], name)
		if size == 0 {
			end = len(src) - n
		}
		c.html = append(c.html, src[n:n+end+size]...)
		return n + end + size
	}
	return n
}

// copyTag appends the tag at the start of src, with long values cut. It returns
// the name of a start tag, and the length of the tag in src: 0 if it does not end.
func (c *compacted) copyTag(src []byte) (name string, n int) {
	i := 1
	for i < len(src) && !isSpace(src[i]) && src[i] != '>' && (src[i] != '/' || i == 1) {
		i++
	}
	if i <= 16 {
		name = strings.ToLower(string(src[1:i]))
	}
	start := len(c.html)
	keep := func(from, to int) {
		if len(c.html)-start+to-from < maxTag {
			c.html = append(c.html, src[from:to]...)
		}
	}
	keep(0, i)
	for i < len(src) {
		switch b := src[i]; b {
		case '>':
			c.html = append(c.html, '>')
			return name, i + 1
		case '=':
			from := i
			for i++; i < len(src) && isSpace(src[i]); i++ {
			}
			end, next := valueEnd(src, i)
			if next == 0 {
				return name, 0
			}
			cut := min(end, i+maxValue)
			keep(from, cut)
			keep(end, next)
			i = next
		default:
			keep(i, i+1)
			i++
		}
	}
	return name, 0
}

// valueEnd returns where the value that starts at i ends, without and with its
// closing quotation mark; 0 if it does not end.
func valueEnd(src []byte, i int) (end, next int) {
	if i == len(src) {
		return 0, 0
	}
	if q := src[i]; q == '"' || q == '\'' {
		n := bytes.IndexByte(src[i+1:], q)
		if n < 0 {
			return 0, 0
		}
		return i + 1 + n, i + 1 + n + 1
	}
	end = i
	for end < len(src) && !isSpace(src[end]) && src[end] != '>' {
		end++
	}
	return end, end
}

func isSpace(b byte) bool {
	return b == ' ' || b == '\t' || b == '\n' || b == '\r' || b == '\f'
}

// endTag returns where the end tag of an element is, and its length, or 0.
func endTag(src []byte, name string) (at, size int) {
	for {
		i := bytes.Index(src[at:], []byte("</"))
		if i < 0 {
			return at, 0
		}
		at += i
		rest := src[at+2:]
		if len(rest) > len(name) && strings.EqualFold(string(rest[:len(name)]), name) {
			if b := rest[len(name)]; isSpace(b) || b == '>' || b == '/' {
				n := bytes.IndexByte(rest, '>')
				if n < 0 {
					return at, 0
				}
				return at, 2 + n + 1
			}
		}
		at += 2
	}
}
