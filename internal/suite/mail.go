package suite

import (
	"fmt"
	"strings"
	"time"

	imap "github.com/seed-090b04e4/imap"
)

// mail is a message to store.
type mail struct {
	text  string
	flags []imap.Flag
	date  time.Time
}

// crlf turns the line ends of a text in Go source into those of mail.
func crlf(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }

// note is a short message with a subject.
func note(subject string, flags ...imap.Flag) mail {
	return mail{flags: flags, text: crlf(fmt.Sprintf(`From: Ann Example <ann@example.org>
To: bob@example.net
Date: Mon, 2 Mar 2026 10:11:12 +0100
Subject: %s
Message-ID: <%s@example.org>

Just a note.
`, subject, strings.ReplaceAll(strings.ToLower(subject), " ", "-")))}
}

// notes are n of them, with subjects "note 1", …
func notes(n int) []mail {
	var all []mail
	for i := range n {
		all = append(all, note(fmt.Sprintf("note %d", i+1)))
	}
	return all
}

// bigText is a message of at least n octets.
func bigText(subject string, n int) string {
	var b strings.Builder
	b.WriteString(crlf("From: big@example.org\nDate: Mon, 2 Mar 2026 10:11:12 +0100\nSubject: " + subject + "\nContent-Type: text/plain; charset=us-ascii\n\n"))
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "line %08d of a long message, as dull as the others\r\n", i)
	}
	return b.String()
}

// addressed is a message with every field of an ENVELOPE.
var addressed = mail{
	date: time.Date(2026, 3, 2, 21, 5, 7, 0, time.FixedZone("", 2*3600)),
	text: crlf(`Return-Path: <bounce@example.org>
From: =?UTF-8?Q?J=C3=B6rg_M=C3=BCller?= <joerg@example.org>
Sender: "The Secretary" <office@example.org>
Reply-To: <answers@example.org>
To: "Bob, the Builder" <bob@example.net>, carol@example.net
Cc: =?ISO-8859-1?Q?Ren=E9?= <rene@example.fr>
Bcc: hidden@example.com
Date: Mon, 2 Mar 2026 10:11:12 +0100
Subject: =?UTF-8?B?R3LDvMOfZSBhdXMgS8O2bG4=?= and
 more =?ISO-8859-15?Q?=A4?=
In-Reply-To: <first@example.org>
Message-ID: <second@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe!
`)}

// nested is a message with parts in parts:
//
//	1    multipart/alternative
//	1.1    text/plain, ISO-8859-1
//	1.2    text/html
//	2    image/png, base64, attached under a name with umlauts (RFC 2231)
//	3    message/rfc822
//	3.1    text/plain
//	3.2    application/octet-stream
var nested = mail{text: crlf(`From: Ann Example <ann@example.org>
To: bob@example.net
Date: Tue, 3 Mar 2026 10:11:12 +0000
Subject: nested parts
Message-ID: <nested@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

A preamble.
--outer
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Sch=F6ne Gr=FC=DFe
--inner
Content-Type: text/html; charset=utf-8
Content-Language: de
Content-Location: http://example.org/page

<p>hello</p>
--inner--
--outer
Content-Type: image/png; name="plain.png"
Content-Disposition: attachment;
 filename*=UTF-8''%C3%9Cbersicht%20M%C3%A4rz.png
Content-Transfer-Encoding: base64
Content-ID: <image@example.org>
Content-Description: a picture

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA
WjR9awAAAABJRU5ErkJggg==
--outer
Content-Type: message/rfc822
Content-Disposition: inline

From: Carol <carol@example.com>
To: ann@example.org
Date: Sun, 1 Mar 2026 08:00:00 +0000
Subject: the inner message
Message-ID: <inner@example.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="deep"

--deep
Content-Type: text/plain; charset=us-ascii

deep text
--deep
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64

AAECAwQ=
--deep--
--outer--
An epilogue.
`)}

// messageText returns what follows the header.
func messageText(text string) string {
	_, body, _ := strings.Cut(text, "\r\n\r\n")
	return body
}

// messageHeader returns the header with its empty line.
func messageHeader(text string) string {
	head, _, _ := strings.Cut(text, "\r\n\r\n")
	return head + "\r\n\r\n"
}

// index is strings.Index, for a substring that must exist.
func index(text, part string) int {
	i := strings.Index(text, part)
	if i < 0 {
		panic("no " + part)
	}
	return i
}

// lines returns the lines of a text that are not empty.
func lines(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\r\n") {
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}
