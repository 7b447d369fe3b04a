//go:build !lean

package main

import "strconv"

// body writes a BODYSTRUCTURE with extension data, of the shapes that mail has:
// plain text, alternatives, attachments, pictures within HTML, forwarded
// messages.
func (g *generator) body() {
	switch n := g.r.IntN(100); {
	case n < 20:
		g.textPart("plain")
	case n < 65:
		g.alternative()
	case n < 87:
		g.multipart("mixed", g.alternative, g.attachment)
	case n < 96:
		g.multipart("mixed", func() { g.multipart("related", g.alternative, g.picture) }, g.attachment)
	default:
		g.multipart("mixed", func() { g.textPart("plain") }, g.forwarded)
	}
}

func (g *generator) alternative() {
	g.multipart("alternative", func() { g.textPart("plain") }, func() { g.textPart("html") })
}

func (g *generator) multipart(subtype string, children ...func()) {
	g.sums[sumParts]++
	g.sums.add(sumTypes, subtype)
	g.text("(")
	for _, child := range children {
		child()
	}
	g.bodySeq++
	boundary := "----=_Part_" + strconv.Itoa(g.bodySeq) + "_" + strconv.Itoa(g.r.IntN(1_000_000))
	g.text(` "` + subtype + `" ("boundary" "` + boundary + `") NIL NIL NIL)`)
	g.param(sumParams, "boundary", boundary)
}

func (g *generator) param(what sum, name, value string) {
	g.sums.add(what, name)
	g.sums.add(what, value)
}

// head writes type, subtype, parameters, ID, description, encoding and size.
func (g *generator) head(typ, subtype, param, value, id, encoding string, size int64) {
	g.sums[sumParts]++
	g.sums.add(sumTypes, subtype)
	g.sums.add(sumTypes, typ)
	g.sums.add(sumTypes, encoding)
	g.sums[sumPartSizes] += uint64(size)
	g.text(`("` + typ + `" "` + subtype + `" `)
	if param == "" {
		g.text("NIL")
	} else {
		g.text(`("` + param + `" "` + value + `")`)
		g.param(sumParams, param, value)
	}
	if id == "" {
		g.text(" NIL")
	} else {
		g.text(` "` + id + `"`)
	}
	g.text(` NIL "` + encoding + `" `)
	g.number(size)
}

func (g *generator) textPart(subtype string) {
	charset, encoding := "utf-8", "quoted-printable"
	switch g.r.IntN(4) {
	case 0:
		charset, encoding = "us-ascii", "7bit"
	case 1:
		charset = "iso-8859-1"
	}
	lines := 10 + g.r.Int64N(400)
	g.head("text", subtype, "charset", charset, "", encoding, 60*lines)
	g.text(" ")
	g.number(lines)
	g.sums[sumLines] += uint64(lines)
	g.text(" NIL NIL NIL NIL)")
}

func (g *generator) disposition(kind, name string) {
	g.text(` NIL ("` + kind + `" ("filename" "` + name + `")) NIL NIL)`)
	g.sums.add(sumDisposition, kind)
	g.param(sumDisposition, "filename", name)
}

func (g *generator) attachment() {
	name := pick(g.r, english.words) + "-" + strconv.Itoa(g.r.IntN(1000)) + ".pdf"
	g.head("application", "pdf", "name", name, "", "base64", 20_000+g.r.Int64N(2_000_000))
	g.disposition("attachment", name)
}

func (g *generator) picture() {
	name := "image" + strconv.Itoa(g.r.IntN(1000)) + ".png"
	g.head("image", "png", "name", name, "<"+name+"@example.com>", "base64", 2_000+g.r.Int64N(100_000))
	g.disposition("inline", name)
}

func (g *generator) forwarded() {
	g.head("message", "rfc822", "", "", "", "7bit", 3_000+g.r.Int64N(50_000))
	g.text(" ")
	g.envelope(g.date())
	g.text(" ")
	g.alternative()
	lines := 50 + g.r.Int64N(1000)
	g.text(" ")
	g.number(lines)
	g.sums[sumLines] += uint64(lines)
	g.text(" NIL NIL NIL NIL)")
}
