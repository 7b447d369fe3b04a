package response

import (
	"slices"
	"strconv"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// Param is one parameter of a media type or disposition. Its name is in lower
// case; its value is decoded (RFC 2231, RFC 2047).
type Param struct {
	Name  string // in lower case
	Value string // decoded
}

// BodyStructure is the MIME structure of a message or of one of its parts
// (RFC 9051 §7.5.2): a multipart, whose parts are Children, or a single part.
//
// Types and encodings are as the server sent them; they compare without regard
// to case. A string that the server left out, or sent as NIL, is empty.
//
// What the parts are to a reader, [BodyStructure.Text], [BodyStructure.Attachments]
// and [BodyStructure.Leaves] say.
type BodyStructure struct {
	Type     string           // "text", "multipart", …
	Subtype  string           // "plain", "mixed", …
	Params   []Param          // parameters of the media type
	Children []*BodyStructure // parts of a multipart

	// of a single part

	Encoding string // transfer encoding
	Size     int64  // octets, as transferred; -1 if the server said so
	Lines    int64  // of text and message/rfc822 parts

	// of a message/rfc822 (or message/global) part

	Envelope *Envelope      // of the message that is attached
	Message  *BodyStructure // its structure

	// extension data: absent in the answer to BODY

	Disposition       string  // "attachment", "inline", …
	DispositionParams []Param // with the file name: see [BodyStructure.Filename]

	// Rare has what few parts have; nil if this one has nothing of it. The methods
	// that are named after its fields are for reading.
	Rare *BodyRare
}

// BodyRare has the fields of a [BodyStructure] that few parts have.
type BodyRare struct {
	ID          string   // Content-ID, with its angle brackets
	Description string   // Content-Description, decoded (RFC 2047)
	MD5         string   // Content-MD5
	Language    []string // Content-Language
	Location    string   // Content-Location
}

// rare returns Rare, and an empty one if it is nil.
func (b *BodyStructure) rare() BodyRare {
	if b == nil || b.Rare == nil {
		return BodyRare{}
	}
	return *b.Rare
}

// ID returns the Content-ID, with its angle brackets, and "" if there is none.
func (b *BodyStructure) ID() string { return b.rare().ID }

// Description returns the Content-Description, decoded (RFC 2047), and "" if there is
// none.
func (b *BodyStructure) Description() string { return b.rare().Description }

// MD5 returns the Content-MD5, and "" if there is none.
func (b *BodyStructure) MD5() string { return b.rare().MD5 }

// Language returns the languages of the Content-Language, and nil if there is none.
func (b *BodyStructure) Language() []string { return b.rare().Language }

// Location returns the Content-Location, and "" if there is none.
func (b *BodyStructure) Location() string { return b.rare().Location }

// IsMultipart reports whether b is a multipart.
func (b *BodyStructure) IsMultipart() bool {
	return b != nil && ascii.EqualFold(b.Type, "multipart")
}

// MediaType returns type and subtype in lower case, as "text/plain".
func (b *BodyStructure) MediaType() string {
	if b == nil {
		return ""
	}
	t := make([]byte, 0, len(b.Type)+1+len(b.Subtype))
	t = append(append(append(t, b.Type...), '/'), b.Subtype...)
	for i, c := range t {
		if 'A' <= c && c <= 'Z' {
			t[i] = c + 'a' - 'A'
		}
	}
	return string(t)
}

// Param returns the value of a parameter of the media type, and "" if there is
// none.
func (b *BodyStructure) Param(name string) string {
	if b == nil {
		return ""
	}
	return param(b.Params, name)
}

func param(params []Param, name string) string {
	for _, p := range params {
		if ascii.EqualFold(p.Name, name) {
			return p.Value
		}
	}
	return ""
}

// Charset returns the charset parameter, and "" if there is none.
func (b *BodyStructure) Charset() string { return b.Param("charset") }

// Filename returns the name that the part wants to be saved under, from the
// disposition or else from the media type; "" if there is none. It is what the
// sender wrote, decoded: never use it as a path, nor print it on a terminal.
// [Part.SafeName] is for that.
func (b *BodyStructure) Filename() string {
	if b == nil {
		return ""
	}
	if name := param(b.DispositionParams, "filename"); name != "" {
		return name
	}
	return param(b.Params, "name")
}

// Part is one node of a [BodyStructure] and its number.
type Part struct {
	*BodyStructure
	Number []int // {1, 2} for part 1.2; what [Section] and OpenPart take
}

// String returns the number of the part as in "1.2".
func (p Part) String() string {
	var b []byte
	for i, n := range p.Number {
		if i > 0 {
			b = append(b, '.')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return string(b)
}

// WalkAction says how [BodyStructure.Walk] goes on.
type WalkAction int

// What a visit of Walk returns.
const (
	WalkOn       WalkAction = iota // on to the node's children, if it has any, and the next one
	SkipChildren                   // leave out what the node holds
	StopWalk                       // visit nothing more
)

// Walk calls visit for every node of b, multiparts included, in the order of the
// message. What a node holds, the parts of an attached message too, is left out
// if visit returns SkipChildren.
//
// A message that is not a multipart has one part, number 1. The multipart that a
// message is made of has no number of its own: its Number is that of the message,
// empty for the outermost (RFC 9051 §6.4.5.1). A nil visit is not allowed.
func (b *BodyStructure) Walk(visit func(Part) WalkAction) {
	switch {
	case b == nil:
	case b.IsMultipart():
		Part{b, nil}.walk(visit)
	default:
		Part{b, []int{1}}.walk(visit)
	}
}

// walk visits p and what it holds. It reports whether to go on after it.
func (p Part) walk(visit func(Part) WalkAction) bool {
	switch visit(p) {
	case SkipChildren:
		return true
	case StopWalk:
		return false
	}
	holder := p
	if m := p.Message; m != nil && !p.IsMultipart() {
		if !m.IsMultipart() {
			return Part{m, append(slices.Clip(p.Number), 1)}.walk(visit)
		}
		holder = Part{m, p.Number} // the multipart of an attached message has no number
	}
	for i := range holder.Children {
		if !holder.child(i).walk(visit) {
			return false
		}
	}
	return true
}
