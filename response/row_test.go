package response

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOneBadItemCostsThatItem has each item malformed between two that are not.
func TestOneBadItemCostsThatItem(t *testing.T) {
	for item, lost := range map[string]string{
		`ENVELOPE ("date")`:                           "ENVELOPE",
		`ENVELOPE "x"`:                                "ENVELOPE",
		`ENVELOPE (x)`:                                "ENVELOPE",
		`ENVELOPE (NIL NIL ("a") NIL NIL NIL)`:        "ENVELOPE",
		`BODYSTRUCTURE "x"`:                           "BODYSTRUCTURE",
		`BODYSTRUCTURE (("text" "plain") "mixed"`:     "", // not closed: the items behind are part of it
		`BODYSTRUCTURE (("a" ("b" "c" "d" (()))) (((`: "",
		`BODY (((`:                                    "",
		`BODY[1 "x"`:                                  "",
		`BODY[0] "x"`:                                 "BODY",
		`BODY[1.0] "x"`:                               "BODY",
		`BODY[] abc`:                                  "BODY",
		`BODY[] (abc)`:                                "BODY",
		`BODY[]<x> "abc"`:                             "BODY",
		`BODY[]<99999999999999999999> "abc"`:          "BODY",
		`BODY[HEADER.FIELDS (] "abc"`:                 "BODY",
		`BODY[HEADER.FIELDS ("]" a)]x "abc"`:          "BODY",
		`BINARY.SIZE[1] x`:                            "BINARY.SIZE",
		`FLAGS Seen`:                                  "FLAGS",
		`FLAGS (\Seen (x))`:                           "FLAGS",
		`FLAGS NIL`:                                   "FLAGS",
		`INTERNALDATE x`:                              "INTERNALDATE",
		`RFC822.SIZE x`:                               "RFC822.SIZE",
		`RFC822.SIZE 9223372036854775808`:             "RFC822.SIZE",
		`RFC822.SIZE 12x`:                             "RFC822.SIZE",
		`rfc822.size -1`:                              "RFC822.SIZE",
		`MODSEQ 5`:                                    "MODSEQ",
		`MODSEQ (5 6)`:                                "MODSEQ",
		`MODSEQ (18446744073709551616)`:               "MODSEQ",
		`MODSEQ NIL`:                                  "MODSEQ",
		`SAVEDATE 5`:                                  "SAVEDATE",
		`PREVIEW 5`:                                   "PREVIEW",
		`X-GM-MSGID x`:                                "X-GM-MSGID",
		`X-GM-LABELS x`:                               "X-GM-LABELS",
		"FLAGS ({5}\r\n\\Seen)":                       "",
		"ENVELOPE ({12}\r\n* 9 EXISTS\r\n {1}\r\n) x)": "ENVELOPE",
		"BODYSTRUCTURE {14}\r\n) UID 5 FLAGS ":         "BODYSTRUCTURE",
	} {
		list := responses(t, "* 1 FETCH (UID 7 "+item+" SAVEDATE NIL)\r\n* 2 EXISTS\r\n")
		require.Len(t, list, 2, item)
		require.NotNil(t, list[0].Err, item)
		assert.True(t, bytes.HasPrefix(list[0].Err.Raw, []byte("* 1 FETCH (UID 7")), item)
		m := list[0].Data.(*Message)
		assert.EqualValues(t, 7, m.UID, item)
		if lost != "" {
			assert.Equal(t, lost, list[0].Err.Item, item)
			assert.True(t, m.Has(ItemSaveDate), "%s: the item behind it is lost too", item)
		}
		assert.Equal(t, &ExistsData{2}, list[1].Data, item)
	}
}

func TestTwoBadItemsAreToldAsTheFirst(t *testing.T) {
	resp := one(t, `* 1 FETCH (RFC822.SIZE x UID 7 FLAGS NIL MODSEQ (5))`)
	require.NotNil(t, resp.Err)
	assert.Equal(t, "RFC822.SIZE", resp.Err.Item)
	assert.Contains(t, resp.Err.Error(), "malformed RFC822.SIZE: expected number")
	m := resp.Data.(*Message)
	assert.Equal(t, ItemUID|ItemModSeq, m.Items)
}

func TestContradictingUIDsKeepTheFirst(t *testing.T) {
	resp := one(t, `* 1 FETCH (UID 9 UID 10 FLAGS (\Seen))`)
	require.NotNil(t, resp.Err)
	m := resp.Data.(*Message)
	assert.EqualValues(t, 9, m.UID)
	assert.Equal(t, []Flag{FlagSeen}, m.Flags)
}

