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

// TestRowsWithoutWhatWasAskedFor has a server answer a FETCH with other items than those
// asked for: the loop gets an error for that message, and it is no message that does not
// exist. What may be unsolicited is an event and no more.
func TestRowsWithoutWhatWasAskedFor(t *testing.T) {
	envelope := imap.FetchItems{Envelope: true}
	subject := `ENVELOPE (NIL "seven" NIL NIL NIL NIL NIL NIL NIL NIL)`
	for name, x := range map[string]struct {
		items imap.FetchItems
		uids  imap.UIDSet
		opts  *imap.FetchOptions
		rows  string
		good  int
		bad   []imap.UID
	}{
		"another item":            {items: envelope, rows: "* 1 FETCH (UID 7 RFC822.SIZE 5)", bad: []imap.UID{7}},
		"an unknown item":         {items: envelope, rows: "* 1 FETCH (UID 7 X-NEW 5)", bad: []imap.UID{7}},
		"another section":         {items: envelope, rows: "* 1 FETCH (UID 7 BODY[1] \"x\")", bad: []imap.UID{7}},
		"another large section":   {items: envelope, rows: "* 1 FETCH (UID 7 BODY[1] {5000}\r\n" + text(7, 5000) + ")", bad: []imap.UID{7}},
		"the name of the request": {items: whole, rows: "* 1 FETCH (UID 7 BODY.PEEK[] \"x\")", good: 1},
		"flags of a known one":    {items: envelope, rows: "* 1 FETCH (UID 7 FLAGS (\\Seen))", bad: []imap.UID{7}},
		"flags twice":             {items: envelope, rows: "* 1 FETCH (UID 7 FLAGS (\\Seen))\r\n* 1 FETCH (UID 7 FLAGS ())", bad: []imap.UID{7}},
		"and then the rest":       {items: envelope, rows: "* 1 FETCH (UID 7 RFC822.SIZE 5)\r\n* 1 FETCH (UID 7 " + subject + ")", good: 1},
		"after the row":           {items: envelope, rows: "* 1 FETCH (UID 7 " + subject + ")\r\n* 1 FETCH (UID 7 FLAGS (\\Seen))", good: 1},
		"with UIDONLY":            {items: envelope, rows: "* 7 UIDFETCH (RFC822.SIZE 5)", bad: []imap.UID{7}},
		"one of three": {items: envelope, uids: imap.UIDRange(6, 8), rows: "* 1 FETCH (UID 6 " + subject + ")\r\n* 2 FETCH (UID 7 RFC822.SIZE 5)\r\n* 3 FETCH (UID 8 " + subject + ")",
			good: 2, bad: []imap.UID{7}},
		"removed before":      {items: envelope, rows: "* 2 FETCH (UID 7 RFC822.SIZE 5)\r\n* 1 EXPUNGE\r\n* 1 FETCH (UID 7 " + subject + ")", good: 1},
		"of a new one":        {items: envelope, uids: imap.UIDRange(2000, 3000), rows: "* 4 EXISTS\r\n* 4 FETCH (UID 2001 FLAGS (\\Recent))"},
		"of another one":      {items: envelope, rows: "* 1 FETCH (UID 8 RFC822.SIZE 5)"},
		"flags without a UID": {items: envelope, rows: "* 1 FETCH (FLAGS (\\Seen))"},
		"of the whole box":    {items: envelope, uids: all, rows: "* 1 FETCH (UID 7 RFC822.SIZE 5)"},
		"a filter":            {items: envelope, opts: &imap.FetchOptions{ChangedSince: 5}, rows: "* 1 FETCH (UID 7 RFC822.SIZE 5)"},
	} {
		t.Run(name, func(t *testing.T) {
			inFetchModes(t, func(t *testing.T, opts *imap.FetchOptions) {
				bubble(t, func(t *testing.T) {
					if x.opts != nil {
						opts = x.opts
					}
					if x.uids.Empty() {
						x.uids = imap.UIDs(7)
					}
					c := connect(t, nil, func(p *scripted.Peer) {
						p.Send("* PREAUTH [CAPABILITY " + caps + " CONDSTORE] ready")
						p.Answer("SELECT INBOX", "* 3 EXISTS", "* OK [UIDVALIDITY 1] valid", "* OK [UIDNEXT 1001] next")
						p.Serve(func(c scripted.Command) bool {
							if c.Is("UID FETCH") {
								p.Send(x.rows)
							}
							p.OK(c)
							return true
						})
					})
					_, err := c.Select(t.Context(), "INBOX", nil)
					require.NoError(t, err)
					good, bad := 0, []imap.UID(nil)
					for m, err := range c.UIDFetch(t.Context(), x.uids, x.items, opts) {
						if err == nil {
							good++
							assert.True(t, m.Envelope == nil || m.Envelope.Subject == "seven")
							continue
						}
						require.True(t, imap.RowError(err), "%v", err)
						bad = append(bad, m.UID)
					}
					assert.Equal(t, x.good, good)
					assert.Equal(t, x.bad, bad)
					works(t, c)
				})
			})
		})
	}
}

