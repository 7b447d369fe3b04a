package mime

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"
)

// Decoded returns the body without its transfer encoding; false if the
// encoding is unknown or broken.
func (p *Part) Decoded() ([]byte, bool) {
	switch strings.ToLower(p.Encoding) {
	case "7bit", "8bit", "binary", "":
		return p.Body, true
	case "quoted-printable":
		out, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(p.Body)))
		return out, err == nil
	case "base64":
		return decodeBase64(p.Body)
	}
	return nil, false
}

// Text returns a text part's body in UTF-8.
func (p *Part) Text() string {
	body, ok := p.Decoded()
	if !ok {
		body = p.Body
	}
	return toUTF8(p.Param("charset"), body)
}

// IsText reports whether p is a text part.
func (p *Part) IsText() bool { return strings.EqualFold(p.Type, "text") }

// Walk calls f for p and all parts below it, until f returns false.
func (p *Part) Walk(f func(*Part) bool) bool {
	if !f(p) {
		return false
	}
	for _, c := range p.Children {
		if !c.Walk(f) {
			return false
		}
	}
	return p.Message == nil || p.Message.Walk(f)
}

// Date returns the time of the Date field, in its own zone.
func (p *Part) Date() (time.Time, bool) {
	v, _ := p.Get("Date")
	t, err := mail.ParseDate(v)
	return t, err == nil
}

// ThreadRoot returns the first message ID that References, In-Reply-To or
// Message-ID name.
func (p *Part) ThreadRoot() string {
	for _, name := range []string{"References", "In-Reply-To", "Message-ID"} {
		v, _ := p.Get(name)
		if i := strings.IndexByte(v, '<'); i >= 0 {
			if j := strings.IndexByte(v[i:], '>'); j > 0 {
				return v[i : i+j+1]
			}
		}
	}
	return ""
}

// Preview returns the first words of the message's text (RFC 8970).
func (p *Part) Preview() string {
	var text string
	p.Walk(func(q *Part) bool {
		if q.IsText() && strings.EqualFold(q.Subtype, "plain") {
			text = q.Text()
			return false
		}
		return true
	})
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Join(strings.Fields(text), " ")
	const limit = 200 // characters, RFC 8970 §3.3
	if r := []rune(text); len(r) > limit {
		text = string(r[:limit])
	}
	return text
}
