package response

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// status reads a status response, which any line is that begins with OK, NO….
func status(t testing.TB, text string) *StatusResponse {
	t.Helper()
	return data[*StatusResponse](t, "* "+text)
}

func set(t testing.TB, text string) UIDSet { return uidSet(t, text) }

func TestCodesAreReadWithTheirArguments(t *testing.T) {
	for text, want := range map[string]Code{
		"ALERT":                                 CodeAlert,
		"alert":                                 CodeAlert,
		"READ-ONLY":                             CodeReadOnly,
		"TRYCREATE":                             CodeTryCreate,
		"CLOSED":                                CodeClosed,
		"UNKNOWN-CTE":                           CodeUnknownCTE,
		"X-NEW":                                 CodeName("X-NEW"),
		"UIDNEXT 4392":                          UIDNextCode{4392},
		"UIDVALIDITY 4294967295":                UIDValidityCode{1<<32 - 1},
		"UNSEEN 0":                              UnseenCode{0},
		"UNSEEN 12":                             UnseenCode{12},
		"HIGHESTMODSEQ 715194045007":            HighestModSeqCode{715194045007},
		"HIGHESTMODSEQ 18446744073709551615":    HighestModSeqCode{1<<64 - 1},
		`PERMANENTFLAGS (\Deleted \seen \* $x)`: PermanentFlagsCode{[]Flag{FlagDeleted, FlagSeen, FlagWildcard, "$x"}},
		"PERMANENTFLAGS ()":                     PermanentFlagsCode{},
		`PERMANENTFLAGS ([css3-page] \*)`:       PermanentFlagsCode{[]Flag{"[css3-page]", FlagWildcard}},
		"APPENDUID 38505 3955":                  AppendUIDCode{38505, set(t, "3955")},
		"APPENDUID 38505 3955:3957,3960":        AppendUIDCode{38505, set(t, "3955:3957,3960")},
		"COPYUID 38505 304,319:320 3956:3958":   CopyUIDCode{UIDValidity: 38505, Source: set(t, "304,319:320"), Dest: set(t, "3956:3958")},
		"COPYUID 1 5:1 14:10":                   CopyUIDCode{UIDValidity: 1, Source: set(t, "1:5"), Dest: set(t, "10:14"), SourceOrder: []Range[UID]{{5, 1}}, DestOrder: []Range[UID]{{14, 10}}},
		"COPYUID 701  ":                         CopyUIDCode{UIDValidity: 701}, // Microsoft 365
		"COPYUID 701":                           CopyUIDCode{UIDValidity: 701},
		"BADCHARSET":                            BadCharsetCode{},
		`BADCHARSET (UTF-8 "US-ASCII")`:         BadCharsetCode{[]string{"UTF-8", "US-ASCII"}},
		"BADCHARSET UTF-8 US-ASCII":             BadCharsetCode{[]string{"UTF-8", "US-ASCII"}},
		"BADCHARSET ()":                         BadCharsetCode{},
		"CAPABILITY IMAP4rev1 AUTH=PLAIN":       CapabilityCode{Capabilities{"IMAP4rev1", "AUTH=PLAIN"}},
		"MODIFIED 7,9":                          ModifiedCode{set(t, "7,9")},
		"MODIFIED 1:*":                          ModifiedCode{set(t, "1:*")},
		"MAILBOXID (F2212ea87-6097)":            MailboxIDCode{"F2212ea87-6097"},
		"MAILBOXID F2212ea87-6097":              MailboxIDCode{"F2212ea87-6097"},
		"REFERRAL imap://u@h/a%20b;UID=1":       ReferralCode{[]string{"imap://u@h/a%20b;UID=1"}},
		"REFERRAL imap://a/ imap://b/":          ReferralCode{[]string{"imap://a/", "imap://b/"}},
		`NOUPDATE "B02"`:                        NoUpdateCode{"B02"},
		"BADURL /INBOX/;UID=1":                  BadURLCode{"/INBOX/;UID=1"},
		"UNDEFINED-FILTER on-the-road":          UndefinedFilterCode{"on-the-road"},
		"BADEVENT (MessageNew FlagChange)":      BadEventCode{[]string{"MessageNew", "FlagChange"}},
		"INPROGRESS":                            InProgressCode{Current: -1, Goal: -1},
		`INPROGRESS ("A1" NIL NIL)`:             InProgressCode{"A1", -1, -1},
		`INPROGRESS ("A1" 175 NIL)`:             InProgressCode{"A1", 175, -1},
		`INPROGRESS (NIL 175 1000)`:             InProgressCode{"", 175, 1000},
		"MESSAGELIMIT 1000 23221":               MessageLimitCode{1000, 23221},
		"MESSAGELIMIT 1000":                     MessageLimitCode{1000, 0},
		"METADATA LONGENTRIES 2199":             MetadataCode{"LONGENTRIES", 2199},
		"METADATA MAXSIZE 1024":                 MetadataCode{"MAXSIZE", 1024},
		"METADATA TOOMANY":                      MetadataCode{"TOOMANY", 0},
		"METADATA NOPRIVATE":                    MetadataCode{"NOPRIVATE", 0},
		"DOWNGRADED 1,4:5":                      DowngradedCode{set(t, "1,4:5")},

		// the arguments break the grammar, or nobody knows it
		"UIDNEXT x":                          OtherCode{CodeUIDNext, "x"},
		"UIDNEXT -1":                         OtherCode{CodeUIDNext, "-1"},
		"UIDNEXT 4294967296":                 OtherCode{CodeUIDNext, "4294967296"},
		"UIDVALIDITY NIL":                    OtherCode{CodeUIDValidity, "NIL"},
		"HIGHESTMODSEQ 99999999999999999999": OtherCode{CodeHighestModSeq, "99999999999999999999"},
		"APPENDUID 1":                        OtherCode{CodeAppendUID, "1"},
		"APPENDUID x y":                      OtherCode{CodeAppendUID, "x y"},
		"APPENDUID 1 0":                      OtherCode{CodeAppendUID, "1 0"},
		"APPENDUID 1 2x":                     OtherCode{CodeAppendUID, "1 2x"},
		"APPENDUID 1 *":                      OtherCode{CodeAppendUID, "1 *"},
		"COPYUID 1 2":                        OtherCode{CodeCopyUID, "1 2"},
		"COPYUID 1 0 0":                      OtherCode{CodeCopyUID, "1 0 0"},
		"COPYUID 1 1:* 1:*":                  OtherCode{CodeCopyUID, "1 1:* 1:*"},
		"PERMANENTFLAGS x":                   OtherCode{CodePermanentFlags, "x"},
		`PERMANENTFLAGS (\Seen`:              OtherCode{CodePermanentFlags, `(\Seen`},
		"MODIFIED x":                         OtherCode{CodeModified, "x"},
		"INPROGRESS (x":                      OtherCode{CodeInProgress, "(x"},
		"METADATA MAXSIZE x":                 OtherCode{CodeMetadata, "MAXSIZE x"},
		"ALERT with words":                   OtherCode{CodeAlert, "with words"},
		"X-NEW (a b) 3":                      OtherCode{"X-NEW", "(a b) 3"},
		"UIDNEXT 5,6":                        OtherCode{CodeUIDNext, "5,6"},
		"UIDVALIDITY 1.5":                    OtherCode{CodeUIDValidity, "1.5"},
		"UIDNEXT 5 6":                        UIDNextCode{5}, // the rest is in CodeArgs
		"UIDNEXT 5 ":                         UIDNextCode{5},
		"UIDNEXT  5":                         UIDNextCode{5},
	} {
		for _, tail := range [...]string{" some text", "", " ", " [not] a code"} {
			s := status(t, "OK ["+text+"]"+tail)
			require.Equal(t, want, s.Code, text)
			assert.Equal(t, want.Name(), s.Code.Name())
			assert.True(t, s.HasCode(want.Name()))
			assert.False(t, s.HasCode("NO-SUCH"))
			if tail == "" || tail == " " {
				assert.Empty(t, s.Text)
			} else {
				assert.Equal(t, tail[1:], s.Text)
			}
		}
		s := one(t, "A1 NO ["+text+"] x").Status
		assert.Equal(t, want, s.Code, text)
	}
}

