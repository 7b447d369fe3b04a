package imaptest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/ascii"
)

// The tests of this file have the names of groups of Dovecot's ImapTest, which
// try the same rules of the RFCs with messages and commands of their own. What is
// expected here is what Dovecot 2.3 and Cyrus 3.6 both answered.

// withMessages is a server whose INBOX holds messages, and a session in it. A
// message without an empty line gets one, and a body.
func withMessages(t *testing.T, messages ...string) (srv *imaptest.Server, ask func(command string) []string) {
	t.Helper()
	srv = imaptest.NewServer(t, nil)
	for _, m := range messages {
		if !strings.Contains(m, "\n\n") {
			m += "\n\nbody\n"
		}
		srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF(m))
	}
	conn := selected(t, srv)
	return srv, func(command string) []string {
		t.Helper()
		return skip(t, conn, "g1 "+command)
	}
}

// TestGroupAtoms: each ATOM-CHAR may begin and end a mailbox name that is an atom,
// "~" too: only "~{" begins a literal8.
func TestGroupAtoms(t *testing.T) {
	srv := withHello(t, 1, nil)
	conn := loggedIn(t, srv)
	tried := 0
	for c := byte('!'); c < 0x7f; c++ {
		if !ascii.Is(c, ascii.AtomChar) || c == '&' { // & begins modified UTF-7
			continue
		}
		tried++
		name := string(c) + "foo" + string(c)
		for _, command := range []string{
			"CREATE %s", "SELECT %s", "STATUS %s (MESSAGES)", `LIST "" %s`, `LIST %s "*"`, `LIST "" (%s)`, "SUBSCRIBE %s", `LSUB "" %s`,
			"GETMETADATA %s (/private/x)", "RENAME %s x%[1]s", "DELETE x%[1]s",
		} {
			if name == "/foo/" {
				continue // the delimiter
			}
			skip(t, conn, "a1 "+strings.ReplaceAll(strings.ReplaceAll(command, "%[1]s", name), "%s", name))
		}
	}
	assert.Greater(t, tried, 70)
	converse(t, conn, `
		C: a2 LIST "" ~{3}
		S: + Ready for literal data
		C| foo
		S: a2 OK LIST completed
		C: a3 ID (~x "y")
		S: a3 BAD ID: expected a string at "~x \"y\")"`)
}

// TestGroupAppendBinary: what APPEND brings as literal8 is stored so that
// it can be sent as a plain literal, which has no NUL (RFC 9051 §9 "CHAR8").
func TestGroupAppendBinary(t *testing.T) {
	multipart := "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: binary\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\ntext\r\n" +
		"--b\r\nContent-Type: application/x-zeros\r\nContent-Transfer-Encoding: binary\r\nX-After: y\r\n\r\n\x00-\x00\xff\r\n\r\n--b--\r\n"
	for name, c := range map[string]struct{ raw, want string }{
		"part": {multipart, `
			C: a2 FETCH 1 (BODY.PEEK[MIME] BODY.PEEK[2.MIME])
			S: a2 BAD FETCH: expected a part number before MIME at "] BODY.PEEK[2.MIME])"
			C: a3 FETCH 1 (BODY.PEEK[HEADER] BODY.PEEK[1] BODY.PEEK[2.MIME] BODY.PEEK[2] BINARY.SIZE[2] BINARY.PEEK[2])
			S: * 1 FETCH (BODY[HEADER] {90}
			S| Subject: x
			S| Content-Type: multipart/mixed; boundary=b
			S| Content-Transfer-Encoding: 8bit
			S| 
			S:  BODY[1] {4}
			S: text BODY[2.MIME] {84}
			S| Content-Type: application/x-zeros
			S| X-After: y
			S| Content-Transfer-Encoding: base64
			S| 
			S:  BODY[2] {8}
			S: AC0A/w0K BINARY.SIZE[2] 6 BINARY[2] ~{6}
			S: ` + "\x00-\x00\xff" + `
			S: )
			S: a3 OK FETCH completed`},
		"whole message without a header": {"\r\n\x00", `
			C: a3 FETCH 1 (BODY.PEEK[])
			S: * 1 FETCH (BODY[] {41}
			S| Content-Transfer-Encoding: base64
			S| 
			S: AA==)
			S: a3 OK FETCH completed`},
		"nothing binary": {"Subject: x\r\n\r\ny", `
			C: a3 FETCH 1 (BODY.PEEK[])
			S: * 1 FETCH (BODY[] {15}
			S| Subject: x
			S| 
			S: y)
			S: a3 OK FETCH completed`},
		"NUL in the header": {"Subject: x\x00\r\n\r\ny", `
			C: a3 FETCH 1 (BODY.PEEK[])
			S: * 1 FETCH (BODY[] {16}
			S| Subject: x` + "\x80" + `
			S| 
			S: y)
			S: a3 OK FETCH completed`},
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.NewServer(t, nil)
			conn := selected(t, srv)
			converse(t, conn, fmt.Sprintf("C: a1 APPEND INBOX ~{%d}\nS: + Ready for literal data", len(c.raw)))
			_, err := conn.Write([]byte(c.raw + "\r\n"))
			assert.NoError(t, err)
			converse(t, conn, "S: * 1 EXISTS\nS: * 1 RECENT\nS: a1 OK <*>")
			converse(t, conn, c.want)
		})
	}
}

