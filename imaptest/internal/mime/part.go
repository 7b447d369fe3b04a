// Package mime cuts a message into its parts without changing a byte of it, and
// reads what ENVELOPE, BODYSTRUCTURE and SEARCH need from the header fields.
// It never fails: what is malformed is text.
package mime

import (
	"bytes"
	"strings"
)

const (
	maxDepth = 64    // levels of nesting that are looked into
	maxParts = 10000 // parts of one message that are told apart
)

// Part is a message or one of its parts. All of it belongs to the raw message
// and must not be changed.
type Part struct {
	Raw    []byte // header and body
	Header []byte // with the empty line that ends it
	Body   []byte // as transferred
	Fields []Field

	Type, Subtype string // as written; "text", "plain" by default
	Params        []Param
	Encoding      string // as written; "7bit" by default

	Children []*Part // of a multipart
	Message  *Part   // of a message/rfc822
}

// Field is one header field.
type Field struct {
	Name  string
	Raw   []byte // with its line ends
	Value string // unfolded, without the white space around it
}

// Parse cuts raw into its parts.
func Parse(raw []byte) *Part {
	b := builder{left: maxParts}
	return b.part(raw, 0, false)
}

type builder struct{ left int }

func (b *builder) part(raw []byte, depth int, digest bool) *Part {
	b.left--
	head := headerEnd(raw)
	p := &Part{Raw: raw, Header: raw[:head], Body: raw[head:]}
	p.Fields = parseFields(p.Header)
	p.setType(digest)
	if depth >= maxDepth || b.left <= 0 {
		if p.IsMultipart() || p.isMessage() {
			p.Type, p.Subtype = "application", "octet-stream"
		}
		return p
	}
	switch {
	case p.IsMultipart():
		isDigest := strings.EqualFold(p.Subtype, "digest")
		for _, raw := range split(p.Body, param(p.Params, "boundary"), b.left) {
			p.Children = append(p.Children, b.part(raw, depth+1, isDigest))
		}
		if p.Children == nil { // the grammar wants one
			p.Children = []*Part{b.part(nil, maxDepth, false)}
		}
	case p.isMessage():
		p.Message = b.part(p.Body, depth+1, false)
	}
	return p
}

// IsMultipart reports whether p is a multipart.
func (p *Part) IsMultipart() bool { return strings.EqualFold(p.Type, "multipart") }

func (p *Part) isMessage() bool {
	return strings.EqualFold(p.Type, "message") &&
		(strings.EqualFold(p.Subtype, "rfc822") || strings.EqualFold(p.Subtype, "global"))
}

func (p *Part) setType(digest bool) {
	p.Type, p.Subtype = "text", "plain"
	if digest {
		p.Type, p.Subtype = "message", "rfc822"
	}
	p.Encoding = "7bit"
	if e, ok := p.Get("Content-Transfer-Encoding"); ok && e != "" {
		p.Encoding, _, _ = strings.Cut(stripComments(e), ";")
		p.Encoding = strings.TrimSpace(p.Encoding)
	}
	v, ok := p.Get("Content-Type")
	if !ok {
		if !digest {
			p.Params = []Param{{"charset", "us-ascii"}}
		}
		return
	}
	full, params := ParseParams(v)
	t, sub, ok := strings.Cut(full, "/")
	t, sub = strings.TrimSpace(t), strings.TrimSpace(sub)
	if !ok || t == "" || sub == "" || !isToken(t) || !isToken(sub) {
		p.Params = []Param{{"charset", "us-ascii"}}
		return
	}
	p.Type, p.Subtype, p.Params = t, sub, params
}

// Get returns the value of the first field of that name.
func (p *Part) Get(name string) (string, bool) {
	for i := range p.Fields {
		if strings.EqualFold(p.Fields[i].Name, name) {
			return p.Fields[i].Value, true
		}
	}
	return "", false
}

// Lines returns how many lines the body has.
func (p *Part) Lines() int { return bytes.Count(p.Body, []byte{'\n'}) }

// Find returns the part with that number (RFC 9051 §6.4.5.1), nil where there
// is none. The empty number is the message itself.
func (p *Part) Find(number []int) *Part {
	at, body := p, false // body: at was reached as the only part of a message
	for _, n := range number {
		if body && at.Message != nil {
			at = at.Message
		} else if body && !at.IsMultipart() {
			return nil
		}
		switch {
		case at.IsMultipart():
			if n < 1 || n > len(at.Children) {
				return nil
			}
			at = at.Children[n-1]
		case n != 1:
			return nil
		}
		body = true
	}
	return at
}

// headerEnd returns the offset behind the empty line that ends the header.
func headerEnd(raw []byte) int {
	at := 0
	for at < len(raw) {
		i := bytes.IndexByte(raw[at:], '\n')
		if i < 0 {
			return len(raw)
		}
		line := raw[at : at+i]
		at += i + 1
		if len(line) == 0 || len(line) == 1 && line[0] == '\r' {
			return at
		}
	}
	return len(raw)
}

func parseFields(header []byte) []Field {
	var out []Field
	for len(header) > 0 {
		n := fieldEnd(header)
		raw := header[:n]
		header = header[n:]
		name, value, ok := bytes.Cut(raw, []byte{':'})
		if !ok {
			continue
		}
		out = append(out, Field{strings.TrimRight(string(name), " \t"), raw, unfold(value)})
	}
	return out
}

// fieldEnd returns the length of the first field with its continuation lines.
func fieldEnd(b []byte) int {
	at := 0
	for {
		i := bytes.IndexByte(b[at:], '\n')
		if i < 0 {
			return len(b)
		}
		at += i + 1
		if at >= len(b) || b[at] != ' ' && b[at] != '\t' {
			return at
		}
	}
}

func unfold(v []byte) string {
	s := strings.NewReplacer("\r\n", "", "\n", "", "\r", "", "\x00", "").Replace(string(v))
	return strings.Trim(s, " \t")
}

// split returns the parts of a multipart's body.
func split(body []byte, boundary string, limit int) [][]byte {
	if boundary == "" {
		return nil
	}
	delim := []byte("--" + boundary)
	var parts [][]byte
	start := -1
	for at := 0; at < len(body) && len(parts) < limit; {
		end := len(body)
		if i := bytes.IndexByte(body[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := bytes.TrimRight(body[at:end], "\r\n \t")
		last := bytes.HasPrefix(line, delim) && string(line[len(delim):]) == "--"
		if last || bytes.Equal(line, delim) {
			if start >= 0 {
				parts = append(parts, trimEOL(body[start:at]))
			}
			if start = end; last {
				return parts
			}
		}
		at = end
	}
	if start >= 0 && start < len(body) { // the closing boundary is missing
		parts = append(parts, body[start:])
	}
	return parts
}

// trimEOL takes off the line end that belongs to the boundary.
func trimEOL(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte{'\n'})
	return bytes.TrimSuffix(b, []byte{'\r'})
}
