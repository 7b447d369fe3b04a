package search_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	. "github.com/seed-090b04e4/imap/search"
)

// leaves returns each key with s and n in every parameter, and the number of
// words that it has on the wire.
func leaves(s string, n int64) map[int][]Key {
	at := time.Unix(n, 0).UTC()
	flag := response.Flag(s)
	return map[int][]Key{
		1: {Seq(response.Seqs(response.SeqNum(n))), Raw(s), Saved(), Keyword(response.FlagSeen)},
		2: {
			Bcc(s), Body(s), Cc(s), From(s), Subject(s), Text(s), To(s), Unkeyword("$" + flag), UID(response.UIDs(response.UID(n))),
			Larger(n), Smaller(n), Before(at), On(at), Since(at), SentBefore(at), SentOn(at), SentSince(at),
			Older(time.Duration(n)), Younger(time.Duration(n)), ModSeq(uint64(n)), SavedOn(at), EmailID(s), ThreadID(s),
			Filter(s), GmailRaw(s), GmailMsgID(uint64(n)), GmailLabel(s), Raw(s, commands.ArgString(s)),
		},
		3: {Header(s, s), Fuzzy(Text(s)), Not(Body(s))},
		4: {ModSeqFlag(flag, EntryType(s), 1), ModSeqFlag(flag, EntryAll, 1)},
	}
}

// FuzzInjection checks that keys stay the words that they are, whatever texts
// and numbers are in them.
func FuzzInjection(f *testing.F) {
	for _, s := range []string{
		"abc", "", "a b", "\r\nA2 LOGOUT", "{5}\r\nhello", `"`, `\`, `a" "b`, "\x00", "ü", "\xff", "(", ")", "a) (b", "ALL", "%*", "nil", `\Seen`, "priv",
	} {
		f.Add(s, int64(len(s)), uint8(len(s)))
	}
	f.Fuzz(func(t *testing.T, s string, n int64, bits uint8) {
		d := commands.Dialect{LiteralPlus: true, LiteralMinus: bits&2 != 0, UTF8: bits&4 != 0}
		for words, keys := range leaves(s, n) {
			for i, k := range keys {
				if err := countWords(d, k, words); err != nil {
					t.Fatalf("key %d of %d words: %v", i, words, err)
				}
				if err := countWords(d, Or(k, And(k, Not(k))), 3*words+2); err != nil {
					t.Fatalf("key %d of %d words, composed: %v", i, words, err)
				}
			}
		}
	})
}

// countWords checks that k has so many words, where "(" and ")" are words too
// but part of those next to them.
func countWords(d commands.Dialect, k Key, want int) error {
	var e commands.Encoder
	e.Reset(d)
	if e.Command(commands.Search{Key: k, Charset: "X"}) != nil {
		e.Reset(commands.Dialect{LiteralPlus: true})
		if e.Command(commands.Search{Key: k, Charset: "X"}) != nil {
			return nil
		}
	}
	var text string
	for _, p := range e.Parts() { // more than one after a literal that waits
		text += string(e.Bytes(p))
	}
	words, rest := 0, strings.TrimPrefix(text, "SEARCH CHARSET X")
	for rest != "\r\n" {
		var ok bool
		if rest, ok = strings.CutPrefix(rest, " "); !ok {
			return fmt.Errorf("no space or end before %q in %q", rest, text)
		}
		rest = strings.TrimPrefix(rest, "(")
		if rest, ok = skipWord(rest); !ok {
			return fmt.Errorf("no word in %q", text)
		}
		rest = strings.TrimPrefix(rest, ")")
		words++
	}
	if words != want {
		return fmt.Errorf("%d words in %q, want %d", words, text, want)
	}
	return nil
}

// skipWord cuts off an atom, a quoted string or a literal.
func skipWord(s string) (rest string, ok bool) {
	var size int
	if n, _ := fmt.Sscanf(s, "{%d", &size); n == 1 {
		_, s, ok = strings.Cut(s, "\r\n")
		if !ok || size > len(s) {
			return "", false
		}
		return s[size:], true
	}
	if strings.HasPrefix(s, `"`) {
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '"':
				return s[i+1:], true
			case '\r', '\n', 0:
				return "", false
			}
		}
		return "", false
	}
	end := strings.IndexAny(s, " )\r")
	if end <= 0 || strings.ContainsAny(s[:end], "(){%\"\n\x00") {
		return "", false
	}
	return s[end:], true
}
