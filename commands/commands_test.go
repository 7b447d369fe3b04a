package commands_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/literal"
	"github.com/seed-090b04e4/imap/response"
)

type golden struct {
	dialect Dialect
	command Command
	want    string
}

func check(t *testing.T, tests []golden) {
	t.Helper()
	for _, tt := range tests {
		assert.Equal(t, tt.want, wire(t, tt.dialect, tt.command), "%#v", tt.command)
	}
}

func TestSession(t *testing.T) {
	long := strings.Repeat("n", 31)
	check(t, []golden{
		{rev1, Capability{}, "CAPABILITY"},
		{rev1, Noop{}, "NOOP"},
		{rev1, Logout{}, "LOGOUT"},
		{rev1, Unauthenticate{}, "UNAUTHENTICATE"},
		{rev1, StartTLS{}, "STARTTLS"},
		{rev1, Idle{}, "IDLE"},
		{rev1, Compress{}, "COMPRESS DEFLATE"},
		{rev1, Compress{Algorithm: "x y"}, `error: COMPRESS: algorithm "X Y" contains a character that is not allowed in an atom`},
		{rev1, Enable{Caps: []response.Cap{"CONDSTORE", "X-GOOD-IDEA"}}, "ENABLE CONDSTORE X-GOOD-IDEA"}, // RFC 5161 §3.1
		{rev1, Enable{}, "error: ENABLE: capabilities are missing"},
		{rev1, Enable{Caps: []response.Cap{"A B"}}, `error: ENABLE: capability "A B" contains a character that is not allowed in an atom`},
		{rev1, ID{}, "ID NIL"},
		{rev1, ID{Params: []response.IDParam{}}, "ID ()"},
		{rev1, ID{Params: []response.IDParam{{Name: "name", Value: "sodr"}, {Name: "os"}}}, `ID ("name" "sodr" "os" NIL)`},
		{rev1, ID{Params: []response.IDParam{{Name: "a", Value: "1"}, {Name: "A", Value: "2"}}}, `error: ID: parameter name "A" occurs twice`},
		{rev1, ID{Params: []response.IDParam{{Name: long, Value: "1"}}}, `error: ID: parameter name "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn" is longer than 30 octets`},
		{rev1, ID{Params: []response.IDParam{{Value: "1"}}}, "error: ID: parameter name is empty"},
		{rev1, ID{Params: []response.IDParam{{Name: "a", Value: strings.Repeat(long, 40)}}}, `error: ID: parameter value "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"… is longer than 1024 octets`},
		{rev1, ID{Params: make([]response.IDParam, 31)}, "error: ID: parameters are more than 30"},
	})
}

func TestAuth(t *testing.T) {
	check(t, []golden{
		{rev1, Login{"joe", "password"}, `LOGIN "joe" "password"`},
		{rev1, Login{`a"b`, `c\d`}, `LOGIN "a\"b" "c\\d"`},
		{rev1, Login{"joe", "pässword"}, `LOGIN "joe" {9}⏎⏳pässword`},
		{plus, Login{"joe", "pässword"}, `LOGIN "joe" {9+}⏎pässword`},
		{rev2, Login{"joe", "pässword"}, `LOGIN "joe" "pässword"`},
		{rev2, Login{"joe", "p\xffss"}, "LOGIN \"joe\" {4+}⏎p\xffss"},
		{rev1, Login{"joe\r\nA2 LOGOUT", ""}, `LOGIN {14}⏎⏳joe⏎A2 LOGOUT ""`},
		{rev1, Login{"joe", "\x00"}, "error: LOGIN: password contains NUL"},
		{rev1, Login{"\x00", "p"}, "error: LOGIN: user \"\\x00\" contains NUL"},
		{rev1, Authenticate{Mechanism: "GSSAPI"}, "AUTHENTICATE GSSAPI"},
		{rev1, Authenticate{"PLAIN", []byte("\x00test\x00test"), true}, "AUTHENTICATE PLAIN AHRlc3QAdGVzdA=="}, // RFC 4959 §3
		{rev1, Authenticate{"external", nil, true}, "AUTHENTICATE EXTERNAL ="},
		{rev1, Authenticate{"", nil, true}, "error: AUTHENTICATE: mechanism is empty"},
	})
}

