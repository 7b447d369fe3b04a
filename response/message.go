package response

import "time"

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

// Message is what FETCH returns of one message. It belongs to the caller, as does
// all that it points to, except for the readers of a streaming FETCH, and unless its
// memory is to be used again (FetchOptions.Reuse, [Arena]).
//
// Fields of items that were not asked for, or that the server did not send,
// have their zero value; Items says which came.
type Message struct {
	SeqNum SeqNum // position in the mailbox; zero in the UIDFETCH responses of RFC 9586
	UID    UID    // zero if it was neither asked for nor sent
	Items  Items  // the items that the server sent

	Flags        []Flag    // in the order of the server
	InternalDate time.Time // when the message was received; the zone is kept
	Size         int64     // RFC822.SIZE, octets
	ModSeq       uint64    // RFC 7162

	Envelope      *Envelope      // nil if it did not come
	BodyStructure *BodyStructure // nil if it did not come
	Sections      []BodySection  // in the order of the wire
	Ext           *MessageExt    // items of extensions; nil if there are none
}

func (*Message) untagged() {}

// Has reports whether the server sent all of the items.
func (m *Message) Has(items Items) bool { return m.Items&items == items }

// HasFlag reports whether the message bears f, without regard to case.
func (m *Message) HasFlag(f Flag) bool { return ContainsFlag(m.Flags, f) }

// Section returns the octets of s, and false if the server did not send it or
// sent NIL. The first one counts if s was sent more than once.
func (m *Message) Section(s Section) ([]byte, bool) {
	for i := range m.Sections {
		if b := &m.Sections[i]; b.Section.Equal(s) {
			return b.Data, !b.Nil
		}
	}
	return nil, false
}

// Body returns the octets of the first section that the message came with, which
// is the one asked for if there was only one; nil if there is none.
func (m *Message) Body() []byte {
	if len(m.Sections) == 0 {
		return nil
	}
	return m.Sections[0].Data
}

// Cost returns how many octets of memory m keeps alive; see the function [Cost].
func (m *Message) Cost() int64 { return int64(m.cost()) }

func (m *Message) cost() int {
	n := sizeMessage + flagsCost(m.Flags)
	if m.Envelope != nil || m.BodyStructure != nil {
		structs, text := m.Envelope.cost()
		s, t := m.BodyStructure.cost()
		n += structs + s + text + t
	}
	n += cap(m.Sections) * sizeSection
	for i := range m.Sections {
		s := &m.Sections[i]
		n += cap(s.Data) + s.Section.cost()
	}
	if x := m.Ext; x != nil {
		n += x.cost()
	}
	return n
}
