package commands_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/seed-090b04e4/imap/commands"
)

func TestACL(t *testing.T) {
	check(t, []golden{
		// RFC 4314 §3.1 to §3.5
		{rev1, GetACL{"INBOX/Drafts"}, "GETACL INBOX/Drafts"},
		{rev1, SetACL{"INBOX/Drafts", "Chris", RightsAdd, "cda"}, "SETACL INBOX/Drafts Chris +cda"},
		{rev1, DeleteACL{"INBOX", "Fred"}, "DELETEACL INBOX Fred"},
		{rev1, ListRights{"~/Mail/saved", "smith"}, "LISTRIGHTS ~/Mail/saved smith"},
		{rev1, MyRights{"inbox"}, "MYRIGHTS INBOX"},

		{rev1, SetACL{"a b", "anyone", RightsSet, "lrswipkxtea0189"}, `SETACL "a b" anyone lrswipkxtea0189`},
		{rev1, SetACL{"x", "-fred", RightsRemove, "w"}, "SETACL x -fred -w"},
		{rev1, SetACL{"x", "fred", RightsSet, ""}, `SETACL x fred ""`},
		{rev1, SetACL{"x", "fred", RightsAdd, ""}, "SETACL x fred +"},
		{rev1, SetACL{"x", "nil", RightsSet, "nil"}, `SETACL x "nil" "nil"`},
		{rev1, SetACL{"Entwürfe", "jörg", RightsSet, "lr"}, `SETACL Entw&APw-rfe {5}⏎⏳jörg lr`},
		{rev2, SetACL{"Entwürfe", "jörg", RightsSet, "lr"}, `SETACL "Entwürfe" "jörg" lr`},
		{plus, DeleteACL{RawMailbox("b\xe4d"), `a"b`}, "DELETEACL {3+}⏎b\xe4d \"a\\\"b\""},
		{plus, SetACL{"x", "fred lr\r\nA2 LOGOUT", RightsSet, "l"}, "SETACL x {18+}⏎fred lr⏎A2 LOGOUT l"},

		{rev1, SetACL{"x", "fred", RightsSet, "lrQ"}, `error: SETACL: rights "lrQ" have a character other than a lower case letter or a digit`},
		{rev1, SetACL{"x", "fred", RightsSet, "+l"}, `error: SETACL: rights "+l" have a character other than a lower case letter or a digit`},
		{rev1, SetACL{"x", "fred", RightsAdd, "l\r\n"}, "error: SETACL: rights \"l\\r\\n\" have a character other than a lower case letter or a digit"},
		{rev1, SetACL{"x", "fred", RightsAdd, "ä"}, `error: SETACL: rights "ä" have a character other than a lower case letter or a digit`},
		{rev1, SetACL{"x", "fred", 0, "l"}, "error: SETACL: operation is not RightsSet, RightsAdd or RightsRemove"},
		{rev1, SetACL{"x", "fred", RightsRemove + 1, "l"}, "error: SETACL: operation is not RightsSet, RightsAdd or RightsRemove"},
		{rev1, SetACL{"x", "", RightsSet, "l"}, "error: SETACL: identifier is empty"},
		{rev1, DeleteACL{"x", "a\x00b"}, "error: DELETEACL: identifier \"a\\x00b\" contains NUL"},
		{rev1, ListRights{"x", "j\xf6rg"}, "error: LISTRIGHTS: identifier \"j\\xf6rg\" is not UTF-8"},
		{rev1, ListRights{"b\xe4d", "fred"}, "error: LISTRIGHTS: mailbox \"b\\xe4d\" is not UTF-8"},
		{rev1, GetACL{"a\x00b"}, "error: GETACL: mailbox \"a\\x00b\" contains NUL"},
		{rev1, MyRights{"\xff"}, "error: MYRIGHTS: mailbox \"\\xff\" is not UTF-8"},
	})
}

// The rights of many mailboxes are asked for at once, and beside anything else
// (RFC 4314 §5.1.1).
func TestACLRunsBesideOthers(t *testing.T) {
	for name, cmds := range map[string][]Command{
		"SETACL + MYRIGHTS":    {SetACL{}, MyRights{}},
		"MYRIGHTS of many":     {MyRights{"a"}, MyRights{"b"}, GetACL{"a"}, ListRights{"a", "x"}, DeleteACL{"a", "x"}},
		"UID FETCH + MYRIGHTS": {UIDFetch{Items: FetchItems{Envelope: true}}, MyRights{}},
		"SELECT + MYRIGHTS":    {Select{}, MyRights{}},
	} {
		assert.Equal(t, -1, waits(cmds...), name)
	}
	assert.Equal(t, 1, waits(GetACL{"a"}, SeqFetch{}), "an EXPUNGE may come before the answer")
}
