package search

import (
	"strings"
	"unicode/utf8"

	"github.com/seed-090b04e4/imap/commands"
)

// textKey is a key with a string to search for.
func textKey(name, text string) Key {
	return Key{&node{name: name, value: text, text: !isASCII(text), put: func(e *commands.Encoder) {
		e.Argument("search text").String(text)
	}}}
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// Bcc matches messages with the text in their Bcc field.
func Bcc(text string) Key { return textKey("BCC", text) }

// Body matches messages with the text in their body.
func Body(text string) Key { return textKey("BODY", text) }

// Cc matches messages with the text in their Cc field.
func Cc(text string) Key { return textKey("CC", text) }

// From matches messages with the text in their From field.
func From(text string) Key { return textKey("FROM", text) }

// Subject matches messages with the text in their Subject field.
func Subject(text string) Key { return textKey("SUBJECT", text) }

// Text matches messages with the text in their header or body.
func Text(text string) Key { return textKey("TEXT", text) }

// To matches messages with the text in their To field.
func To(text string) Key { return textKey("TO", text) }

// Header matches messages that have the header field with the text in it. An empty
// text matches all messages that have the field.
func Header(field, text string) Key {
	return Key{&node{name: "HEADER", field: field, value: text, text: !isASCII(text), put: func(e *commands.Encoder) {
		e.Argument("header field").HeaderField(field)
		e.SP()
		e.Argument("search text").String(text)
	}}}
}
