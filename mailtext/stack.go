package mailtext

import (
	"slices"

	"golang.org/x/net/html/atom"
)

// implied closes what the start tag of an element closes: end tags of p, li, td
// and others may be left out, and the body ends the head.
func (c *converter) implied(tag atom.Atom) {
	if c.deep > 0 {
		return
	}
	if c.top().atom == atom.Head {
		switch tag {
		case atom.Meta, atom.Title, atom.Link, atom.Style, atom.Script, atom.Base, atom.Noscript, atom.Template, atom.Bgsound:
		default:
			c.pop()
		}
	}
	if c.open[atom.P] > 0 && closesParagraph(tag) {
		for i := len(c.stack) - 1; i >= 0 && !isScope(c.stack[i].atom); i-- {
			if c.stack[i].atom == atom.P {
				c.cut(i)
				break
			}
		}
	}
	closes, stop := closedBy(tag)
	if !slices.ContainsFunc(closes, func(a atom.Atom) bool { return c.open[a] > 0 }) {
		return
	}
	at := -1
	for i := len(c.stack) - 1; i >= 0 && !slices.Contains(stop, c.stack[i].atom); i-- {
		if slices.Contains(closes, c.stack[i].atom) {
			at = i
		}
	}
	if at >= 0 {
		c.cut(at)
	}
}

// endTag closes the element that an end tag is for, and what is within it.
func (c *converter) endTag(tag atom.Atom, name string) {
	if tag == atom.Br || tag == atom.P && c.deep == 0 && c.open[atom.P] == 0 {
		if !c.suppressed() && tag == atom.Br {
			c.lineBreak()
		}
		return
	}
	if kindOf(tag) == void {
		return
	}
	if c.deep > 0 {
		switch tag {
		case atom.P, atom.Li, atom.Dt, atom.Dd, atom.Tr, atom.Td, atom.Th:
			if c.deepAt == 0 {
				return
			}
		}
		if k := kindOf(tag); (k == block || k == paragraph) && !c.suppressed() {
			c.textBreak(1)
		}
		if c.deep--; c.deep < c.deepAt {
			c.deepAt = 0
		}
		return
	}
	for i := len(c.stack) - 1; i >= 0 && c.open[tag] > 0; i-- {
		e := &c.stack[i]
		switch {
		case e.atom == tag && (tag != 0 || e.name == name):
			if isFormatting(tag) && c.holdsBlock(i+1) {
				c.neutralise(i)
				return
			}
			c.cut(i)
			return
		case isScope(e.atom) && !closesScope(tag):
			return
		case !isFormatting(tag) && kindOf(tag) == inline && (e.kind == block || e.kind == paragraph):
			return // as browsers do it
		}
	}
}

// closesScope reports whether the end tag of a closes elements from within a
// table.
func closesScope(a atom.Atom) bool {
	switch a {
	case atom.Table, atom.Tr, atom.Td, atom.Th, atom.Tbody, atom.Thead, atom.Tfoot, atom.Caption, atom.Body, atom.Html, atom.Template, atom.Object, atom.Button, atom.Marquee:
		return true
	}
	return false
}

// holdsBlock reports whether an open element from index i on is a block.
func (c *converter) holdsBlock(i int) bool {
	for ; i < len(c.stack); i++ {
		if k := c.stack[i].kind; k == block || k == paragraph {
			return true
		}
	}
	return false
}

// neutralise closes the formatting element at index i from within a block that it
// holds: what comes next in the block is no more within it.
func (c *converter) neutralise(i int) {
	e := &c.stack[i]
	if e.link != nil {
		c.endLink(e.link)
		e.link = nil
	}
	if e.begun && e.breaks > 0 {
		c.textBreak(e.breaks)
	}
	c.open[e.atom]--
	*e = element{kind: inline}
	c.open[0]++
	outer := state{}
	if i > 0 {
		outer = c.stack[i-1].state
	}
	for ; i < len(c.stack); i++ { // what they inherited
		e := &c.stack[i]
		gone := e.gone
		e.state = outer.within(e)
		if outer = e.state; gone && !e.gone && e.breaks > 0 {
			c.textBreak(e.breaks)
		}
	}
}

// cut closes the elements from index i on.
func (c *converter) cut(i int) {
	for len(c.stack) > i {
		c.pop()
	}
}

// popTo closes the innermost element a, and what is within it.
func (c *converter) popTo(a atom.Atom) {
	for i := len(c.stack) - 1; i >= 0; i-- {
		if c.stack[i].atom == a {
			c.cut(i)
			return
		}
	}
}

func (c *converter) pop() {
	e := c.stack[len(c.stack)-1]
	c.stack = c.stack[:len(c.stack)-1]
	c.open[e.atom]--
	switch {
	case e.begun:
		c.end(&e)
	case !e.gone && !e.never && e.breaks > 0: // it was hidden when it began
		c.textBreak(e.breaks)
	}
}
