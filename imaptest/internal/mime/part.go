// Package mime cuts a message into its parts without changing a byte of it, and
// reads what ENVELOPE, BODYSTRUCTURE and SEARCH need from the header fields.
// It never fails: what is malformed is text.
package mime

import (
	"bytes"
	"strings"
)

// Part is a message or one of its parts. It refers to the raw message, which must
// not be modified.
type Part struct {
	Raw    []byte // header and body
	Header []byte // with the empty line that ends it
	Body   []byte // as transferred
	Fields []Field

	Type, Subtype string // as written; "text", "plain" by default
	Params        []Param
	Encoding      string // as written; "7bit" if there is none, or what is no token

	Children []*Part // of a multipart
	Message  *Part   // of a message/rfc822
}

// Field is one header field.
type Field struct {
	Name  string
	Raw   []byte // with its line ends
	Value string // unfolded, without the white space around it
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
	if e, ok := p.Get("Content-Transfer-Encoding"); ok {
		if e = strings.TrimSpace(stripComments(e)); isToken(e) {
			p.Encoding = e
		}
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

// Get returns the value of the last field of that name, as Dovecot and Cyrus do
// for a field that is repeated though it must not be.
func (p *Part) Get(name string) (string, bool) {
	for i := len(p.Fields) - 1; i >= 0; i-- {
		if strings.EqualFold(p.Fields[i].Name, name) {
			return p.Fields[i].Value, true
		}
	}
	return "", false
}

// Lines returns how many lines the body has.
func (p *Part) Lines() int { return bytes.Count(p.Body, []byte{'\n'}) }

// Find returns the part with that number (RFC 9051 §6.4.5.1), nil if there
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