func TestSelect(t *testing.T) {
	check(t, []golden{
		{rev1, Select{Mailbox: "inbox"}, "SELECT INBOX"},
		{rev1, Select{Mailbox: "a b", ReadOnly: true}, `EXAMINE "a b"`},
		{rev1, Select{Mailbox: "INBOX", CondStore: true}, "SELECT INBOX (CONDSTORE)"},
		{rev1, Select{Mailbox: "INBOX", QResync: &QResync{UIDValidity: 67890007, ModSeq: 20050715194045000, KnownUIDs: uids("41,43:211,214:541")}},
			"SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211,214:541))"}, // RFC 7162 §3.2.5
		{rev1, Select{Mailbox: "INBOX", CondStore: true, QResync: &QResync{UIDValidity: 1, ModSeq: 2}}, "SELECT INBOX (CONDSTORE QRESYNC (1 2))"},
		{rev1, Select{Mailbox: "INBOX", QResync: &QResync{UIDValidity: 1, ModSeq: 2, KnownUIDs: uids("1:9"), MatchSeqs: seqs("1,3"), MatchUIDs: uids("7,9")}},
			"SELECT INBOX (QRESYNC (1 2 1:9 (1,3 7,9)))"},
		{rev1, Select{Mailbox: "INBOX", QResync: &QResync{ModSeq: 2}}, "error: SELECT: UIDVALIDITY is zero"},
		{rev1, Select{Mailbox: "INBOX", QResync: &QResync{UIDValidity: 1}}, "error: SELECT: mod-sequence 0 is not a positive 63-bit number"},
		{rev1, Select{Mailbox: "INBOX", QResync: &QResync{UIDValidity: 1, ModSeq: 1<<63 - 1}}, "SELECT INBOX (QRESYNC (1 9223372036854775807))"},
		{rev1, Select{Mailbox: "INBOX", QResync: &QResync{UIDValidity: 1, ModSeq: 1 << 63}}, "error: SELECT: mod-sequence 9223372036854775808 is not a positive 63-bit number"},
		{rev1, Select{Mailbox: "INBOX", QResync: &QResync{UIDValidity: 1, ModSeq: 2, KnownUIDs: uids("1:*")}}, `error: SELECT: known UIDs contain "*"`},
		{rev1, Select{Mailbox: "INBOX", QResync: &QResync{UIDValidity: 1, ModSeq: 2, MatchSeqs: seqs("1")}}, "error: SELECT: match data have sets of different lengths"},
		{rev1, Close{}, "CLOSE"},
		{rev1, Unselect{}, "UNSELECT"},
		{rev1, Check{}, "CHECK"},
	})
}

func TestMailboxNames(t *testing.T) {
	check(t, []golden{
		{rev1, Delete{"Entwürfe"}, "DELETE Entw&APw-rfe"},
		{rev2, Delete{"Entwürfe"}, `DELETE "Entwürfe"`},
		{rev1, Delete{"R&D"}, "DELETE R&-D"},
		{rev2, Delete{"R&D"}, "DELETE R&D"},
		{rev1, Delete{RawMailbox("R&D")}, "DELETE R&D"},
		{rev1, Delete{RawMailbox("b\xe4d")}, "DELETE {3}⏎⏳b\xe4d"},
		{rev1, Delete{RawMailbox("inbox")}, "DELETE inbox"},
		{rev1, Delete{RawMailbox("a\x00b")}, "error: DELETE: mailbox \"a\\x00b\" contains NUL"},
		{rev1, Delete{RawMailbox("a\r\nb c")}, "DELETE {6}⏎⏳a⏎b c"},
		{rev1, Delete{"b\xe4d"}, "error: DELETE: mailbox \"b\\xe4d\" is not UTF-8"},
		{rev1, Delete{"a\x00b"}, "error: DELETE: mailbox \"a\\x00b\" contains NUL"},
		{rev1, Delete{"a\r\nb"}, "DELETE a&AA0ACg-b"},
		{rev2, Delete{"a\r\nb"}, "DELETE {4+}⏎a⏎b"},
		{rev1, Delete{""}, `DELETE ""`},
		{rev1, Delete{"nil"}, `DELETE "nil"`},
		{rev1, Delete{`a"b\c*%(){}]`}, `DELETE "a\"b\\c*%(){}]"`},
		{rev1, Delete{"InBoX"}, "DELETE INBOX"},
		{rev1, Delete{"INBOX/x"}, "DELETE INBOX/x"},
	})
}

