package commands

import (
	"bytes"
	"math"

	"github.com/seed-090b04e4/imap/response"
)

// MetadataDepth is how far below an entry GETMETADATA looks (RFC 5464 §4.2.2).
type MetadataDepth uint8

// The depths of RFC 5464 §4.2.2.
const (
	Depth0        MetadataDepth = iota // the entry itself
	Depth1                             // the entry and those one level below it
	DepthInfinity                      // the entry and all below it
)

// metadataDepths holds the names of the depths in the grammar.
var metadataDepths = [...]string{"0", "1", "infinity"}

// MetadataOptions are the settings of GETMETADATA. Nil and the zero value are the
// defaults.
type MetadataOptions struct {
	// Depth says how far below the entries those lie that are returned too
	// (RFC 5464 §4.2.2).
	Depth MetadataDepth
	// MaxSize leaves out the values that have more octets (RFC 5464 §4.2.1).
	// Zero: none.
	MaxSize int64
}

// GetMetadata is GETMETADATA (RFC 5464 §4.2), which needs the capability
// METADATA, or for the server's own entries METADATA-SERVER.
type GetMetadata struct {
	Mailbox string        // in UTF-8; empty: the server
	Entries []string      // names, like "/private/comment"; at least one
	Depth   MetadataDepth // how far below them
	MaxSize int64         // the server leaves out values with more octets; zero: none
}

// Name implements [Command].
func (GetMetadata) Name() string { return "GETMETADATA" }

// Effects implements [Command].
func (GetMetadata) Effects() Effects { return MayExpunge | NamedMetadata }

// Needs returns the capability that the command needs beyond IMAP4rev1.
func (c GetMetadata) Needs() []response.Cap { return metadataNeeds(c.Mailbox) }

// metadataNeeds returns the capability that entries of a mailbox, or of the server,
// need.
func metadataNeeds(mailbox string) []response.Cap {
	if mailbox == "" {
		return []response.Cap{response.CapMetadataServer}
	}
	return []response.Cap{response.CapMetadata}
}

// Encode implements [Command]. The options come before the mailbox, as in the
// grammar of RFC 5464 §5; in the examples of §4.2 they come after it.
func (c GetMetadata) Encode(e *Encoder) {
	e.word("GETMETADATA")
	c.encodeOptions(e)
	e.SP()
	e.Mailbox(c.Mailbox)
	if len(c.Entries) == 0 {
		e.Fail("entries", "are missing")
	}
	e.SP()
	e.BeginList()
	for _, entry := range c.Entries {
		e.SP()
		e.Argument("entry name").MetadataEntry(entry)
	}
	e.EndList()
}

func (c GetMetadata) encodeOptions(e *Encoder) {
	switch {
	case c.MaxSize < 0:
		e.Fail("maximum size", "is negative")
	case c.MaxSize > math.MaxUint32: // RFC 3501 §9 "number"
		e.Fail("maximum size", "is larger than 4294967295")
	case int(c.Depth) >= len(metadataDepths):
		e.Fail("depth", "is not Depth0, Depth1 or DepthInfinity")
	case c.MaxSize == 0 && c.Depth == Depth0:
	default:
		e.SP()
		e.BeginList()
		if c.MaxSize > 0 {
			e.SP()
			e.word("MAXSIZE ")
			e.Number(uint64(c.MaxSize))
		}
		if c.Depth != Depth0 {
			e.SP()
			e.word("DEPTH ")
			e.word(metadataDepths[c.Depth])
		}
		e.EndList()
	}
}

// SetMetadata is SETMETADATA (RFC 5464 §4.3), which needs the capability
// METADATA, or for the server's own entries METADATA-SERVER.
type SetMetadata struct {
	Mailbox string                  // in UTF-8; empty: the server
	Items   []response.MetadataItem // at least one; a nil Value removes the entry
}

// Name implements [Command].
func (SetMetadata) Name() string { return "SETMETADATA" }

// Effects implements [Command].
func (SetMetadata) Effects() Effects { return MayExpunge }

// Needs returns the capability that the command needs beyond IMAP4rev1.
func (c SetMetadata) Needs() []response.Cap { return metadataNeeds(c.Mailbox) }

// Encode implements [Command].
func (c SetMetadata) Encode(e *Encoder) {
	e.Synchronize() // mox hangs up at a literal that it refuses, Dovecot and Cyrus refuse literal8
	e.word("SETMETADATA")
	e.SP()
	e.Mailbox(c.Mailbox)
	if len(c.Items) == 0 {
		e.Fail("entries", "are missing")
	}
	e.SP()
	e.BeginList()
	for _, item := range c.Items {
		e.SP()
		e.Argument("entry name").MetadataEntry(item.Name)
		e.SP()
		e.metadataValue(item.Value)
	}
	e.EndList()
}

// metadataValue appends a value (RFC 5464 §5 "value"): NIL, a string, or a
// literal8 if it contains NUL.
func (e *Encoder) metadataValue(v []byte) {
	switch {
	case v == nil:
		e.Nil()
	case bytes.IndexByte(v, 0) >= 0:
		putLiteral(e, v, true)
	default:
		putString(e, v, "value")
	}
}
