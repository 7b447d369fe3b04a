package response

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sketch makes a structure of a short text: "mixed{plain, png #id, pdf =a.pdf !}".
// After the type come =name, #Content-ID, @Content-Location, ! for attachment,
// ? for inline, ~token for another disposition, 0 for a part without content,
// and key:value for a parameter of the type.
func sketch(t testing.TB, text string) *BodyStructure {
	t.Helper()
	s := &sketcher{t: t, text: text}
	b := s.node()
	require.Empty(t, s.text, text)
	return b
}

type sketcher struct {
	t    testing.TB
	text string
}

// sketchTypes are the types of leaves, by the names that sketches use.
var sketchTypes = map[string]string{
	"plain": "text/plain", "html": "text/html", "xhtml": "application/xhtml+xml", "markdown": "text/markdown", "enriched": "text/enriched",
	"amp": "text/x-amp-html", "calendar": "text/calendar", "ics": "application/ics", "csv": "text/csv", "vcard": "text/vcard", "css": "text/css",
	"diff": "text/x-diff", "pdf": "application/pdf", "word": "application/msword", "octet": "application/octet-stream", "zip": "application/zip",
	"png": "image/png", "jpeg": "image/jpeg", "mp3": "audio/mpeg", "smil": "application/smil", "fork": "application/applefile",
	"status": "message/delivery-status", "headers": "text/rfc822-headers", "mdn": "message/disposition-notification",
	"pgp-version": "application/pgp-encrypted", "pgp-signature": "application/pgp-signature",
	"p7s": "application/pkcs7-signature", "p7m": "application/pkcs7-mime", "tnef": "application/ms-tnef",
	"external": "message/external-body", "partial": "message/partial", "none": "/", "text": "text/", "swapped": "plain/text",
}

func (s *sketcher) node() *BodyStructure {
	s.text = strings.TrimLeft(s.text, " ,")
	end := strings.IndexAny(s.text, " ,{}")
	if end < 0 {
		end = len(s.text)
	}
	name := s.text[:end]
	s.text = s.text[end:]
	b := &BodyStructure{Encoding: "7bit", Size: 100}
	switch t, ok := sketchTypes[name]; {
	case ok:
		b.Type, b.Subtype, _ = strings.Cut(t, "/")
	case name == "rfc822":
		b.Type, b.Subtype, b.Envelope = "message", "rfc822", &Envelope{}
	default:
		b.Type, b.Subtype = "multipart", name
	}
	if strings.HasPrefix(s.text, "{") {
		children := s.children()
		if name == "rfc822" {
			b.Message = children[0]
		} else {
			b.Children = children
		}
	}
	s.attributes(b)
	return b
}

func (s *sketcher) children() (list []*BodyStructure) {
	s.text = s.text[1:]
	for {
		s.text = strings.TrimLeft(s.text, " ,")
		if strings.HasPrefix(s.text, "}") {
			s.text = s.text[1:]
			return list
		}
		require.NotEmpty(s.t, s.text, "no closing brace")
		list = append(list, s.node())
	}
}

func (s *sketcher) attributes(b *BodyStructure) {
	for strings.HasPrefix(s.text, " ") {
		s.text = strings.TrimLeft(s.text, " ")
		end := strings.IndexAny(s.text, " ,}")
		if end < 0 {
			end = len(s.text)
		}
		word := s.text[:end]
		s.text = s.text[end:]
		switch key, value, pair := strings.Cut(word, ":"); {
		case word == "!":
			b.Disposition = "attachment"
		case word == "?":
			b.Disposition = "inline"
		case word == "0":
			b.Size = 2
		case word[0] == '~':
			b.Disposition = word[1:]
		case word[0] == '=':
			b.DispositionParams = []Param{{"filename", word[1:]}}
		case word[0] == '#':
			b.Rare = &BodyRare{ID: "<" + word[1:] + ">"}
		case word[0] == '@':
			b.Rare = &BodyRare{Location: word[1:]}
		case pair:
			b.Params = append(b.Params, Param{key, value})
		default:
			s.t.Fatalf("sketch: %q", word)
		}
	}
}