func TestMailbox(t *testing.T) {
	check(t, []golden{
		{rev1, Create{Mailbox: "owatagusiam/"}, "CREATE owatagusiam/"},
		{rev1, Create{Mailbox: "MySpecial", SpecialUse: []response.MailboxAttr{response.AttrDrafts, response.AttrSent}}, `CREATE MySpecial (USE (\Drafts \Sent))`}, // RFC 6154 §5.3
		{rev1, Create{Mailbox: "x", SpecialUse: []response.MailboxAttr{"Drafts"}}, `error: CREATE: special use "Drafts" does not begin with a backslash`},
		{rev1, Create{Mailbox: "x", SpecialUse: []response.MailboxAttr{`\a b`}}, `error: CREATE: special use "a b" contains a character that is not allowed in an atom`},
		{rev1, Rename{"blurdybloop", "sarasoop"}, "RENAME blurdybloop sarasoop"},
		{rev1, Rename{"a", "\xff"}, "error: RENAME: new name \"\\xff\" is not UTF-8"},
		{rev1, Subscribe{"#news.comp.mail.mime"}, "SUBSCRIBE #news.comp.mail.mime"},
		{rev1, Unsubscribe{"#news.comp.mail.mime"}, "UNSUBSCRIBE #news.comp.mail.mime"},
		{rev1, Namespace{}, "NAMESPACE"},
		{rev1, Status{Mailbox: "blurdybloop", Items: response.StatusUIDNext | response.StatusMessages}, "STATUS blurdybloop (MESSAGES UIDNEXT)"},
		{rev1, Status{Mailbox: "x", Other: []string{"X-MINE"}}, "STATUS x (X-MINE)"},
		{rev1, Status{Mailbox: "x", Other: []string{"a) (b"}}, `error: STATUS: item "a) (b" contains a character that is not allowed in an atom`},
		{rev1, Status{Mailbox: "x"}, "error: STATUS: items are missing"},
	})
}

func TestList(t *testing.T) {
	all := ListReturn{Subscribed: true, Children: true, SpecialUse: true, MyRights: true, Status: response.StatusMessages | response.StatusUnseen, Metadata: []string{"/private/comment"}}
	check(t, []golden{
		{rev1, List{Patterns: []string{"*"}}, `LIST "" "*"`},
		{rev1, List{Patterns: []string{""}}, `LIST "" ""`},
		{rev1, List{Reference: "~/Mail/", Patterns: []string{"Entwürfe%"}}, `LIST "~/Mail/" "Entw&APw-rfe%"`},
		{rev2, List{Patterns: []string{"Entwürfe%"}}, `LIST "" "Entwürfe%"`},
		{rev1, List{Patterns: []string{"INBOX", "Drafts", "Sent/%"}}, `LIST "" ("INBOX" "Drafts" "Sent/%")`},
		{rev1, List{Patterns: []string{"%"}, Select: ListSelect{Subscribed: true, RecursiveMatch: true}}, `LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"`},
		{rev1, List{Patterns: []string{"%"}, Select: ListSelect{Remote: true, SpecialUse: true}}, `LIST (SPECIAL-USE REMOTE) "" "%"`},
		{rev1, List{Patterns: []string{"*"}, Return: all},
			`LIST "" "*" RETURN (SUBSCRIBED CHILDREN SPECIAL-USE MYRIGHTS STATUS (MESSAGES UNSEEN) METADATA ("/private/comment"))`},
		{rev1, List{Patterns: []string{"%"}, Select: ListSelect{Remote: true, RecursiveMatch: true}}, "error: LIST: RECURSIVEMATCH needs SUBSCRIBED or SPECIAL-USE"},
		{rev1, List{}, "error: LIST: patterns are missing"},
		{rev1, List{Patterns: []string{"*"}, Return: ListReturn{Metadata: []string{"/a*"}}}, `error: LIST: invalid entry name "/a*"`},
		{rev1, LSub{"#news.", "comp.mail.*"}, `LSUB "#news." "comp.mail.*"`},
	})
}