// UIDFetchOne does not say that there is no message if there is one.
func TestFetchOneOfAMessageThatIsThere(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 3, func(p *scripted.Peer) {
			p.Answer("UID FETCH 7 (ENVELOPE)", "* 1 FETCH (UID 7 RFC822.SIZE 5)")
			p.Answer("UID FETCH 7 (ENVELOPE)")
			p.Answer("NOOP")
		})
		m, err := c.UIDFetchOne(t.Context(), 7, imap.FetchItems{Envelope: true})
		require.True(t, imap.RowError(err), "%v", err)
		require.NotErrorIs(t, err, imap.CodeNonExistent)
		require.EqualValues(t, 5, m.Size)
		_, err = c.UIDFetchOne(t.Context(), 7, imap.FetchItems{Envelope: true})
		require.ErrorIs(t, err, imap.CodeNonExistent)
		works(t, c)
	})
}

// TestBodiesThatDoNotCome is TestSectionsThatDoNotCome for loops that get sections one by
// one: what comes late, or in part, is asked for once more, and comes once; a message that
// is there without a section is an error.
func TestBodiesThatDoNotCome(t *testing.T) {
	const ask = "UID FETCH 7:8 (FLAGS BODY.PEEK[1] BODY.PEEK[2])"
	large := func(uid, part, size int) string {
		return fmt.Sprintf("BODY[%d] {%d}\r\n%s", part, size, text(10*uid+part, size))
	}
	both := func(uid, size int) string {
		return fmt.Sprintf("* %d FETCH (UID %d FLAGS () %s %s)", uid-6, uid, large(uid, 1, size), large(uid, 2, size))
	}
	for name, serve := range map[string]func(p *scripted.Peer, size int) (want string){
		"all is there": func(p *scripted.Peer, size int) string {
			p.Answer(ask, both(7, size), both(8, size))
			return "7.1 7.2 8.1 8.2"
		},
		"nothing comes": func(p *scripted.Peer, size int) string {
			p.Answer(ask)
			p.Answer(ask, both(7, size), both(8, size))
			return "7.1 7.2 8.1 8.2"
		},
		"after the tagged OK": func(p *scripted.Peer, size int) string {
			c := p.Want(ask)
			p.Send(both(7, size), c.Tag+" OK done", both(8, size))
			p.Answer("UID FETCH 8 (FLAGS BODY.PEEK[1] BODY.PEEK[2])", both(8, size))
			return "7.1 7.2 8.1 8.2"
		},
		"the first section": func(p *scripted.Peer, size int) string {
			p.Answer(ask, fmt.Sprintf("* 1 FETCH (UID 7 FLAGS () %s)", large(7, 1, size)), both(8, size))
			p.Answer("UID FETCH 7 (FLAGS BODY.PEEK[1] BODY.PEEK[2])", both(7, size))
			return "7.1 8.1 8.2 7.2"
		},
		"flags alone": func(p *scripted.Peer, size int) string {
			p.Answer(ask, "* 1 FETCH (UID 7 FLAGS ())", both(8, size))
			p.Answer("UID FETCH 7 (FLAGS BODY.PEEK[1] BODY.PEEK[2])", "* 1 FETCH (UID 7 FLAGS ())")
			return "8.1 8.2 7!"
		},
		"flags, and then sections": func(p *scripted.Peer, size int) string {
			p.Answer(ask, "* 1 FETCH (UID 7 FLAGS ())", both(8, size), both(7, size))
			return "8.1 8.2 7.1 7.2"
		},
		"one is gone": func(p *scripted.Peer, size int) string {
			p.Answer(ask, both(8, size))
			p.Answer("UID FETCH 7 (FLAGS BODY.PEEK[1] BODY.PEEK[2])")
			return "8.1 8.2"
		},
		"the server has no such section": func(p *scripted.Peer, size int) string {
			p.Answer(ask, fmt.Sprintf("* 1 FETCH (UID 7 FLAGS () %s BODY[2] NIL)", large(7, 1, size)), both(8, size))
			return "7.1 7.2 8.1 8.2"
		},
		"other names": func(p *scripted.Peer, size int) string {
			one := strings.NewReplacer("BODY[1]", "BODY[1.TEXT]", "BODY[2]", "BODY[2.TEXT]")
			p.Answer(ask, one.Replace(both(7, size)), both(8, size))
			return "7.1.TEXT 7.2.TEXT 8.1 8.2"
		},
	} {
		for _, size := range []int{20, 5000} {
			t.Run(fmt.Sprint(name, size), func(t *testing.T) {
				inFetchModes(t, func(t *testing.T, opts *imap.FetchOptions) {
					bubble(t, func(t *testing.T) {
						want := make(chan string, 1)
						c := inInbox(t, nil, 5, func(p *scripted.Peer) {
							want <- serve(p, size)
							p.Answer("NOOP")
						})
						items := imap.FetchItems{Flags: true, Sections: []imap.FetchSection{imap.PartSection(1), imap.PartSection(2)}}
						var got []string
						for b, err := range c.UIDFetchBodies(t.Context(), imap.UIDRange(7, 8), items, opts) {
							if err != nil {
								require.True(t, imap.RowError(err), "%v", err)
								got = append(got, fmt.Sprintf("%d!", b.Message.UID))
								continue
							}
							content, err := io.ReadAll(b)
							require.NoError(t, err)
							got = append(got, fmt.Sprintf("%d.%s", b.Message.UID, b.Section))
							if !b.Nil {
								assert.Equal(t, text(10*int(b.Message.UID)+b.Section.Part[0], size), string(content))
							}
						}
						assert.Equal(t, <-want, strings.Join(got, " "))
						works(t, c)
					})
				})
			})
		}
	}
}