// numbers joins the numbers of parts.
func numbers(parts []Part) string {
	var list []string
	for _, p := range parts {
		list = append(list, p.String())
	}
	return strings.Join(list, " ")
}

// content is what a structure is classified as: the numbers of the text with
// plain text preferred, with HTML preferred if that differs, of the attachments,
// and of inline parts.
func content(b *BodyStructure) string {
	s := "T " + numbers(b.Text(PreferPlain))
	if html := numbers(b.Text(PreferHTML)); html != numbers(b.Text(PreferPlain)) {
		s += " | h " + html
	}
	if list := b.Attachments(); len(list) > 0 {
		s += " | A " + numbers(list)
	}
	if list := b.Inline(); len(list) > 0 {
		s += " | I " + numbers(list)
	}
	if sealed := b.Sealed(); sealed != "" {
		s += " | " + sealed
	}
	return s
}

func TestAMessageConsistsOfWhatMailProgramsShow(t *testing.T) {
	for _, c := range []struct{ why, structure, want string }{
		{"a message of one part", `plain`, `T 1`},
		{"HTML alone", `html`, `T 1`},
		{"two representations", `alternative{plain, html}`, `T 1 | h 2`},
		{"the order is the sender's mistake", `alternative{html, plain}`, `T 2 | h 1`},
		{"Outlook", `mixed{related{alternative{plain, html}, png #a}, pdf =doc.pdf !}`, `T 1.1.1 | h 1.1.2 | A 2 | I 1.2`},
		{"Apple: files in the HTML branch only", `alternative{plain, mixed{html, pdf =a.pdf ?, html}}`, `T 1 | h 2.1 2.3 | A 2.2`},
		{"no leaf is lost", `alternative{plain, mixed{html, pdf, plain}}`, `T 1 | h 2.1 2.3 | A 2.2`},
		{"iOS", `alternative{mixed{html, html, html}}`, `T 1.1 1.2 1.3`},
		{"Apple: a picture between texts", `mixed{plain, jpeg =IMG_1.jpg ?, plain}`, `T 1 3 | A 2`},
		{"Apple: a picture inline with an ID, outside of related", `mixed{plain, jpeg =IMG_1.jpg ? #x}`, `T 1 | A 2`},
		{"pictures of HTML that the structure cannot connect", `mixed{html, png =a.png ? #a}`, `T 1 | A 2`},
		{"related files", `related{html, pdf =a.pdf #a, png #b, png =c.png}`, `T 1 | A 2 4 | I 3`},
		{"related by location", `related{html, png @http://x/a.png, css @a.css, pdf @b.pdf}`, `T 1 | A 4 | I 2 3`},
		{"an attached picture in related", `related{html, png =a.png #a !}`, `T 1 | A 2`},
		{"start", `related{png #p, html #root start:<root>}`, `T 2 | I 1`},
		{"start without brackets", `related{png #p, html #root start:root}`, `T 2 | I 1`},
		{"no start, but a type", `related{png #p, html type:text/html}`, `T 2 | I 1`},
		{"start that names no part", `related{png #p, html start:<none>}`, `T 2 | I 1`},
		{"the type of a related comes after its first child", `related{alternative{plain, html}, html =report.html ! type:text/html}`, `T 1.1 | h 1.2 | A 2`},
		{"related without a root", `related{png #a, pdf}`, `T  | A 1 2`},
		{"MMS", `related{smil #s, plain #t, jpeg #j start:<s>}`, `T 2 | A 3`},
		{"MMS with named texts", `related{smil, plain =text_0.txt, jpeg =a.jpg}`, `T 2 | A 3`},
		{"MMS with the text first", `related{plain, jpeg #j}`, `T 1 | A 2`},
		{"a list's header and footer", `mixed{plain, alternative{plain, html}, plain}`, `T 1 2.1 3 | h 1 2.2 3`},
		{"HTML as a second part is shown too", `mixed{plain, html}`, `T 1 2`},
		{"a forward", `mixed{html, rfc822{mixed{plain, zip =inner.zip !}}}`, `T 1 | A 2`},
		{"a forward, inline", `mixed{html, rfc822{plain} ?}`, `T 1 | A 2`},
		{"a forward first", `mixed{rfc822{plain}, plain}`, `T 2 | A 1`},
		{"nothing but a forward", `mixed{rfc822{plain}}`, `T  | A 1`},
		{"a forward alone", `rfc822{plain}`, `T  | A 1`},
		{"an Outlook item in related", `related{html, rfc822{plain} #m}`, `T 1 | A 2`},
		{"a digest", `mixed{plain, digest{rfc822{plain}, rfc822{plain}}}`, `T 1 | A 2.1 2.2`},
		{"a digest whose parts a server calls text", `mixed{plain, digest{plain, plain}}`, `T 1 | A 2.1 2.2`},
		{"a bounce", `report{plain, status, rfc822{plain}}`, `T 1 | A 3`},
		{"a bounce with a header", `report{plain, status, headers}`, `T 1`},
		{"a bounce without a text", `report{status}`, `T 1`},
		{"a receipt", `report{alternative{plain, html}, mdn}`, `T 1.1 | h 1.2`},
		{"signed", `signed{plain, p7s =smime.p7s !}`, `T 1`},
		{"signed files", `signed{mixed{alternative{plain, html}, pdf =a.pdf !}, pgp-signature =sig.asc}`, `T 1.1.1 | h 1.1.2 | A 1.2`},
		{"signed, with a list's footer", `signed{plain, pgp-signature, plain}`, `T 1 3`},
		{"a signature is a document elsewhere", `mixed{plain, p7s =contract.p7s !}`, `T 1 | A 2`},
		{"a signature that lost its multipart", `mixed{plain, p7s =smime.p7s !, pgp-signature}`, `T 1`},
		{"PGP/MIME", `encrypted{pgp-version, octet =encrypted.asc ? protocol:application/pgp-encrypted}`, `T  | A 2 | pgp`},
		{"PGP/MIME after Exchange", `mixed{plain 0, pgp-version, octet =encrypted.asc}`, `T 1 | A 3 | pgp`},
		{"S/MIME", `p7m =smime.p7m !`, `T  | A 1 | smime`},
		{"S/MIME with a list's footer", `mixed{p7m =smime.p7m, plain}`, `T 2 | A 1 | smime`},
		{"certificates alone are not sealed", `mixed{plain, p7m =c.p7c smime-type:certs-only}`, `T 1 | A 2`},
		{"what is sealed in a forward", `mixed{plain, rfc822{p7m}}`, `T 1 | A 2`},
		{"TNEF", `mixed{plain 0, tnef =winmail.dat}`, `T 1 | A 2 | tnef`},
		{"an invitation", `alternative{plain, html, calendar}`, `T 1 | h 2 | A 3`},
		{"an invitation, twice", `mixed{alternative{plain, html, calendar}, ics =invite.ics !}`, `T 1.1 | h 1.2 | A 2`},
		{"an invitation alone", `calendar`, `T  | A 1`},
		{"an empty plain text", `alternative{plain 0, html}`, `T 2`},
		{"both empty", `alternative{plain 0, html 0}`, `T 2`},
		{"two plain texts", `alternative{plain, plain, html}`, `T 1 2 | h 3`},
		{"a short footer", `alternative{plain, plain 0, html}`, `T 1 2 | h 3`},
		{"a file among the alternatives", `alternative{plain, html, pdf =a.pdf}`, `T 1 | h 2 | A 3`},
		{"AMP", `alternative{plain, amp, html}`, `T 1 | h 3`},
		{"AMP alone is better than nothing", `alternative{amp}`, `T 1`},
		{"enriched text is the last choice", `alternative{enriched, plain}`, `T 2`},
		{"enriched text alone", `enriched`, `T 1`},
		{"files without a name", `mixed{plain, word, png, csv, octet}`, `T 1 | A 2 3 4 5`},
		{"a log file, inline", `mixed{plain, plain =log.txt ?}`, `T 1 | A 2`},
		{"a log file before the text", `mixed{plain =log.txt ?, plain}`, `T 2 | A 1`},
		{"a text with a name", `mixed{plain =body.txt, pdf =a.pdf}`, `T 1 | A 2`},
		{"Exchange's trailing texts", `mixed{plain, html =ATT00001.htm !}`, `T 1 | A 2`},
		{"a file as the message", `pdf`, `T  | A 1`},
		{"a picture as the message", `jpeg ?`, `T  | A 1`},
		{"a text as an attachment", `plain =a.txt !`, `T  | A 1`},
		{"no type", `none`, `T 1`},
		{"no type, but a name", `mixed{plain, none =a.bin}`, `T 1 | A 2`},
		{"half a type", `text`, `T 1`},
		{"a type turned around", `swapped`, `T 1`},
		{"markdown", `markdown`, `T 1`},
		{"a patch alone", `diff`, `T 1`},
		{"a patch beside a text", `mixed{plain, diff}`, `T 1 | A 2`},
		{"a vcard alone is a file", `vcard`, `T  | A 1`},
		{"AppleDouble", `mixed{plain, appledouble{fork =pic.jpg, jpeg}}`, `T 1 | A 2.2`},
		{"content elsewhere", `mixed{plain, external, partial}`, `T 1 | A 2 3`},
		{"form data", `form-data{plain, pdf =a.pdf}`, `T 1 | A 2`},
		{"a multipart that is not known", `new{plain, pdf}`, `T 1 | A 2`},
		{"a disposition that is not known", `mixed{plain, plain =a.txt ~form-data, pdf ~x}`, `T 1 | A 2 3`},
		{"a disposition that is not known, without a name", `mixed{plain ~x}`, `T 1`},
		{"voice", `voice-message{plain, mp3 ?}`, `T 1 | A 2`},
		{"multiparts without parts", `mixed{alternative, related, mixed{digest}}`, `T `},
		{"nesting", `mixed{signed{related{alternative{plain, related{html, png #a}}, png #b}, p7s}}`,
			`T 1.1.1.1 | h 1.1.1.2.1 | I 1.1.1.2.2 1.1.2`},
		// RFC 8621 §4.1.4, whose D and K are inline text and whose H is a forward
		{"the example of JMAP", `mixed{plain, mixed{alternative{mixed{plain, jpeg ?, plain}, related{html, jpeg #f}}, jpeg !, octet =x.xls, rfc822{plain}}, plain}`,
			`T 1 2.1.1.1 2.1.1.3 3 | h 1 2.1.2.1 3 | A 2.1.1.2 2.2 2.3 2.4 | I 2.1.2.2`},
	} {
		assert.Equal(t, c.want, content(sketch(t, c.structure)), "%s: %s", c.why, c.structure)
	}
}

