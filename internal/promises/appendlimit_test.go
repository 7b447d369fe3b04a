package promises_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

// A message that is too large for its mailbox does not leave (RFC 7889): the limit of the
// mailbox counts, if it is known from STATUS or LIST, or is asked for before a large one.
func TestAMessageBeyondTheLimitOfItsMailboxDoesNotLeave(t *testing.T) {
	for name, tt := range map[string]struct {
		caps   string
		status bool // the caller has asked
		size   int
		asks   string // what STATUS says if the library asks; empty: it does not
		limit  int64  // zero: none
		pieces bool   // by CATENATE: two texts and a URL
	}{
		"of all, in pieces":         {caps: "CATENATE APPENDLIMIT=257890", size: 257891, limit: 257890, pieces: true},
		"known, in pieces":          {caps: "CATENATE APPENDLIMIT", status: true, size: 200_001, limit: 200_000, pieces: true},
		"unknown, in large pieces":  {caps: "CATENATE APPENDLIMIT", size: 300_000, asks: "APPENDLIMIT 257890", limit: 257890, pieces: true},
		"unknown, in small pieces":  {caps: "CATENATE APPENDLIMIT", size: 200_001, pieces: true},
		"of all mailboxes":          {caps: "APPENDLIMIT=257890", size: 257891, limit: 257890},
		"known, a small message":    {caps: "APPENDLIMIT", status: true, size: 200_001, limit: 200_000},
		"known, smaller than that":  {caps: "APPENDLIMIT", status: true, size: 200_000},
		"unknown, a small message":  {caps: "APPENDLIMIT", size: 200_001},
		"unknown, a large one":      {caps: "APPENDLIMIT", size: 300_000, asks: "APPENDLIMIT 257890", limit: 257890},
		"unknown, no limit":         {caps: "APPENDLIMIT", size: 300_000, asks: "APPENDLIMIT NIL"},
		"unknown, maddy's no limit": {caps: "APPENDLIMIT", size: 300_000, asks: "APPENDLIMIT 0"},
		"unknown, not answered":     {caps: "APPENDLIMIT", size: 300_000, asks: "MESSAGES 1"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send("* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ " + tt.caps + "] ready")
					if tt.status {
						p.Answer("STATUS Drafts (APPENDLIMIT)", "* STATUS Drafts (APPENDLIMIT 200000)")
					}
					if tt.asks != "" {
						p.Answer("STATUS Drafts (APPENDLIMIT)", "* STATUS Drafts ("+tt.asks+")")
					}
					if tt.limit == 0 {
						cmd := p.Command()
						assert.True(p.T, cmd.Is("APPEND Drafts"))
						p.OK(cmd)
					}
					p.Answer("NOOP")
				})
				if tt.status {
					_, err := c.Status(t.Context(), "Drafts", response.StatusAppendLimit)
					require.NoError(t, err)
				}
				text := bytes.Repeat([]byte("x"), tt.size)
				var err error
				if tt.pieces {
					_, err = c.Append(t.Context(), "Drafts", 0, nil, &imap.AppendOptions{Catenate: []commands.CatPart{
						commands.CatText(string(text[:1000])), {URL: "/INBOX/;UID=1"}, commands.CatText(string(text[1000:])),
					}})
				} else {
					_, err = c.Append(t.Context(), "Drafts", int64(tt.size), bytes.NewReader(text), nil)
				}
				if tt.limit == 0 {
					require.NoError(t, err)
				} else {
					var large *imap.LimitError
					require.ErrorAs(t, err, &large)
					assert.Equal(t, tt.limit, large.Limit)
				}
				works(t, c)
			})
		})
	}
}