// TestOneBadRowCostsThatRow puts rows that break the grammar between two that
// do not.
func TestOneBadRowCostsThatRow(t *testing.T) {
	for _, row := range [...]string{
		"", " ", "*", "* ", "**", "* (", "* \"x\"", "*\tOK hi", "A1", "A1 ", "A1 OKAY x", "A1 PREAUTH x", "A1 BYE x",
		"{3}x", "(a) OK x", "\xff\xfe OK x", "* 1", "* 1 ", "* 1 (", "* 1EXISTS", "* 1.5 EXISTS", "* 4294967296 EXISTS",
		"* 99999999999999999999999 EXISTS", "* 1 EXISTS x", "* 0 EXPUNGE", "* 0 FETCH (FLAGS ())", "* 0 UIDFETCH (FLAGS ())", "* 1 FETCH", "* 1 FETCH ", "* 1 FETCH UID 5",
		"* 1 FETCH (", "* 1 FETCH (UID", "* 1 FETCH (UID 5", "* 1 FETCH (UID 5))", "* 1 FETCH (UID 5) x", "* 1 FETCH (\x01)", "* 1 FETCH ([])",
		"* LIST", "* LIST ()", "* LIST () \"/\"", "* LIST () \"/\" ", "* LIST (\\Foo \"/\" INBOX", "* LIST () \"//\" INBOX", "* LIST () / INBOX",
		"* LIST ()\"/\" a", "* LIST () \"/\"a", "* LIST () \"/\" \"a", "* LIST () \"/\" a (x", "* LIST () \"/\" a (x) y",
		"* STATUS", "* STATUS INBOX (", "* STATUS INBOX (MESSAGES)", "* STATUS INBOX (MESSAGES x)", "* STATUS INBOX (MESSAGES 99999999999999999999)",
		"* SEARCH 0", "* SEARCH abc", "* SEARCH 1 4294967296", "* SEARCH 1,2", "* SEARCH 1 (MODSEQ)", "* SEARCH 1 (X 3)",
		"* ESEARCH (TAG", "* ESEARCH (TAG \"a\") UID MAX x", "* ESEARCH ALL", "* ESEARCH ALL 0", "* ESEARCH ALL 1:", "* ESEARCH PARTIAL (1:2", "* ESEARCH COUNT 1 ALL 3x",
		"* SORT x", "* THREAD (1", "* THREAD 1", "* THREAD (1))", "* THREAD (0)", "* VANISHED", "* VANISHED (EARLIER) x", "* VANISHED *", "* VANISHED (LATER) 1", "* VANISHED 1,x",
		"* NAMESPACE", "* NAMESPACE NIL NIL", "* NAMESPACE NIL NIL NIL NIL", "* NAMESPACE ((((", "* ID", "* ID x", "* ID (\"a\")", "* FLAGS", "* FLAGS x", "* FLAGS (a",
		"* QUOTA", "* QUOTA x ", "* QUOTA x y", "* QUOTA x (STORAGE 1)", "* QUOTA x (STORAGE 1 x)", "* QUOTAROOT", "* ACL", "* ACL x y", "* LISTRIGHTS x", "* MYRIGHTS x", "* METADATA", "* METADATA x (y)", "* LANGUAGE",
	} {
		list := responses(t, "* 1 EXISTS\r\n"+row+"\r\n* 2 EXISTS\r\n")
		require.Len(t, list, 3, "%q", row)
		assert.Nil(t, list[0].Err)
		require.NotNil(t, list[1].Err, "%q: %s", row, dumpResponse(list[1]))
		assert.Equal(t, row, string(list[1].Err.Raw), "the error shows the row")
		assert.NotEmpty(t, list[1].Err.Rule, "%q", row)
		assert.LessOrEqual(t, list[1].Err.Offset, len(row))
		assert.Equal(t, &ExistsData{2}, list[2].Data, "%q", row)
	}
}

func TestAnErrorKeepsALimitedPartOfTheRow(t *testing.T) {
	resp := one(t, "* SEARCH "+strings.Repeat("x", 1<<20))
	require.NotNil(t, resp.Err)
	assert.Len(t, resp.Err.Raw, keepRaw)
	assert.Less(t, len(resp.Err.Error()), 300)
}