// TestGroupFetchEnvelope: comments are no addresses, and a field that is repeated
// though it must not be counts as it stands last.
func TestGroupFetchEnvelope(t *testing.T) {
	for header, want := range map[string]string{
		"To: unlisted-recipients:; (no To-header on input)":    `NIL ((NIL NIL "unlisted-recipients" NIL)(NIL NIL NIL NIL))`,
		"To: group2: (foo) ;":                                  `NIL ((NIL NIL "group2" NIL)(NIL NIL NIL NIL))`,
		"To: (only a comment)":                                 `NIL NIL`,
		"To: (a) , (b), c@d (e), (f)":                          `NIL (("e" NIL "c" "d"))`,
		"To: g: a@b (x), \"q u\" <c@d> (y);, (c) last@x":       `NIL ((NIL NIL "g" NIL)("x" NIL "a" "b")("q u" NIL "c" "d")(NIL NIL NIL NIL)(NIL NIL "last" "x"))`,
		"To: (x) Foo (y) Bar <foo@bar> (z)":                    `NIL (("Foo Bar" NIL "foo" "bar"))`,
		"To: <u (c)@ (d) dom.org>":                             `NIL ((NIL NIL "u" "dom.org"))`,
		"To: <@r1,@r2:user@domain>, x@y":                       `NIL ((NIL "@r1,@r2" "user" "domain")(NIL NIL "x" "y"))`,
		"To: group: g1@d1.org, g2@d2.org;, group2: g3@d3.org;": `NIL ((NIL NIL "group" NIL)(NIL NIL "g1" "d1.org")(NIL NIL "g2" "d2.org")(NIL NIL NIL NIL)(NIL NIL "group2" NIL)(NIL NIL "g3" "d3.org")(NIL NIL NIL NIL))`,
		"To: Foo <>, noat, \"a b\"@c":                          `NIL (("Foo" NIL "MISSING_MAILBOX" "MISSING_DOMAIN")(NIL NIL "noat" "MISSING_DOMAIN")(NIL NIL "a b" "c"))`,
		"To: a @ b . c, d@[1.2.3.4]":                           `NIL ((NIL NIL "a" "b.c")(NIL NIL "d" "[1.2.3.4]"))`,
		"To: a@b (c (d) \\) e)":                                `NIL (("c (d) ) e" NIL "a" "b"))`,
		"Subject: one\nSubject: two":                           `"two" NIL`,
	} {
		_, ask := withMessages(t, header+"\nFrom: x@y\nSender: \nReply-To: \nMessage-ID: <1@x>\nMessage-ID: <2@x>\nDate: 1\nDate: 2")
		subject, to := `NIL`, strings.TrimPrefix(want, "NIL ")
		if strings.HasPrefix(header, "Subject") {
			subject, to = `"two"`, "NIL"
		}
		from := `((NIL NIL "x" "y")) ((NIL NIL "x" "y")) ((NIL NIL "x" "y"))`
		assert.Equal(t, []string{`* 1 FETCH (ENVELOPE ("2" ` + subject + ` ` + from + ` ` + to + ` NIL NIL NIL "<2@x>"))`}, ask("FETCH 1 ENVELOPE"), header)
	}
}

