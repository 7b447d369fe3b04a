package compat

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
)

// capabilitiesToNote are those that the clients tell of.
var capabilitiesToNote = []string{"IDLE", "LITERAL+", "MOVE", "UIDPLUS"}

// mailboxes are made in this order. Their names need quoting and modified UTF-7.
var mailboxes = []string{"Done", "Grüße", `Say "hi" & bye`, "Work", "Work/2026"}

// message is one that the clients append.
type message struct {
	Text  string    `json:"text"`
	Flags []string  `json:"flags"`
	Date  time.Time `json:"date"`

	// what the clients are to find out of it
	subject, from, parts string
	first                string // the text of its first part
}

// crlf is for texts of messages as they stand in Go.
func crlf(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }

var messages = []message{
	{
		Text: crlf(`From: Bob Example <bob@example.org>
Subject: Plain
Date: Mon, 2 Mar 2026 10:00:00 +0100

Hello, world!
`),
		Flags: []string{`\Seen`}, Date: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC),
		subject: "Plain", from: "Bob Example <bob@example.org>", parts: "text/plain",
		first: "Hello, world!\r\n",
	},
	{
		Text: crlf(`From: =?utf-8?Q?J=C3=B6rg?= <joerg@example.org>
Subject: =?utf-8?B?R3LDvMOfZSDwn4yN?=
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Schöne Grüße
`),
		Flags: []string{"$Work"}, Date: time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC),
		subject: "Grüße 🌍", from: "Jörg <joerg@example.org>", parts: "text/plain",
		first: "Schöne Grüße\r\n",
	},
	{
		Text: crlf(`From: ann@example.org
Subject: A subject that is
 folded
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See below.
--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain

The plan
--c
Content-Type: text/html

<p>The plan</p>
--c--
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename=plan.pdf
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--b--
`),
		Flags: []string{`\Draft`, `\Flagged`}, Date: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC),
		subject: "A subject that is folded", from: "ann@example.org",
		parts: "multipart/mixed text/plain multipart/alternative text/plain text/html application/pdf",
		first: "See below.",
	},
	{
		Text:    crlf("From: cron@example.org\nSubject:\n\n"),
		Date:    time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC),
		subject: "", from: "cron@example.org", parts: "text/plain", first: "",
	},
}

// hash shortens a text to something that fits in a line.
func hash(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:12] }

// row writes what a client was told of a message.
func row(uid any, flags []string, size int64, date time.Time, subject, from, parts, text, first string) string {
	return strings.Join([]string{
		fmt.Sprintf("UID %v", uid), set(flags), fmt.Sprint(size), date.UTC().Format(time.RFC3339), subject, from, parts,
		hash(text), hash(first),
	}, " | ")
}

// expected is the record that every client is to make.
func expected(capabilities []string) []entry {
	var rows []string
	for i, m := range messages {
		rows = append(rows, row(i+1, m.Flags, int64(len(m.Text)), m.Date, m.subject, m.from, m.parts, m.Text, m.first))
	}
	return []entry{
		{"login", capabilities},
		{"create", []string{}},
		{"list", []string{
			`/ Done \HasNoChildren`, `/ Grüße \HasNoChildren`, `/ INBOX \HasNoChildren`,
			`/ Say "hi" & bye \HasNoChildren`, `/ Work \HasChildren`, `/ Work/2026 \HasNoChildren`,
		}},
		{"append", []string{"UID 1", "UID 2", "UID 3", "UID 4"}},
		{"select", []string{"4 messages", "UIDNEXT 5"}},
		{"search", []string{
			"unseen: 2 3 4", "keyword: 2", "subject: 2", "since: 3 4", "larger: 3", "nothing: ",
		}},
		{"fetch", rows},
		{"store", []string{`UID 1 \Flagged \Seen`, "UID 2 ", `UID 3 \Answered`}},
		{"move", []string{"2 -> 1"}},
		{"expunge", []string{"2 EXPUNGE"}},
		{"idle", []string{"3 EXISTS", `2 FETCH \Answered`, "1 EXPUNGE"}},
		{"left", []string{"4 5"}},
		{"logout", []string{}},
	}
}
