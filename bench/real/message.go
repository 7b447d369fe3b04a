package real

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// message returns the n-th message, the same in every run: a text, an HTML text
// beside it in some, attachments in others. The sizes are spread as those of a
// mailbox are: half of the messages are below 8 kB, and the mean is about 30 kB.
func message(n int) []byte {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	size := int(8000 * math.Exp(1.62*r.NormFloat64()))
	size = min(max(size, 600), 2<<20)
	var b bytes.Buffer
	date := received(n)
	fmt.Fprintf(&b, "Return-Path: <sender%d@example.org>\r\nReceived: from mail.example.org by mx.example.com; %s\r\n", n%97, date.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "Date: %s\r\nFrom: Sender %d <sender%d@example.org>\r\nTo: You <you@example.com>, \"Office, third floor\" <office@example.com>\r\n",
		date.Format(time.RFC1123Z), n%97, n%97)
	fmt.Fprintf(&b, "Subject: %s %d\r\nMessage-ID: <%d.%d@example.org>\r\nReferences: <%d.0@example.org>\r\nMIME-Version: 1.0\r\n",
		[]string{"Minutes of the meeting", "=?utf-8?q?Gr=C3=BC=C3=9Fe?= from the coast", "Re: invoice", "Weekly report"}[n%4], n, n, n%13, n/3)
	switch {
	case size < 4000:
		b.WriteString("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
		text(&b, r, size)
	case n%3 == 0:
		b.WriteString("Content-Type: multipart/alternative; boundary=alt\r\n\r\n")
		b.WriteString("--alt\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
		text(&b, r, size/3)
		b.WriteString("\r\n--alt\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>")
		text(&b, r, size*2/3)
		b.WriteString("</p></body></html>\r\n--alt--\r\n")
	default:
		mixed(&b, r, min(size/4, 6000), size*3/4, "report.pdf")
	}
	return b.Bytes()
}

// attachmentMessage is a message whose part 2 has octets octets.
func attachmentMessage(octets int) []byte {
	var b bytes.Buffer
	b.WriteString("From: Sender <sender@example.org>\r\nTo: You <you@example.com>\r\nSubject: The film\r\nDate: Sun, 15 Feb 2026 19:45:30 +0000\r\nMIME-Version: 1.0\r\n")
	mixed(&b, rand.New(rand.NewPCG(1, 1)), 500, octets/3*4, "film.mp4")
	return b.Bytes()
}

func mixed(b *bytes.Buffer, r *rand.Rand, words, encoded int, name string) {
	b.WriteString("Content-Type: multipart/mixed; boundary=mix\r\n\r\n--mix\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
	text(b, r, words)
	fmt.Fprintf(b, "\r\n--mix\r\nContent-Type: application/octet-stream; name=%q\r\nContent-Transfer-Encoding: base64\r\n"+
		"Content-Disposition: attachment; filename=%q\r\n\r\n", name, name)
	raw := make([]byte, encoded/4*3)
	for i := range raw {
		raw[i] = byte(r.Uint32())
	}
	line := make([]byte, 76)
	for len(raw) > 0 {
		n := min(57, len(raw))
		base64.StdEncoding.Encode(line, raw[:n])
		b.Write(line[:base64.StdEncoding.EncodedLen(n)])
		b.WriteString("\r\n")
		raw = raw[n:]
	}
	b.WriteString("--mix--\r\n")
}

var vocabulary = []string{"the", "of", "meeting", "report", "grüße", "on", "Monday", "we", "should", "send", "figures", "again", "café", "before",
	"lunch", "and", "thanks", "for", "your", "answer", "naïve", "list", "attached", "until", "then"}

func text(b *bytes.Buffer, r *rand.Rand, size int) {
	column := 0
	for end := b.Len() + size; b.Len() < end; {
		w := vocabulary[r.IntN(len(vocabulary))]
		if column+len(w) > 72 {
			b.WriteString("\r\n")
			column = 0
		}
		b.WriteString(w)
		b.WriteByte(' ')
		column += len(w) + 1
	}
	b.WriteString("\r\n")
}
