package response

import "unsafe"

// NamespaceData is an untagged NAMESPACE (RFC 9051 §7.3.2). A nil list is NIL:
// there are no such namespaces.
type NamespaceData struct {
	Personal []Namespace // the user's own
	Other    []Namespace // those of other users
	Shared   []Namespace // those that belong to no user
}

func (*NamespaceData) untagged() {}

func (d *NamespaceData) cost() int {
	return 2*sizeOther + namespacesCost(d.Personal) + namespacesCost(d.Other) + namespacesCost(d.Shared)
}

// Namespace is one namespace: mailboxes whose names begin with Prefix.
type Namespace struct {
	Prefix     string               // mostly empty, or ends in Delim
	Delim      string               // hierarchy delimiter, one character; empty if there is none
	Extensions []NamespaceExtension // mostly none
}

// NamespaceExtension is an extension of a namespace (RFC 9051 §9
// "Namespace-Response-Extensions").
type NamespaceExtension struct {
	Name   string   // as the server sent it
	Values []string // at least one
}

// namespaceData reads NAMESPACE after its name (RFC 9051 §9
// "namespace-response").
func (p *parser) namespaceData() (*NamespaceData, bool) {
	d := new(NamespaceData)
	for _, dst := range [...]*[]Namespace{&d.Personal, &d.Other, &d.Shared} {
		if p.spaces(); p.end() && len(d.Personal) > 0 { // those that are missing are none
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

func namespacesCost(list []Namespace) int {
	n := cap(list) * sizeNamespace
	for _, ns := range list {
		n += len(ns.Prefix) + cap(ns.Extensions)*int(unsafe.Sizeof(NamespaceExtension{}))
		for _, x := range ns.Extensions {
			n += len(x.Name) + stringsCost(x.Values)
		}
	}
	return n
}
