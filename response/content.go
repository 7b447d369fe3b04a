package response

import (
	"iter"
	"net/url"

	"strings"
)

// Class is what a leaf of a message is to the person who reads it. Every leaf
// has exactly one: see [BodyStructure.Leaves].
type Class int

// The classes of leaves.
const (
	// ClassAttachment is a part that is worth saving: a file, a message that
	// was forwarded as a whole, a picture that no HTML shows.
	ClassAttachment Class = iota
	// ClassText is a part that is shown as the message, or as a piece of it.
	ClassText
	// ClassAlternative is a representation that was not chosen, as the HTML
	// beside the plain text.
	ClassAlternative
	// ClassInline is a picture or style sheet that the HTML of the same
	// multipart/related can refer to.
	ClassInline
	// ClassMachinery is what programs exchange: signatures, delivery reports,
	// the version part of PGP/MIME.
	ClassMachinery
)

var classNames = [...]string{"attachment", "text", "alternative", "inline", "machinery"}

// String returns "text", "attachment" and so on.
func (c Class) String() string {
	if c < 0 || int(c) >= len(classNames) {
		return "unknown"
	}
	return classNames[c]
}

// Prefer says which representation of the text to choose if a message has
// several.
type Prefer int

// The preferences. If a message lacks what is preferred, the other is chosen.
const (
	PreferPlain Prefer = iota // text/plain
	PreferHTML                // text/html
)

// Text returns the parts that a person reads as the message, in order. Usually
// it is one; mailing lists add a header or a footer as a part of its own, and
// Apple Mail puts files between pieces of text. It is empty if the message
// consists of attachments alone, and if it is sealed: see [BodyStructure.Sealed].
//
// Text never enters a message that is attached. Of a multipart/alternative it
// takes one branch, which is not empty if there is such a one (RFC 2046 §5.1.4).
func (b *BodyStructure) Text(prefer Prefer) []Part {
	return b.parts(prefer, ClassText)
}

// Attachments returns the parts that are worth saving, in order: all leaves but
// the text and its alternatives, the pictures that the HTML can show, and
// signatures and reports. A message that is attached is one part, whatever it
// holds. The octets of a part and its name come from OpenPart and
// [Part.SafeName].
func (b *BodyStructure) Attachments() []Part {
	return b.parts(PreferPlain, ClassAttachment)
}

// Inline returns the pictures and style sheets that the HTML of the message can
// refer to, in order. See [BodyStructure.ByContentID].
func (b *BodyStructure) Inline() []Part {
	return b.parts(PreferPlain, ClassInline)
}

func (b *BodyStructure) parts(prefer Prefer, class Class) []Part {
	var list []Part
	for p, c := range b.Leaves(prefer) {
		if c == class {
			list = append(list, p)
		}
	}
	return list
}

// Leaves iterates over the parts that are no multiparts, in order, and says of
// each what it is. It does not enter messages that are attached: they are
// leaves. Only ClassText and ClassAlternative depend on what is preferred.
func (b *BodyStructure) Leaves(prefer Prefer) iter.Seq2[Part, Class] {
	return func(yield func(Part, Class) bool) {
		for _, l := range classify(b, prefer) {
			if !yield(l.part, l.class) {
				return
			}
		}
	}
}

// ByContentID returns the part that a cid: URL, a Content-ID with or without its
// angle brackets, or a Content-Location names (RFC 2392, RFC 2557 §8.2), and
// false if there is none. Parts of any class are found, but not those of
// attached messages. Case is disregarded if no part matches exactly.
func (b *BodyStructure) ByContentID(ref string) (Part, bool) {
	id := contentID(ref)
	if id == "" {
		return Part{}, false
	}
	leaves := classify(b, PreferPlain)
	for _, same := range [...]func(a string) bool{
		func(a string) bool { return a == id },
		func(a string) bool { return strings.EqualFold(a, id) },
	} {
		for _, l := range leaves {
			if id := l.part.ID(); id != "" && same(trimID(id)) {
				return l.part, true
			}
		}
		for _, l := range leaves {
			if at := l.part.Location(); at != "" && same(strings.TrimSpace(at)) {
				return l.part, true
			}
		}
	}
	return Part{}, false
}