// TestGroupListExt: CHILDINFO is not sent for a mailbox that is not chosen itself
// if all that are chosen below it are sent too (RFC 5258 §3.5).
func TestGroupListExt(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	user := srv.User("user")
	conn := loggedIn(t, srv)
	for _, name := range []string{"t1", "t2/t1", "t3", "t6", "t7/t7", "t8/t8", "t8/t9", "p/q/r"} {
		_, err := user.Create(name)
		assert.NoError(t, err)
	}
	for _, name := range []string{"t1", "t2/t1", "t6", "t7/t7", "t8/t8", "t8/t9", "p", "p/q"} {
		skip(t, conn, "s SUBSCRIBE "+name)
	}
	skip(t, conn, "d DELETE t6")
	skip(t, conn, "c CREATE gone/x")
	skip(t, conn, "s SUBSCRIBE gone/x")
	skip(t, conn, "d DELETE gone/x")
	skip(t, conn, "d DELETE gone")
	for pattern, want := range map[string]string{
		"*":          `gone/x! t6! p+ p/q t1 t2/t1 t7/t7 t8/t8 t8/t9`,
		"%":          `gone!(+) t6! p+ t1 t2(+) t7(+) t8(+)`,
		"t2%":        `t2(+)`,
		"*t7":        `t7/t7`,
		"*t8":        `t8(+) t8/t8`,
		"(t2)":       `t2(+)`,
		"(t2 t2/t1)": `t2/t1`,
		"(t8 t8/t8)": `t8(+) t8/t8`,
		"(p p/q)":    `p+ p/q`,
		"p":          `p+`,
		"p/q":        `p/q`,
		"gone":       `gone!(+)`,
	} {
		var got []string
		for _, line := range skip(t, conn, `l1 LIST (SUBSCRIBED RECURSIVEMATCH) "" `+pattern) {
			attrs, rest, _ := strings.Cut(strings.TrimPrefix(line, "* LIST ("), `) "/" `)
			name, info, has := strings.Cut(rest, " ")
			if strings.Contains(attrs, `\NonExistent`) {
				name += "!"
			}
			if has {
				assert.Equal(t, `("CHILDINFO" ("SUBSCRIBED"))`, info)
				if strings.Contains(attrs, `\Subscribed`) {
					name += "+"
				} else {
					name += "(+)"
				}
			}
			got = append(got, name)
		}
		assert.ElementsMatch(t, strings.Fields(want), got, pattern)
	}
}

