package imaptest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

// A test's own mistakes are reported at their line, with the reason; they never pass for
// what a server does.

func TestMistakesInFaults(t *testing.T) {
	nth := func(command string) imaptest.Nth { return imaptest.Nth{Command: command} }
	srv := imaptest.NewServer(t, nil)
	for _, c := range []struct {
		fault imaptest.Fault
		want  string
	}{
		{nil, "(<nil>): is nil"},
		{imaptest.CutAfter{Bytes: -1}, "(imaptest.CutAfter): Bytes is -1, and at least 0 makes sense"},
		{imaptest.StallAfter{Bytes: -1}, "(imaptest.StallAfter): Bytes is -1, and at least 0 makes sense"},
		{imaptest.Chunks{}, "(imaptest.Chunks): Size is 0, and at least 1 makes sense"},
		{imaptest.Delay{}, "(imaptest.Delay): Each is 0s, and at least 1ns makes sense"},
		{imaptest.Throttle{}, "(imaptest.Throttle): BytesPerSecond is 0, and at least 1 makes sense"},
		{imaptest.CutInLiteral{After: -1}, "(imaptest.CutInLiteral): After is -1, and at least 0 makes sense"},
		{imaptest.WrongLiteral{N: 1}, "(imaptest.WrongLiteral): with a Delta of 0 it is right"},
		{imaptest.SplitFetch{At: -1}, "(imaptest.SplitFetch): At is -1, and at least 0 makes sense"},
		{imaptest.Rewrite{}, "(imaptest.Rewrite): no With"},
		{imaptest.Refuse{On: nth("FETHC")}, `(imaptest.Refuse): unknown command "FETHC"; known are those of IMAP, like "UID FETCH", and what begins with X`},
		{imaptest.Bye{On: nth("UIDFETCH")}, `(imaptest.Bye): unknown command "UIDFETCH"; known are those of IMAP, like "UID FETCH", and what begins with X`},
		{imaptest.Silent{On: nth("UID SELECT")}, "(imaptest.Silent): SELECT has no form with UID"},
		{imaptest.EarlyOK{On: imaptest.Nth{N: -1}}, "(imaptest.EarlyOK): N is -1, and at least 0 makes sense"},
		{imaptest.Refuse{Status: "PREAUTH"}, `(imaptest.Refuse): Status: "PREAUTH" is none of NO, BAD, OK`},
		{imaptest.Refuse{Code: "[LIMIT]"}, `(imaptest.Refuse): the Code "[LIMIT]" has brackets, which the server adds`},
		{imaptest.Refuse{Text: "a\r\nb"}, `(imaptest.Refuse): Text "a\r\nb" has a line end, which the server adds`},
		{imaptest.Backoff{Wait: -time.Second}, "(imaptest.Backoff): Wait is -1s, and at least 0s makes sense"},
		{imaptest.RefuseLiteral{Command: "APEND"}, `(imaptest.RefuseLiteral): unknown command "APEND"; known are those of IMAP, like "UID FETCH", and what begins with X`},
		{imaptest.WrongTag{Tag: "a b"}, `(imaptest.WrongTag): the Tag "a b" is no tag`},
		{imaptest.NoTag{On: nth("FETHC")}, `(imaptest.NoTag): unknown command "FETHC"; known are those of IMAP, like "UID FETCH", and what begins with X`},
		{imaptest.Progress{Steps: -1}, "(imaptest.Progress): Steps is -1, and at least 0 makes sense"},
		{imaptest.LateRows{Row: -1}, "(imaptest.LateRows): Row is -1, and at least 0 makes sense"},
		{imaptest.LateRows{On: nth("UID LIST")}, "(imaptest.LateRows): LIST has no form with UID"},
		{imaptest.IgnorePartial{Origin: true, Zero: true}, "(imaptest.IgnorePartial): with both Origin and Zero, it would say two things"},
		{imaptest.ShortPartial{Max: -1}, "(imaptest.ShortPartial): Max is -1, and at least 0 makes sense"},
		{imaptest.RefuseReturn{Options: []string{"STATSU"}}, `(imaptest.RefuseReturn): unknown return option "STATSU"; known are SUBSCRIBED CHILDREN SPECIAL-USE STATUS MYRIGHTS METADATA`},
		{imaptest.Unsolicited{}, "(imaptest.Unsolicited): no Lines"},
		{imaptest.Unsolicited{Lines: []string{"* {exist} EXISTS"}}, `(imaptest.Unsolicited): in a line, {exist}: "{exist}" is none of {exists}, {recent}, {uid}, {tag}`},
		{imaptest.Unsolicited{Lines: []string{"* OK\r\n"}}, `(imaptest.Unsolicited): a line "* OK\r\n" has a line end, which the server adds`},
		{imaptest.Greeting{Line: "* OK\n"}, `(imaptest.Greeting): Line "* OK\n" has a line end, which the server adds`},
		{imaptest.ByeGreeting{Code: "A]"}, `(imaptest.ByeGreeting): the Code "A]" has brackets, which the server adds`},
		{imaptest.Preauth{User: "nobody"}, `(imaptest.Preauth): no user "nobody"`},
		{imaptest.HideCapabilities{Names: []imaptest.Cap{"IDEL"}}, `(imaptest.HideCapabilities): unknown capability "IDEL"; known are: `},
		{imaptest.InjectAfterStartTLS{}, "(imaptest.InjectAfterStartTLS): no Text"},
		{imaptest.OnSession(0, imaptest.ByteByByte{}), "(imaptest.onSession): the session is 0, and at least 1 makes sense"},
		{imaptest.OnSession(1, imaptest.Chunks{}), "(imaptest.onSession): imaptest.Chunks: Size is 0, and at least 1 makes sense"},
	} {
		faults := []imaptest.Fault{imaptest.ByteByByte{}, c.fault}
		said := (&failing{}).run(func(t testing.TB) { imaptest.NewServer(t, &imaptest.Options{Faults: faults}) })
		assert.Contains(t, said, "imaptest: fault 2 "+c.want)
		assert.Contains(t, panicOf(func() { srv.Fault(faults...) }), "imaptest: fault 2 "+c.want)
	}
	for _, command := range []string{"", "noop", "UID fetch", "CONVERT", "XFROB", "UID XFROB"} {
		srv.Fault(imaptest.Silent{On: nth(command)})
	}
}

