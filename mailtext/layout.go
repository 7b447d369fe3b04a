package mailtext

import (
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// begin lays out the start of an element.
func (c *converter) begin(e *element, a *attributes) {
	if e.breaks > 0 {
		c.textBreak(e.breaks)
	}
	c.beginRegion(e, a)
	switch e.atom {
	case atom.Blockquote:
		e.quote = true
		c.quote++
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir:
		e.list = newList(e.atom == atom.Ol, a)
		c.lists = append(c.lists, e.list)
	case atom.Li:
		c.beginItem(a)
		c.indent++
	case atom.Table:
		e.table = &table{from: len(c.out), breaks: c.breaks, lastQuote: c.lastQuote, marker: c.marker, at: -1}
		e.table.presentation = a.role == "presentation" || a.role == "none"
		c.tables = append(c.tables, e.table)
		for _, outer := range c.tables[:len(c.tables)-1] {
			outer.nested = true
		}
	case atom.Tr:
		if t := c.innerTable(); t != nil {
			t.row()
		}
	case atom.Td, atom.Th:
		c.beginCell(e.atom == atom.Th)
	case atom.A:
		if a.href != "" && c.linkCount < maxLinks {
			c.linkCount++
			e.link = &link{href: a.href, from: len(c.out)}
		}
	case atom.Q:
		c.write(`"`)
	}
}

func newList(ordered bool, a *attributes) *list {
	l := &list{ordered: ordered, next: 1, step: 1}
	if n, err := strconv.Atoi(strings.TrimSpace(a.start)); err == nil {
		l.next = n
	}
	if a.reversed {
		l.step = -1
	}
	return l
}

func (c *converter) beginItem(a *attributes) {
	marker := "* "
	if n := len(c.lists); n > 0 && c.lists[n-1].ordered {
		l := c.lists[n-1]
		if v, err := strconv.Atoi(strings.TrimSpace(a.value)); err == nil {
			l.next = v
		}
		marker = strconv.Itoa(l.next) + ". "
		l.next += l.step
	}
	c.indent++
	c.item(marker)
	c.indent--
}

// end lays out the end of an element.
func (c *converter) end(e *element) {
	switch {
	case e.link != nil:
		c.endLink(e.link)
	case e.atom == atom.Li:
		c.endItem()
		c.indent = max(c.indent-1, 0)
	case e.atom == atom.Td || e.atom == atom.Th:
		c.endCell()
	case e.atom == atom.Q:
		c.write(`"`)
	}
	if e.table != nil {
		c.tables = c.tables[:len(c.tables)-1]
		c.endTable(e.table)
	}
	if e.list != nil {
		c.lists = c.lists[:len(c.lists)-1]
	}
	if e.breaks > 0 {
		c.textBreak(e.breaks)
	}
	if e.quote {
		c.quote--
	}
	if e.region > 0 {
		c.regions[e.region-1].to = len(c.out)
	}
}

// void lays out an element without content.
func (c *converter) void(tag atom.Atom, a *attributes) {
	switch tag {
	case atom.Br:
		if c.top().pre {
			c.verbatim("\n")
		} else {
			c.lineBreak()
		}
	case atom.Hr:
		c.textBreak(2)
		c.write("---")
		c.textBreak(2)
	case atom.Img, atom.Image:
		c.image(a)
	}
}

// image shows the text of a picture in brackets.
func (c *converter) image(a *attributes) {
	if a.src != "" && len(c.refs) < maxLinks {
		c.refs = append(c.refs, a.src)
	}
	small := func(size string) bool {
		n, _, ok := number(strings.TrimSpace(size))
		return ok && n <= 2
	}
	alt := strings.Join(strings.Fields(a.alt), " ")
	if !c.keep {
		alt, _ = dropInvisible(alt)
	}
	if alt == "" || small(a.width) || small(a.height) {
		return
	}
	c.write("[" + cutRunes(alt, maxAlt) + "]")
}