// TestGroupSearchAddresses: FROM, TO, CC and BCC look through the envelope, not
// through the field.
func TestGroupSearchAddresses(t *testing.T) {
	var messages []string
	for _, form := range []string{
		"user-%[1]s@domain.org", "Real%[1]s <user-%[1]s@domain.org>", "<user-%[1]s (comment)@ (comment) domain.org>",
		"user-%[1]s@domain.org (Real%[1]s)", "user-%[1]s1@domain.org, user-%[1]s2@domain.org",
		"grp: g1%[1]s@domain.org, \"G, 2\" <g2@domain.org>;,\n other: <g3@domain.org>;",
	} {
		var m strings.Builder
		for _, field := range []string{"From", "To", "Cc", "Bcc"} {
			fmt.Fprintf(&m, "%s: "+form+"\n", field, strings.ToLower(field))
		}
		messages = append(messages, m.String())
	}
	_, ask := withMessages(t, messages...)
	for _, field := range []string{"FROM", "TO", "CC", "BCC"} {
		low := strings.ToLower(field)
		for needle, want := range map[string]string{
			"user-" + low + "@domain.org": " 1 2 3 4",
			"REAL" + low:                  " 2 4",
			"ser-" + low:                  " 1 2 3 4 5",
			"user-" + low + "2":           " 5",
			"grp":                         " 6",
			"other":                       " 6",
			"g1" + low:                    " 6",
			"g3@domain.org":               " 6",
			`"G, 2"`:                      " 6",
			"comment":                     "",
			"g4":                          "",
			`""`:                          " 1 2 3 4 5 6",
		} {
			assert.Equal(t, []string{"* SEARCH" + want}, ask("SEARCH "+field+" "+needle), "%s %s", field, needle)
		}
		assert.Equal(t, []string{"* SEARCH 3"}, ask("SEARCH HEADER "+field+" comment"), "the field itself")
	}
}

// TestGroupSearchBody: TEXT and BODY look through the MIME headers of all parts,
// those that hold a message too, and decode encoded words as other servers do.
func TestGroupSearchBody(t *testing.T) {
	_, ask := withMessages(t,
		"Subject: outer\nContent-Type: multipart/mixed; boundary=b\n\n"+
			"--b\nContent-Type: message/rfc822\nX-Y: zebra\nContent-Disposition: attachment; filename=tiger\n\nSubject: inlion\n\nmouse\n"+
			"--b\nContent-Type: text/plain; charset=utf-7\n\ng+AO8-raffe 1 +- 1\n"+
			"--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: message/rfc822\nX-Z: lynx\n\n"+
			"Subject: =?utf-8?q?inm=C3=B6st?=\n\nwolf\n--c--\n--b--\n",
		"To: =?utf-7?Q?+AOk-t+AOk?= <a@x>\nCc: =?iso-8859-1?Q?b\xe9la?= <b@x>\nBcc: =?NONE?B?aGVsbG8=?= <c@x>\nSubject: =?utf-8?q?a?= =?UTF-8*en?B?YsOp?=  x",
		"Subject: =?utf-8?q?broken =?x?= =?utf-8?x?a?= =?utf-8?q?=zz_=C3?= =?",
	)
	for key, want := range map[string]string{
		"TEXT zebra": "1", "BODY zebra": "1", "TEXT tiger": "1", "TEXT inlion": "1", "BODY mouse": "1",
		"TEXT lynx": "1", "BODY wolf": "1", "BODY inmöst": "1", "BODY gïraffe": "1", `BODY "1 + 1"`: "1", "BODY outer": "", "TEXT outer": "1",
		"TO été": "2", "CC béla": "2", "BCC hello": "2", "SUBJECT abé": "2", "SUBJECT =zz": "3", "SUBJECT broken": "3",
	} {
		name, needle, _ := strings.Cut(key, " ")
		needle = strings.Trim(needle, `"`)
		got := ask(fmt.Sprintf("SEARCH CHARSET UTF-8 %s {%d+}\r\n%s", name, len(needle), needle))
		assert.Equal(t, []string{strings.TrimSpace("* SEARCH " + want)}, got, key)
	}
}

