package commands

import (
	"strings"

	"github.com/seed-090b04e4/imap/literal"
	"github.com/seed-090b04e4/imap/response"
)

// CatPart is a piece of a message that CATENATE has the server put together (RFC 4469
// §3): octets that the client sends, or those of a message, or of a part of one, that
// is on the server already.
type CatPart struct {
	URL  string         // of the message or part, relative to the server, as [CatURL] makes it
	Text literal.Source // what the client sends; only if URL is empty
}

// CatText returns a piece that the client sends, once. Its lines end in CRLF.
func CatText(text string) CatPart {
	return CatPart{Text: literal.Source{R: strings.NewReader(text), Size: int64(len(text))}}
}

// CatURL returns a piece that is on the server. Its user and host are left out, because
// RFC 4469 §3 knows messages of the user who is logged in alone. Partial needs the
// capability URL-PARTIAL (RFC 5550 §5.7.1).
func CatURL(u response.URL) CatPart {
	u.User, u.Auth, u.Host = "", "", ""
	return CatPart{URL: u.String()}
}

// catenate encodes the pieces of a message. Their literals wait, because a server may
// refuse a URL before it: there are servers that read what follows as commands.
func (m *AppendMessage) catenate(e *Encoder) {
	if m.Binary {
		e.Fail("message", "is sent as literal8, which CATENATE does not have")
	}
	if m.Literal.Size != 0 || m.Literal.R != nil {
		e.Fail("message", "is given in addition to its parts")
	}
	e.Synchronize()
	e.word("CATENATE")
	e.SP()
	e.BeginList()
	for i := range m.Catenate {
		part := &m.Catenate[i]
		e.SP()
		if part.URL == "" {
			e.word("TEXT")
			e.SP()
			e.Argument("text").LiteralFrom(&part.Text, false)
			continue
		}
		if part.Text.Size != 0 || part.Text.R != nil {
			e.Fail("part", "has both a URL and a text")
		}
		e.word("URL")
		e.SP()
		e.url(part.URL)
	}
	e.EndList()
}

// url appends a URL as an astring. It must be ASCII, as all URLs are.
func (e *Encoder) url(text string) {
	if !isASCII(text) || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }) || text == "" {
		e.FailValue("URL", text, "")
		return
	}
	e.String(text) // a quoted string, as all examples have it
}
