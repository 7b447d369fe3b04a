package response

import "github.com/seed-090b04e4/imap/internal/ascii"

// body reads a BODYSTRUCTURE or BODY (RFC 9051 §9 "body").
//
// This is what servers get wrong most. Read leniently are: surplus spaces, NIL
// or nothing for any field, numbers that are none, a type without a subtype, a
// multipart without parts or in the form of a single part, and more extension
// data than is known.
func (p *parser) body() (*BodyStructure, bool) {
	depth := p.depth
	if !p.enter() {
		return nil, p.fail("body")
	}
	b := p.mem.bodies.one()
	p.charge(sizeBodyStructure + sizePointer)
	var ok bool
	if p.peek() == '(' {
		ok = p.bodyMultipart(b)
	} else {
		ok = p.bodySinglePart(b)
	}
	if !ok && p.loose {
		p.guessed = true
	}
	if !ok && p.loose && (depth > 0 || b.Type != "") {
		ok = p.leaveTo(depth) // what was read of the part is all there is
	}
	return b, ok
}

// bodyMultipart reads a body-type-mpart after its first parenthesis.
func (p *parser) bodyMultipart(b *BodyStructure) bool {
	b.Type = "multipart"
	base := len(p.mem.kids)
	for p.spaces(); p.peek() == '('; p.spaces() {
		child, ok := p.body()
		if !ok {
			p.mem.kids = p.mem.kids[:base]
			return false
		}
		p.mem.kids = append(p.mem.kids, child)
	}
	b.Children = p.mem.children.copyOf(p.mem.kids[base:])
	p.mem.kids = p.mem.kids[:base]
	if p.peek() != ')' && !p.bodyToken(&b.Subtype) {
		return false
	}
	if p.leave() {
		return true
	}
	if !p.bodyParams(&b.Params) {
		return false
	}
	return p.bodyExtension(b)
}

// bodySinglePart reads a body-type-1part after its first parenthesis.
func (p *parser) bodySinglePart(b *BodyStructure) bool {
	if p.leave() { // () for a body that has nothing
		return true
	}
	subtype, ok := p.mediaType(b)
	if !ok {
		return false
	}
	if b.Subtype == "" && isMultipartSubtype(b.Type) { // Gmail: a multipart without parts
		b.Type, b.Subtype = "multipart", b.Type
		if p.leave() {
			return true
		}
		return (subtype || p.bodyParams(&b.Params)) && p.bodyExtension(b) // NIL for its parameters
	}
	if b.Type == "" && isMultipartSubtype(b.Subtype) { // the same with NIL for its parts
		b.Type = "multipart"
		return p.leave() || p.bodyParams(&b.Params) && p.bodyExtension(b)
	}
	if p.leave() {
		return true
	}
	if p.peek() == '(' && p.nested() && !ascii.EqualFold(b.Type, "text") { // a multipart that says its type first
		return p.bodyParts(b)
	}
	if !p.bodyParams(&b.Params) {
		return false
	}
	return p.bodyFields(b) && (p.leave() || p.bodyByType(b))
}

// mediaType reads type and subtype, of which ("TEXT" ("CHARSET" …) …) and
// ( "X-ZIP" ("BOUNDARY" …) …) have one. It reports whether there was a subtype, or NIL
// in its place.
func (p *parser) mediaType(b *BodyStructure) (subtype, ok bool) {
	const between, end = `" "`, `" `
	i := p.i + len(`"`)
	j := stringEnd(p.b, i)
	if k := j + len(between); i < j && p.b[i-1] == '"' && hasAt(p.b, j, between) { // as nearly all are
		if l := stringEnd(p.b, k); k < l && hasAt(p.b, l, end) {
			b.Type, b.Subtype = p.mem.token(p.b[i:j]), p.mem.token(p.b[k:l])
			p.i = l + len(end) - 1
			return true, true
		}
	}
	if !p.bodyToken(&b.Type) {
		return false, false
	}
	if p.spaces(); p.peek() == '(' || p.peek() == ')' {
		return false, true
	}
	ok = p.bodyToken(&b.Subtype)
	return ok, ok
}

// isMultipartSubtype reports whether t is a subtype of multipart that mail has.
func isMultipartSubtype(t string) bool {
	for _, s := range [...]string{"mixed", "alternative", "related", "report", "signed", "encrypted", "digest", "parallel", "appledouble"} {
		if ascii.EqualFold(s, t) {
			return true
		}
	}
	return false
}

// nested reports whether a list of lists is next.
func (p *parser) nested() bool {
	i := p.i + 1
	for i < len(p.b) && p.b[i] == ' ' {
		i++
	}
	return i < len(p.b) && p.b[i] == '('
}

// bodyParts reads the parts of a multipart that stand after its type.
func (p *parser) bodyParts(b *BodyStructure) bool {
	for p.spaces(); p.peek() == '('; p.spaces() {
		child, ok := p.body()
		if !ok {
			return false
		}
		b.Children = append(b.Children, child)
	}
	return p.skipRest()
}

