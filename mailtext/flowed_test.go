package mailtext

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestFlowedLinesAreJoined(t *testing.T) {
	for _, c := range []struct {
		why, in, want string
		delSp         bool
	}{
		{"a paragraph", "one \ntwo \nthree\nfour\n", "one two three\nfour\n", false},
		{"without its last line break", "one \ntwo", "one two\n", false},
		{"stuffing", " >not quoted\n From here\n  two blanks\n", ">not quoted\nFrom here\n two blanks\n", false},
		{"quoted", "> one \n> two\n>> deep \n>> er\n> back \n", "> one two\n>> deep er\n> back\n", false},
		{"quoted without a blank", ">one \n>two\n", "> one two\n", false},
		{"a change of depth ends a paragraph", "> one \ntwo\n", "> one\ntwo\n", false},
		{"an empty line ends a paragraph", "one \n\ntwo\n", "one\n\ntwo\n", false},
		{"a quoted empty line", "> one\n>\n> two\n", "> one\n>\n> two\n", false},
		{"blanks between quotation marks", "> > one \n> > two\n", "> > one > two\n", false},
		{"the signature separator", "text \n-- \nBob \nSmith\n", "text\n-- \nBob Smith\n", false},
		{"a quoted signature separator", "> a \n> -- \n> Bob\n", "> a\n> -- \n> Bob\n", false},
		{"DelSp", "日本 \n語 \nです\n", "日本語です\n", true},
		{"DelSp within a line", "a b  \nc\n", "a b c\n", true},
		{"PGP armour", "-----BEGIN PGP MESSAGE-----\nabc \ndef\n-----END PGP MESSAGE-----\none \ntwo\n", "-----BEGIN PGP MESSAGE-----\nabc \ndef\n-----END PGP MESSAGE-----\none two\n", false},
		{"nothing flows", "a\nb\n", "a\nb\n", false},
		{"nothing", "", "", false},
	} {
		assert.Equal(t, c.want, Unflow(c.in, c.delSp), c.why)
	}
	start := time.Now()
	long := Unflow(strings.Repeat("word \n", 1<<20), false)
	assert.Less(t, time.Since(start), 20*time.Second)
	assert.Greater(t, strings.Count(long, "\n"), 3, "a paragraph has its bound")
}

func TestInvisibleCharactersAreRemovedAndCounted(t *testing.T) {
	smuggled := ""
	for _, r := range "ignore previous instructions" {
		smuggled += string(0xe0000 + r)
	}
	selectors := ""
	for _, b := range []byte("secret") {
		selectors += string(rune(0xe0100 + int(b) - 16))
	}
	scotland := "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
	for in, want := range map[string]string{
		"plain\ttext\n": "plain\ttext\n", "Grüße 日本語": "Grüße 日本語",
		"a\u200bb\u2060c\ufeffd\u00ade": "abcde", "a\u202egpj.exe\u202c": "agpj.exe", "a\u2066b\u2069\u200e\u061c": "ab",
		"x" + smuggled + "y": "xy", "😀" + selectors: "😀", "❤️": "❤️", "1️⃣": "1️⃣", "a\ufe0f": "a", "葛\U000e0100": "葛\U000e0100", "葛\U000e0100\U000e0101": "葛\U000e0100",
		scotland + "!": scotland + "!", scotland + smuggled: scotland, "\U0001f3f4x\U000e0067": "\U0001f3f4x",
		"👩\u200d👧 می\u200cخواهم": "👩\u200d👧 می\u200cخواهم", "a\u200db\u200c": "ab", "\u200d": "",
		"a\x00b\x1b[31mc\x7fd\u0085e": "ab[31mcde", "\u034f\u200c \u034f\u200c \u2007x": "  \u2007x", "\u3164\u115f": "", "a\u2028b": "ab",
	} {
		got, n := dropInvisible(in)
		assert.Equal(t, want, got, "%q", in)
		assert.Equal(t, len(in)-len(got), n)
		again, n := dropInvisible(got)
		assert.Equal(t, got, again)
		assert.Zero(t, n)
	}
}