// TestGroupSortSubject: the base subject (RFC 5256 §2.1).
func TestGroupSortSubject(t *testing.T) {
	var messages []string
	for _, s := range []string{
		"Re: [FWD: c]", "a", "b", "re: [fwd: [fwd: re: [fwd: babylon]]]", "[foo] Fwd: [bar] Re: fw: b (fWd)  (fwd)", "[xyz]", "b (a)",
		"_", "C", "", "[a][b] Re : x", "Re [5]: x", "[fwd:]", "fwd: (fwd)", "[list] x", "[ list ]  Re: [list] y", "Re: Re", "re",
		"[x] [y]", "[x] ", "=?utf-8?q?Re:_x?=", "Fw: [Fwd: x] (fwd)", "RE:x", "re[2]: y", "x\tz", "x  z",
	} {
		messages = append(messages, fmt.Sprintf("Subject: %s\nDate: Thu, 15 Feb 2007 01:02:%02d +0200", s, len(messages)))
	}
	_, ask := withMessages(t, messages...)
	assert.Equal(t, []string{"* SORT 10 13 14 2 3 5 7 4 1 9 17 18 11 12 15 21 22 23 25 26 16 24 6 20 19 8"}, ask("SORT (SUBJECT) UTF-8 ALL"))
	assert.Equal(t, []string{
		"* THREAD (1 9)(2)(3 5)(4)(6)(7)(8)(10 (13)(14))(11 (12)(15)(21)(22)(23))(16 24)(17 18)(19)(20)(25 26)",
	}, ask("THREAD ORDEREDSUBJECT UTF-8 ALL"))
	assert.Equal(t, []string{
		"* THREAD (2)(3 5)(4)(6)(7)(8)(9 1)(10)(13)(14)(15 (11)(12)(21)(22)(23))((16)(24))(18 17)(19)(20)((25)(26))",
	}, ask("THREAD REFERENCES UTF-8 ALL"))
}

// TestGroupThreadReferences: THREAD=REFERENCES with its step 5, which joins threads
// of the same subject (RFC 5256 §3). One letter of a case is a message: its
// subject, its Message-ID, and what it refers to.
func TestGroupThreadReferences(t *testing.T) {
	for _, c := range []struct {
		name, messages, want string
	}{
		{"an answer without references", "foo a; Re: foo b", "(1 2)"},
		{"an answer that came first", "Re: foo a; foo b", "(2 1)"},
		{"two that are no answers", "foo a; foo b", "((1)(2))"},
		{"two answers to what is not there", "Re: foo a; Re: foo b", "((1)(2))"},
		{"a third joins a dummy", "foo a; foo b; Re: foo c", "((1)(2)(3))"},
		{"two dummies", "foo a x; foo b x; foo c y; foo d y", "((1)(2)(3)(4))"},
		{"a dummy and an answer", "foo a x; Re: foo b x; Re: foo c", "((1)(2)(3))"},
		{"no subject", "; ", "(1)(2)"},
		{"references beat subjects", "foo a; bar b a; Re: foo c b", "(1 2 3)"},
		{"siblings by date, those that were joined too", "foo a; x b a; Re: foo c", "(1 (2)(3))"},
		{"a guess of another message is taken back", "foo a; bar b a,c; baz c", "(1)(3 2)"},
		{"the same identifier twice", "foo a; bar a; baz b a", "(1 3)(2)"},
		{"a loop", "foo a b; bar b a", "(2 1)"},
		{"not valid", "foo -; Re: bar - -", "(1)(2)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var messages []string
			for m := range strings.SplitSeq(c.messages, ";") {
				subject := strings.TrimSpace(m)
				var fields []string
				if f := strings.Fields(m); len(f) > 1 {
					n := 1
					if strings.HasSuffix(f[0], ":") {
						n = 2
					}
					subject, fields = strings.Join(f[:n], " "), f[n:]
				}
				text := fmt.Sprintf("Subject: %s\nDate: Thu, 15 Feb 2007 01:02:%02d +0200", subject, len(messages))
				if len(fields) > 0 && fields[0] != "-" {
					text += "\nMessage-ID: <" + fields[0] + "@x>"
				}
				if len(fields) > 1 {
					text += "\nReferences: <" + strings.ReplaceAll(fields[1], ",", "@x> <") + "@x>"
				}
				messages = append(messages, text)
			}
			_, ask := withMessages(t, messages...)
			assert.Equal(t, []string{"* THREAD " + c.want}, ask("THREAD REFERENCES UTF-8 ALL"))
		})
	}
}