// generator makes structures of every shape.
type generator struct{ *rand.Rand }

var (
	generatedLeaves     = []string{"plain", "plain", "html", "enriched", "amp", "calendar", "ics", "csv", "pdf", "octet", "png", "jpeg", "css", "smil", "fork", "status", "headers", "pgp-version", "pgp-signature", "p7s", "p7m", "tnef", "external", "none", "text"}
	generatedMultiparts = []string{"mixed", "alternative", "alternative", "related", "signed", "report", "digest", "encrypted", "appledouble", "form-data", "unheard-of"}
)

func (g generator) pick(list []string) string { return list[g.IntN(len(list))] }

func (g generator) tree(depth int) string {
	if depth == 0 || g.IntN(3) == 0 {
		return g.leaf(depth)
	}
	var children []string
	for range g.IntN(5) {
		children = append(children, g.tree(depth-1))
	}
	s := g.pick(generatedMultiparts) + "{" + strings.Join(children, ", ") + "}"
	switch g.IntN(4) {
	case 0:
		s += fmt.Sprintf(" start:<id%d>", g.IntN(4))
	case 1:
		s += " type:text/html"
	}
	return s
}

func (g generator) leaf(depth int) string {
	s := g.pick(generatedLeaves)
	if depth > 0 && g.IntN(6) == 0 {
		s = "rfc822{" + g.tree(depth-1) + "}"
	}
	for _, a := range []string{fmt.Sprintf("#id%d", g.IntN(4)), "=a.txt", "!", "?", "0", "~x", "@loc"} {
		if g.IntN(5) == 0 {
			s += " " + a
		}
	}
	return s
}

