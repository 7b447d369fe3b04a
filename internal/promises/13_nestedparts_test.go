package promises_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

// entities makes entities of MIME at random, and notes what each of their parts is by
// the numbers of RFC 9051 §6.4.5.1.
type entities struct {
	r     *rand.Rand
	count int
	want  map[string]string // number: content
	coded []string          // messages in base64: what a server says of their inside is of no use
}

// entity returns an entity, header and body; parts below it have numbers that begin with
// number. If it is the body of a message, it has the header of one.
func (e *entities) entity(number string, depth int, body bool) string {
	header := ""
	if body {
		header = fmt.Sprintf("Subject: message of %q\r\nMIME-Version: 1.0\r\n", number)
	}
	kind := e.r.IntN(5)
	if depth == 0 {
		kind = 0
	}
	own := number // of the entity itself, if it is no multipart
	if body {
		own = below(number, 1) // RFC 9051: a message that is no multipart has one part
	}
	switch kind {
	case 1, 2: // a multipart
		e.count++
		boundary := fmt.Sprintf("b%d", e.count)
		subtype := []string{"mixed", "alternative", "related", "report"}[e.r.IntN(4)]
		text := header + "Content-Type: multipart/" + subtype + "; boundary=" + boundary + "\r\n\r\npreamble\r\n"
		for i := range 1 + e.r.IntN(3) {
			text += "--" + boundary + "\r\n" + e.entity(below(number, i+1), depth-1, false) + "\r\n"
		}
		return text + "--" + boundary + "--\r\n"
	case 3: // a message
		inner := e.entity(own, depth-1, true)
		e.want[own] = inner
		return header + "Content-Type: message/rfc822\r\n\r\n" + inner
	case 4: // a message in base64, which RFC 2046 §5.2.1 forbids and people send
		inner := "Subject: sealed\r\n\r\n" + e.content()
		e.want[own] = inner
		e.coded = append(e.coded, own)
		return header + "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + inBase64(inner)
	}
	content := e.content()
	e.want[own] = content
	if e.r.IntN(2) == 0 {
		return header + "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" + inBase64(content)
	}
	return header + "Content-Type: text/plain\r\n\r\n" + content
}

func (e *entities) content() string {
	e.count++
	return fmt.Sprintf("content %d\r\nand more of it", e.count)
}

// within reports whether a part is inside of a message in base64.
func (e *entities) within(number string) bool {
	return slices.ContainsFunc(e.coded, func(outer string) bool { return strings.HasPrefix(number, outer+".") })
}

func inBase64(content string) string { return base64.StdEncoding.EncodeToString([]byte(content)) }

func below(number string, n int) string {
	return strings.TrimPrefix(fmt.Sprintf("%s.%d", number, n), ".")
}

// TestNestedPartsHaveTheirNumbers: of messages within messages within multiparts, each
// part is read under its own number, and is what it is.
func TestNestedPartsHaveTheirNumbers(t *testing.T) {
	t.Parallel()
	srv := imaptest.NewServer(t, nil)
	inbox := srv.User("user").Mailbox("INBOX")
	c, err := imap.NewClient(t.Context(), srv.Pipe(), nil)
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.AuthPassword(t.Context(), "user", "password"))
	seen := 0
	for seed := range uint64(120) {
		e := &entities{r: rand.New(rand.NewPCG(seed, 1)), want: map[string]string{}}
		raw := e.entity("", 1+int(seed%5), true)
		uid := inbox.Deliver([]byte(raw))
		_, err = c.Select(t.Context(), "INBOX", nil)
		require.NoError(t, err)
		msg, err := c.UIDFetchOne(t.Context(), uid, imap.FetchItems{BodyStructure: true})
		require.NoError(t, err)
		got := map[string]string{}
		var parts []imap.Part
		msg.BodyStructure.Walk(func(part imap.Part) response.WalkAction {
			if !part.IsMultipart() && !e.within(part.String()) {
				parts = append(parts, part)
			}
			return response.WalkOn
		})
		for _, part := range parts {
			r, err := c.OpenPart(t.Context(), uid, part, nil)
			require.NoError(t, err)
			content, err := io.ReadAll(r)
			require.NoError(t, err, "seed %d, part %s of\n%s", seed, part, raw)
			got[part.String()] = string(content)
			seen++
		}
		if !assert.Equal(t, e.want, got, "seed %d:\n%s", seed, raw) {
			return
		}
		// What the message shows is its own: nothing of a message in it.
		for _, part := range msg.BodyStructure.Text(imap.PreferPlain) {
			for number := range e.want {
				inner := strings.HasPrefix(e.want[number], "Subject: ") && strings.HasPrefix(part.String(), number+".")
				assert.False(t, inner, "seed %d: part %s is of the message in part %s\n%s", seed, part, number, raw)
			}
		}
	}
	require.Greater(t, seen, 300)
}