func TestBracketsWithinCodes(t *testing.T) {
	for _, c := range [...]struct{ in, code, args, text string }{
		{`[PERMANENTFLAGS ([a] \*)] x`, "PERMANENTFLAGS", `([a] \*)`, "x"},
		{`[PERMANENTFLAGS ([a [b]] c)] x`, "PERMANENTFLAGS", `([a [b]] c)`, "x"},
		{`[PERMANENTFLAGS (a] b)] x`, "PERMANENTFLAGS", `(a] b)`, "x"},
		{`[PERMANENTFLAGS ([a b)] x`, "PERMANENTFLAGS", `([a b)`, "x"},
		{`[X "]"] x`, "X", `"]"`, "x"},
		{`[X "a\"]"] x`, "X", `"a\"]"`, "x"},
		{`[X "] x`, "X", `"`, "x"},
		{`[ALERT]x`, "ALERT", "", "x"},
		{`[ALERT]`, "ALERT", "", ""},
		{`[ALERT] [x]`, "ALERT", "", "[x]"},
		{`[ ALERT] x`, "", "", "x"},
		{`[] x`, "", "", "x"},
		{`[`, "", "", "["},
		{`]`, "", "", "]"},
		{`[ALERT x`, "", "", "[ALERT x"},
		{`[CAPABILITY IMAP4rev1 `, "", "", "[CAPABILITY IMAP4rev1 "},
		{` [ALERT] x`, "ALERT", "", "x"},
	} {
		s := status(t, "OK "+c.in)
		name := ""
		if s.Code != nil {
			name = string(s.Code.Name())
		}
		assert.Equal(t, c.code, name, c.in)
		if c.code != "" {
			assert.Equal(t, c.args, s.CodeArgs, c.in)
		}
		assert.Equal(t, c.text, s.Text, c.in)
	}
}

