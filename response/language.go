package response

import "strings"

// LanguageData is an untagged LANGUAGE (RFC 5255 §3.3).
type LanguageData struct {
	Tags []string // of the languages that the server knows, or of the one in use
}

func (*LanguageData) untagged() {}

func (d *LanguageData) cost() int { return sizeOther + stringsCost(d.Tags) }

// languageData reads LANGUAGE after its name (RFC 5255 §3.3).
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

// ComparatorData is an untagged COMPARATOR (RFC 5255 §4.8).
type ComparatorData struct {
	Active  string   // the comparator in use
	Matches []string // those that match what was asked for; nil if the server does not say
}

func (*ComparatorData) untagged() {}

func (d *ComparatorData) cost() int { return sizeOther + len(d.Active) + stringsCost(d.Matches) }

// comparatorData reads COMPARATOR after its name.
func (p *parser) comparatorData() (*ComparatorData, bool) {
	if !p.sp() {
		return nil, false
	}
	s, ok := p.astring()
	if !ok {
		return nil, false
	}
	d := &ComparatorData{Active: p.string(s)}
	if p.spaces(); p.end() {
		return d, true
	}
	d.Matches, ok = p.stringList()
	return d, ok
}

// JMAPAccessData is an untagged JMAPACCESS (RFC 9698 §3): where the mail of this user is
// by JMAP.
type JMAPAccessData struct {
	URL string // of the session resource (RFC 8620 §2)
}

func (*JMAPAccessData) untagged() {}

func (d *JMAPAccessData) cost() int { return sizeOther + len(d.URL) }

// jmapAccessData reads JMAPACCESS after its name.
func (p *parser) jmapAccessData() (*JMAPAccessData, bool) {
	if !p.sp() {
		return nil, false
	}
	s, ok := p.astring()
	return &JMAPAccessData{p.string(s)}, ok
}
