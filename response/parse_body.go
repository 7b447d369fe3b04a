package response

import (
	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/internal/words"
)

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
	var ok bool
	if p.peek() == '(' {
		ok = p.bodyMultipart(b)
	} else {
		ok = p.bodySinglePart(b)
	}
	if !ok && p.loose && (depth > 0 || p.typeOf(b) != "") {
		ok = p.leaveTo(depth) // what was read of the part is all there is
	}
	return b, ok
}

// bodyMultipart reads a body-type-mpart behind its first parenthesis.
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

// bodySinglePart reads a body-type-1part behind its first parenthesis.
func (p *parser) bodySinglePart(b *BodyStructure) bool {
	if p.leave() { // () for a body that has nothing
		return true
	}
	if !p.bodyToken(&b.Type) {
		return false
	}
	// ("TEXT" ("CHARSET" …) …) and ( "X-ZIP" ("BOUNDARY" …) …) have one of the two
	subtype := false
	if p.spaces(); p.peek() != '(' && p.peek() != ')' {
		if subtype = p.bodyToken(&b.Subtype); !subtype {
			return false
		}
	}
	if b.Subtype == "" && isMultipartSubtype(p.typeOf(b)) { // Gmail: a multipart without parts
		b.Type, b.Subtype = "multipart", p.typeOf(b)
		if p.leave() {
			return true
		}
		return (subtype || p.bodyParams(&b.Params)) && p.bodyExtension(b) // NIL for its parameters
	}
	if b.Type == "" && isMultipartSubtype(b.Subtype) && p.typeOf(b) == "" { // the same with NIL for its parts
		b.Type = "multipart"
		return p.leave() || p.bodyParams(&b.Params) && p.bodyExtension(b)
	}
	if p.leave() {
		return true
	}
	if p.peek() == '(' && p.nested() && !ascii.EqualFold(p.typeOf(b), "text") { // a multipart that says its type first
		return p.bodyParts(b)
	}
	if !p.bodyParams(&b.Params) {
		return false
	}
	return p.bodyFields(b) && (p.leave() || p.bodyByType(b))
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

// bodyParts reads the parts of a multipart that stand behind its type.
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

// bodyFields reads body-fields behind the parameters: id, description,
// encoding and size.
func (p *parser) bodyFields(b *BodyStructure) bool {
	if p.atEnd() {
		return true
	}
	if !p.bodyString(&b.ID) {
		return false
	}
	if p.atEnd() {
		return true
	}
	s, ok := p.bodyNString()
	if !ok {
		return false
	}
	if b.Subtype == "" && p.countNext() { // no subtype at all, so that this is the encoding
		p.set(&b.Encoding, s)
		b.Size, ok = p.bodyNumber()
		return ok
	}
	p.decodedText(&b.Description, s)
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
	case ascii.EqualFold(p.typeOf(b), "message") && p.peek() == '(' || p.messageNIL(b):
		if !p.bodyMessage(b) {
			return false
		}
	case p.peek() >= '0' && p.peek() <= '9' || p.peek() == '-':
		if b.Lines, ok = p.bodyNumber(); !ok {
			return false
		}
	case ascii.EqualFold(p.typeOf(b), "text") && p.isNIL():
		// NIL for the number of lines; or the MD5 of a text without one: both are empty
	case ascii.EqualFold(p.typeOf(b), "multipart") && p.peek() == '(':
		return p.skipRest() // a multipart in the form of a single part
	}
	if p.leave() {
		return true
	}
	if p.peek() == '(' {
		return p.bodyExtension(b) // no MD5
	}
	if !p.bodyString(&b.MD5) {
		return false
	}
	return p.bodyExtension(b)
}

// typeOf returns the media type, whose string may still have to be made.
func (p *parser) typeOf(b *BodyStructure) string {
	if b.Type != "" {
		return b.Type
	}
	for _, d := range p.mem.pending {
		if d.dst == &b.Type {
			return string(p.mem.text[d.lo:d.hi])
		}
	}
	return ""
}