// Servers that send the UID of a message after its sections: each section is handed out
// once, and nothing is asked for again.
func TestSectionsBeforeTheirUID(t *testing.T) {
	row := func(n, size int) string {
		return fmt.Sprintf("* %d FETCH (FLAGS () BODY[1] {%d}\r\n%s BODY[2] {%d}\r\n%s UID %d)", n, size, text(10*n+1, size), size, text(10*n+2, size), 1000+n)
	}
	for _, size := range []int{20, 5000, 100_000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			inFetchModes(t, func(t *testing.T, opts *imap.FetchOptions) {
				bubble(t, func(t *testing.T) {
					c := inInbox(t, nil, 2, func(p *scripted.Peer) {
						p.Answer("UID FETCH 1001:1002 (FLAGS BODY.PEEK[1] BODY.PEEK[2])", row(1, size), row(2, size))
						p.Answer("NOOP")
					})
					items := imap.FetchItems{Flags: true, Sections: []imap.FetchSection{imap.PartSection(1), imap.PartSection(2)}}
					var got []string
					for b, err := range c.UIDFetchBodies(t.Context(), imap.UIDRange(1001, 1002), items, opts) {
						require.NoError(t, err)
						content, err := io.ReadAll(b)
						require.NoError(t, err)
						got = append(got, string(content))
					}
					assert.Equal(t, []string{text(11, size), text(12, size), text(21, size), text(22, size)}, got)
					works(t, c)
				})
			})
		})
	}
}
