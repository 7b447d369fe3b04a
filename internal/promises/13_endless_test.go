package promises_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestPartsWithoutAnEnd reads a part from servers that pay no regard to the offset, but to
// the number of octets: the download ends, with an error.
func TestPartsWithoutAnEnd(t *testing.T) {
	const message = 600_000 // octets, by RFC822.SIZE
	text := octets(512 << 10)
	for name, test := range map[string]struct {
		size    int // by the body structure
		message int
		origin  func(offset int) string
		piece   func(count int) string
	}{
		"the same piece each time":            {300_000, message, func(o int) string { return fmt.Sprintf("<%d>", o) }, func(n int) string { return text[:n] }},
		"zeros":                               {300_000, message, func(o int) string { return fmt.Sprintf("<%d>", o) }, func(n int) string { return strings.Repeat("\\", n) }},
		"size not known":                      {0, message, func(o int) string { return fmt.Sprintf("<%d>", o) }, func(n int) string { return text[:n] }},
		"size not known, less than asked for": {0, message, func(o int) string { return fmt.Sprintf("<%d>", o) }, func(n int) string { return text[:100_000] }},
		"size negative":                       {-2, message, func(o int) string { return fmt.Sprintf("<%d>", o) }, func(n int) string { return text[:n] }},
		"size of one octet":                   {1, message, func(o int) string { return fmt.Sprintf("<%d>", o) }, func(n int) string { return text[:n] }},
	} {
		t.Run(name, func(t *testing.T) {
			for _, open := range []string{"OpenPart", "OpenText"} {
				c := inInbox(t, nil, 1, func(p *scripted.Peer) {
					p.Serve(func(c scripted.Command) bool {
						var offset, count int
						switch n, _ := fmt.Sscanf(c.Text, "UID FETCH 7 (BODY.PEEK[1]<%d.%d>)", &offset, &count); {
						case n == 2:
							piece := test.piece(count)
							p.Raw(fmt.Sprintf("* 1 FETCH (UID 7 BODY[1]%s {%d}\r\n%s)\r\n", test.origin(offset), len(piece), piece))
						case c.Text == "UID FETCH 7 (RFC822.SIZE)":
							p.Sendf("* 1 FETCH (UID 7 RFC822.SIZE %d)", test.message)
						default:
							return false
						}
						p.OK(c)
						return true
					})
				})
				r, err := c.OpenPart(t.Context(), 7, part("8bit", test.size), nil)
				if open == "OpenText" {
					r, err = c.OpenText(t.Context(), 7, part("8bit", test.size), nil)
				}
				require.NoError(t, err)
				n, err := io.Copy(io.Discard, io.LimitReader(r, 64<<20))
				var cut *imap.PartError
				require.ErrorAs(t, err, &cut, "%d octets", n)
				assert.Less(t, n, int64(16<<20))
				require.NoError(t, r.Close())
				works(t, c)
			}
		})
	}
}
