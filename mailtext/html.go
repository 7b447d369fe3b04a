package mailtext

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxOpen       = 256    // elements that are open at a time
	maxAttributes = 64     // of a tag
	maxLinks      = 10_000 // of a message
	maxAlt        = 200    // characters of a picture's text
)

// element is one that is open.
type element struct {
	atom   atom.Atom
	name   string // if there is no atom for it
	kind   kindOfElement
	breaks int    // around it
	own    effect // of its attributes and the style sheets
	begun  bool   // its start was laid out

	state // of the text within it

	quote  bool
	list   *list
	table  *table
	link   *link
	region int // 1 + index of the region that it is, or 0
}

// state is how text is shown, which elements inherit.
type state struct {
	gone      bool // not at all, and without a place in the layout
	never     bool // the same because of the element, not of its style
	tiny      bool // in letters that cannot be seen
	invisible bool // without colour
	pre       bool // with its white space
}

func (s state) suppressed() bool { return s.gone || s.never || s.tiny || s.invisible }

// within returns the state within an element that has an effect of its own.
func (s state) within(e *element) state {
	return state{
		gone:      s.gone || e.own.hidden == yes,
		never:     s.never || e.kind == never,
		tiny:      e.own.tiny == yes || s.tiny && e.own.tiny != no,
		invisible: e.own.invisible == yes || s.invisible && e.own.invisible != no,
		pre:       e.own.pre == yes || s.pre && e.own.pre != no,
	}
}

type list struct {
	ordered bool
	next    int
	step    int
}

// converter makes HTML into text. It has a stack of its own: real mail nests
// deeper than the parser of golang.org/x/net allows, and the limit of this one
// costs no more than the layout.
type converter struct {
	writer
	links  Links
	rules  rules
	styles map[string]effect // of style attributes
	keep   bool              // invisible characters

	stack     []element
	open      map[atom.Atom]int // elements of the stack
	deep      int               // elements that are open beyond those of the stack
	deepAt    int               // of these, the first that hides what is within; 0: none
	lists     []*list
	tables    []*table
	footnotes []string
	linkCount int

	hidden  int64 // octets of text that are not shown
	refs    []string
	liars   int64 // links whose text names another host
	regions []region
}

// region is a part of the text that the HTML says something about.
type region struct {
	kind     SegmentKind
	from, to int // to is -1 while it is open
}