// contentID returns what a reference to a part names.
func contentID(ref string) string {
	ref = strings.TrimSpace(ref)
	if len(ref) >= 4 && strings.EqualFold(ref[:4], "cid:") {
		ref = ref[4:]
		if plain, err := url.PathUnescape(ref); err == nil {
			ref = plain
		}
	}
	return trimID(ref)
}

// trimID returns a Content-ID without its angle brackets.
func trimID(id string) string {
	return strings.Trim(id, "<> \t\r\n")
}

// Sealed says why the message may have no text that can be read: "pgp" if it is
// encrypted by PGP/MIME (RFC 3156 §4), "smime" if it is encrypted or opaquely
// signed by S/MIME (RFC 8551 §3), "tnef" if the sender packed its content into a
// winmail.dat, and else "". What is sealed is among the attachments.
func (b *BodyStructure) Sealed() string {
	sealed := ""
	b.Walk(func(p Part) WalkAction {
		switch p.mediaType() {
		case "multipart/encrypted":
			if !strings.Contains(strings.ToLower(p.Param("protocol")), "pkcs7") {
				sealed = "pgp"
			}
		case "application/pgp-encrypted":
			sealed = "pgp"
		case "application/pkcs7-mime", "application/x-pkcs7-mime":
			if !strings.EqualFold(p.Param("smime-type"), "certs-only") {
				sealed = "smime"
			}
		case "application/ms-tnef", "application/vnd.ms-tnef":
			if sealed == "" {
				sealed = "tnef"
			}
			return WalkOn
		case "message/rfc822", "message/global":
			return SkipChildren
		}
		if sealed == "pgp" || sealed == "smime" {
			return StopWalk
		}
		return WalkOn
	})
	return sealed
}

// mediaType is the media type by which b is classified: what is absent is
// text/plain (RFC 2045 §5.2), or a file if it has a name.
func (b *BodyStructure) mediaType() string {
	switch t := b.MediaType(); t {
	case "/":
		if b.Filename() != "" {
			return "application/octet-stream"
		}
		return "text/plain"
	case "text/", "plain/text":
		return "text/plain"
	default:
		return t
	}
}

// bodyKind is one of the kinds of text that can be the body of a message.
type bodyKind int

const (
	noText bodyKind = iota
	plainText
	htmlText
	richText
)

func kindOf(mediaType string) bodyKind {
	switch mediaType {
	case "text/plain":
		return plainText
	case "text/html", "application/xhtml+xml":
		return htmlText
	case "text/markdown", "text/x-markdown", "text/enriched", "text/richtext":
		return richText
	}
	return noText
}

// emptySize is the most octets, as transferred, that a text without content
// has: a line break or two.
const emptySize = 8

func (b *BodyStructure) isEmptyText() bool { return b.Size >= 0 && b.Size <= emptySize }

// isAttached reports whether the sender said that b is to be saved: anything
// but inline is to be treated as attachment (RFC 2183 §2.8).
func (b *BodyStructure) isAttached() bool {
	switch d := strings.ToLower(b.Disposition); d {
	case "attachment":
		return true
	case "", "inline":
		return false
	}
	return b.Filename() != ""
}

// classes that [classify] gives to leaves of a type when nothing else decides.
var (
	signatureTypes = []string{"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
	reportTypes    = []string{"message/delivery-status", "message/global-delivery-status", "message/disposition-notification",
		"message/global-disposition-notification", "message/feedback-report", "text/rfc822-headers", "message/global-headers"}
	machineTypes = []string{"application/pgp-encrypted", "application/applefile", "application/smil"}

	// notProse are types of text that are files even if nothing else is there.
	notProse = []string{"text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/csv", "text/rtf", "text/xml", "text/css"}
)

func isMessageType(mediaType string) bool {
	return mediaType == "message/rfc822" || mediaType == "message/global"
}
