package promises_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestNULGoesAsLiteral8: a message with NUL has no other form (RFC 3516 §4.4, RFC 9051
// §4.3), in APPEND, MULTIAPPEND and REPLACE. Without BINARY, it is the server's to refuse.
func TestNULGoesAsLiteral8(t *testing.T) {
	const message = "a: b\x00\r\n"
	for caps, want := range map[string]string{
		"IMAP4rev1 BINARY":          "~{7}",
		"IMAP4rev1 BINARY LITERAL+": "~{7+}",
		"IMAP4rev2 LITERAL+":        "{7+}", // has BINARY of FETCH alone (RFC 9051 Appendix E)
		"IMAP4rev1 LITERAL+":        "{7+}",
	} {
		bubble(t, func(t *testing.T) {
			c := connect(t, nil, func(p *scripted.Peer) {
				p.Send("* PREAUTH [CAPABILITY " + caps + " REPLACE MULTIAPPEND] ready")
				p.Answer("APPEND Drafts " + want + "\r\n" + message)
				plain := strings.NewReplacer("~", "", "7", "5").Replace(want)
				p.Answer("APPEND Drafts " + plain + "\r\na: b\n " + want + "\r\n" + message)
				p.Answer("SELECT Drafts", "* 4 EXISTS")
				p.Answer("UID REPLACE 2 Drafts " + strings.ReplaceAll(want, "+", "") + "\r\n" + message)
				p.Serve(nil)
			})
			_, err := c.Append(t.Context(), "Drafts", 7, strings.NewReader(message), nil)
			require.NoError(t, err)
			_, err = c.AppendAll(t.Context(), "Drafts", []imap.AppendMessage{
				{Size: 5, Reader: strings.NewReader("a: b\n")}, {Size: 7, Reader: strings.NewReader(message)},
			})
			require.NoError(t, err)
			_, err = c.Select(t.Context(), "Drafts", nil)
			require.NoError(t, err)
			_, err = c.UIDReplace(t.Context(), 2, "Drafts", 7, strings.NewReader(message), nil)
			require.NoError(t, err)
			works(t, c)
		})
	}
	bubble(t, func(t *testing.T) {
		c := drafting(t, "UIDPLUS", func(p *scripted.Peer) { p.Serve(nil) })
		_, err := c.Append(t.Context(), "Drafts", 7, strings.NewReader(message), &imap.AppendOptions{Binary: true})
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		works(t, c)
	})
}