// TestEveryLeafIsInExactlyOneClass holds the partition for generated messages:
// nothing is lost, whatever a sender nests.
func TestEveryLeafIsInExactlyOneClass(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(1, 2))}
	for range 5000 {
		text := g.tree(1 + g.IntN(5))
		b := sketch(t, text)
		var leaves []string
		readable := false
		b.Walk(func(p Part) WalkAction {
			if p.IsMultipart() {
				return WalkOn
			}
			leaves = append(leaves, p.String())
			return SkipChildren
		})
		checkPartition(t, b, leaves, text)
		for p := range b.Leaves(PreferPlain) {
			readable = readable || kindOf(p.mediaType()) != noText && p.Filename() == "" && !p.isAttached()
		}
		if readable && !strings.Contains(text, "digest") && !strings.Contains(text, "related") {
			assert.NotEmpty(t, b.Text(PreferPlain), text)
		}
		if t.Failed() {
			return
		}
	}
}

// checkPartition checks that the leaves of b come in order, once each, in one
// class, and that its methods agree.
func checkPartition(t *testing.T, b *BodyStructure, leaves []string, text string) {
	t.Helper()
	var classes [2][]Class
	for _, prefer := range [...]Prefer{PreferPlain, PreferHTML} {
		var got []string
		count := map[Class]int{}
		for p, class := range b.Leaves(prefer) {
			got = append(got, p.String())
			classes[prefer] = append(classes[prefer], class)
			count[class]++
		}
		require.Equal(t, leaves, got, text)
		assert.Len(t, b.Text(prefer), count[ClassText], text)
		assert.Len(t, b.Attachments(), count[ClassAttachment], text)
		assert.Len(t, b.Inline(), count[ClassInline], text)
	}
	require.Equal(t, len(classes[0]), len(classes[1]), text)
	for i, plain := range classes[PreferPlain] {
		html := classes[PreferHTML][i]
		changes := func(c Class) bool { return c == ClassText || c == ClassAlternative }
		assert.True(t, plain == html || changes(plain) && changes(html), "%s: leaf %s is %s or %s", text, leaves[i], plain, html)
	}
	assert.Equal(t, len(b.Text(PreferPlain)) == 0, len(b.Text(PreferHTML)) == 0, text)
}