// messageNIL reports whether a message/rfc822 part has NIL for its envelope,
// which must not be taken for the MD5 that other message parts have there.
func (p *parser) messageNIL(b *BodyStructure) bool {
	if !ascii.EqualFold(p.typeOf(b), "message") || !ascii.EqualFold(b.Subtype, "rfc822") && !ascii.EqualFold(b.Subtype, "global") {
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
	p.spaces() // of a part that is told like any other, NIL is the MD5 and this its disposition
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

// bodyExtension reads disposition, language, location and whatever follows.
func (p *parser) bodyExtension(b *BodyStructure) bool {
	if p.leave() {
		return true
	}
	if !p.bodyDisposition(b) {
		return false
	}
	if p.leave() {
		return true
	}
	if !p.bodyLanguage(b) {
		return false
	}
	if p.leave() {
		return true
	}
	if p.peek() != '(' && !p.bodyString(&b.Location) {
		return false
	}
	return p.skipRest()
}

// skipRest consumes values up to the end of the list.
func (p *parser) skipRest() bool {
	for !p.leave() {
		if !p.skipValue() {
			return false
		}
	}
	return true
}

// bodyDisposition reads "(" string SP body-fld-param ")" or NIL. Exchange sends
// the string alone and (NIL NIL).
func (p *parser) bodyDisposition(b *BodyStructure) bool {
	p.spaces()
	if p.peek() != '(' {
		return p.bodyToken(&b.Disposition)
	}
	if !p.enter() {
		return false
	}
	if p.peek() != '(' && p.peek() != ')' && !p.bodyToken(&b.Disposition) {
		return false
	}
	if p.leave() {
		return true
	}
	if p.peek() == '"' {
		if !ascii.EqualFold(b.Disposition, "attachment") && !ascii.EqualFold(b.Disposition, "inline") {
			b.Disposition = "" // Dragon: the parameters of a multipart
		}
		return p.skipRest()
	}
	if !p.bodyParams(&b.DispositionParams) {
		return false
	}
	return p.skipRest()
}

// dispositionNext reports whether the list that is next can't be one of
// languages, as its second value is a list or NIL.
func (p *parser) dispositionNext() bool {
	q := parser{b: p.b, i: p.i + 1}
	q.spaces()
	if q.peek() != '"' {
		return false
	}
	if _, ok := q.quoted(); !ok {
		return false
	}
	q.spaces()
	return q.peek() == '(' || q.isNIL()
}

// bodyLanguage reads a string, a list of strings, or NIL.
func (p *parser) bodyLanguage(b *BodyStructure) bool {
	p.spaces()
	if p.peek() == '(' {
		if b.Disposition == "" && p.dispositionNext() {
			return p.bodyDisposition(b)
		}
		if !p.enter() {
			return false
		}
		for !p.leave() {
			s, ok := p.bodyNString()
			if !ok {
				return false
			}
			if s.lo < s.hi {
				b.Language = append(b.Language, p.string(s))
			}
		}
		return true
	}
	s, ok := p.bodyNString()
	if ok && s.lo < s.hi {
		b.Language = append(b.Language, p.string(s))
	}
	return ok
}

// bodyNString reads a string field. Some servers send atoms.
func (p *parser) bodyNString() (span, bool) {
	p.spaces()
	if c := p.peek(); c == '"' || c == '{' || c == 'N' || c == 'n' {
		if s, ok := p.nstring(); ok {
			if c == '"' && !p.stringEnded() {
				return span{}, false
			}
			return s, true
		}
		if c == '"' || c == '{' {
			return span{}, false
		}
		p.err = nil
	}
	lo := p.i
	if len(p.run()) == 0 {
		if p.loose && p.peek() == '(' {
			return span{null: true}, p.skipValue()
		}
		return span{}, p.fail("nstring")
	}
	return span{lo: lo, hi: p.i}, true
}

// stringEnded reports whether something stands behind a quoted string that can
// stand there, so that the quote before it is the last one.
func (p *parser) stringEnded() bool {
	c := p.peek()
	return c == ' ' || c == ')' || c == '(' || p.loose || p.fail("SP")
}

// bodyToken reads a string field that holds no quotes, into dst. Quotes are left
// out: Exchange has sent "HTML"" in escaped form and without.
func (p *parser) bodyToken(dst *string) bool {
	s, ok := p.bodyNString()
	if !ok {
		return false
	}
	for s.lo < s.hi && (p.b[s.lo] == '"' || p.b[s.lo] == '\\') {
		s.lo++
	}
	for s.lo < s.hi && (p.b[s.hi-1] == '"' || p.b[s.hi-1] == '\\') {
		s.hi--
	}
	p.set(dst, s)
	return true
}

// bodyString reads a string field into dst.
func (p *parser) bodyString(dst *string) bool {
	s, ok := p.bodyNString()
	if ok {
		p.set(dst, s)
	}
	return ok
}

// bodyNumber reads a count. Exchange sends -1, mail.ru 9.3736e+06, and others
// NIL: all but plain digits is -1.
func (p *parser) bodyNumber() (int64, bool) {
	p.spaces()
	if p.peek() == '"' {
		s, ok := p.quoted()
		if !ok {
			return 0, false
		}
		n, width, ok := ascii.Number64(p.bytes(s))
		if !ok || width != s.hi-s.lo {
			n = -1
		}
		return n, true
	}
	b := p.run()
	if len(b) == 0 {
		return 0, p.fail("number")
	}
	n, width, ok := ascii.Number64(b)
	switch {
	case len(b) == 3 && ascii.EqualFold(b, "NIL"):
		return 0, true
	case !ok || width != len(b):
		return -1, true
	}
	return n, true
}

// paramSpan is a parameter whose strings have not been made.
type paramSpan struct{ name, value span }

// bodyParams reads "(" string SP string *(SP string SP string) ")" or NIL, and
// decodes names in pieces and charsets (RFC 2231).
func (p *parser) bodyParams(dst *[]Param) bool {
	p.spaces()
	if p.peek() != '(' {
		_, ok := p.bodyNString() // NIL, or a string where no parameters are
		return ok
	}
	if p.loose {
		return p.looseParams(dst)
	}
	if !p.enter() {
		return false
	}
	spans := p.mem.paramList[:0]
	plain := true
	for !p.leave() {
		var s paramSpan
		var ok bool
		if s.name, ok = p.bodyNString(); !ok {
			return false
		}
		if p.leave() { // a name without a value
			spans = append(spans, s)
			break
		}
		if s.value, ok = p.bodyNString(); !ok {
			return false
		}
		plain = plain && !p.encodedParam(s)
		spans = append(spans, s)
	}
	p.mem.paramList = spans
	if !plain {
		*dst = p.decodedParams(spans)
		return true
	}
	list := p.mem.params.take(len(spans))
	for i := range spans {
		list[i].Name = p.paramName(p.bytes(spans[i].name))
		p.set(&list[i].Value, spans[i].value)
	}
	*dst = list
	return true
}

// looseParams reads parameters between parentheses of whatever depth.
func (p *parser) looseParams(dst *[]Param) bool {
	depth := p.depth
	if !p.enter() {
		return false
	}
	var spans []paramSpan
	for named := false; p.depth > depth; {
		if p.leave() {
			continue
		}
		if p.peek() == '(' {
			if !p.enter() {
				return false
			}
			continue
		}
		s, ok := p.bodyNString()
		if !ok && !p.skipValue() {
			return false
		}
		if named {
			spans[len(spans)-1].value = s
		} else {
			spans = append(spans, paramSpan{name: s})
		}
		named = !named
	}
	p.err = nil
	*dst = p.decodedParams(spans)
	return true
}

// encodedParam reports whether a parameter is in pieces or encoded.
func (p *parser) encodedParam(s paramSpan) bool {
	for _, c := range p.b[s.name.lo:s.name.hi] {
		if c == '*' {
			return true
		}
	}
	return words.NeedsDecoding(p.b[s.value.lo:s.value.hi])
}

func (p *parser) decodedParams(spans []paramSpan) []Param {
	list := make([]words.Param, len(spans))
	for i, s := range spans {
		list[i] = words.Param{Name: p.paramName(p.bytes(s.name)), Value: p.string(s.value)}
	}
	list = words.DecodeParams(list)
	out := make([]Param, len(list))
	for i, d := range list {
		out[i] = Param(d)
	}
	return out
}

// paramName returns the name of a parameter in lower case.
func (p *parser) paramName(b []byte) string {
	switch string(b) {
	case "charset", "CHARSET":
		return "charset"
	case "name", "NAME":
		return "name"
	case "filename", "FILENAME":
		return "filename"
	case "boundary", "BOUNDARY":
		return "boundary"
	case "format", "FORMAT":
		return "format"
	}
	s := p.mem.word(b)
	for i := 0; i < len(s); i++ {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			low := []byte(s)
			for i, c := range low {
				if 'A' <= c && c <= 'Z' {
					low[i] = c + 'a' - 'A'
				}
			}
			return p.mem.word(low)
		}
	}
	return s
}
