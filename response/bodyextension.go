package response

import "github.com/seed-090b04e4/imap/internal/ascii"

// bodyExtension reads disposition, language, location and whatever follows.
func (p *parser) bodyExtension(b *BodyStructure) bool {
	const none = " NIL NIL NIL)"
	if hasAt(p.b, p.i, none) {
		p.i += len(none)
		p.depth--
		return true
	}
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
	if p.peek() != '(' && !p.rareString(b, (*BodyRare).location) {
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
				p.charge(2 * sizeString)
				r := p.rare(b)
				r.Language = append(r.Language, p.string(s))
			}
		}
		return true
	}
	s, ok := p.bodyNString()
	if ok && s.lo < s.hi {
		r := p.rare(b)
		r.Language = append(r.Language, p.string(s))
	}
	return ok
}
