package commands_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// fetchOne is FETCH 1 of items.
func fetchOne(items FetchItems) SeqFetch { return SeqFetch{Set: seqs("1"), Items: items} }

func sections(s ...FetchSection) FetchItems { return FetchItems{Sections: s} }

func TestFetch(t *testing.T) {
	everything := FetchItems{
		UID: true, Flags: true, InternalDate: true, Size: true, Envelope: true, BodyStructure: true, Body: true,
		ModSeq: true, SaveDate: true, EmailID: true, ThreadID: true, Preview: true,
		GmailMsgID: true, GmailThreadID: true, GmailLabels: true,
		BinarySizes: [][]int{{1, 2}, nil}, Other: []string{"X-MINE", "ANNOTATION (/comment value.priv)", "BODY.PEEK[1.MIME]<0.5>"},
		Sections: []FetchSection{WholeMessage()}, RFC822Header: true, RFC822Text: true, RFC822: true,
	}
	check(t, []golden{
		{rev1, SeqFetch{Set: seqs("2:4"), Items: FetchItems{Flags: true}}, "FETCH 2:4 (FLAGS)"},
		{rev1, UIDFetch{Set: uids("4827313:4828442"), Items: FetchItems{Flags: true}}, "UID FETCH 4827313:4828442 (FLAGS)"},
		{rev1, UIDFetch{Set: response.Saved[response.UID](), Items: FetchItems{UID: true}}, "UID FETCH $ (UID)"},
		{rev1, UIDFetch{Set: uids("300:500"), Items: FetchItems{Flags: true}, ChangedSince: 12345, Vanished: true},
			"UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 12345 VANISHED)"}, // RFC 7162 §3.2.6
		{rev1, fetchOne(everything), "FETCH 1 (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY MODSEQ SAVEDATE EMAILID THREADID PREVIEW " +
			"X-GM-MSGID X-GM-THRID X-GM-LABELS BINARY.SIZE[1.2] BINARY.SIZE[] X-MINE ANNOTATION (/comment value.priv) BODY.PEEK[1.MIME]<0.5> " +
			"BODY.PEEK[] RFC822.HEADER RFC822.TEXT RFC822)"},
		{rev1, fetchOne(FetchItems{Preview: true, PreviewLazy: true}), "FETCH 1 (PREVIEW (LAZY))"},
		{rev1, fetchOne(sections(Header(), HeaderFields("Subject", "From"), PartSection(1, 2))),
			"FETCH 1 (BODY.PEEK[HEADER] BODY.PEEK[HEADER.FIELDS (Subject From)] BODY.PEEK[1.2])"},
		{rev1, fetchOne(sections(FetchSection{MarkSeen: true, Partial: &Partial{0, 2048}})), "FETCH 1 (BODY[]<0.2048>)"},
		{rev1, fetchOne(sections(FetchSection{Section: response.Section{Part: []int{3}, Specifier: "mime"}})), "FETCH 1 (BODY.PEEK[3.MIME])"},
		{rev1, fetchOne(sections(FetchSection{Section: response.Section{Part: []int{3}, Specifier: response.SpecifierHeaderFieldsNot, Fields: []string{"NIL", `a"b`}}})),
			`FETCH 1 (BODY.PEEK[3.HEADER.FIELDS.NOT ("NIL" "a\"b")])`},
		{rev1, fetchOne(sections(FetchSection{Section: response.Section{Part: []int{3}}, Binary: true, Partial: &Partial{5, 6}})), "FETCH 1 (BINARY.PEEK[3]<5.6>)"},

		{rev1, fetchOne(FetchItems{}), "error: FETCH: items are missing"},
		{rev1, UIDFetch{Items: FetchItems{UID: true}}, "error: UID FETCH: set is empty"},
		{rev1, SeqFetch{Set: seqs("1"), Items: FetchItems{UID: true}, ChangedSince: 1, Vanished: true}, "error: FETCH: VANISHED needs UID FETCH and a mod-sequence"},
		{rev1, UIDFetch{Set: uids("1"), Items: FetchItems{UID: true}, Vanished: true}, "error: UID FETCH: VANISHED needs UID FETCH and a mod-sequence"},
		{rev1, UIDFetch{Set: uids("1"), Items: FetchItems{UID: true}, ChangedSince: 1 << 63}, "error: UID FETCH: mod-sequence 9223372036854775808 is not a 63-bit number"},
		{rev1, fetchOne(sections(PartSection(0))), "error: FETCH: section has the invalid part number 0"},
		{rev1, fetchOne(sections(FetchSection{Section: response.Section{Specifier: "MIME"}})), "error: FETCH: section needs a part number for MIME"},
		{rev1, fetchOne(sections(FetchSection{Section: response.Section{Specifier: "X] Y"}})), `error: FETCH: section specifier "X] Y" is unknown`},
		{rev1, fetchOne(sections(HeaderFields())), "error: FETCH: section has no names of header fields"},
		{rev1, fetchOne(sections(HeaderFields("a\r\n"))), "error: FETCH: header field \"a\\r\\n\" contains a character that is not allowed in a field name"},
		{rev1, fetchOne(sections(HeaderFields("!~"))), "FETCH 1 (BODY.PEEK[HEADER.FIELDS (!~)])"},
		{rev1, fetchOne(sections(HeaderFields("a\x7f"))), `error: FETCH: header field "a\x7f" contains a character that is not allowed in a field name`},
		{rev1, fetchOne(sections(HeaderFields("a:"))), `error: FETCH: header field "a:" contains a character that is not allowed in a field name`},
		{rev1, fetchOne(sections(HeaderFields(""))), "error: FETCH: header field is empty"},
		{rev1, fetchOne(sections(FetchSection{Section: response.Section{Fields: []string{"a"}}})), "error: FETCH: section has field names, which its specifier does not take"},
		{rev1, fetchOne(sections(FetchSection{Binary: true, Section: response.Section{Specifier: "TEXT"}})), "error: FETCH: section has more than a part number, which BINARY does not take"},
		{rev1, fetchOne(sections(FetchSection{Partial: &Partial{-1, 1}})), "error: FETCH: partial range has a negative offset"},
		{rev1, fetchOne(sections(FetchSection{Partial: &Partial{0, 0}})), "error: FETCH: partial range is empty"},
		{rev1, fetchOne(FetchItems{BinarySizes: [][]int{{-1}}}), "error: FETCH: binary size has the invalid part number -1"},
		{rev1, fetchOne(FetchItems{Other: []string{""}}), `error: FETCH: item "" does not begin with a letter`},
		{rev1, fetchOne(FetchItems{Other: []string{"X Y"}}), `error: FETCH: item "X Y" has a misplaced space or parenthesis`},
		{rev1, fetchOne(FetchItems{Other: []string{"X[(a])"}}), `error: FETCH: item "X[(a])" has unbalanced brackets`},
		{rev1, fetchOne(FetchItems{Other: []string{"X (A (B C) D)", "Y[A (B)] "}}), `error: FETCH: item "Y[A (B)] " has a misplaced space or parenthesis`},
		{rev1, fetchOne(FetchItems{Other: []string{"X (A (B C) D)", "Y[A (B)]"}}), "FETCH 1 (X (A (B C) D) Y[A (B)])"},
		{rev1, fetchOne(FetchItems{Other: []string{"X (A)Y"}}), `error: FETCH: item "X (A)Y" has a misplaced space or parenthesis`},
		{rev1, fetchOne(FetchItems{Other: []string{"X(A)"}}), `error: FETCH: item "X(A)" has a misplaced space or parenthesis`},
		{rev1, fetchOne(FetchItems{Other: []string{"X["}}), `error: FETCH: item "X[" has unbalanced brackets`},
		{rev1, fetchOne(FetchItems{Other: []string{"X)"}}), `error: FETCH: item "X)" has unbalanced brackets`},
		{rev1, fetchOne(FetchItems{Other: []string{`X["a"]`}}), `error: FETCH: item "X[\"a\"]" contains a character that is not allowed in an item`},
		{rev1, fetchOne(FetchItems{Other: []string{"X ((((((((((((((((("}}), `error: FETCH: item "X (((((((((((((((((" nests too deeply`},
	})
}