func TestPartsOfADigestAreMessages(t *testing.T) {
	b := sketch(t, `mixed{plain, digest{plain, plain charset:utf-8, rfc822}}`)
	var got []string
	for _, p := range b.Attachments() {
		got = append(got, p.MediaType()+" "+p.SafeName())
	}
	assert.Equal(t, []string{"message/rfc822 message.eml", "text/plain part-2.2.txt", "message/rfc822 message.eml"}, got)
	assert.Equal(t, "text/plain", b.Children[1].Children[0].MediaType(), "what the server sent is not modified")
}

func TestPicturesAreFoundByReference(t *testing.T) {
	b := sketch(t, `mixed{related{html, png #a@example.org, png #B%20c, jpeg @images/x.jpg}, pdf #doc =a.pdf !, rfc822{png #inner}}`)
	for ref, want := range map[string]string{
		"cid:a@example.org": "1.2", "<a@example.org>": "1.2", "a@example.org": "1.2", "CID:A@EXAMPLE.org": "1.2", "cid:a%40example.org": "1.2",
		"B%20c": "1.3", "cid:B%2520c": "1.3", "b%20C": "1.3", "images/x.jpg": "1.4", "cid:doc": "2", "cid:inner": "", "cid:": "", "": "", "<>": "",
	} {
		p, ok := b.ByContentID(ref)
		assert.Equal(t, want != "", ok, ref)
		assert.Equal(t, want, p.String(), ref)
	}
}

func TestClassesHaveNames(t *testing.T) {
	for class, want := range map[Class]string{ClassText: "text", ClassAttachment: "attachment", ClassAlternative: "alternative", ClassInline: "inline", ClassMachinery: "machinery", -1: "unknown", 9: "unknown"} {
		assert.Equal(t, want, class.String())
	}
}
