package commands

import (
	"bytes"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// Numbered reports whether the command that [Encoder.Command] encoded speaks in
// message sequence numbers, in its arguments or its answer, which servers refuse once
// UIDONLY is enabled (RFC 9586 §3). It looks at the name that will be sent, so that it
// holds for any [Command], and at what [Encoder.Seqs] has encoded. It does not look
// into what has no type, as search.Raw.
func (e *Encoder) Numbered() bool {
	name, _ := cutWord(bytes.TrimSuffix(e.buf, []byte("\r\n")))
	return e.seqs || numbered[ascii.ToUpper(string(name))]
}

// numbered are the commands that have message sequence numbers and a form with UID.
var numbered = map[string]bool{
	"FETCH": true, "STORE": true, "SEARCH": true, "COPY": true, // RFC 9051 §6.4
	"MOVE": true,                 // RFC 6851
	"SORT": true, "THREAD": true, // RFC 5256
	"CONVERT": true, // RFC 5259
	"REPLACE": true, // RFC 8508
}
