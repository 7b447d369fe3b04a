package search

import (
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// flagKey is a key that is one word and depends on flags.
func flagKey(name string) Key { return Key{&node{name: name, effects: commands.ReadsFlags}} }

// Answered matches messages with the flag \Answered.
func Answered() Key { return flagKey("ANSWERED") }

// Deleted matches messages with the flag \Deleted.
func Deleted() Key { return flagKey("DELETED") }

// Draft matches messages with the flag \Draft.
func Draft() Key { return flagKey("DRAFT") }

// Flagged matches messages with the flag \Flagged.
func Flagged() Key { return flagKey("FLAGGED") }

// Seen matches messages with the flag \Seen.
func Seen() Key { return flagKey("SEEN") }

// Unanswered matches messages without the flag \Answered.
func Unanswered() Key { return flagKey("UNANSWERED") }

// Undeleted matches messages without the flag \Deleted.
func Undeleted() Key { return flagKey("UNDELETED") }

// Undraft matches messages without the flag \Draft.
func Undraft() Key { return flagKey("UNDRAFT") }

// Unflagged matches messages without the flag \Flagged.
func Unflagged() Key { return flagKey("UNFLAGGED") }

// Unseen matches messages without the flag \Seen.
func Unseen() Key { return flagKey("UNSEEN") }

// New matches messages with \Recent and without \Seen (RFC 3501 §6.4.4; not in
// IMAP4rev2).
func New() Key { return flagKey("NEW") }

// Old matches messages without \Recent (RFC 3501 §6.4.4; not in IMAP4rev2).
func Old() Key { return flagKey("OLD") }

// Recent matches messages with \Recent (RFC 3501 §6.4.4; not in IMAP4rev2).
func Recent() Key { return flagKey("RECENT") }

// Keyword matches messages with the flag f. It may be a system flag:
// Keyword(FlagSeen) is [Seen].
func Keyword(f response.Flag) Key { return keyword("KEYWORD", "", f) }

// Unkeyword matches messages without the flag f, system flags included.
func Unkeyword(f response.Flag) Key { return keyword("UNKEYWORD", "UN", f) }

func keyword(name, prefix string, f response.Flag) Key {
	for _, system := range []response.Flag{
		response.FlagAnswered, response.FlagDeleted, response.FlagDraft, response.FlagFlagged, response.FlagSeen,
	} {
		if f.Equal(system) {
			return flagKey(prefix + ascii.ToUpper(string(system[1:])))
		}
	}
	return Key{&node{name: name, value: string(f), effects: commands.ReadsFlags, put: func(e *commands.Encoder) {
		e.Argument("keyword").Atom(string(f))
	}}}
}