func TestTheUnknownIsKept(t *testing.T) {
	u := data[*UnknownData](t, `* xyzzy plugh "quoted)" (a NIL)`)
	assert.Equal(t, "XYZZY", u.Name)
	assert.Equal(t, `plugh "quoted)" (a NIL)`, string(u.Raw))
	values, ok := u.Values()
	require.True(t, ok)
	assert.Equal(t, `[plugh "quoted)" (a NIL)]`, dump(values))

	u = data[*UnknownData](t, `* 99 Froop`)
	assert.Equal(t, "FROOP", u.Name)
	assert.EqualValues(t, 99, u.Num)
	assert.True(t, u.HasNum)
	assert.Empty(t, u.Raw)

	u = data[*UnknownData](t, "* X-BLOB {3}\r\n)\r\n tail")
	assert.Equal(t, "{3}\r\n)\r\n tail", string(u.Raw))
	values, ok = u.Values()
	require.True(t, ok)
	assert.Equal(t, ")\r\n", values[0].Text)

	u = data[*UnknownData](t, "* X-TEXT it's (not a list")
	_, ok = u.Values()
	assert.False(t, ok)

	m := data[*Message](t, `* 1 FETCH (X-NEW (1 "a" (NIL ())) UID 9 X-PART[1.2.FOO (A "B]")]<5> ")" FLAGS (\Seen) X-NIL NIL)`)
	assert.EqualValues(t, 9, m.UID)
	assert.Equal(t, []Flag{FlagSeen}, m.Flags)
	assert.True(t, m.Has(ItemUnknown))
	assert.Equal(t, `[UnknownItem{Name: "X-NEW", Value: (1 "a" (NIL ()))} UnknownItem{Name: "X-PART[1.2.FOO (A \"B]\")]<5>", Value: ")"} UnknownItem{Name: "X-NIL"}]`, dump(m.Ext.Unknown))

	s := data[*MailboxStatus](t, `* STATUS INBOX (MESSAGES 3 X-NEW (a) UNSEEN 1)`)
	assert.Equal(t, StatusMessages|StatusUnseen, s.Items)
	assert.Equal(t, `[UnknownItem{Name: "X-NEW", Value: (a)}]`, dump(s.Unknown))

	e := data[*ESearchData](t, `* ESEARCH (TAG "A" X-NEW (1)) UID MIN 3 X-MORE (1:3 4) COUNT 2`)
	assert.Equal(t, `ESearchData{Tag: "A", UID: true, Items: MIN+COUNT, Min: 3, Count: 2, Unknown: [UnknownItem{Name: "X-MORE", Value: (1:3 4)}]}`, dump(e))

	l := data[*MailboxInfo](t, `* LIST (\X-New) "/" a (X-NEW (1 (2)) "CHILDINFO" ("SUBSCRIBED"))`)
	assert.Equal(t, []MailboxAttr{`\X-New`}, l.Attrs)
	assert.Equal(t, []string{"SUBSCRIBED"}, l.Ext.ChildInfo)
	assert.Equal(t, `[ExtendedItem{Name: "X-NEW", Value: (1 (2))}]`, dump(l.Ext.Unknown))

	f := data[*Message](t, `* 1 FETCH (FLAGS (\Seen $New \X-Flag caf\xc3\xa9 [x] NonJunk))`)
	assert.Equal(t, []Flag{FlagSeen, "$New", `\X-Flag`, `caf\xc3\xa9`, "[x]", "NonJunk"}, f.Flags)
}

func TestNamesAreReadWithoutRegardToCase(t *testing.T) {
	for _, c := range [...]struct{ line, want string }{
		{`* 3 exists`, `ExistsData{Messages: 3}`},
		{`* 3 Expunge`, `ExpungeData{SeqNum: 3}`},
		{`* 1 Fetch (uid 3 Flags (\sEEN $forwarded) Rfc822.Size 5 Modseq (3))`, `Message{SeqNum: 1, UID: 3, Items: FLAGS+UID+RFC822.SIZE+MODSEQ, Flags: [\Seen $Forwarded], Size: 5, ModSeq: 3}`},
		{`* list (\hasnochildren \SENT) "/" inBOX`, `MailboxInfo{Mailbox: "INBOX", Raw: "inBOX", Delim: "/", Attrs: [\HasNoChildren \Sent]}`},
		{`* Status Inbox (Messages 1 UidNext 2)`, `MailboxStatus{Mailbox: "INBOX", Raw: "Inbox", Items: MESSAGES+UIDNEXT, Messages: 1, UIDNext: 2}`},
		{`* search 1 2 (modseq 5)`, `SearchData{Nums: 1:2, ModSeq: 5}`},
		{`* esearch (tag "a") uid min 1 all 1`, `ESearchData{Tag: "a", UID: true, Items: MIN+ALL, Min: 1, All: 1}`},
		{`* vanished (earlier) 1`, `VanishedData{Earlier: true, UIDs: 1}`},
		{`* capability IMAP4REV1`, `CapabilityData{Caps: [IMAP4REV1]}`},
		{`* ok [ReadOnly] x`, `StatusResponse{Type: OK, Code: READONLY, Text: "x"}`},
		{`* ok [read-only] x`, `StatusResponse{Type: OK, Code: READ-ONLY, Text: "x"}`},
		{`* namespace nil Nil NIL`, `NamespaceData{}`},
	} {
		assert.Equal(t, c.want, dumpResponse(one(t, c.line)), c.line)
	}
}