// convert makes HTML in UTF-8 into text. It reuses the memory of src.
func convert(src []byte, max int, links Links, keepInvisible bool) (*converter, string, bool) {
	compacted := compact(src)
	c := &converter{links: links, rules: parseStyles(string(compacted.styles)), keep: keepInvisible, styles: make(map[string]effect), open: make(map[atom.Atom]int)}
	c.max = max
	z := html.NewTokenizer(bytes.NewReader(compacted.html))
	for !c.full {
		switch z.Next() {
		case html.ErrorToken: // the end
			return c, c.finish(), compacted.unclosed
		case html.TextToken:
			c.textToken(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			c.startTag(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			c.endTag(atom.Lookup(name), string(name))
		}
	}
	return c, c.finish(), compacted.unclosed
}

// finish closes what is open, and returns the text.
func (c *converter) finish() string {
	for len(c.stack) > 0 {
		c.pop()
	}
	if len(c.footnotes) > 0 {
		c.quote, c.indent, c.marker = 0, 0, ""
		c.textBreak(2)
		for i, url := range c.footnotes {
			c.textBreak(1)
			c.write("[" + strconv.Itoa(i+1) + "] " + url)
		}
	}
	return c.text()
}

// top returns the innermost open element, or one without properties.
func (c *converter) top() *element {
	if n := len(c.stack); n > 0 {
		return &c.stack[n-1]
	}
	return &element{}
}

// suppressed reports whether text is not shown here.
func (c *converter) suppressed() bool { return c.deepAt > 0 || c.top().suppressed() }

func (c *converter) textToken(s string) {
	top := c.top()
	if top.atom == atom.Head && strings.TrimSpace(s) != "" {
		c.popTo(atom.Head) // text begins the body
		top = c.top()
	}
	if c.suppressed() {
		if !top.never {
			c.hidden += int64(len(strings.TrimSpace(s)))
		}
		return
	}
	if !c.keep {
		var dropped int
		s, dropped = dropInvisible(s)
		c.hidden += int64(dropped)
	}
	if top.pre {
		c.verbatim(s)
	} else {
		c.write(s)
	}
}

func (c *converter) startTag(z *html.Tokenizer) {
	raw := z.Raw()
	literal := ""
	if bytes.IndexByte(raw, '@') >= 0 || bytes.IndexByte(raw, ':') >= 0 || bytes.HasPrefix(raw, []byte("<www.")) {
		literal = string(raw) // before TagName makes it lower case
	}
	nameBytes, more := z.TagName()
	name := string(nameBytes)
	tag := atom.Lookup(nameBytes)
	if tag == 0 && isAddress(name) {
		c.textToken(literal)
		return
	}
	if tag == atom.Noscript {
		z.NextIsNotRawText() // no mail program runs scripts
	}
	var a attributes
	if more {
		a = readAttributes(z)
	}
	c.implied(tag)
	e := c.element(tag, name, &a)
	switch {
	case e.kind == void:
		if e.gone || e.never || e.invisible || c.deepAt > 0 {
			c.hidden += int64(len(a.alt))
			return
		}
		c.void(tag, &a)
	case bytes.HasSuffix(raw, []byte("/>")) && (tag == atom.Svg || tag == 0):
	case len(c.stack) == maxOpen:
		c.deeper(e)
	default:
		if !e.gone && !e.never {
			e.begun = true
			c.begin(&e, &a)
		}
		c.stack = append(c.stack, e)
		c.open[tag]++
	}
}

// element returns the element of a start tag.
func (c *converter) element(tag atom.Atom, name string, a *attributes) element {
	e := element{atom: tag, kind: kindOf(tag)}
	if tag == 0 {
		e.name = name
	}
	e.own = c.rules.of(name, a.id, a.class)
	if a.style != "" || a.bgcolor != "" {
		e.own = e.own.over(c.styleEffect(withBackground(a)))
	}
	if a.hidden {
		e.own.hidden = yes
	}
	if tag == atom.Pre || tag == atom.Listing || tag == atom.Xmp || tag == atom.Plaintext {
		e.own.pre = yes
	}
	e.state = c.top().within(&e)
	e.breaks = c.breaksAround(&e, a)
	return e
}

// breaksAround returns how many line breaks there are before and after an element.
func (c *converter) breaksAround(e *element, a *attributes) int {
	switch e.kind {
	case paragraph:
		switch tight := e.own.tight || strings.HasPrefix(a.class, "mso"); {
		case e.atom == atom.P && tight, len(c.lists) > 0 && isList(e.atom), len(c.tables) > 0 && e.atom == atom.Table:
			return 1
		}
		return 2
	case block:
		return 1
	case inline:
		switch e.own.display {
		case "block", "list-item", "flex", "grid", "table":
			return 1
		}
	}
	return 0
}

// styleEffect returns what a style attribute does. Mail repeats the same few.
func (c *converter) styleEffect(style string) effect {
	e, ok := c.styles[style]
	if !ok {
		e = effectOf(style)
		if len(style) < 1000 && len(c.styles) < 1000 {
			c.styles[style] = e
		}
	}
	return e
}

// withBackground returns the style of an element together with its bgcolor.
func withBackground(a *attributes) string {
	if a.bgcolor != "" {
		return "background-color:" + a.bgcolor + ";" + a.style
	}
	return a.style
}

func isList(a atom.Atom) bool {
	return a == atom.Ul || a == atom.Ol || a == atom.Menu || a == atom.Dir || a == atom.Dl
}

// deeper counts an element that the stack has no room for.
func (c *converter) deeper(e element) {
	switch e.atom {
	case atom.P, atom.Li, atom.Dt, atom.Dd, atom.Tr, atom.Td, atom.Th: // whose end tags are often left out
		if !e.suppressed() && c.deepAt == 0 {
			c.textBreak(max(e.breaks, 1))
			return
		}
	}
	if c.deep++; c.deepAt == 0 && e.suppressed() && !c.top().suppressed() {
		c.deepAt = c.deep
	}
	if e.breaks > 0 && !c.suppressed() {
		c.textBreak(e.breaks)
	}
}
