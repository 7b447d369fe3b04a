package search

import (
	"strconv"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// Saved matches the messages of the saved search result, "$" (RFC 5182). It needs
// the capability SEARCHRES or IMAP4rev2.
func Saved() Key {
	return Key{&node{name: "$", needs: response.CapSearchRes, effects: commands.UsesSaved}}
}

// Older matches messages that arrived at least d ago, in whole seconds (RFC
// 5032). It needs the capability WITHIN.
func Older(d time.Duration) Key { return withinKey("OLDER", d) }

// Younger matches messages that arrived less than d ago, in whole seconds (RFC
// 5032). It needs the capability WITHIN.
func Younger(d time.Duration) Key { return withinKey("YOUNGER", d) }

func withinKey(name string, d time.Duration) Key {
	return Key{&node{name: name, needs: response.CapWithin, put: func(e *commands.Encoder) {
		seconds := int64(d / time.Second)
		if seconds < 1 || seconds > 1<<32-1 {
			e.FailValue("interval", d.String(), "is not a positive 32-bit number of seconds")
			seconds = 0
		}
		e.Number(uint64(seconds))
	}}}
}

// ModSeq matches messages whose mod-sequence is n or larger (RFC 7162 §3.1.5).
// It needs the capability CONDSTORE.
func ModSeq(n uint64) Key {
	return Key{&node{
		name: "MODSEQ", needs: response.CapCondStore, effects: commands.ReadsFlags,
		put: func(e *commands.Encoder) { putModSeq(e, n) },
	}}
}

func putModSeq(e *commands.Encoder, n uint64) {
	if n > 1<<63-1 {
		e.FailValue("mod-sequence", strconv.FormatUint(n, 10), "is not a 63-bit number")
	}
	e.Number(n)
}

// EntryType is whose flag [ModSeqFlag] looks at (RFC 7162 §7 "entry-type-req").
type EntryType string

// The entry types of RFC 7162 §7.
const (
	EntryAll     EntryType = "all"    // the larger of the two
	EntryPrivate EntryType = "priv"   // the user's own
	EntryShared  EntryType = "shared" // the one that all users see
)

// ModSeqFlag matches messages on which the flag was set or removed at the
// mod-sequence n or later (RFC 7162 §3.1.5). It needs the capability CONDSTORE.
// Servers that have one mod-sequence for each message treat it as [ModSeq].
func ModSeqFlag(f response.Flag, typ EntryType, n uint64) Key {
	return Key{&node{
		name: "MODSEQ", needs: response.CapCondStore, effects: commands.ReadsFlags,
		put: func(e *commands.Encoder) {
			if name := strings.TrimPrefix(string(f), `\`); name == "" || !ascii.All(name, ascii.AtomChar) {
				e.FailValue("flag", string(f), "")
			}
			switch typ {
			case EntryAll, EntryPrivate, EntryShared:
			default:
				e.FailValue("entry type", string(typ), "is not all, priv or shared")
			}
			e.Argument("flag").String("/flags/" + string(f))
			e.SP()
			e.Argument("entry type").Atom(string(typ))
			e.SP()
			putModSeq(e, n)
		},
	}}
}

// savedKey is a key of RFC 8514 with a date.
func savedKey(name string, t time.Time) Key {
	n := dateKey(name, t)
	n.needs = response.CapSaveDate
	return Key{n}
}

// SavedBefore matches messages that came into this mailbox before the day of t
// (RFC 8514). It needs the capability SAVEDATE.
func SavedBefore(t time.Time) Key { return savedKey("SAVEDBEFORE", t) }

// SavedOn matches messages that came into this mailbox on the day of t (RFC
// 8514). It needs the capability SAVEDATE.
func SavedOn(t time.Time) Key { return savedKey("SAVEDON", t) }

// SavedSince matches messages that came into this mailbox on the day of t or
// later (RFC 8514). It needs the capability SAVEDATE.
func SavedSince(t time.Time) Key { return savedKey("SAVEDSINCE", t) }

// SaveDateSupported matches all messages if the mailbox has save dates, and none if
// it does not (RFC 8514). It needs the capability SAVEDATE.
func SaveDateSupported() Key {
	return Key{&node{name: "SAVEDATESUPPORTED", needs: response.CapSaveDate}}
}

// EmailID matches the messages with this content identifier (RFC 8474 §5.3).
// It needs the capability OBJECTID.
func EmailID(id string) Key { return objectKey("EMAILID", id) }

// ThreadID matches the messages of this thread (RFC 8474 §5.3). It needs the
// capability OBJECTID.
func ThreadID(id string) Key { return objectKey("THREADID", id) }

// objectKey is a key with an objectid of RFC 8474 §7.
func objectKey(name, id string) Key {
	return Key{&node{name: name, needs: response.CapObjectID, put: func(e *commands.Encoder) {
		if len(id) > 255 {
			e.FailValue("object ID", id, "is longer than 255 characters")
		}
		for i := 0; i < len(id); i++ {
			c := ascii.Upper(id[i])
			if c != '_' && c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
				e.FailValue("object ID", id, "contains a character that is not allowed in it")
			}
		}
		e.Argument("object ID").Atom(id)
	}}}
}

// Fuzzy lets the server also match strings that are similar to those of the key
// (RFC 6203). It needs the capability SEARCH=FUZZY.
func Fuzzy(k Key) Key {
	return Key{&node{kind: kindWrap, name: "FUZZY", keys: []Key{k}, needs: response.CapSearchFuzzy}}
}

// Filter matches what the filter of this name matches, which is stored on the
// server (RFC 5466). It needs the capability FILTERS.
func Filter(name string) Key {
	return Key{&node{
		name: "FILTER", needs: response.CapFilters, effects: unknownEffects,
		put: func(e *commands.Encoder) {
			if strings.Contains(name, "/") {
				e.FailValue("filter", name, `contains "/"`)
			}
			e.Argument("filter").Atom(name)
		},
	}}
}

// unknownEffects are the effects of a key that may be anything.
const unknownEffects = commands.SeqNums | commands.ReadsFlags | commands.UsesSaved

// GmailRaw matches what Gmail finds for this query in its own syntax (X-GM-RAW). It
// needs the capability X-GM-EXT-1.
func GmailRaw(query string) Key {
	k := textKey("X-GM-RAW", query)
	k.n.needs, k.n.effects = response.CapGmailExt1, commands.ReadsFlags
	return k
}

// GmailMsgID matches the message with this identifier (X-GM-MSGID). It needs
// the capability X-GM-EXT-1.
func GmailMsgID(id uint64) Key { return gmailKey("X-GM-MSGID", id) }

// GmailThreadID matches the messages of this thread (X-GM-THRID). It needs the
// capability X-GM-EXT-1.
func GmailThreadID(id uint64) Key { return gmailKey("X-GM-THRID", id) }

func gmailKey(name string, id uint64) Key {
	return Key{&node{name: name, needs: response.CapGmailExt1, put: func(e *commands.Encoder) { e.Number(id) }}}
}

// GmailLabel matches the messages with this label (X-GM-LABELS). It needs the
// capability X-GM-EXT-1.
func GmailLabel(label string) Key {
	return Key{&node{
		name: "X-GM-LABELS", needs: response.CapGmailExt1, effects: commands.ReadsFlags,
		put: func(e *commands.Encoder) { e.Argument("label").GmailLabel(label) },
	}}
}

// Raw is a key that this package does not know: a name, which must be an atom,
// and its arguments. It can't inject. From there on, the literals of the command
// are synchronizing ones, as the server may not know the key either.
func Raw(name string, args ...commands.Arg) Key {
	text := false
	for _, a := range args {
		text = text || !a.ASCII()
	}
	return Key{&node{effects: unknownEffects, text: text, put: func(e *commands.Encoder) {
		e.Synchronize()
		e.Argument("search key").Atom(name)
		for _, a := range args {
			e.SP()
			a.Encode(e)
		}
	}}}
}
