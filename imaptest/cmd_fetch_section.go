package imaptest

import (
	"bytes"
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/mime"
	"github.com/seed-090b04e4/imap/response"
)

// section is what stands between the brackets of BODY[…] and BINARY[…], and
// behind them (RFC 9051 §6.4.5.1).
type section struct {
	item      string // BODY, BINARY or BINARY.SIZE
	text      string // as it is echoed
	part      []int
	specifier string
	fields    []string
	partial   bool
	start     uint64
	count     uint64
}

// readSection reads an item with a section.
func (s *session) readSection(a *args, req *fetchRequest, name string) {
	sec := section{}
	var peek bool
	sec.item, peek = strings.CutSuffix(name, ".PEEK")
	binary := sec.item == "BINARY" || name == "BINARY.SIZE"
	if sec.item != "BODY" && !binary || binary && !s.srv.has(response.CapBinary) && !s.srv.has(response.CapIMAP4rev2) {
		a.fail(bad("FETCH: unknown item %q", name))
		return
	}
	a.want('[')
	sec.readPart(a)
	if !binary {
		sec.readSpecifier(a)
	}
	sec.text = string(sec.echo())
	if len(sec.fields) > 0 {
		o := s.newOut(sec.text + " (")
		for i, f := range sec.fields {
			if i > 0 {
				o.raw(" ")
			}
			o.fieldName(f)
		}
		sec.text = string(o.raw(")").b)
	}
	a.want(']')
	if a.peek() == '<' && name != "BINARY.SIZE" {
		a.want('<')
		sec.partial = true
		sec.start = a.number64()
		a.want('.')
		if sec.count = a.number64(); sec.count == 0 {
			a.bad("a count above zero")
		}
		a.want('>')
	}
	if !peek && sec.item != "BINARY.SIZE" {
		req.seen = true
	}
	req.items = append(req.items, fetchItem{sec.item + "[" + sec.text + "]", sec.write})
}

// fieldName writes a header field's name as an astring.
func (o *out) fieldName(name string) {
	for i := 0; i < len(name); i++ {
		if c := name[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`(){%*"\]`, c) >= 0 {
			o.str(name)
			return
		}
	}
	o.raw(name)
}

// readPart reads a part number, with the dot behind it where something follows.
func (sec *section) readPart(a *args) {
	for c := a.peek(); c >= '0' && c <= '9'; c = a.peek() {
		n := a.number()
		if n == 0 || len(sec.part) > 200 {
			a.bad("a part number")
			return
		}
		sec.part = append(sec.part, int(n))
		if !a.eat('.') {
			return
		}
	}
}

// readSpecifier reads HEADER, TEXT and their like.
func (sec *section) readSpecifier(a *args) {
	if a.peek() == ']' {
		return
	}
	sec.specifier = a.itemName()
	switch sec.specifier {
	case "HEADER", "TEXT":
	case "HEADER.FIELDS", "HEADER.FIELDS.NOT":
		a.sp()
		a.list(func() { sec.fields = append(sec.fields, a.astring()) })
		if a.ok() && len(sec.fields) == 0 {
			a.bad("a field name")
		}
	case "MIME":
		if len(sec.part) == 0 {
			a.bad("a part number before MIME")
		}
	default:
		a.bad("a section")
	}
}

func (sec *section) echo() []byte {
	return response.Section{Part: sec.part, Specifier: response.Specifier(sec.specifier)}.AppendPrefix(nil)
}

// write writes the item.
func (sec *section) write(o *out, m *fetchedMessage) *reply {
	text, found, decoded := sec.content(m.Blob.Tree())
	o.raw(sec.item + "[" + sec.text + "]")
	if sec.item == "BINARY.SIZE" {
		o.raw(" ").num(uint64(len(text)))
	} else {
		if sec.partial {
			part := sec.cut(o.s, text)
			if text = part.text; part.origin {
				o.raw("<").num(part.start).raw(">")
			}
		}
		switch {
		case !found || !decoded:
			o.raw(" NIL")
		default:
			o.raw(" ").literal(text, sec.item == "BINARY")
		}
	}
	if !decoded {
		r := no("UNKNOWN-CTE", "Some part can not be decoded")
		return &r
	}
	return nil
}

// cut returns the part of the text that was asked for, or what a fault sends.
func (sec *section) cut(s *session, text []byte) partialText {
	for _, e := range s.effects() {
		if e.partial != nil {
			return e.partial(text, sec.start, sec.count)
		}
	}
	return partialText{pieceOf(text, sec.start, sec.count), sec.start, true}
}

// pieceOf returns count octets of text from start on, as far as there are such.
func pieceOf(text []byte, start, count uint64) []byte {
	size := uint64(len(text))
	start = min(start, size)
	return text[start : start+min(count, size-start)]
}

// content finds the text that the section names.
func (sec *section) content(root *mime.Part) (text []byte, found, decoded bool) {
	p := root.Find(sec.part)
	if p == nil {
		return nil, false, true
	}
	if sec.item != "BODY" {
		if len(sec.part) == 0 {
			return p.Raw, true, true
		}
		text, decoded = p.Decoded()
		return text, true, decoded
	}
	msg := p // what HEADER and TEXT are of
	if len(sec.part) > 0 {
		msg = p.Message
	}
	switch sec.specifier {
	case "":
		if len(sec.part) == 0 {
			return p.Raw, true, true
		}
		return p.Body, true, true
	case "MIME":
		return p.Header, true, true
	}
	if msg == nil {
		return nil, false, true
	}
	switch sec.specifier {
	case "HEADER":
		return msg.Header, true, true
	case "TEXT":
		return msg.Body, true, true
	}
	return sec.header(msg), true, true
}

// header returns the chosen header fields.
func (sec *section) header(p *mime.Part) []byte {
	not := sec.specifier == "HEADER.FIELDS.NOT"
	var b []byte
	for _, f := range p.Fields {
		named := slices.ContainsFunc(sec.fields, func(n string) bool { return strings.EqualFold(n, f.Name) })
		if named != not {
			b = append(b, f.Raw...)
			if !bytes.HasSuffix(f.Raw, []byte{'\n'}) {
				b = append(b, "\r\n"...)
			}
		}
	}
	return append(b, "\r\n"...)
}
