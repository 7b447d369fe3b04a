package mailtext

import "strings"

const (
	maxRules       = 1000 // of style sheets
	maxRulesPerKey = 50   // for one class, id or element
)

// rule is one of a style sheet, with the simple selector that it is for.
type rule struct {
	tag, id string
	classes []string
	effect  effect
}

// rules are those of the style sheets of a message that hide or show, each under
// its id, a class or its element.
type rules map[string][]rule

// parseStyles reads style sheets. Rules for some media only, and selectors that
// need the element's surroundings, are left out.
func parseStyles(css string) rules {
	list := make(rules)
	count := 0
	css = dropComments(css)
	for count < maxRules {
		open := strings.IndexByte(css, '{')
		if open < 0 {
			return list
		}
		selectors := css[:open]
		if semicolon := strings.LastIndexByte(selectors, ';'); semicolon >= 0 { // @import
			selectors = selectors[semicolon+1:]
		}
		selectors = strings.Trim(selectors, "} \t\r\n")
		end := strings.IndexByte(css[open:], '}')
		if strings.HasPrefix(selectors, "@") {
			css = css[open+blockLen(css[open:]):]
			continue
		}
		body := css[open+1:]
		if end >= 0 {
			body = css[open+1 : open+end]
			css = css[open+end+1:]
		} else {
			css = ""
		}
		e := effectOf(body)
		if e == (effect{}) {
			continue
		}
		for selector := range strings.SplitSeq(selectors, ",") {
			if r, key, ok := parseSelector(selector); ok && len(list[key]) < maxRulesPerKey {
				r.effect = e
				list[key] = append(list[key], r)
				count++
			}
		}
	}
	return list
}

func dropComments(css string) string {
	css = strings.NewReplacer("<!--", "", "-->", "").Replace(css)
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(css, "/*")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if _, css, ok = strings.Cut(rest, "*/"); !ok {
			return b.String()
		}
	}
}

// blockLen returns the length of the block that css starts with.
func blockLen(css string) int {
	depth := 0
	for i := range len(css) {
		switch css[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(css)
}

// parseSelector reads a selector of one element: tag, .class, #id and their
// combinations.
func parseSelector(s string) (r rule, key string, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" || len(s) > 200 || strings.ContainsAny(s, " \t\r\n>+~[:\"") {
		return r, "", false
	}
	for s != "" {
		kind := s[0]
		if kind == '.' || kind == '#' {
			s = s[1:]
		}
		end := strings.IndexAny(s, ".#")
		if end < 0 {
			end = len(s)
		}
		name := s[:end]
		s = s[end:]
		switch {
		case name == "":
			return r, "", false
		case kind == '.':
			r.classes = append(r.classes, name)
			if r.id == "" {
				key = "." + name
			}
		case kind == '#':
			r.id = name
			key = "#" + name
		case name != "*":
			r.tag = name
			if key == "" {
				key = name
			}
		}
	}
	return r, key, key != ""
}

// of returns what the rules do to an element. class and id are in lower case.
func (list rules) of(tag, id, class string) effect {
	var e effect
	if len(list) == 0 {
		return e
	}
	classes := strings.Fields(class)
	classes = classes[:min(len(classes), 16)]
	apply := func(key string) {
		for _, r := range list[key] {
			if r.matches(tag, id, classes) {
				e = e.over(r.effect)
			}
		}
	}
	apply(tag)
	for _, c := range classes {
		apply("." + c)
	}
	if id != "" {
		apply("#" + id)
	}
	return e
}

func (r rule) matches(tag, id string, classes []string) bool {
	if r.tag != "" && r.tag != tag || r.id != "" && r.id != id {
		return false
	}
	for _, want := range r.classes {
		found := false
		for _, c := range classes {
			found = found || c == want
		}
		if !found {
			return false
		}
	}
	return true
}