// TestBoundaries: where parts end (RFC 2046 §5.1.1). A structure is written as
// the types of the parts.
func TestBoundaries(t *testing.T) {
	const multi = "Content-Type: multipart/mixed; boundary=%s\n\n"
	outer := fmt.Sprintf(multi, "b")
	for _, c := range []struct {
		name, message string
		parts         map[string]string // by section
	}{
		{"a line that only begins with the boundary", outer + "--b junk\n\none\n--b2\n\ntwo\n--b-->\nafter\n",
			map[string]string{"1": "one", "2": "two", "3": "NIL"}},
		{"the same boundary nested: the innermost wins", outer + "--b\n" + outer + "--b\n\none\n--b\n\ntwo\n--b--\n\n--b\n\nthree\n--b--\n",
			map[string]string{"1.1": "one", "1.2": "two", "2": "three", "3": "NIL"}},
		{"a boundary that begins like that outside", outer + "--b\n" + fmt.Sprintf(multi, "bb") + "--bb\n\none\n--bb--\n--b\n\ntwo\n--b--\n",
			map[string]string{"1.1": "one", "1.2": "NIL", "2": "two", "3": "NIL"}},
		{"a boundary like the beginning of that outside", fmt.Sprintf(multi, "bb") + "--bb\n" + outer + "--b\n\none\n--b--\n--bb\n\ntwo\n--bb--\n",
			map[string]string{"1.1": "one", "1.2": "NIL", "2": "two", "3": "NIL"}},
		{"a final boundary without its end", outer + "--b\n\none\n--b\n", map[string]string{"1": "one", "2": "", "3": "NIL"}},
		{"no final boundary", outer + "--b\n\none\n--b\n\ntwo\n", map[string]string{"1": "one", "2": "two\r\n", "3": "NIL"}},
		{"the outer boundary ends the inner multipart", outer + "--b\n" + fmt.Sprintf(multi, "c") + "--c\n\none\n--b\n\ntwo\n--b--\n",
			map[string]string{"1.1": "one", "1.2": "NIL", "2": "two"}},
		{"in a header", outer + "--b\nX: y\n--b\n\ntwo\n--b--\n", map[string]string{"1": "", "1.MIME": "X: y", "2": "two"}},
		{"in the header of a message", outer + "--b\nContent-Type: message/rfc822\n\nSubject: x\n--b\n\ntwo\n--b--\n",
			map[string]string{"1": "Subject: x", "1.HEADER": "Subject: x", "1.TEXT": "", "2": "two"}},
		{"in a message within", outer + "--b\nContent-Type: message/rfc822\n\n" + outer + "--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
			map[string]string{"1.1": "one", "2": "two", "3": "NIL"}},
		{"after the end", outer + "--b\n\none\n--b--\n--b\n\ntwo\n", map[string]string{"1": "one", "2": "NIL"}},
		{"text before", outer + "preamble\n--\n--a\n --b\n--b\n\none\n--b--", map[string]string{"1": "one", "2": "NIL"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, ask := withMessages(t, c.message)
			for section, want := range c.parts {
				got := strings.Join(ask("FETCH 1 BODY.PEEK["+section+"]"), "\r\n")
				literal := fmt.Sprintf("{%d}\r\n%s", len(want), want)
				if want == "NIL" {
					literal = want
				}
				assert.Equal(t, "* 1 FETCH (BODY["+section+"] "+literal+")", got)
			}
		})
	}
}

