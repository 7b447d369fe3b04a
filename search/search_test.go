package search_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	. "github.com/seed-090b04e4/imap/search"
)

func TestKeys(t *testing.T) {
	day := time.Date(1994, 2, 1, 23, 30, 0, 0, time.FixedZone("", -8*3600))
	set := response.UIDRange(3, 5)
	for _, tt := range []struct {
		key  Key
		want string
	}{
		{Key{}, "ALL"},
		{All(), "ALL"},
		{Answered(), "ANSWERED"}, {Deleted(), "DELETED"}, {Draft(), "DRAFT"}, {Flagged(), "FLAGGED"}, {Seen(), "SEEN"},
		{Unanswered(), "UNANSWERED"}, {Undeleted(), "UNDELETED"}, {Undraft(), "UNDRAFT"}, {Unflagged(), "UNFLAGGED"}, {Unseen(), "UNSEEN"},
		{New(), "NEW"}, {Old(), "OLD"}, {Recent(), "RECENT"},
		{Bcc("a"), `BCC "a"`}, {Body("a b"), `BODY "a b"`}, {Cc("a"), `CC "a"`}, {From(`"x`), `FROM "\"x"`},
		{Subject("ü"), `SUBJECT "ü"`}, {Text("a\r\n"), `TEXT {3+} "a\r\n"`}, {To(""), `TO ""`},
		{Header("Message-ID", "<1@x>"), `HEADER Message-ID "<1@x>"`}, {Header("X-Spam", ""), `HEADER X-Spam ""`},
		{Keyword("$Junk"), "KEYWORD $Junk"}, {Unkeyword("a"), "UNKEYWORD a"}, {Keyword(`\seen`), "SEEN"}, {Unkeyword(response.FlagDraft), "UNDRAFT"},
		{UID(set), "UID 3:5"}, {Seq(response.Seqs(1, 9)), "1,9"}, {Larger(5), "LARGER 5"}, {Smaller(1 << 40), "SMALLER 1099511627776"},
		{Before(day), "BEFORE 1-Feb-1994"}, {On(day), "ON 1-Feb-1994"}, {Since(day.UTC()), "SINCE 2-Feb-1994"},
		{SentBefore(day), "SENTBEFORE 1-Feb-1994"}, {SentOn(day), "SENTON 1-Feb-1994"}, {SentSince(day), "SENTSINCE 1-Feb-1994"},
		{Saved(), "$"}, {Older(time.Hour), "OLDER 3600"}, {Younger(90 * time.Second), "YOUNGER 90"},
		{ModSeq(620162338), "MODSEQ 620162338"}, {ModSeqFlag(response.FlagDraft, EntryAll, 620162338), `MODSEQ "/flags/\\Draft" all 620162338`}, // RFC 7162 §3.1.5
		{SavedBefore(day), "SAVEDBEFORE 1-Feb-1994"}, {SavedOn(day), "SAVEDON 1-Feb-1994"}, {SavedSince(day), "SAVEDSINCE 1-Feb-1994"}, {SaveDateSupported(), "SAVEDATESUPPORTED"},
		{EmailID("M6d99ac3275bb4e"), "EMAILID M6d99ac3275bb4e"}, {ThreadID("T-_1"), "THREADID T-_1"},
		{Fuzzy(Subject("x")), `FUZZY SUBJECT "x"`}, {Fuzzy(And(Seen(), Old())), "FUZZY (SEEN OLD)"}, {Filter("on-the-road"), "FILTER on-the-road"},
		{GmailRaw("has:attachment"), `X-GM-RAW "has:attachment"`}, {GmailMsgID(7), "X-GM-MSGID 7"}, {GmailThreadID(8), "X-GM-THRID 8"},
		{GmailLabel(`\Inbox`), `X-GM-LABELS \Inbox`}, {GmailLabel("ü"), `X-GM-LABELS "ü"`},
		{Raw("X-MINE", commands.ArgString("a b"), commands.ArgNumber(1)), `X-MINE "a b" 1`}, {Raw("X-MINE"), "X-MINE"},

		{And(), "ALL"}, {And(Seen()), "SEEN"}, {And(Seen(), Old()), "SEEN OLD"}, {And(Seen(), And(Old(), New())), "SEEN OLD NEW"}, {And(Key{}, Seen()), "ALL SEEN"},
		{Or(), "NOT ALL"}, {Or(Seen()), "SEEN"}, {Or(Seen(), Old()), "OR SEEN OLD"}, {Or(Seen(), And(Old(), New())), "OR SEEN (OLD NEW)"},
		{Or(Seen(), Old(), New()), "OR SEEN OR OLD NEW"},
		{Or(Seen(), Old(), New(), Draft()), "OR OR SEEN OLD OR NEW DRAFT"},
		{Or(Or(Seen(), Old()), Or(New(), Draft())), "OR OR SEEN OLD OR NEW DRAFT"},
		{And(Or(Seen(), Old()), Not(And(New(), Draft())), Not(Or(New(), Draft()))), "OR SEEN OLD NOT (NEW DRAFT) NOT OR NEW DRAFT"},
		{Not(Not(Seen())), "NOT NOT SEEN"}, {Not(Key{}), "NOT ALL"}, {Or(Key{}, Seen()), "OR ALL SEEN"},

		{UID(response.UIDSet{}), "invalid search key: imap: UID set is empty"},
		{Seq(response.SeqSet{}), "invalid search key: imap: sequence set is empty"},
		{Larger(-1), `invalid search key: imap: size "-1" is negative`},
		{Older(time.Millisecond), `invalid search key: imap: interval "1ms" is not a positive 32-bit number of seconds`},
		{Since(time.Time{}), "invalid search key: imap: date is the zero time"},
		{Keyword("a b"), `invalid search key: imap: keyword "a b" contains a character that is not allowed in an atom`},
		{Keyword(`\Foo`), `invalid search key: imap: keyword "\\Foo" contains a character that is not allowed in an atom`},
		{Header("a b", ""), `invalid search key: imap: header field "a b" contains a character that is not allowed in a field name`},
		{Text("\x00"), "invalid search key: imap: search text \"\\x00\" contains NUL"},
		{ModSeq(1 << 63), `invalid search key: imap: mod-sequence "9223372036854775808" is not a 63-bit number`},
		{ModSeqFlag("a b", EntryAll, 1), `invalid search key: imap: invalid flag "a b"`},
		{ModSeqFlag("a", "x", 1), `invalid search key: imap: entry type "x" is not all, priv or shared`},
		{EmailID("a.b"), `invalid search key: imap: object ID "a.b" contains a character that is not allowed in it`},
		{EmailID(""), "invalid search key: imap: object ID is empty"},
		{EmailID(strings.Repeat("a", 256)), `invalid search key: imap: object ID "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"… is longer than 255 characters`},
		{Filter("a/b"), `invalid search key: imap: filter "a/b" contains "/"`},
		{Raw("a b"), `invalid search key: imap: search key "a b" contains a character that is not allowed in an atom`},
	} {
		assert.Equal(t, tt.want, tt.key.String())
	}
}

