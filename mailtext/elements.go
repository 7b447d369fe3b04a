package mailtext

import "golang.org/x/net/html/atom"

// kindOfElement is how an element is laid out.
type kindOfElement int

const (
	inline    kindOfElement = iota // within a line
	block                          // on lines of its own
	paragraph                      // with empty lines around it
	never                          // not shown, with what is within
	void                           // has no content
)

func kindOf(a atom.Atom) kindOfElement {
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Dl, atom.Menu, atom.Dir,
		atom.Blockquote, atom.Table, atom.Pre, atom.Fieldset, atom.Listing, atom.Xmp, atom.Plaintext:
		return paragraph
	case atom.Div, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Nav, atom.Aside, atom.Address, atom.Center,
		atom.Form, atom.Details, atom.Summary, atom.Figure, atom.Figcaption, atom.Legend, atom.Tr, atom.Td, atom.Th, atom.Caption,
		atom.Thead, atom.Tbody, atom.Tfoot, atom.Dt, atom.Dd, atom.Li, atom.Hgroup, atom.Dialog, atom.Body, atom.Html, atom.Optgroup:
		return block
	case atom.Head, atom.Title, atom.Style, atom.Script, atom.Template, atom.Select, atom.Option, atom.Datalist, atom.Textarea,
		atom.Iframe, atom.Svg, atom.Canvas, atom.Map, atom.Noframes, atom.Noembed, atom.Frameset:
		return never
	case atom.Br, atom.Hr, atom.Img, atom.Image, atom.Input, atom.Meta, atom.Link, atom.Area, atom.Base, atom.Col, atom.Embed,
		atom.Source, atom.Track, atom.Wbr, atom.Param, atom.Frame, atom.Bgsound, atom.Basefont, atom.Keygen:
		return void
	}
	return inline
}

// isFormatting reports whether an end tag of a closes its element wherever it is
// (the HTML standard's "formatting" category).
func isFormatting(a atom.Atom) bool {
	switch a {
	case atom.A, atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small, atom.Strike, atom.Strong, atom.Tt, atom.U:
		return true
	}
	return false
}

// isScope reports whether elements outside of a are not closed from within it.
func isScope(a atom.Atom) bool {
	switch a {
	case atom.Table, atom.Td, atom.Th, atom.Caption, atom.Template, atom.Object, atom.Marquee, atom.Button:
		return true
	}
	return false
}

// closedBy returns which open elements the start tag of next closes, as far as
// they are found before one of stop: the end tags of li, td and others may be
// left out.
func closedBy(next atom.Atom) (closes, stop []atom.Atom) {
	switch next {
	case atom.Li:
		return []atom.Atom{atom.Li}, []atom.Atom{atom.Ul, atom.Ol, atom.Menu, atom.Dir, atom.Table, atom.Td, atom.Th, atom.Blockquote}
	case atom.Dt, atom.Dd:
		return []atom.Atom{atom.Dt, atom.Dd}, []atom.Atom{atom.Dl, atom.Table, atom.Td, atom.Th, atom.Blockquote}
	case atom.Td, atom.Th:
		return []atom.Atom{atom.Td, atom.Th, atom.Caption}, []atom.Atom{atom.Tr, atom.Table}
	case atom.Tr:
		return []atom.Atom{atom.Tr, atom.Caption}, []atom.Atom{atom.Table}
	case atom.Thead, atom.Tbody, atom.Tfoot:
		return []atom.Atom{atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Caption}, []atom.Atom{atom.Table}
	case atom.Option, atom.Optgroup:
		return []atom.Atom{atom.Option}, []atom.Atom{atom.Select}
	}
	return nil, nil
}

// closesParagraph reports whether the start tag of a closes an open p.
func closesParagraph(a atom.Atom) bool {
	switch a {
	case atom.Td, atom.Th, atom.Tr, atom.Thead, atom.Tbody, atom.Tfoot, atom.Caption, atom.Body, atom.Html, atom.Table, atom.Optgroup:
		return a == atom.Table
	case atom.Hr:
		return true
	}
	k := kindOf(a)
	return k == paragraph || k == block
}
