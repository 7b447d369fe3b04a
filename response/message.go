package response

import (
	"io"
	"time"
)

// Items is a set of the FETCH data items that the library has fields for.
type Items uint32

// The items of RFC 3501 §7.4.2, RFC 9051 §7.5.2 and of extensions.
const (
	ItemFlags         Items = 1 << iota // FLAGS
	ItemUID                             // UID
	ItemInternalDate                    // INTERNALDATE
	ItemSize                            // RFC822.SIZE
	ItemEnvelope                        // ENVELOPE
	ItemBodyStructure                   // BODYSTRUCTURE, and BODY without a section
	ItemSections                        // BODY[...], BINARY[...], RFC822, RFC822.HEADER, RFC822.TEXT
	ItemBinarySize                      // BINARY.SIZE[...]
	ItemModSeq                          // RFC 7162
	ItemSaveDate                        // RFC 8514
	ItemPreview                         // RFC 8970
	ItemEmailID                         // RFC 8474
	ItemThreadID                        // RFC 8474
	ItemGmailMsgID                      // X-GM-MSGID
	ItemGmailThreadID                   // X-GM-THRID
	ItemGmailLabels                     // X-GM-LABELS
	ItemUnknown                         // an item that the library has no field for
)

// Message is what FETCH tells of one message. It belongs to the caller, as does
// all that it points to, except for the readers of a streaming FETCH.
//
// Fields of items that were not asked for, or that the server did not send,
// have their zero value; Items tells which came.
type Message struct {
	SeqNum SeqNum // position in the mailbox; zero in the UIDFETCH responses of RFC 9586
	UID    UID    // zero where it was neither asked for nor sent
	Items  Items  // the items that the server sent

	text int32 // octets of the response's text that strings keep alive

	Flags        []Flag    // in the order of the server
	InternalDate time.Time // when the message was received; the zone is kept
	Size         int64     // RFC822.SIZE, octets
	ModSeq       uint64    // RFC 7162

	Envelope      *Envelope      // nil where it did not come
	BodyStructure *BodyStructure // nil where it did not come
	Sections      []BodySection  // texts, in the order of the wire
	Ext           *MessageExt    // items of extensions; nil where there are none
}

// Has reports whether the server sent all of the items.
func (m *Message) Has(items Items) bool { return m.Items&items == items }

// HasFlag reports whether the message bears f, without regard to case.
func (m *Message) HasFlag(f Flag) bool { return ContainsFlag(m.Flags, f) }

// Section returns the text of s, and false where the server did not send it or
// sent NIL. The first one counts where s was sent more than once.
func (m *Message) Section(s Section) ([]byte, bool) {
	for i := range m.Sections {
		if b := &m.Sections[i]; b.Section.Equal(s) {
			return b.Data, !b.Nil
		}
	}
	return nil, false
}

// Body returns the text of the first section that the message came with, which
// is the one asked for where there was only one; nil where there is none.
func (m *Message) Body() []byte {
	if len(m.Sections) == 0 {
		return nil
	}
	return m.Sections[0].Data
}

// BodySection is one text of a message: BODY[...], BINARY[...], or one of the
// RFC822 items, which stand for BODY[], BODY[HEADER] and BODY[TEXT].
type BodySection struct {
	Section Section // which text
	Binary  bool    // BINARY[...]: without transfer encoding (RFC 3516 §4.2)
	RFC822  bool    // the answer was one of the RFC822 items
	Partial bool    // the server sent an origin: it is a part of the text
	Origin  int64   // offset of the first octet, where Partial
	Nil     bool    // NIL: the server has no such text, as opposed to an empty one
	Size    int64   // octets of the text, or of the part that came

	Data   []byte    // the text; nil while streaming
	Reader io.Reader // the text in a streaming FETCH, valid until the next iteration
}

// MessageExt holds the items of extensions.
type MessageExt struct {
	SaveDate    time.Time    // RFC 8514; zero for NIL
	Preview     string       // RFC 8970: the first words of the text
	PreviewNil  bool         // Preview was NIL: there is none yet
	EmailID     string       // RFC 8474: the same for the same content
	ThreadID    string       // RFC 8474; empty for NIL
	BinarySizes []BinarySize // BINARY.SIZE (RFC 3516)

	GmailMsgID    uint64   // X-GM-MSGID
	GmailThreadID uint64   // X-GM-THRID
	GmailLabels   []string // X-GM-LABELS, decoded

	Unknown []UnknownItem // items that the library has no field for
}

// BinarySize is the size of a part without its transfer encoding (RFC 3516
// §4.3).
type BinarySize struct {
	Part []int // its number, as in [Section]
	Size int64 // octets
}

// UnknownItem is an item of FETCH, STATUS or ESEARCH that the library has no
// field for.
type UnknownItem struct {
	Name  string // in upper case
	Value Value  // as it came
}

// Envelope is the parsed header of a message (RFC 9051 §7.5.2).
//
// Subject and the names of addresses are decoded (RFC 2047); what the server
// sent is in the Raw fields. Date is zero where DateRaw is no date.
type Envelope struct {
	Date       time.Time // the Date field, with its zone; zero where it is no date
	DateRaw    string    // as the server sent it
	Subject    string    // decoded
	SubjectRaw string    // as the server sent it
	From       []Address // who wrote it
	Sender     []Address // who sent it; servers repeat From where there is no such field
	ReplyTo    []Address // who gets answers; servers repeat From where there is no such field
	To         []Address // to whom it is
	Cc         []Address // who gets a copy
	Bcc        []Address // who gets a copy in secret; mostly in drafts
	InReplyTo  string    // one or more message IDs, with their angle brackets
	MessageID  string    // with its angle brackets
}

// Address is a mailbox of an [Envelope], or one end of a group: where Host is
// empty and Mailbox is not, a group of that name begins; where both are empty,
// it ends (RFC 9051 §7.5.2).
type Address struct {
	Name    string // display name, decoded
	NameRaw string // as the server sent it
	Mailbox string // before the "@"
	Host    string // behind the "@"
}

// Addr returns the address as mailbox@host, or what there is of it.
func (a Address) Addr() string {
	if a.Host == "" || a.Mailbox == "" {
		return a.Mailbox + a.Host
	}
	return a.Mailbox + "@" + a.Host
}

// Display returns what to show where there is room for little: the name, or else
// the address.
func (a Address) Display() string {
	if a.Name != "" {
		return a.Name
	}
	return a.Addr()
}

// IsGroupStart reports whether a opens a group, whose name is a.Mailbox.
func (a Address) IsGroupStart() bool { return a.Host == "" && a.Mailbox != "" }

// IsGroupEnd reports whether a closes a group.
func (a Address) IsGroupEnd() bool { return a.Host == "" && a.Mailbox == "" && a.Name == "" }

// String returns the address as people write it: Name <mailbox@host>.
func (a Address) String() string {
	switch {
	case a.IsGroupEnd():
		return ";"
	case a.IsGroupStart():
		return a.Mailbox + ":"
	case a.Name == "":
		return a.Addr()
	}
	return a.Name + " <" + a.Addr() + ">"
}
