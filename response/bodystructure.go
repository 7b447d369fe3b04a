package response

import (
	"iter"
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
// to case. Where the server left out a text, or said NIL, it is empty.
type BodyStructure struct {
	Type     string           // "text", "multipart", …
	Subtype  string           // "plain", "mixed", …
	Params   []Param          // parameters of the media type
	Children []*BodyStructure // parts of a multipart

	// of a single part

	ID          string // Content-ID, with its angle brackets
	Description string // Content-Description, decoded (RFC 2047)
	Encoding    string // transfer encoding
	Size        int64  // octets, as transferred; -1 where the server said so
	Lines       int64  // of text and message/rfc822 parts

	// of a message/rfc822 (or message/global) part

	Envelope *Envelope      // of the message that is attached
	Message  *BodyStructure // its structure

	// extension data: absent in the answer to BODY

	MD5               string   // Content-MD5
	Disposition       string   // "attachment", "inline", …
	DispositionParams []Param  // with the file name: see [BodyStructure.Filename]
	Language          []string // Content-Language
	Location          string   // Content-Location
}

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

// Param returns the value of a parameter of the media type, and "" where there
// is none.
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

// Charset returns the charset parameter, and "" where there is none.
func (b *BodyStructure) Charset() string { return b.Param("charset") }

// Filename returns the name that the part wants to be saved under, from the
// disposition or else from the media type; "" where there is none. It is what
// the sender wrote: never use it as a path.
func (b *BodyStructure) Filename() string {
	if b == nil {
		return ""
	}
	if name := param(b.DispositionParams, "filename"); name != "" {
		return name
	}
	return param(b.Params, "name")
}

// IsAttachment reports whether b is a single part that is meant to be saved
// rather than shown: its disposition says attachment, or it has a file name
// and is not inline text.
func (b *BodyStructure) IsAttachment() bool {
	switch {
	case b == nil || b.IsMultipart():
		return false
	case ascii.EqualFold(b.Disposition, "attachment"):
		return true
	case ascii.EqualFold(b.Disposition, "inline") && (ascii.EqualFold(b.Type, "text") || b.ID != ""):
		return false
	}
	return b.Filename() != ""
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

// Walk iterates over the parts that b holds, multiparts included, in the order
// of the message. A message that is not a multipart has one part, number 1.
// The multipart that a message is made of has no number of its own: its Number
// is that of the message, empty for the outermost (RFC 9051 §6.4.5.1).
func (b *BodyStructure) Walk() iter.Seq[Part] {
	return func(yield func(Part) bool) {
		if b != nil {
			b.walkMessage(nil, yield)
		}
	}
}

// walkMessage numbers the body of the message whose number is at.
func (b *BodyStructure) walkMessage(at []int, yield func(Part) bool) bool {
	if b.IsMultipart() {
		return yield(Part{b, slices.Clip(at)}) && b.walkChildren(at, yield)
	}
	return b.walkPart(append(slices.Clip(at), 1), yield)
}

func (b *BodyStructure) walkChildren(at []int, yield func(Part) bool) bool {
	for i, child := range b.Children {
		if !child.walkPart(append(slices.Clip(at), i+1), yield) {
			return false
		}
	}
	return true
}

func (b *BodyStructure) walkPart(at []int, yield func(Part) bool) bool {
	if !yield(Part{b, at}) {
		return false
	}
	switch {
	case b.IsMultipart():
		return b.walkChildren(at, yield)
	case b.Message != nil && b.Message.IsMultipart():
		return b.Message.walkChildren(at, yield)
	case b.Message != nil:
		return b.Message.walkPart(append(slices.Clip(at), 1), yield)
	}
	return true
}

// Attachments iterates over the parts for which [BodyStructure.IsAttachment]
// is true.
func (b *BodyStructure) Attachments() iter.Seq[Part] {
	return func(yield func(Part) bool) {
		for p := range b.Walk() {
			if p.IsAttachment() && !yield(p) {
				return
			}
		}
	}
}

// Text returns the first part of the media type text/subtype ("plain", "html")
// that is not an attachment, and false where there is none.
func (b *BodyStructure) Text(subtype string) (Part, bool) {
	for p := range b.Walk() {
		if ascii.EqualFold(p.Type, "text") && ascii.EqualFold(p.Subtype, subtype) && !p.IsAttachment() {
			return p, true
		}
	}
	return Part{}, false
}