func TestAppend(t *testing.T) {
	body := func(s string) literal.Source { return literal.Source{R: strings.NewReader(s), Size: int64(len(s))} }
	date := time.Date(1994, 2, 7, 21, 52, 25, 0, time.FixedZone("", -8*3600))
	big := strings.Repeat("x", 4097)
	seen := []response.Flag{response.FlagSeen, "$Forwarded"}
	one := func(m AppendMessage) Append { return Append{Mailbox: "saved", Messages: []AppendMessage{m}} }
	check(t, []golden{
		{rev1, one(AppendMessage{Literal: body("hello")}), "APPEND saved {5}⏎⏳‹hello›"},
		{plus, one(AppendMessage{Literal: body("hello")}), "APPEND saved {5+}⏎‹hello›"},
		{minus, one(AppendMessage{Literal: body(big[:4096])}), "APPEND saved {4096+}⏎‹" + big[:4096] + "›"},
		{minus, one(AppendMessage{Literal: body(big)}), "APPEND saved {4097}⏎⏳‹" + big + "›"},
		{plus, one(AppendMessage{Literal: body(big)}), "APPEND saved {4097+}⏎‹" + big + "›"},
		{plus, one(AppendMessage{Flags: seen, InternalDate: date, Literal: body("x")}), `APPEND saved (\Seen $Forwarded) " 7-Feb-1994 21:52:25 -0800" {1+}⏎‹x›`},
		{plus, one(AppendMessage{Literal: body("a\x00"), Binary: true}), "APPEND saved ~{2}⏎⏳‹a\x00›"},
		{Dialect{LiteralPlus: true, Binary: true}, one(AppendMessage{Literal: body("a\x00"), Binary: true}), "APPEND saved ~{2+}⏎‹a\x00›"}, // RFC 7888 §6
		{rev1, one(AppendMessage{}), "APPEND saved {0}⏎⏳"},
		{plus, one(AppendMessage{}), "APPEND saved {0+}⏎"},
		{plus, Append{"saved", []AppendMessage{{Flags: seen, Literal: body("a")}, {Literal: body("bc")}}}, `APPEND saved (\Seen $Forwarded) {1+}⏎‹a› {2+}⏎‹bc›`},
		{rev1, Append{"saved", []AppendMessage{{Literal: body("a")}, {Literal: body("bc")}}}, `APPEND saved {1}⏎⏳‹a› {2}⏎⏳‹bc›`},
		{rev1, Append{"saved", []AppendMessage{{Literal: body("a")}, {}}}, "error: APPEND: message is empty, which is not allowed for several messages"},
		{rev1, Append{Mailbox: "saved"}, "error: APPEND: messages are missing"},
		{rev1, one(AppendMessage{Literal: literal.Source{Size: -1}}), "error: APPEND: message has a negative size"},
		{rev1, one(AppendMessage{Literal: literal.Source{Size: 1}}), "error: APPEND: message has no reader"},
		{rev1, one(AppendMessage{Flags: []response.Flag{`\recent`}}), "error: APPEND: flag \"\\\\recent\" can only be set by the server"},
		{rev1, one(AppendMessage{Flags: []response.Flag{`\*`}}), `error: APPEND: invalid flag "\\*"`},
		{rev1, one(AppendMessage{Flags: []response.Flag{`\`}}), `error: APPEND: invalid flag "\\"`},
		{rev1, one(AppendMessage{InternalDate: date.AddDate(9000, 0, 0)}), "error: APPEND: internal date 10994-02-07T21:52:25-08:00 has a year that does not fit into four digits"},
	})
	check(t, []golden{
		{plus, UIDReplace{2000, "Drafts", AppendMessage{Flags: seen, Literal: body("x")}}, `UID REPLACE 2000 Drafts (\Seen $Forwarded) {1}⏎⏳‹x›`}, // RFC 8508 §3
		{rev1, SeqReplace{4, "Entwürfe", AppendMessage{Literal: body("x")}}, "REPLACE 4 Entw&APw-rfe {1}⏎⏳‹x›"},
		{rev1, UIDReplace{0, "Drafts", AppendMessage{}}, "error: UID REPLACE: message number is zero"},
	})
	// Zones of the time before standard time have seconds: the instant stays.
	lmt := time.Date(1900, 1, 1, 0, 0, 30, 0, time.FixedZone("LMT", 3208))
	assert.Equal(t, `APPEND saved " 1-Jan-1900 00:00:02 +0053" {0+}⏎`, wire(t, plus, one(AppendMessage{InternalDate: lmt})))
	far := time.Date(1990, 1, 1, 0, 0, 0, 0, time.FixedZone("", 100*3600))
	assert.Equal(t, "error: APPEND: internal date 1990-01-01T00:00:00+100:00 has a time zone that is too far from UTC", wire(t, plus, one(AppendMessage{InternalDate: far})))
}

func TestStoreCopyMove(t *testing.T) {
	beside := response.Saved[response.UID]()
	beside.AddNum(1)
	deleted := []response.Flag{response.FlagDeleted}
	check(t, []golden{
		{rev1, SeqStore{Set: seqs("2:4"), Op: StoreAdd, Flags: deleted}, `STORE 2:4 +FLAGS (\Deleted)`},
		{rev1, UIDStore{Set: uids("2:4,9"), Op: StoreRemove, Flags: deleted, Silent: true}, `UID STORE 2:4,9 -FLAGS.SILENT (\Deleted)`},
		{rev1, UIDStore{Set: uids("1:*"), Op: StoreSet}, `UID STORE 1:* FLAGS ()`},
		{rev1, UIDStore{Set: response.Saved[response.UID](), Op: StoreSet, Flags: deleted}, `UID STORE $ FLAGS (\Deleted)`},
		{rev1, SeqStore{Set: seqs("7,5,9"), Op: StoreAdd, Flags: deleted, UnchangedSince: 320162338, Silent: true},
			`STORE 5,7,9 (UNCHANGEDSINCE 320162338) +FLAGS.SILENT (\Deleted)`}, // RFC 7162 §3.1.3
		{rev1, UIDStore{Set: uids("1"), Op: StoreAdd, GmailLabels: []string{`\Inbox`, "foo bar", "ü"}}, `UID STORE 1 +X-GM-LABELS (\Inbox "foo bar" "&APw-")`},
		{rev1, UIDStore{Set: uids("1"), Flags: deleted}, "error: UID STORE: operation is not StoreSet, StoreAdd or StoreRemove"},
		{rev1, UIDStore{Op: StoreAdd, Flags: deleted}, "error: UID STORE: set is empty"},
		{rev1, UIDStore{Set: beside, Op: StoreAdd}, "error: UID STORE: set has other messages beside the saved search result"},
		{rev1, UIDStore{Set: uids("1"), Op: StoreAdd, Flags: []response.Flag{"a b"}}, `error: UID STORE: invalid flag "a b"`},
		{rev1, UIDStore{Set: uids("1"), Op: StoreAdd, Flags: []response.Flag{"a", `\Recent`}}, `error: UID STORE: flag "\\Recent" can only be set by the server`},
		{rev1, UIDStore{Set: uids("1"), Op: StoreAdd, UnchangedSince: 1 << 63}, "error: UID STORE: mod-sequence 9223372036854775808 is not a 63-bit number"},
		{rev1, SeqCopy{Set: seqs("2:4"), Mailbox: "MEETING"}, "COPY 2:4 MEETING"},
		{rev1, UIDCopy{Set: uids("2:4"), Mailbox: "MEETING"}, "UID COPY 2:4 MEETING"},
		{rev1, SeqMove{Set: response.Saved[response.SeqNum](), Mailbox: "x"}, "MOVE $ x"},
		{rev1, UIDMove{Set: uids("42:69"), Mailbox: "foo"}, "UID MOVE 42:69 foo"},
		{rev1, Expunge{}, "EXPUNGE"},
		{rev1, UIDExpunge{UIDs: uids("3000:3002")}, "UID EXPUNGE 3000:3002"},
		{rev1, UIDExpunge{}, "error: UID EXPUNGE: set is empty"},
	})
}

func uids(s string) response.UIDSet {
	set, err := response.ParseUIDSet(s)
	if err != nil {
		panic(err)
	}
	return set
}

func seqs(s string) response.SeqSet {
	set, err := response.ParseSeqSet(s)
	if err != nil {
		panic(err)
	}
	return set
}