func TestLinesMayEndInLFAlone(t *testing.T) {
	list := responses(t, "* 1 EXISTS\n* LIST () \"/\" {3}\na\nb\n* 1 FETCH (BODY[] {2}\r\n)\n)\nA1 OK done\n")
	require.Len(t, list, 4)
	assert.Equal(t, &ExistsData{1}, list[0].Data)
	assert.Equal(t, "a\nb", list[1].Data.(*MailboxInfo).Mailbox)
	assert.Equal(t, ")\n", string(list[2].Data.(*Message).Body()))
	assert.Equal(t, "done", list[3].Status.Text)
}

// TestDeepNestingDoesNotOverflow nests what can be nested a hundred thousand
// times.
func TestDeepNestingDoesNotOverflow(t *testing.T) {
	const depth = 100_000
	open, shut := strings.Repeat("(", depth), strings.Repeat(")", depth)
	for _, line := range [...]string{
		"* 1 FETCH (BODYSTRUCTURE " + open + shut + " UID 7)",
		"* 1 FETCH (BODYSTRUCTURE " + open + " UID 7)",
		"* 1 FETCH (BODYSTRUCTURE " + strings.Repeat(`("message" "rfc822" NIL NIL NIL "7bit" 1 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) `, 1000) + shut[:1000] + " UID 7)",
		`* 1 FETCH (BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 1 1 NIL NIL NIL NIL ` + open + shut + ") UID 7)",
		"* 1 FETCH (ENVELOPE " + open + shut + " UID 7)",
		"* 1 FETCH (X-DEEP " + open + shut + " UID 7)",
		"* 1 FETCH " + open + "UID 7" + shut,
		"* 1 FETCH (FLAGS " + open + shut + " UID 7)",
		`* LIST () "/" a (X ` + open + shut + ")",
		"* NAMESPACE " + open + shut + " NIL NIL",
		"* THREAD " + open + "1" + shut,
		"* STATUS INBOX (X " + open + shut + ")",
		"* ESEARCH X " + open + shut,
		"* X-NEW " + open + shut,
		"* OK [X " + strings.Repeat("[", depth) + "] x",
	} {
		list := responses(t, line+"\r\n* 2 EXISTS\r\n")
		require.Len(t, list, 2, line[:30])
		assert.Equal(t, &ExistsData{2}, list[1].Data, line[:30])
		if m, ok := list[0].Data.(*Message); ok && list[0].Err != nil && list[0].Err.Item != "" {
			assert.EqualValues(t, 7, m.UID, "%s: the item behind it", line[:30])
		}
		if u, ok := list[0].Data.(*UnknownData); ok {
			_, ok = u.Values()
			assert.False(t, ok)
		}
	}
}

func TestADeepButSaneStructureIsRead(t *testing.T) {
	open, shut := strings.Repeat("(", 100), strings.Repeat(` "mixed")`, 100)
	b := data[*Message](t, `* 1 FETCH (BODYSTRUCTURE `+open+`("text" "plain" NIL NIL NIL "7bit" 1 1)`+shut+`)`).BodyStructure
	text := b.Text(PreferPlain)
	require.Len(t, text, 1)
	assert.Len(t, text[0].Number, 100)
}