func TestOrNestsShallowly(t *testing.T) {
	keys := make([]Key, 1024)
	for i := range keys {
		keys[i] = Seen()
	}
	text := Or(keys...).String()
	assert.Equal(t, 1023, strings.Count(text, "OR"))
	assert.True(t, strings.HasPrefix(text, strings.Repeat("OR ", 10)+"SEEN"))
}

func TestKeysDoNotChange(t *testing.T) {
	keys := []Key{Seen(), Old()}
	a := And(keys...)
	keys[0] = Draft()
	b := And(a, New())
	c := And(a, Deleted())
	assert.Equal(t, "SEEN OLD", a.String())
	assert.Equal(t, "SEEN OLD NEW", b.String())
	assert.Equal(t, "SEEN OLD DELETED", c.String())
}

func TestEffects(t *testing.T) {
	assert.Zero(t, And(From("x"), Larger(3), UID(response.UIDs(1))).Effects())
	assert.Equal(t, commands.ReadsFlags, Not(Or(From("x"), And(Unseen()))).Effects())
	assert.Equal(t, commands.SeqNums, Fuzzy(And(Seq(response.Seqs(1)), From("x"))).Effects())
	assert.Equal(t, commands.SeqNums|commands.ReadsFlags|commands.UsesSaved, Raw("X").Effects())
	assert.Zero(t, Key{}.Effects())
}

func TestASCII(t *testing.T) {
	assert.True(t, And(From("x"), Seen()).ASCII())
	assert.False(t, And(Not(Or(From("ü"), Seen())), Seen()).ASCII())
	assert.False(t, Header("X", "ü").ASCII())
	assert.False(t, Raw("X", commands.ArgList(commands.ArgString("ü"))).ASCII())
	assert.True(t, GmailLabel("ü").ASCII()) // has an encoding of its own
	assert.True(t, Key{}.ASCII())
}

func TestNeeds(t *testing.T) {
	key := Or(And(Older(time.Hour), Fuzzy(Subject("x"))), Not(EmailID("x")), ThreadID("y"), Saved())
	assert.Equal(t, []response.Cap{response.CapWithin, response.CapSearchFuzzy, response.CapObjectID, response.CapSearchRes}, key.Needs())
	assert.Empty(t, And(Seen(), Key{}).Needs())
}

func TestGmailRawNeedsCharset(t *testing.T) {
	assert.False(t, GmailRaw("ü").ASCII())
	assert.Equal(t, []response.Cap{response.CapGmailExt1}, GmailRaw("ü").Needs())
}