// TestLastFieldCounts: of a field that is repeated though it must not be, the last
// counts, and what is no token is no encoding.
func TestLastFieldCounts(t *testing.T) {
	for header, want := range map[string]string{
		"Content-Disposition: inline\nContent-Disposition: attachment; filename=b":         `("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 NIL ("attachment" ("filename" "b")) NIL NIL)`,
		"Content-Type: text/html\nContent-Type: text/x-b; charset=y":                       `("text" "x-b" ("charset" "y") NIL NIL "7bit" 6 1 NIL NIL NIL NIL)`,
		"Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: quoted-printable":   `("text" "plain" ("charset" "us-ascii") NIL NIL "quoted-printable" 6 1 NIL NIL NIL NIL)`,
		"Content-ID: <1>\nContent-ID: <2>\nContent-Description: a\nContent-Description: b": `("text" "plain" ("charset" "us-ascii") "<2>" "b" "7bit" 6 1 NIL NIL NIL NIL)`,
		"Content-MD5: a\nContent-MD5: b\nContent-Language: en\nContent-Language: de":       `("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 "b" NIL ("de") NIL)`,
		"Content-Transfer-Encoding: quoted printable":                                      `("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 NIL NIL NIL NIL)`,
		"Content-Transfer-Encoding: text/html":                                             `("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 NIL NIL NIL NIL)`,
		"Content-Transfer-Encoding: \"base64\"":                                            `("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 NIL NIL NIL NIL)`,
		"Content-Transfer-Encoding: base64;":                                               `("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 NIL NIL NIL NIL)`,
		"Content-Transfer-Encoding: BASE64 (comment)":                                      `("text" "plain" ("charset" "us-ascii") NIL NIL "base64" 6 1 NIL NIL NIL NIL)`,
		"Content-Transfer-Encoding: x-uuencode":                                            `("text" "plain" ("charset" "us-ascii") NIL NIL "x-uuencode" 6 1 NIL NIL NIL NIL)`,
		"Content-Transfer-Encoding: ":                                                      `("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 NIL NIL NIL NIL)`,
	} {
		_, ask := withMessages(t, header)
		assert.Equal(t, []string{"* 1 FETCH (BODYSTRUCTURE " + want + ")"}, ask("FETCH 1 BODYSTRUCTURE"), header)
	}
}

// TestStoreWhereSomeAreGone: a silent STORE that changed all messages that are
// still there succeeds (RFC 2180 §4.2.1).
func TestStoreWhereSomeAreGone(t *testing.T) {
	srv := withHello(t, 3, nil)
	a := selected(t, srv)
	srv.User("user").Mailbox("INBOX").Expunge(2)
	converse(t, a, `
		C: a1 STORE 1:3 +FLAGS.SILENT (\Flagged)
		S: a1 OK [EXPUNGEISSUED] STORE completed for those that are still there
		C: a2 STORE 2 +FLAGS (\Seen)
		S: a2 NO [EXPUNGEISSUED] Some of the messages are gone
		C: a3 UID STORE 1:3 -FLAGS.SILENT (\Flagged)
		S: * 2 EXPUNGE
		S: a3 OK STORE completed`)
}

// TestFlagsComeBeforeTheirUse: clients map keywords by FLAGS, so that it is sent
// before the FETCH response that has a new one.
func TestFlagsComeBeforeTheirUse(t *testing.T) {
	for name, c := range map[string]string{
		"STORE": `
			C: a1 STORE 1 +FLAGS ($new)
			S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $new)
			S: * OK [PERMANENTFLAGS <*>
			S: * 1 FETCH (FLAGS ($new \Recent))
			S: a1 OK STORE completed`,
		"silent STORE": `
			C: a1 STORE 1 +FLAGS.SILENT ($new)
			S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $new)
			S: * OK [PERMANENTFLAGS <*>
			S: a1 OK STORE completed`,
		"FETCH": `
			C: a1 FETCH 1 (FLAGS)
			S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $other)
			S: * OK [PERMANENTFLAGS <*>
			S: * 1 FETCH (FLAGS ($other \Recent))
			S: a1 OK FETCH completed`,
		"NOOP": `
			C: a1 NOOP
			S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $other)
			S: * OK [PERMANENTFLAGS <*>
			S: * 1 FETCH (FLAGS ($other \Recent))
			S: a1 OK NOOP completed`,
	} {
		t.Run(name, func(t *testing.T) {
			srv := withHello(t, 1, nil)
			conn := selected(t, srv)
			if !strings.Contains(name, "STORE") {
				srv.User("user").Mailbox("INBOX").AddFlags(1, "$other")
			}
			converse(t, conn, c)
		})
	}
}