func TestExchangeSendsPropertiesForACode(t *testing.T) {
	s := one(t, `RUBY0001 OK [Error="Microsoft.Exchange.Error: Cross Server access is not allowed for mailbox x [y]" AuthResultFromPopImapEnd=0 Proxy=EX13:1993:SSL MailboxBE=abc] LOGIN completed.`).Status
	require.NotNil(t, s)
	assert.Equal(t, OK, s.Type)
	assert.Equal(t, "LOGIN completed.", s.Text)
}

func TestACodeIsATargetOfErrorsIs(t *testing.T) {
	var err error = CodeTryCreate
	assert.ErrorIs(t, err, CodeTryCreate)
	assert.False(t, errors.Is(err, CodeAlert))
	assert.Equal(t, "[TRYCREATE]", err.Error())
}

func TestConditionsAreRead(t *testing.T) {
	for text, want := range map[string]StatusResponse{
		"OK":               {Type: OK},
		"OK ":              {Type: OK},
		"ok fine":          {Type: OK, Text: "fine"},
		"NO way":           {Type: NO, Text: "way"},
		"BAD  two  spaces": {Type: BAD, Text: "two  spaces"},
		"BYE gr\xfc\xdfe":  {Type: BYE, Text: "gr\xfc\xdfe"},
		"PREAUTH as alice": {Type: PREAUTH, Text: "as alice"},
		" OK hi":           {Type: OK, Text: "hi"},
	} {
		assert.Equal(t, &want, status(t, text), text)
	}
	assert.Equal(t, []string{"OK", "NO", "BAD", "PREAUTH", "BYE", "unknown status"},
		[]string{OK.String(), NO.String(), BAD.String(), PREAUTH.String(), BYE.String(), StatusType(0).String()})
	for _, tag := range [...]string{"A1", "a.b", "1", "x]y", "$", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"} {
		resp := one(t, tag+" OK")
		assert.Equal(t, Tagged, resp.Kind)
		assert.Equal(t, tag, resp.Tag)
	}
}

func TestContinuationsKeepTheirText(t *testing.T) {
	for line, want := range map[string]string{
		"+": "", "+ ": "", "+ idling": "idling", "+idling": "idling", "+  two": " two", "+ [ALERT] x {3}": "[ALERT] x {3}", "+ YGg=": "YGg=",
	} {
		list := responses(t, line+"\r\n")
		require.Len(t, list, 1)
		assert.Equal(t, Continuation, list[0].Kind)
		assert.Equal(t, want, string(list[0].Text), line)
	}
}