// bodyFields reads body-fields after the parameters: id, description,
// encoding and size.
func (p *parser) bodyFields(b *BodyStructure) bool {
	if p.plainFields(b) {
		return true
	}
	if p.atEnd() {
		p.odd()
		return true
	}
	if p.countNext() && !p.shifted() || !p.rareString(b, (*BodyRare).id) {
		return false
	}
	if p.atEnd() {
		p.odd()
		return true
	}
	if p.countNext() && b.Subtype != "" && !p.shifted() {
		return false
	}
	s, ok := p.bodyNString()
	if !ok {
		return false
	}
	if b.Subtype == "" && p.countNext() { // no subtype at all, so that this is the encoding
		b.Encoding = p.token(s)
		b.Size, ok = p.bodyNumber()
		return ok
	}
	if s.lo < s.hi {
		p.rare(b).Description, _ = p.decoded(s)
	}
	if p.atEnd() {
		return true
	}
	if !p.bodyToken(&b.Encoding) {
		return false
	}
	if p.atEnd() {
		return true
	}
	b.Size, ok = p.bodyNumber()
	return ok
}

// plainFields reads body-fields of the usual form: without id and description. It
// consumes nothing else.
func (p *parser) plainFields(b *BodyStructure) bool {
	const before, between = ` NIL NIL "`, `" `
	if !hasAt(p.b, p.i, before) {
		return false
	}
	i := p.i + len(before)
	j := stringEnd(p.b, i)
	if !hasAt(p.b, j, between) {
		return false
	}
	size, end := p.plainCount(j + len(between))
	if end == 0 {
		return false
	}
	b.Encoding, b.Size = p.mem.token(p.b[i:j]), size
	p.i = end
	return true
}

// shifted deals with a number where an ID or a description belongs, which has
// none: something before it was taken for something else.
func (p *parser) shifted() bool {
	p.guessed = true
	return p.loose || p.fail("nstring")
}

// countNext reports whether digits are next.
func (p *parser) countNext() bool {
	p.spaces()
	c := p.peek()
	return '0' <= c && c <= '9'
}

// atEnd reports whether the list ends here, without consuming its end.
func (p *parser) atEnd() bool {
	p.spaces()
	return p.peek() == ')'
}

// bodyByType reads what is special to the media type, then extension data.
func (p *parser) bodyByType(b *BodyStructure) bool {
	var ok bool
	switch {
	case p.peek() >= '0' && p.peek() <= '9' || p.peek() == '-':
		if b.Lines, ok = p.bodyNumber(); !ok {
			return false
		}
	case ascii.EqualFold(b.Type, "message") && p.peek() == '(' || p.messageNIL(b):
		if !p.bodyMessage(b) {
			return false
		}
	case ascii.EqualFold(b.Type, "text") && p.isNIL():
		// NIL for the number of lines; or the MD5 of a text without one: both are empty
	case ascii.EqualFold(b.Type, "multipart") && p.peek() == '(':
		return p.skipRest() // a multipart in the form of a single part
	}
	if p.leave() {
		return true
	}
	if p.peek() == '(' {
		return p.bodyExtension(b) // no MD5
	}
	if p.countNext() && !p.shifted() || !p.rareString(b, (*BodyRare).md5) {
		return false
	}
	return p.bodyExtension(b)
}

// messageNIL reports whether a message/rfc822 part has NIL for its envelope,
// which must not be taken for the MD5 that other message parts have there.
func (p *parser) messageNIL(b *BodyStructure) bool {
	if !ascii.EqualFold(b.Type, "message") || !ascii.EqualFold(b.Subtype, "rfc822") && !ascii.EqualFold(b.Subtype, "global") {
		return false
	}
	at := p.i
	defer func() { p.i = at }()
	if !p.isNIL() {
		return false
	}
	p.spaces()
	if !p.special('(') {
		return false
	}
	p.spaces() // of a part that is sent like any other, NIL is the MD5 and this its disposition
	rest := p.b[p.i:]
	return !ascii.HasPrefixFold(rest, `"attachment"`) && !ascii.HasPrefixFold(rest, `"inline"`)
}

// bodyMessage reads envelope, body and lines of a message/rfc822 part.
func (p *parser) bodyMessage(b *BodyStructure) bool {
	var ok bool
	if p.spaces(); !p.isNIL() {
		depth := p.depth
		if b.Envelope, ok = p.envelope(); !ok {
			if b.Envelope = nil; !p.loose || !p.leaveTo(depth) {
				return false
			}
		}
	}
	if p.atEnd() {
		return true
	}
	if !p.isNIL() {
		if p.peek() != '(' {
			return true // what follows is extension data
		}
		if b.Message, ok = p.body(); !ok {
			return false
		}
	}
	if p.atEnd() {
		return true
	}
	b.Lines, ok = p.bodyNumber()
	p.spaces()
	return ok
}

// cost returns what the structure takes, without and with its strings.
func (b *BodyStructure) cost() (structs, text int) {
	if b == nil {
		return 0, 0
	}
	todo := append(make([]*BodyStructure, 0, 32), b)
	for len(todo) > 0 {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		structs += sizeBodyStructure + cap(b.Children)*sizePointer
		structs += (cap(b.Params) + cap(b.DispositionParams)) * sizeParam
		text += len(b.Type) + len(b.Subtype) + len(b.Encoding) + len(b.Disposition)
		for _, list := range [...][]Param{b.Params, b.DispositionParams} {
			for _, p := range list {
				text += len(p.Name) + len(p.Value)
			}
		}
		if r := b.Rare; r != nil {
			structs += sizeBodyRare + cap(r.Language)*sizeString
			text += len(r.ID) + len(r.Description) + len(r.MD5) + len(r.Location)
			for _, l := range r.Language {
				text += len(l)
			}
		}
		e, t := b.Envelope.cost()
		structs, text = structs+e, text+t
		if b.Message != nil {
			todo = append(todo, b.Message)
		}
		todo = append(todo, b.Children...)
	}
	return structs, text
}
