package response

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFlagsCompareWithoutRegardToCase(t *testing.T) {
	for _, f := range [...]Flag{
		FlagSeen, FlagAnswered, FlagFlagged, FlagDeleted, FlagDraft, FlagRecent, FlagWildcard, FlagForwarded, FlagMDNSent,
		FlagJunk, FlagNotJunk, FlagPhishing, FlagImportant, FlagSubmitted, FlagHasAttachment, FlagSubmitPending,
	} {
		for _, spelt := range [...]string{string(f), strings.ToUpper(string(f)), strings.ToLower(string(f))} {
			got := data[*FlagsData](t, "* FLAGS ("+spelt+")").Flags
			assert.Len(t, got, 1)
			assert.True(t, got[0].Equal(f), spelt)
		}
	}
	for _, other := range [...]string{"$Seen", `\Forwarded`, "x", "$", `\`, `\Seem`, `\Seenx`, "xSeen", "Junk"} {
		assert.Equal(t, []Flag{Flag(other)}, data[*FlagsData](t, "* FLAGS ("+other+")").Flags)
	}
	m := &Message{Flags: []Flag{`\seen`, "x"}, Items: ItemFlags | ItemUID}
	assert.True(t, m.HasFlag(FlagSeen))
	assert.False(t, m.HasFlag(FlagDraft))
	assert.True(t, m.Has(ItemFlags))
	assert.False(t, m.Has(ItemFlags|ItemSize))
}

func TestAttributesCompareWithoutRegardToCase(t *testing.T) {
	for _, a := range knownAttrs {
		d := data[*MailboxInfo](t, `* LIST (`+strings.ToUpper(string(a))+` \X) "/" a`)
		assert.Equal(t, []MailboxAttr{a, `\X`}, d.Attrs, "spelt as the constant")
		assert.True(t, d.HasAttr(MailboxAttr(strings.ToLower(string(a)))))
		assert.False(t, d.HasAttr(`\Y`))
	}
}

func TestCapabilitiesAreAsked(t *testing.T) {
	cs := data[*CapabilityData](t, "* CAPABILITY imap4rev1 IDLE AUTH=PLAIN auth=XOAUTH2 APPENDLIMIT=1000 UTF8=ACCEPT").Caps
	assert.True(t, cs.Has(CapIMAP4rev1))
	assert.True(t, cs.Has("idle"))
	assert.False(t, cs.Has(CapMove))
	assert.False(t, cs.Has("AUTH"))
	assert.Equal(t, []string{"PLAIN", "XOAUTH2"}, cs.Values("AUTH"))
	assert.Empty(t, cs.Values("AUT"))
	n, ok := cs.AppendLimit()
	assert.True(t, ok)
	assert.EqualValues(t, 1000, n)
	assert.Equal(t, "imap4rev1 IDLE AUTH=PLAIN auth=XOAUTH2 APPENDLIMIT=1000 UTF8=ACCEPT", cs.String())

	_, ok = Capabilities{"APPENDLIMIT"}.AppendLimit()
	assert.False(t, ok)
	limited := Capabilities{"MESSAGELIMIT", "messagelimit=0", "messagelimit=1000", "SAVELIMIT=4294967295"}
	messages, ok := limited.MessageLimit()
	assert.True(t, ok)
	assert.EqualValues(t, 1000, messages)
	saved, ok := limited.SaveLimit()
	assert.True(t, ok)
	assert.EqualValues(t, 1<<32-1, saved)
	_, ok = Capabilities{"MESSAGELIMIT=4294967296", "SAVELIMIT=x"}.MessageLimit()
	assert.False(t, ok)

	rev2 := Capabilities{"IMAP4rev2"}
	assert.True(t, rev2.Has(CapMove), "IMAP4rev2 includes it")
	assert.False(t, rev2.Lists(CapMove))
	assert.False(t, rev2.Has(CapCondStore))
	assert.False(t, Capabilities(nil).Has(CapIMAP4rev1))
}

func TestNamesAreUTF8WhereTheSessionSaysSo(t *testing.T) {
	r := NewReader(strings.NewReader("* LIST () \"/\" \"R&AOQ-\"\r\n* LIST () \"/\" \"R&AOQ-\"\r\n* LIST () \"/\" \"Räume\"\r\n"), Limits{})
	for i, want := range [...]string{"Rä", "R&AOQ-", "Räume"} {
		resp, err := r.Read()
		assert.NoError(t, err)
		d := resp.Data.(*MailboxInfo)
		assert.Equal(t, want, d.Mailbox)
		if i < 2 {
			assert.Equal(t, "R&AOQ-", d.Raw)
		}
		r.SetUTF8(true)
	}
}

func TestIDAnswersByName(t *testing.T) {
	d := data[*IDData](t, `* ID ("name" "Cyrus" "Version" "1.5" "os" NIL)`)
	assert.Equal(t, "Cyrus", d.Get("NAME"))
	assert.Equal(t, "1.5", d.Get("version"))
	assert.Empty(t, d.Get("os")+d.Get("vendor"))
}

func TestNamespacesTellNILFromNone(t *testing.T) {
	d := data[*NamespaceData](t, `* NAMESPACE (("" "/")("#mh/" "/" "X-PARAM" ("a" "b"))) NIL (("Entw&APw-rfe/" NIL))`)
	assert.Len(t, d.Personal, 2)
	assert.Equal(t, []NamespaceExtension{{"X-PARAM", []string{"a", "b"}}}, d.Personal[1].Extensions)
	assert.Nil(t, d.Other)
	assert.Equal(t, Namespace{Prefix: "Entwürfe/"}, d.Shared[0])
}

func TestErrorsShowWhatAndWhereWithinReason(t *testing.T) {
	err := one(t, "* SEARCH 1 2 "+strings.Repeat("x", 500)).Err
	assert.Contains(t, err.Error(), "expected nz-number at octet")
	assert.Less(t, len(err.Error()), 200)
	for _, offset := range [...]int{-1, 0, 3, 100} { // a strange one does not panic
		assert.NotEmpty(t, (&ParseError{Offset: offset, Raw: []byte("abc"), Msg: "odd"}).Error())
	}
	assert.Equal(t, "imap: response exceeds the limit of 5", (&LimitError{"response", 5}).Error())
	assert.Equal(t, `(NIL a "b\"\\" ())`, Value{Kind: ValueList, List: []Value{{}, {Kind: ValueAtom, Text: "a"}, {Kind: ValueString, Text: `b"\`}, {Kind: ValueList}}}.String())
}

func TestTheUnionOfCapabilitiesHasEachOnce(t *testing.T) {
	caps := Capabilities{"IMAP4rev1", "idle", "IDLE"}
	assert.Equal(t, "IMAP4rev1 idle MOVE", caps.Union(Capabilities{"Idle", "MOVE", "move"}).String())
	assert.Equal(t, "IMAP4rev1 idle IDLE", caps.String(), "it is not changed")
	assert.Empty(t, Capabilities(nil).Union(nil))
}

func TestCapabilitiesAreBounded(t *testing.T) {
	resp := one(t, "* CAPABILITY"+strings.Repeat(" X", maxCapabilities))
	require.Nil(t, resp.Err)
	assert.Len(t, resp.Data.(*CapabilityData).Caps, maxCapabilities)
	resp = one(t, "* CAPABILITY"+strings.Repeat(" X", maxCapabilities+1))
	require.NotNil(t, resp.Err)
}