// TestWhatIsHandedOutIsNotTouchedAgain reads rows while the window is filled
// with garbage behind each, and compares the first reading with a later look.
func TestWhatIsHandedOutIsNotTouchedAgain(t *testing.T) {
	var wires []string
	for _, path := range transcripts(t) {
		for _, p := range parts(t, path) {
			wires = append(wires, shortPieces(t, p.wire)...)
		}
	}
	wires = append(wires, realisticRow+"\r\n", "* 1 FETCH (BODY[1] \"a\\\"b\" BODY[2] {3}\r\nabc BODY[3] NIL)\r\n")
	var src strings.Builder
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 3 {
		for _, w := range wires {
			src.WriteString(w)
			src.WriteString("* X-GARBAGE " + strings.Repeat(string(rune('a'+rnd.IntN(26))), rnd.IntN(3000)) + "\r\n")
		}
	}
	r := NewReader(inChunks(src.String(), 5, 4000), Limits{})
	var kept []Response
	var seen []string
	for {
		resp, err := r.Read()
		if err != nil {
			break
		}
		if resp.Kind == Continuation { // its text is lent
			continue
		}
		kept = append(kept, resp)
		seen = append(seen, dumpResponse(resp))
	}
	for i := range r.buf {
		r.buf[i] = '#'
	}
	for i, resp := range kept {
		if now := dumpResponse(resp); now != seen[i] {
			require.Equal(t, seen[i], now)
		}
	}
}

// TestAppendingToASliceLeavesItsNeighboursAlone: values of many messages are
// cut from the same memory.
func TestAppendingToASliceLeavesItsNeighboursAlone(t *testing.T) {
	row := `* 1 FETCH (FLAGS (\Seen a b) ENVELOPE (NIL "s" (("n" NIL "m" "h")) NIL (("r" NIL "m" "h")("q" NIL "m" "h")) NIL NIL NIL NIL NIL) ` +
		`BODYSTRUCTURE (("text" "plain" ("charset" "a" "x" "y") NIL NIL "7bit" 1 1)("text" "html" ("charset" "b") NIL NIL "7bit" 1 1) "mixed") ` +
		`BODY[1] "one" BODY[2] "two")` + "\r\n" + `* LIST (\Sent \Marked) "/" a` + "\r\n" + `* FLAGS (\Seen x)` + "\r\n"
	list := responses(t, strings.Repeat(row, 50))
	var seen []string
	for _, resp := range list {
		seen = append(seen, dumpResponse(resp))
	}
	for _, resp := range list {
		switch d := resp.Data.(type) {
		case *Message:
			grow(d.Flags)
			grow(d.Envelope.From)
			grow(d.Envelope.Sender)
			grow(d.Envelope.ReplyTo)
			grow(d.BodyStructure.Children)
			for _, c := range d.BodyStructure.Children {
				grow(c.Params)
			}
			grow(d.Sections)
			for _, s := range d.Sections {
				grow(s.Data)
			}
		case *MailboxInfo:
			grow(d.Attrs)
		case *FlagsData:
			grow(d.Flags)
		}
	}
	for i, resp := range list {
		require.Equal(t, seen[i], dumpResponse(resp), "row %d", i)
	}
}

// grow writes zero values behind s.
func grow[T any](s []T) {
	s = append(s, make([]T, 8)...)
	clear(s[len(s)-8:])
}

func TestChangingWhatIsRepeatedLeavesTheOriginalAlone(t *testing.T) {
	r := NewReader(strings.NewReader(strings.Repeat("* FLAGS (\\Seen a b)\r\n* 1 FETCH (FLAGS (\\Seen a b))\r\n", 20)), Limits{})
	for range 20 {
		for range 2 {
			resp, err := r.Read()
			require.NoError(t, err)
			var flags []Flag
			switch d := resp.Data.(type) {
			case *FlagsData:
				flags = d.Flags
			case *Message:
				flags = d.Flags
			}
			require.Equal(t, []Flag{FlagSeen, "a", "b"}, flags, "the caller's change of another list shows")
			flags[0], flags[2] = "changed", "too"
		}
	}
	e := data[*Message](t, `* 1 FETCH (ENVELOPE (NIL NIL (("n" NIL "m" "h")) (("n" NIL "m" "h")) (("n" NIL "m" "h")) NIL NIL NIL NIL NIL))`).Envelope
	e.Sender[0].Name = "changed"
	assert.Equal(t, "n", e.From[0].Name)
	assert.Equal(t, "n", e.ReplyTo[0].Name)
}

func TestSharedWordsStayWhatTheyAre(t *testing.T) {
	// more words than the table has room for, twice
	var line strings.Builder
	var want []Flag
	rnd := rand.New(rand.NewPCG(9, 9))
	for range 2000 {
		w := string(rune('a'+rnd.IntN(26))) + strings.Repeat("x", rnd.IntN(50)) + string(rune('a'+rnd.IntN(26)))
		want = append(want, Flag(w))
		line.WriteString(" " + w)
	}
	wire := strings.Repeat("* FLAGS ("+line.String()+")\r\n", 2)
	list := responses(t, wire)
	for _, resp := range list {
		require.True(t, slices.Equal(want, resp.Data.(*FlagsData).Flags))
	}
}
