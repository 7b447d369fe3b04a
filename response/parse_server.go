package response

import (
	"strings"
)

// namespaceData reads NAMESPACE behind its name (RFC 9051 §9
// "namespace-response").
func (p *parser) namespaceData() (*NamespaceData, bool) {
	d := new(NamespaceData)
	for _, dst := range [...]*[]Namespace{&d.Personal, &d.Other, &d.Shared} {
		if p.spaces(); p.end() && len(d.Personal) > 0 { // those that are not told are none
			break
		}
		if p.isNIL() {
			continue
		}
		if !p.enter() {
			return nil, false
		}
		for !p.leave() {
			ns, ok := p.namespaceDescr()
			if !ok {
				return nil, false
			}
			p.charge(2 * sizeNamespace)
			*dst = append(*dst, ns)
		}
	}
	return d, true
}

func (p *parser) namespaceDescr() (ns Namespace, ok bool) {
	if !p.enter() {
		return ns, false
	}
	if ns.Prefix, ok = p.mailboxString(); !ok || !p.sp() {
		return ns, false
	}
	var d MailboxInfo
	if !p.listDelim(&d) {
		return ns, false
	}
	ns.Delim = d.Delim
	for !p.leave() {
		s, ok := p.astring()
		if !ok || !p.sp() {
			return ns, false
		}
		x := NamespaceExtension{Name: p.string(s)}
		if x.Values, ok = p.stringList(); !ok {
			return ns, false
		}
		p.charge(4 * sizeString)
		ns.Extensions = append(ns.Extensions, x)
	}
	return ns, true
}

// idData reads ID behind its name (RFC 2971 §3.2).
func (p *parser) idData() (*IDData, bool) {
	if !p.sp() {
		return nil, false
	}
	d := new(IDData)
	if p.isNIL() {
		return d, true
	}
	if !p.enter() {
		return nil, false
	}
	d.Params = []IDParam{}
	for !p.leave() {
		name, ok := p.astring()
		if !ok || !p.sp() {
			return nil, false
		}
		value, ok := p.idValue()
		if !ok {
			return nil, false
		}
		p.charge(4 * sizeString)
		d.Params = append(d.Params, IDParam{p.string(name), p.string(value), value.null})
	}
	p.special('+') // datamail.in
	return d, true
}

// idValue reads nstring. Proton Mail Bridge has sent atoms.
func (p *parser) idValue() (span, bool) {
	switch p.peek() {
	case '"', '{', '~':
		return p.str()
	}
	if p.isNIL() {
		return span{null: true}, true
	}
	lo := p.i
	_, ok := p.atom()
	return span{lo: lo, hi: p.i}, ok
}

// languageData reads LANGUAGE behind its name (RFC 5255 §3.3).
func (p *parser) languageData() (*LanguageData, bool) {
	if !p.sp() {
		return nil, false
	}
	if p.peek() != '(' {
		run := p.run()
		p.charge(len(run))
		return &LanguageData{strings.Fields(string(run))}, true
	}
	list, ok := p.stringList()
	return &LanguageData{list}, ok
}
