package response

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// envelope reads the value of an ENVELOPE.
func envelope(t testing.TB, text string) *Envelope {
	t.Helper()
	m := data[*Message](t, "* 1 FETCH (ENVELOPE "+text+" UID 7)")
	require.EqualValues(t, 7, m.UID, text)
	require.NotNil(t, m.Envelope, text)
	return m.Envelope
}

func TestSubjectsAreDecodedAndKeptAsTheyCame(t *testing.T) {
	for raw, want := range map[string]string{
		`plain`:                              `plain`,
		`=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=`:        `Grüße`,
		`=?utf-8?B?R3LDvMOfZQ==?=`:           `Grüße`,
		`=?ISO-8859-1?Q?J=FCrgen?=`:          `Jürgen`,
		`=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=`: `日本`,
		`=?KOI8-R?B?8NLJ18XU?=`:              `Привет`,
		`Re: =?UTF-8?Q?a_b?= c`:              `Re: a b c`,
		`=?UTF-8?Q?a?= =?UTF-8?Q?b?=`:        `ab`,
		`=?UTF-8?Q?not closed`:               `=?UTF-8?Q?not closed`,
		`=?x-nonesuch?Q?abc?=`:               `=?x-nonesuch?Q?abc?=`,
		`Grüße`:                              `Grüße`,
		"Gr\xfc\xdfe":                        "Grüße",
	} {
		e := envelope(t, `(NIL "`+raw+`" NIL NIL NIL NIL NIL NIL NIL NIL)`)
		assert.Equal(t, want, e.Subject, raw)
		assert.Equal(t, raw, e.SubjectRaw)
		e = envelope(t, `(NIL `+literalOf(raw)+` NIL NIL NIL NIL NIL NIL NIL NIL)`)
		assert.Equal(t, want, e.Subject, raw)
		assert.Equal(t, raw, e.SubjectRaw)
	}
	e := envelope(t, `(NIL "a \"b\" \\ =?UTF-8?Q?c?=" NIL NIL NIL NIL NIL NIL NIL NIL)`)
	assert.Equal(t, `a "b" \ c`, e.Subject)
	assert.Equal(t, `a "b" \ =?UTF-8?Q?c?=`, e.SubjectRaw)
}

func TestNamesOfAddressesAreDecoded(t *testing.T) {
	e := envelope(t, `(NIL NIL (("=?UTF-8?Q?J=C3=BCrgen?=" NIL "j" "example.org")) (("A \"B\" C" NIL "a" "b")) NIL ((NIL "@route" "x" "y")("" NIL "z" "")) NIL NIL NIL NIL)`)
	assert.Equal(t, Address{Name: "Jürgen", NameRaw: "=?UTF-8?Q?J=C3=BCrgen?=", Mailbox: "j", Host: "example.org"}, e.From[0])
	assert.Equal(t, "Jürgen <j@example.org>", e.From[0].String())
	assert.Equal(t, `A "B" C`, e.Sender[0].Name)
	assert.Equal(t, "x@y", e.To[0].Addr())
	assert.Equal(t, "x@y", e.To[0].String())
	assert.Equal(t, "z", e.To[1].Addr())
}

// TestSenderAndReplyToThatRepeatFrom are read by a short cut.
func TestSenderAndReplyToThatRepeatFrom(t *testing.T) {
	for _, from := range [...]string{`(("n" NIL "a" "b"))`, `(("=?UTF-8?Q?=C3=BC?=" NIL "a" "b")("\"q\"" NIL "c" "d"))`, `(({1}` + "\r\n" + `n NIL "a" "b"))`} {
		e := envelope(t, "(NIL NIL "+from+" "+from+" "+from+" "+from+" NIL NIL NIL NIL)")
		require.NotEmpty(t, e.From)
		assert.Equal(t, e.From, e.Sender)
		assert.Equal(t, e.From, e.ReplyTo)
		assert.Equal(t, e.From, e.To)
		assert.NotEmpty(t, e.ReplyTo[0].Name)
	}
	e := envelope(t, `(NIL NIL (("n" NIL "a" "b")) (("n" NIL "a" "b")("m" NIL "c" "d")) (("n" NIL "a" "b"))(("x" NIL "x" "x")) NIL NIL NIL NIL)`)
	assert.Len(t, e.Sender, 2)
	assert.Equal(t, "x", e.To[0].Name)
}

func TestGroupsAreMarkedByTheirEnds(t *testing.T) {
	e := envelope(t, `(NIL NIL NIL NIL NIL ((NIL NIL "friends" NIL)("A" NIL "a" "x")(NIL NIL "b" "y")(NIL NIL NIL NIL)("C" NIL "c" "z")) NIL NIL NIL NIL)`)
	require.Len(t, e.To, 5)
	var shown []string
	for _, a := range e.To {
		shown = append(shown, a.String())
	}
	assert.Equal(t, []string{"friends:", "A <a@x>", "b@y", ";", "C <c@z>"}, shown)
	assert.True(t, e.To[0].IsGroupStart())
	assert.False(t, e.To[0].IsGroupEnd())
	assert.True(t, e.To[3].IsGroupEnd())
	assert.False(t, e.To[3].IsGroupStart())
	assert.False(t, e.To[1].IsGroupStart() || e.To[1].IsGroupEnd())
}

