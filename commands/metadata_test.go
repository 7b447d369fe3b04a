package commands_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

func TestGetMetadata(t *testing.T) {
	comment := []string{"/shared/comment"}
	check(t, []golden{
		{rev1, GetMetadata{Entries: comment}, `GETMETADATA "" ("/shared/comment")`},
		{rev1, GetMetadata{Mailbox: "inbox", Entries: []string{"/shared/comment", "/private/comment"}}, `GETMETADATA INBOX ("/shared/comment" "/private/comment")`},
		{rev1, GetMetadata{Mailbox: "Müll", Entries: comment}, `GETMETADATA M&APw-ll ("/shared/comment")`},
		{rev2, GetMetadata{Mailbox: "Müll", Entries: comment}, `GETMETADATA "Müll" ("/shared/comment")`},
		{rev1, GetMetadata{Mailbox: RawMailbox("M\xfcll"), Entries: comment}, "GETMETADATA {4}⏎⏳M\xfcll (\"/shared/comment\")"},
		{rev1, GetMetadata{Mailbox: "x", Entries: comment, MaxSize: 1024}, `GETMETADATA (MAXSIZE 1024) x ("/shared/comment")`},
		{rev1, GetMetadata{Mailbox: "x", Entries: comment, Depth: Depth1}, `GETMETADATA (DEPTH 1) x ("/shared/comment")`},
		{rev1, GetMetadata{Mailbox: "x", Entries: []string{"/private"}, Depth: DepthInfinity, MaxSize: math.MaxUint32},
			`GETMETADATA (MAXSIZE 4294967295 DEPTH infinity) x ("/private")`},
		{rev1, GetMetadata{Entries: []string{`/private/a "b" (c`}}, `GETMETADATA "" ("/private/a \"b\" (c")`},

		{rev1, GetMetadata{Mailbox: "x"}, "error: GETMETADATA: entries are missing"},
		{rev1, GetMetadata{Entries: comment, MaxSize: -1}, "error: GETMETADATA: maximum size is negative"},
		{rev1, GetMetadata{Entries: comment, MaxSize: math.MaxUint32 + 1}, "error: GETMETADATA: maximum size is larger than 4294967295"},
		{rev1, GetMetadata{Entries: comment, Depth: 3}, "error: GETMETADATA: depth is not Depth0, Depth1 or DepthInfinity"},
		{rev1, GetMetadata{Mailbox: "\xff", Entries: comment}, "error: GETMETADATA: mailbox \"\\xff\" is not UTF-8"},
	})
	for _, name := range []string{ // RFC 5464 §3.2
		"", "/", "x", "/private/", "/private//x", "/private/*", "/private/%", "/private/ü", "/private/x\r\nA2 LOGOUT", "/private/\x00",
	} {
		assert.Equal(t, fmt.Sprintf("error: GETMETADATA: invalid entry name %q", name), wire(t, plus, GetMetadata{Entries: []string{"/private/x", name}}))
	}
}

func TestSetMetadata(t *testing.T) {
	set := func(value string) SetMetadata {
		return SetMetadata{Mailbox: "INBOX", Items: []response.MetadataItem{{Name: "/private/comment", Value: []byte(value)}}}
	}
	long := strings.Repeat("v", 5000)
	check(t, []golden{
		{rev1, set("My new comment"), `SETMETADATA INBOX ("/private/comment" "My new comment")`},
		{rev1, set(""), `SETMETADATA INBOX ("/private/comment" "")`},
		{rev1, set("NIL"), `SETMETADATA INBOX ("/private/comment" "NIL")`},
		{rev1, set(`say "\"`), `SETMETADATA INBOX ("/private/comment" "say \"\\\"")`},
		{rev1, set("My new comment across\r\ntwo lines.\r\n"),
			`SETMETADATA INBOX ("/private/comment" {35}⏎⏳My new comment across⏎two lines.⏎)`}, // RFC 5464 §4.3
		{plus, set("x\") ~{3+}\r\nA2 LOGOUT\r\n"), `SETMETADATA INBOX ("/private/comment" {22}⏎⏳x") ~{3+}⏎A2 LOGOUT⏎)`},
		{rev1, set("ü"), `SETMETADATA INBOX ("/private/comment" {2}⏎⏳ü)`},
		{rev2, set("ü"), `SETMETADATA INBOX ("/private/comment" "ü")`},
		{rev2, set("\xff"), "SETMETADATA INBOX (\"/private/comment\" {1}⏎⏳\xff)"},
		{minus, set(long), `SETMETADATA INBOX ("/private/comment" {5000}⏎⏳` + long + ")"},

		// RFC 5464 §5 "value", RFC 9051 §9 "literal8"
		{rev1, set("\x00\xff"), "SETMETADATA INBOX (\"/private/comment\" ~{2}⏎⏳\x00\xff)"},
		{plus, set("\x00"), "SETMETADATA INBOX (\"/private/comment\" ~{1}⏎⏳\x00)"},

		{rev1, SetMetadata{Items: []response.MetadataItem{{Name: "/shared/comment", Value: []byte("a")}, {Name: "/private/vendor/x/y"}}},
			`SETMETADATA "" ("/shared/comment" "a" "/private/vendor/x/y" NIL)`},
		{rev1, SetMetadata{Mailbox: "Müll", Items: []response.MetadataItem{{Name: "/shared/comment"}}}, `SETMETADATA M&APw-ll ("/shared/comment" NIL)`},
		{rev1, SetMetadata{Mailbox: "x"}, "error: SETMETADATA: entries are missing"},
		{rev1, SetMetadata{Mailbox: "x\x00", Items: set("").Items}, "error: SETMETADATA: mailbox \"x\\x00\" contains NUL"},
		{rev1, SetMetadata{Items: []response.MetadataItem{{Name: "comment"}}}, `error: SETMETADATA: invalid entry name "comment"`},
		{rev1, SetMetadata{Items: []response.MetadataItem{{Name: "/private/x {3}\r\n"}}}, "error: SETMETADATA: invalid entry name \"/private/x {3}\\r\\n\""},
	})
	assert.Equal(t, []response.Cap{response.CapMetadata}, set("").Needs())
	assert.Equal(t, []response.Cap{response.CapMetadataServer}, GetMetadata{}.Needs())
}
