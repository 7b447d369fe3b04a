package commands_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// form is how a literal was announced.
type form struct {
	size    int
	nonSync bool
	binary  bool
	line    int // octets of the line before it
}

var literalForm = regexp.MustCompile(`^(~?)\{(\d+)(\+?)\}\r\n`)

// forms returns the literals of a command as a server finds them: outside of
// quoted strings and of other literals.
func forms(stream []byte) (found []form) {
	line := 0
	for i := 0; i < len(stream); {
		m := literalForm.FindSubmatch(stream[i:])
		switch {
		case m != nil:
			size, _ := strconv.Atoi(string(m[2]))
			found = append(found, form{size, len(m[3]) > 0, len(m[1]) > 0, i - line})
			i += len(m[0]) + size
			line = i
		case stream[i] == '"':
			for i++; i < len(stream) && stream[i] != '"'; i++ {
				if stream[i] == '\\' {
					i++
				}
			}
			i++
		default:
			i++
		}
	}
	return found
}

// everyDialect returns all sessions that there can be.
func everyDialect() (all []Dialect) {
	for bits := range 32 {
		all = append(all, Dialect{
			LiteralPlus: bits&1 != 0, LiteralMinus: bits&2 != 0, UTF8: bits&4 != 0, Rev2: bits&8 != 0, Binary: bits&16 != 0,
		})
	}
	return all
}

// TestLiteralsAreSentAsTheServerAnnounced holds the rule on which it depends that
// no text becomes a command: a literal goes out without waiting only in a form that
// a capability guarantees, in a command that the server knows.
func TestLiteralsAreSentAsTheServerAnnounced(t *testing.T) {
	texts := []string{
		"ä", "\r\nA2 CREATE x\r\n", strings.Repeat("x", 600), strings.Repeat("ü", 2048), strings.Repeat("ü", 2049), strings.Repeat("a\r\n", 3000), "a\x00b",
	}
	kinds := make(map[form]bool)
	for _, d := range everyDialect() {
		for _, text := range texts {
			for _, c := range everyCommand(text, 5) {
				var e Encoder
				e.Reset(d)
				if e.Command(c) != nil {
					continue
				}
				for _, f := range forms(stream(t, &e)) {
					allowed := (d.LiteralPlus || d.LiteralMinus && f.size <= 4096) && (!f.binary || d.Binary) && f.line <= 8000
					switch why := fmt.Sprintf("%s in %+v: %+v", c.Name(), d, f); {
					case !allowed || mustWait(c, d):
						assert.False(t, f.nonSync, why)
					case !mayWait(c):
						assert.True(t, f.nonSync, why)
					}
					kinds[form{nonSync: f.nonSync, binary: f.binary}] = true
				}
			}
		}
	}
	assert.Len(t, kinds, 4, "each form is met: %v", kinds)
}

// mustWait reports whether a server may not know the command, or is known to refuse it
// before it has read a literal.
func mustWait(c Command, d Dialect) bool {
	switch c := c.(type) {
	case SetMetadata, UIDReplace, SeqReplace, Notify, ESearch, Raw:
		return true
	case Search:
		return c.Charset != "" && !d.UTF8 || len(c.Return.Other) > 0 || !c.Key.ASCII() && !d.UTF8
	case Sort:
		return c.Charset != ""
	case Thread:
		return c.Charset != ""
	}
	return false
}

// mayWait reports whether it depends on its arguments.
func mayWait(c Command) bool {
	switch c := c.(type) {
	case Search, UIDFetch:
		return true
	case Append:
		return len(c.Messages[0].Flags) > 0
	}
	return false
}

// A server that refuses a line for its length reads on at its end: what follows a
// long line waits.
func TestLiteralAfterALongLineWaits(t *testing.T) {
	var set response.UIDSet
	for uid := response.UID(1); len(set.String()) < 7900; uid += 2 {
		set.AddNum(uid)
	}
	text := search.Subject("a\r\nb")
	short := wire(t, plus, Search{UID: true, Key: search.And(search.UID(set), text)})
	assert.Contains(t, short, "{4+}⏎a")
	for uid := response.UID(20_001); len(set.String()) < 8000; uid += 2 {
		set.AddNum(uid)
	}
	long := wire(t, plus, Search{UID: true, Key: search.And(search.UID(set), text, text)})
	assert.Contains(t, long, "{4}⏎⏳a⏎b")
	assert.Contains(t, long, "{4+}⏎a⏎b", "the second one follows a short line")
}

// What a server may not know waits from there on; the next command does not.
func TestUnknownKeysWait(t *testing.T) {
	key := search.And(search.Subject("a\r\nb"), search.Raw("X-MINE", ArgString("c\r\nd")), search.Body("e\r\nf"))
	var e Encoder
	e.Reset(plus)
	require.NoError(t, e.Command(Search{Key: key}))
	var sync []bool
	for _, f := range forms(stream(t, &e)) {
		sync = append(sync, !f.nonSync)
	}
	assert.Equal(t, []bool{false, true, true}, sync)
	require.NoError(t, e.Command(Search{Key: search.Subject("a\r\nb")}))
	assert.True(t, bytes.Contains(e.Bytes(e.Parts()[0]), []byte("{4+}")))
}
