package commands

import (
	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// FetchItems is what FETCH returns for each message (RFC 9051 §6.4.5). The zero
// value is nothing. The items are sent in the order of the fields.
type FetchItems struct {
	UID           bool // UID, which the answer to UID FETCH has in any case
	Flags         bool // FLAGS
	InternalDate  bool // INTERNALDATE: when it was received
	Size          bool // RFC822.SIZE: octets of the whole message
	Envelope      bool // ENVELOPE: the parsed header
	BodyStructure bool // BODYSTRUCTURE: what it consists of
	Body          bool // BODY: the structure without extension data
	ModSeq        bool // needs CONDSTORE (RFC 7162)
	SaveDate      bool // needs SAVEDATE (RFC 8514)
	EmailID       bool // needs OBJECTID (RFC 8474)
	ThreadID      bool // needs OBJECTID (RFC 8474)
	Preview       bool // needs PREVIEW (RFC 8970); without it, Preview of package mailtext makes one of the first text
	PreviewLazy   bool // PREVIEW, only if the server has it at hand (RFC 8970 §4.1)

	GmailMsgID    bool // X-GM-MSGID: needs X-GM-EXT-1
	GmailThreadID bool // X-GM-THRID: needs X-GM-EXT-1
	GmailLabels   bool // X-GM-LABELS: needs X-GM-EXT-1

	BinarySizes [][]int  // BINARY.SIZE of these parts: needs BINARY (RFC 3516) or IMAP4rev2
	Other       []string // further items, like "X-VENDOR" or "ANNOTATION (/comment value)"

	// Sections come last, so that the other items are known when one is streamed.

	Sections     []FetchSection // BODY[…] and BINARY[…]
	RFC822Header bool           // RFC822.HEADER: BODY.PEEK[HEADER] of RFC 3501
	RFC822Text   bool           // RFC822.TEXT: BODY[TEXT] of RFC 3501, sets \Seen
	RFC822       bool           // RFC822: BODY[] of RFC 3501, sets \Seen
}

// FetchSection is a body section to fetch: BODY[...] or BINARY[...] (RFC 9051
// §6.4.5). The zero value is the whole message.
type FetchSection struct {
	Section  response.Section // which one
	Binary   bool             // without transfer encoding: needs BINARY (RFC 3516) or IMAP4rev2
	Partial  *Partial         // nil: all of it
	MarkSeen bool             // set the flag \Seen; otherwise flags do not change (PEEK)
}

// Partial is a range of octets of a body section (RFC 9051 §6.4.5). It may extend
// beyond the end of the section.
type Partial struct {
	Offset int64 // of the first octet; 0 is the beginning
	Count  int64 // how many octets; at least 1
}

// WholeMessage returns the section that is the whole message.
func WholeMessage() FetchSection { return FetchSection{} }

// Header returns the section that is the header of the message.
func Header() FetchSection {
	return FetchSection{Section: response.Section{Specifier: response.SpecifierHeader}}
}

// HeaderFields returns the section that has the named fields of the message's
// header.
func HeaderFields(names ...string) FetchSection {
	return FetchSection{Section: response.Section{Specifier: response.SpecifierHeaderFields, Fields: names}}
}

// PartSection returns the section that is the content of one part, as in
// [response.BodyStructure.Walk].
func PartSection(part ...int) FetchSection {
	return FetchSection{Section: response.Section{Part: part}}
}

// flagged returns the items without arguments, in the order in which they are
// sent.
func (f *FetchItems) flagged() [16]fetchItem {
	return [...]fetchItem{
		{f.UID, "UID", response.ItemUID, ""},
		{f.Flags, "FLAGS", response.ItemFlags, ""},
		{f.InternalDate, "INTERNALDATE", response.ItemInternalDate, ""},
		{f.Size, "RFC822.SIZE", response.ItemSize, ""},
		{f.Envelope, "ENVELOPE", response.ItemEnvelope, ""},
		{f.BodyStructure, "BODYSTRUCTURE", response.ItemBodyStructure, ""},
		{f.Body, "BODY", response.ItemBodyStructure, ""},
		{f.ModSeq, "MODSEQ", response.ItemModSeq, response.CapCondStore},
		{f.SaveDate, "SAVEDATE", response.ItemSaveDate, response.CapSaveDate},
		{f.EmailID, "EMAILID", response.ItemEmailID, response.CapObjectID},
		{f.ThreadID, "THREADID", response.ItemThreadID, response.CapObjectID},
		{f.Preview && !f.PreviewLazy, "PREVIEW", response.ItemPreview, response.CapPreview},
		{f.PreviewLazy, "PREVIEW (LAZY)", response.ItemPreview, response.CapPreview},
		{f.GmailMsgID, "X-GM-MSGID", response.ItemGmailMsgID, response.CapGmailExt1},
		{f.GmailThreadID, "X-GM-THRID", response.ItemGmailThreadID, response.CapGmailExt1},
		{f.GmailLabels, "X-GM-LABELS", response.ItemGmailLabels, response.CapGmailExt1},
	}
}

// fetchItem is a FETCH item without arguments.
type fetchItem struct {
	wanted bool
	name   string
	mask   response.Items
	needs  response.Cap
}

// Mask returns the items that a complete answer has. Those of Other that the
// library does not know are [response.ItemUnknown].
func (f *FetchItems) Mask() response.Items {
	var m response.Items
	for _, it := range f.flagged() {
		if it.wanted {
			m |= it.mask
		}
	}
	if len(f.BinarySizes) > 0 {
		m |= response.ItemBinarySize
	}
	if len(f.Sections) > 0 || f.RFC822 || f.RFC822Header || f.RFC822Text {
		m |= response.ItemSections
	}
	for _, name := range f.Other {
		m |= otherMask(name)
	}
	return m
}

// otherMask returns the item that answers an item of Other.
func otherMask(name string) response.Items {
	for _, it := range (&FetchItems{}).flagged() {
		if it.name != "" && ascii.EqualFold(it.name, name) {
			return it.mask
		}
	}
	switch {
	case ascii.HasPrefixFold(name, "BINARY.SIZE["):
		return response.ItemBinarySize
	case ascii.HasPrefixFold(name, "BODY[") || ascii.HasPrefixFold(name, "BODY.PEEK["),
		ascii.HasPrefixFold(name, "BINARY[") || ascii.HasPrefixFold(name, "BINARY.PEEK["),
		ascii.EqualFold(name, "RFC822") || ascii.EqualFold(name, "RFC822.HEADER") || ascii.EqualFold(name, "RFC822.TEXT"):
		return response.ItemSections
	case ascii.HasPrefixFold(name, "PREVIEW "):
		return response.ItemPreview
	}
	return response.ItemUnknown
}

// Needs returns the capabilities that the items need beyond IMAP4rev1.
func (f *FetchItems) Needs() []response.Cap {
	var caps []response.Cap
	for _, it := range f.flagged() {
		if it.wanted && it.needs != "" {
			caps = appendCap(caps, it.needs)
		}
	}
	binary := len(f.BinarySizes) > 0
	for _, s := range f.Sections {
		binary = binary || s.Binary
	}
	if binary {
		caps = appendCap(caps, response.CapBinary)
	}
	return caps
}

// appendCap appends c unless caps has it.
func appendCap(caps []response.Cap, c response.Cap) []response.Cap {
	if response.Capabilities(caps).Lists(c) {
		return caps
	}
	return append(caps, c)
}

// effects returns the effects of asking for the items. Those of Other may do
// anything.
func (f *FetchItems) effects() Effects {
	var eff Effects
	if f.Flags || f.ModSeq {
		eff |= ReadsFlags
	}
	if f.RFC822 || f.RFC822Text || len(f.Other) > 0 {
		eff |= ReadsFlags | WritesFlags
	}
	for i := range f.Sections {
		if f.Sections[i].MarkSeen {
			eff |= WritesFlags
		}
	}
	return eff
}