func TestEnvelopesAsServersSendThem(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"all NIL":                       {`(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)`, `Envelope{}`},
		"empty":                         {`()`, `Envelope{}`},
		"empty strings":                 {`("" "" NIL NIL NIL NIL NIL NIL "" "")`, `Envelope{}`},
		"no message id":                 {`(NIL "s" NIL NIL NIL NIL NIL NIL "<a@b>")`, `Envelope{Subject: "s", SubjectRaw: "s", InReplyTo: "<a@b>"}`},
		"eight fields":                  {`(NIL "s" NIL NIL NIL NIL NIL NIL)`, `Envelope{Subject: "s", SubjectRaw: "s"}`},
		"eleven fields":                 {`(NIL "s" NIL NIL NIL NIL NIL NIL NIL "<m>" (x "y"))`, `Envelope{Subject: "s", SubjectRaw: "s", MessageID: "<m>"}`},
		"() for NIL":                    {`(NIL NIL () () () () () () NIL NIL)`, `Envelope{}`},
		"spaces":                        {`( NIL  "s"  ( ("n"  NIL "a"  "b" ) ) NIL NIL NIL NIL NIL NIL NIL )`, `Envelope{Subject: "s", SubjectRaw: "s", From: [Address{Name: "n", NameRaw: "n", Mailbox: "a", Host: "b"}]}`},
		"NIL mailbox":                   {`(NIL NIL (("n" NIL NIL "b")) NIL NIL NIL NIL NIL NIL NIL)`, `Envelope{From: [Address{Name: "n", NameRaw: "n", Host: "b"}]}`},
		"NIL between addresses":         {`(NIL NIL ((NIL NIL "a" "b") NIL (NIL NIL "c" "d")) NIL NIL NIL NIL NIL NIL NIL)`, `Envelope{From: [Address{Mailbox: "a", Host: "b"} Address{Mailbox: "c", Host: "d"}]}`},
		"lists without spaces":          {`(NIL NIL ((NIL NIL "a" "b"))NIL NIL NIL NIL NIL NIL NIL)`, `Envelope{From: [Address{Mailbox: "a", Host: "b"}]}`},
		"a date that is none":           {`("whenever" NIL NIL NIL NIL NIL NIL NIL NIL NIL)`, `Envelope{DateRaw: "whenever"}`},
		"CRLF in a subject":             {"(NIL {6}\r\na\r\nb:c NIL NIL NIL NIL NIL NIL NIL NIL)", `Envelope{Subject: "a\r\nb:c", SubjectRaw: "a\r\nb:c"}`},
		"in lower case":                 {`(nil nil nil nil nil nil nil nil nil "<m>")`, `Envelope{MessageID: "<m>"}`},
		"a string that begins with NIL": {`(NIL "NIL" NIL NIL NIL NIL NIL NIL NIL "NIL")`, `Envelope{Subject: "NIL", SubjectRaw: "NIL", MessageID: "NIL"}`},
		"literals everywhere":           {"({0}\r\n {1}\r\n) (({1}\r\n( NIL {1}\r\n\" {1}\r\n\\)) NIL NIL NIL NIL NIL {1}\r\nr {1}\r\nm)", `Envelope{Subject: ")", SubjectRaw: ")", From: [Address{Name: "(", NameRaw: "(", Mailbox: "\"", Host: "\\"}], InReplyTo: "r", MessageID: "m"}`},
	} {
		got := dump(envelope(t, c.text))
		if name == "CRLF in a subject" { // what is shown may fold the line
			got = dump(&Envelope{SubjectRaw: envelope(t, c.text).SubjectRaw})
			c.want = `Envelope{SubjectRaw: "a\r\nb:c"}`
		}
		assert.Equal(t, c.want, got, name)
	}
	m := data[*Message](t, `* 1 FETCH (ENVELOPE NIL UID 7)`)
	assert.Nil(t, m.Envelope)
	assert.True(t, m.Has(ItemEnvelope|ItemUID))
}

func TestDatesAreReadAsServersSendThem(t *testing.T) {
	day := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		`" 1-Jan-2020 00:00:00 +0000"`:       day,
		`"01-Jan-2020 00:00:00 +0000"`:       day,
		`"1-Jan-2020 00:00:00 +0000"`:        day,
		`"01-JAN-2020 02:00:00 +0200"`:       day,
		`"31-Dec-2019 16:00:00 -0800"`:       day,
		`"Wed, 01 Jan 2020 00:00:00 GMT"`:    day,
		"{26}\r\n01-Jan-2020 00:00:00 +0000": day,
		`"not a date"`:                       {},
		`""`:                                 {},
		`NIL`:                                {},
		`"99-Jan-2020 00:00:00 +0000"`:       {},
	} {
		m := data[*Message](t, "* 1 FETCH (INTERNALDATE "+text+" UID 7)")
		assert.True(t, want.Equal(m.InternalDate), "%s: %v", text, m.InternalDate)
		assert.Equal(t, want.IsZero(), m.InternalDate.IsZero())
		assert.True(t, m.Has(ItemInternalDate))
		assert.EqualValues(t, 7, m.UID)
	}
	_, zone := data[*Message](t, `* 1 FETCH (INTERNALDATE "17-Jul-1996 02:44:25 -0730")`).InternalDate.Zone()
	assert.Equal(t, -(7*3600 + 1800), zone, "the zone is kept")
}
