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
