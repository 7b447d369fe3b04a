package response

import "github.com/seed-090b04e4/imap/internal/ascii"

// GenURLAuthData is an untagged GENURLAUTH (RFC 4467 §8): URLs with their tokens.
type GenURLAuthData struct {
	URLs []string // as they have to be used, octet by octet; see [ParseURL]
}

func (*GenURLAuthData) untagged() {}

func (d *GenURLAuthData) cost() int { return sizeOther + stringsCost(d.URLs) }

// URLFetchData is an untagged URLFETCH (RFC 4467 §8, RFC 5524 §3.2).
type URLFetchData struct {
	Parts []URLPart // one for each URL
}

func (*URLFetchData) untagged() {}

func (d *URLFetchData) cost() int {
	n := sizeOther
	for i := range d.Parts {
		part := &d.Parts[i]
		n += 16*sizeString + len(part.URL) + cap(part.Data)
		if part.Structure != nil {
			structs, text := part.Structure.cost()
			n += structs + text
		}
	}
	return n
}

// URLPart is what a URL stands for.
type URLPart struct {
	URL       string
	Nil       bool           // the URL is not valid any more, never was, or is not for this user
	Data      []byte         // the octets; not nil if they came
	Binary    bool           // Data is without transfer encoding; nil Data: that could not be undone
	Structure *BodyStructure // BODYPARTSTRUCTURE (RFC 5524 §3.2); nil if it did not come
}

// URLMechCode lists the mechanisms of URLAUTH that a mailbox has (RFC 4467 §8), each
// with its data after "=" if there is any.
type URLMechCode struct {
	Mechanisms []string // like "INTERNAL"
}

// Name returns [CodeURLMech].
func (c URLMechCode) Name() CodeName { return CodeURLMech }

// genURLAuthData reads GENURLAUTH after its name.
func (p *parser) genURLAuthData() (*GenURLAuthData, bool) {
	d := &GenURLAuthData{}
	for p.spaces(); !p.end(); p.spaces() {
		s, ok := p.astring()
		if !ok {
			return nil, false
		}
		p.charge(2 * sizeString)
		d.URLs = append(d.URLs, p.string(s))
	}
	return d, len(d.URLs) > 0 || p.fail("url-full")
}

// urlFetchData reads URLFETCH after its name: pairs of a URL and an nstring, or a URL
// and what was asked for of it, each in parentheses.
func (p *parser) urlFetchData() (*URLFetchData, bool) {
	d := &URLFetchData{}
	for p.spaces(); !p.end(); p.spaces() {
		s, ok := p.astring()
		if !ok || !p.sp() {
			return nil, false
		}
		p.charge(32 * sizeString)
		p.check()
		part := URLPart{URL: p.string(s)}
		if p.peek() != '(' {
			if part.Data, ok = p.nilOrOctets(); !ok {
				return nil, false
			}
			part.Nil = part.Data == nil
		}
		for p.peek() == '(' {
			if !p.urlMetadata(&part) {
				return nil, false
			}
			p.spaces()
		}
		d.Parts = append(d.Parts, part)
	}
	return d, len(d.Parts) > 0 || p.fail("url-full")
}

// urlMetadata reads "(" url-metadata-el ")" (RFC 5524 §5).
func (p *parser) urlMetadata(part *URLPart) bool {
	if !p.enter() {
		return false
	}
	name, ok := p.atom()
	if !ok || !p.sp() {
		return false
	}
	switch {
	case ascii.EqualFold(name, "BODYPARTSTRUCTURE"):
		if p.isNIL() {
			break
		}
		part.Structure, ok = p.body()
	case ascii.EqualFold(name, "BODY"):
		part.Data, ok = p.nilOrOctets()
	case ascii.EqualFold(name, "BINARY"):
		part.Binary = true
		part.Data, ok = p.nilOrOctets()
	default:
		_, ok = p.value()
	}
	return ok && (p.leave() || p.fail(")"))
}

// nilOrOctets reads an nstring or a literal8; nil is NIL.
func (p *parser) nilOrOctets() ([]byte, bool) {
	s, ok := p.nstring()
	if !ok || s.null {
		return nil, ok
	}
	text := p.string(s)
	return append(make([]byte, 0, len(text)), text...), true
}