func TestFetchMask(t *testing.T) {
	items := FetchItems{Flags: true, Body: true, RFC822Header: true, BinarySizes: [][]int{{1}}, Other: []string{"X-MINE", "modseq", "Body[TEXT]", "PREVIEW (LAZY)"}}
	assert.Equal(t, response.ItemFlags|response.ItemBodyStructure|response.ItemSections|response.ItemBinarySize|
		response.ItemUnknown|response.ItemModSeq|response.ItemPreview, items.Mask())
	assert.Equal(t, response.ItemFlags, SeqFetch{Items: FetchItems{Flags: true}}.Mask())
	assert.Equal(t, response.ItemFlags|response.ItemUID|response.ItemModSeq, UIDFetch{Items: FetchItems{Flags: true}, ChangedSince: 1}.Mask())
	assert.Zero(t, (&FetchItems{}).Mask())
}

func TestFetchNeeds(t *testing.T) {
	items := FetchItems{Envelope: true, EmailID: true, ThreadID: true, GmailLabels: true, Sections: []FetchSection{{Binary: true}}}
	assert.Equal(t, []response.Cap{response.CapObjectID, response.CapGmailExt1, response.CapBinary}, items.Needs())
	assert.Empty(t, (&FetchItems{Flags: true}).Needs())
}
