package commands_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/literal"
	"github.com/seed-090b04e4/imap/search"
)

func TestRaw(t *testing.T) {
	src := literal.Source{R: strings.NewReader("xyz"), Size: 3}
	check(t, []golden{
		{rev1, Raw{Command: "GETQUOTAROOT", Args: []Arg{ArgMailbox("inbox")}}, "GETQUOTAROOT INBOX"},
		{rev1, Raw{Command: "UID SORT", Args: []Arg{ArgList(ArgAtom("REVERSE"), ArgAtom("DATE")), ArgAtom("UTF-8"), ArgKey(search.Unseen())}}, "UID SORT (REVERSE DATE) UTF-8 UNSEEN"},
		{rev1, Raw{Command: "SETMETADATA", Args: []Arg{ArgMailbox("x"), ArgList(ArgAString("/private/comment"), ArgLiteral([]byte("ü\n")), ArgAString("/a"), Arg{})}},
			"SETMETADATA x (/private/comment {3}⏎⏳ü\n /a NIL)"},
		{plus, Raw{Command: "X", Args: []Arg{ArgUIDs(uids("1:5")), ArgSeqs(seqs("*")), ArgFlag(`\Seen`), ArgNumber(7), ArgString("a\"b"), ArgList(), ArgNil(), ArgKey(nil), ArgLiteralFrom(src, true), ArgSecret(ArgString("pw"))}},
			`X 1:5 * \Seen 7 "a\"b" () NIL ALL ~{3}⏎⏳‹xyz› "pw"`},
		{rev1, Raw{Command: "X\r\nY"}, `error: "X\r\nY": name: contains a character that an atom can't have`},
		{rev1, Raw{Command: ""}, "error: name: is empty"},
		{rev1, Raw{Command: "UID  X"}, "error: UID  X: name: is empty"},
		{rev1, Raw{Command: "X", Args: []Arg{ArgAtom("a b")}}, "error: X: atom: contains a character that an atom can't have"},
		{rev1, Raw{Command: "X", Args: []Arg{ArgLiteral([]byte{0})}}, "error: X: literal: contains NUL"},
	})
	assert.False(t, ArgList(ArgNil(), ArgSecret(ArgString("ü"))).ASCII())
	assert.True(t, ArgList(ArgMailbox("ü")).ASCII())
	assert.Equal(t, Barrier, Raw{}.Effects())
}

// TestErrorsShowValues, shortened and quoted, but for secrets.
func TestErrorsShowValues(t *testing.T) {
	secret := func(a Arg) Raw { return Raw{Command: "X", Args: []Arg{ArgSecret(a), ArgAtom("b c")}} }
	check(t, []golden{
		{rev1, Raw{Command: "X", Args: []Arg{ArgAtom("b\r\nc")}}, `error: X: atom "b\r\nc" contains a character that is not allowed in an atom`},
		{rev1, Raw{Command: "X", Args: []Arg{ArgAtom(strings.Repeat("é", 33))}},
			`error: X: atom "` + strings.Repeat("é", 32) + `"… contains a character that is not allowed in an atom`},
		{rev1, secret(ArgAtom("pass word")), "error: X: atom contains a character that is not allowed in an atom"},
		{rev1, secret(ArgString("pass\x00word")), "error: X: string contains NUL"},
		{rev1, secret(ArgFlag("pass word")), "error: X: invalid flag"},
		{rev1, secret(ArgMailbox("pass\xff")), "error: X: mailbox is not UTF-8"},
		{rev1, secret(ArgKey(search.Keyword("pass word"))), "error: X: keyword contains a character that is not allowed in an atom"},
		{rev1, secret(ArgAtom("secret")), `error: X: atom "b c" contains a character that is not allowed in an atom`},
	})
}