func TestMistakesInOptions(t *testing.T) {
	account := func(a imaptest.Account) *imaptest.Options {
		a.Name = "ann"
		return &imaptest.Options{Users: []imaptest.Account{a}}
	}
	folder := func(f imaptest.Folder) *imaptest.Options {
		return account(imaptest.Account{Mailboxes: []imaptest.Folder{{Name: "Fine"}, f}})
	}
	message := func(m imaptest.Message) *imaptest.Options {
		return folder(imaptest.Folder{Name: "Box", Messages: []imaptest.Message{{Raw: []byte("x\r\n")}, m}})
	}
	for want, opts := range map[string]*imaptest.Options{
		`unknown capability "IDEL"; known are: IMAP4rev1 `: {Without: []imaptest.Cap{"IDEL"}},
		`unknown capability "FROB"; known are: IMAP4rev1 `: {Capabilities: []imaptest.Cap{"IMAP4rev1", "FROB"}},
		`delimiter "//" is not one usable character`:       {Delimiter: "//"},
		"MaxLine is -1, and at least 1 makes sense":        {MaxLine: -1},
		"MaxMessage is -1, and at least 1 makes sense":     {MaxMessage: -1},
		"AuthAttempts is -1, and at least 1 makes sense":   {AuthAttempts: -1},
		`Greeting "a\nb" has a line end`:                   {Greeting: "a\nb"},
		"a user without a name":                            {Users: []imaptest.Account{{Password: "x"}}},
		`user "ann" exists already`:                        {Users: []imaptest.Account{{Name: "ann"}, {Name: "ann"}}},
		`mailbox "/x": that name can not be used`:          folder(imaptest.Folder{Name: "/x"}),
		`mailbox "a\nb": the name is not UTF-8 without`:    folder(imaptest.Folder{Name: "a\nb"}),
		`mailbox "\xff": the name is not UTF-8 without`:    folder(imaptest.Folder{Name: "\xff"}),
		`mailbox "S": unknown special use "Sent"; known`:   folder(imaptest.Folder{Name: "S", SpecialUse: "Sent"}),
		`mailbox "N": has messages, and can't be selected`: folder(imaptest.Folder{Name: "N", NoSelect: true, Messages: make([]imaptest.Message, 1)}),
		`mailbox "Box": message 2: line 3 of the message, "world\n", does not end in CRLF alone: see imaptest.CRLF`: message(imaptest.Message{
			Raw: []byte("Subject: hello\r\n\r\nworld\n"),
		}),
		`mailbox "Box": message 2: "two words" is no flag`:               message(imaptest.Message{Flags: []imaptest.Flag{"two words"}}),
		`mailbox "Box": message 2: \Recent is set by the server alone`:   message(imaptest.Message{Flags: []imaptest.Flag{`\Recent`}}),
		`mailbox "Box": message 2: EmailID "a b" is not up to 255 lette`: message(imaptest.Message{EmailID: "a b"}),
	} {
		said := (&failing{}).run(func(t testing.TB) { imaptest.NewServer(t, opts) })
		assert.Contains(t, said, "imaptest: "+want)
	}
}

