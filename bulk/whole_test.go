package bulk

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestExportIsWholeOrSaysWhat: a message that the server leaves out, or of which it returns
// nothing or something else, is never missing, or empty, without a word.
func TestExportIsWholeOrSaysWhat(t *testing.T) {
	const good = "* 1 FETCH (UID 1 FLAGS () INTERNALDATE \"17-Jul-1996 02:44:25 +0000\" BODY[] \"Subject: one\")"
	body := func(section string) string {
		return "* 2 FETCH (UID 2 FLAGS () INTERNALDATE \"17-Jul-1996 02:44:25 +0000\" " + section + ")"
	}
	for name, test := range map[string]struct {
		plan     []string // rows of UID and RFC822.SIZE
		rows     []string
		exported int
		failed   bool // of message 2
	}{
		"both":                     {[]string{"* 1 FETCH (UID 1 RFC822.SIZE 12)", "* 2 FETCH (UID 2 RFC822.SIZE 12)"}, []string{good, body(`BODY[] "Subject: two"`)}, 2, false},
		"a row of the plan is bad": {[]string{"* 1 FETCH (UID 1 RFC822.SIZE 12)", "* 2 FETCH (UID x RFC822.SIZE 12)"}, []string{good, body(`BODY[] "Subject: two"`)}, 2, false},
		"a row without UID":        {[]string{"* 1 FETCH (UID 1 RFC822.SIZE 12)", "* 2 FETCH (RFC822.SIZE 12)"}, []string{good, body(`BODY[] "Subject: two"`)}, 2, false},
		"a row does not come":      {[]string{"* 1 FETCH (UID 1 RFC822.SIZE 12)"}, []string{good, body(`BODY[] "Subject: two"`)}, 2, false},
		"NIL":                      {[]string{"* 1 FETCH (UID 1 RFC822.SIZE 12)", "* 2 FETCH (UID 2 RFC822.SIZE 12)"}, []string{good, body(`BODY[] NIL`)}, 1, true},
		"empty":                    {[]string{"* 1 FETCH (UID 1 RFC822.SIZE 12)", "* 2 FETCH (UID 2 RFC822.SIZE 12)"}, []string{good, body(`BODY[] ""`)}, 1, true},
		"an empty literal":         {[]string{"* 1 FETCH (UID 1 RFC822.SIZE 12)", "* 2 FETCH (UID 2 RFC822.SIZE 12)"}, []string{good, body("BODY[] {0}\r\n")}, 1, true},
		"an empty message":         {[]string{"* 1 FETCH (UID 1 RFC822.SIZE 12)", "* 2 FETCH (UID 2 RFC822.SIZE 0)"}, []string{good, body(`BODY[] ""`)}, 2, false},
		"the header":               {[]string{"* 1 FETCH (UID 1 RFC822.SIZE 12)", "* 2 FETCH (UID 2 RFC822.SIZE 12)"}, []string{good, body(`BODY[HEADER] "Subject: two"`)}, 1, true},
		"no section":               {[]string{"* 1 FETCH (UID 1 RFC822.SIZE 12)", "* 2 FETCH (UID 2 RFC822.SIZE 12)"}, []string{good, "* 2 FETCH (UID 2 FLAGS ())"}, 1, true},
		"nothing":                  {[]string{"* 1 FETCH (UID 1 RFC822.SIZE 12)", "* 2 FETCH (UID 2 RFC822.SIZE 12)"}, []string{good}, 1, true},
	} {
		for form, store := range stores(t) {
			t.Run(name+"/"+form, func(t *testing.T) {
				c, err := imap.NewClient(t.Context(), scripted.Pipe(t, func(p *scripted.Peer) {
					p.Send("* PREAUTH [CAPABILITY IMAP4rev1 UIDPLUS] ready")
					p.Serve(func(c scripted.Command) bool {
						switch {
						case c.Is("EXAMINE"):
							p.Send("* 2 EXISTS", "* OK [UIDVALIDITY 1] valid", "* OK [UIDNEXT 3] next")
						case strings.Contains(c.Text, "RFC822.SIZE"):
							p.Send(test.plan...)
						case c.Is("UID FETCH 2 "):
							if len(test.rows) > 1 {
								p.Send(test.rows[1:]...)
							}
						case c.Is("UID FETCH"):
							p.Send(test.rows...)
						case c.Is("UID SEARCH UID 2"):
							p.Send("* SEARCH 2")
						case c.Is("UID SEARCH"):
							p.Send("* SEARCH 1 2")
						}
						p.OK(c)
						return true
					})
				}), nil)
				require.NoError(t, err)
				defer c.Close()
				report, err := Export(t.Context(), c, "INBOX", store, &ExportOptions{disk: fast()})
				assert.Equal(t, test.exported, report.Messages)
				if !test.failed {
					require.NoError(t, err)
					assert.Empty(t, report.Failures)
					return
				}
				require.ErrorIs(t, err, ErrIncomplete)
				require.Len(t, report.Failures, 1)
				assert.EqualValues(t, 2, report.Failures[0].UID)
			})
		}
	}
}