func TestMistakesInTheStore(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	user := srv.User("user")
	inbox := user.Mailbox("INBOX")
	uid := inbox.Deliver([]byte("x\r\n"))
	for want, mistake := range map[string]func(){
		`no user "bob"`:                      func() { srv.User("bob") },
		`user "user" has no mailbox "Inobx"`: func() { user.Mailbox("Inobx") },
		`line 1 of the message, "Subject: x\n", does not end in CRLF alone: see imaptest.CRLF`: func() { inbox.Deliver([]byte("Subject: x\n\nx\n")) },
		`line 2 of the message, "a\rb", does not end in CRLF alone: see imaptest.CRLF`:         func() { inbox.Deliver([]byte("\r\na\rb\r\n")) },
		`"" is no flag`:                      func() { inbox.Deliver([]byte("x\r\n"), "") },
		`"\\" is no flag`:                    func() { inbox.AddFlags(uid, `\`) },
		`"a(b" is no flag`:                   func() { inbox.SetFlags(uid, "a(b") },
		`\recent is set by the server alone`: func() { inbox.RemoveFlags(uid, `\recent`) },
		`ThreadID "(" is not up to 255 letters, digits, _ and -`: func() { inbox.DeliverMessage(imaptest.Message{ThreadID: "("}) },
	} {
		assert.Equal(t, "imaptest: "+want, panicOf(mistake))
	}
	assert.Equal(t, 1, inbox.Len())
	for name, want := range map[string]string{
		"inbox": `imaptest: creating "inbox": mailbox exists`,
		"a\x00": `imaptest: creating "a\x00": the name is not UTF-8 without control characters`,
		"a//b":  `imaptest: creating "a//b": that name can not be used`,
	} {
		_, err := user.Create(name)
		assert.ErrorContains(t, err, want)
	}
	_, err := user.Create("Sent", "Sent")
	require.ErrorContains(t, err, `imaptest: creating "Sent": unknown special use "Sent"; known are [\All `)
	require.ErrorContains(t, user.Delete("gone"), `imaptest: deleting "gone": `)
}

// panicOf returns what f panics with.
func panicOf(f func()) (said string) {
	defer func() {
		switch v := recover().(type) {
		case error:
			said = v.Error()
		case string:
			said = v
		}
	}()
	f()
	return ""
}
