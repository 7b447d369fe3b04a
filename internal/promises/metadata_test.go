package promises_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

const hasMetadata = "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ METADATA] ready"

var comments = []string{"/shared/comment", "/private/comment"}

// The examples of RFC 5464 §4.2 and §4.4.1.
func TestGetMetadata(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(hasMetadata)
			p.Answer(`GETMETADATA "" ("/shared/comment")`, `* METADATA "" (/shared/comment "Shared comment")`)
			p.Answer(`GETMETADATA INBOX ("/shared/comment" "/private/comment")`,
				`* METADATA "INBOX" (/private/comment "My comment")`, `* METADATA Inbox (/shared/comment "Its sunny outside!")`)
			get := p.Want(`GETMETADATA (MAXSIZE 1024 DEPTH 1) M&APw-ll ("/shared/comment" "/private/comment")`)
			p.Send(`* METADATA M&APw-ll ("/private/comment" {4}`, "a\r\nb NIL NIL /private/empty {0}", " /private/x ~{2}", "\x00\xff)",
				get.Tag+" OK [METADATA LONGENTRIES 2199] done")
			p.Answer(`GETMETADATA (DEPTH infinity) INBOX ("/private")`)
		})
		ctx := t.Context()
		found, err := c.GetMetadata(ctx, "", comments[:1], nil)
		require.NoError(t, err)
		assert.Equal(t, []response.MetadataItem{{Name: "/shared/comment", Value: []byte("Shared comment")}}, found.Items)

		found, err = c.GetMetadata(ctx, "INBOX", comments, &commands.MetadataOptions{})
		require.NoError(t, err)
		assert.Len(t, found.Items, 2)
		assert.Equal(t, "Its sunny outside!", string(found.Value("/Shared/Comment")))
		assert.Equal(t, "My comment", string(found.Value("/private/comment")))

		found, err = c.GetMetadata(ctx, "Müll", comments, &commands.MetadataOptions{MaxSize: 1024, Depth: commands.Depth1})
		require.NoError(t, err)
		assert.EqualValues(t, 2199, found.LongEntry)
		assert.Equal(t, []response.MetadataItem{
			{Name: "/private/comment", Value: []byte("a\r\nb")}, {Name: "NIL"},
			{Name: "/private/empty", Value: []byte{}}, {Name: "/private/x", Value: []byte{0, 0xff}},
		}, found.Items)
		assert.Nil(t, found.Value("/shared/comment"))
		assert.NotNil(t, found.Value("/private/empty"))

		found, err = c.GetMetadata(ctx, "INBOX", []string{"/private"}, &commands.MetadataOptions{Depth: commands.DepthInfinity})
		require.NoError(t, err)
		assert.Equal(t, &response.MetadataResult{}, found)
	})
}

// The examples of RFC 5464 §4.3.
func TestSetMetadata(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(strings.Replace(hasMetadata, " LITERAL+", "", 1))
			p.Answer("SETMETADATA INBOX (\"/private/comment\" {33}\r\nMy new comment across\r\ntwo lines.)")
			p.Answer(`SETMETADATA INBOX ("/private/comment" NIL "/shared/comment" "")`)
			p.Answer("SETMETADATA \"\" (\"/private/vendor/x/y\" ~{3}\r\na\x00b \"/shared/comment\" \"x\")")
			for _, code := range []string{"METADATA TOOMANY", "METADATA NOPRIVATE", "METADATA MAXSIZE 1024", "NONEXISTENT"} {
				p.Sendf("%s NO [%s] SETMETADATA failed", p.Command().Tag, code)
			}
			p.Sendf("%s NO [METADATA MAXSIZE 4096] too large", strings.Fields(p.Line())[0]) // in place of the continuation
			p.Answer("NOOP")
		})
		ctx := t.Context()
		comment := func(value string) []response.MetadataItem {
			return []response.MetadataItem{{Name: "/private/comment", Value: []byte(value)}}
		}
		require.NoError(t, c.SetMetadata(ctx, "inbox", comment("My new comment across\r\ntwo lines.")))
		require.NoError(t, c.SetMetadata(ctx, "INBOX", []response.MetadataItem{{Name: "/private/comment"}, {Name: "/shared/comment", Value: []byte{}}}))
		require.NoError(t, c.SetMetadata(ctx, "", []response.MetadataItem{{Name: "/private/vendor/x/y", Value: []byte("a\x00b")}, {Name: "/shared/comment", Value: []byte("x")}}))

		var refused *imap.StatusError
		for _, code := range []imap.Code{
			response.MetadataCode{Reason: "TOOMANY"}, response.MetadataCode{Reason: "NOPRIVATE"}, response.MetadataCode{Reason: "MAXSIZE", Size: 1024},
		} {
			err := c.SetMetadata(ctx, "INBOX", comment("x"))
			require.ErrorIs(t, err, response.CodeMetadata)
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, code, refused.Code)
		}
		require.ErrorIs(t, c.SetMetadata(ctx, "nowhere", comment("x")), imap.CodeNonExistent)
		err := c.SetMetadata(ctx, "INBOX", comment(strings.Repeat("\r\n", 4000)))
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, response.MetadataCode{Reason: "MAXSIZE", Size: 4096}, refused.Code)

		var wrong *imap.ArgumentError
		require.ErrorAs(t, c.SetMetadata(ctx, "INBOX", nil), &wrong)
		require.ErrorAs(t, c.SetMetadata(ctx, "INBOX", []response.MetadataItem{{Name: "/private/*"}}), &wrong)
		_, err = c.GetMetadata(ctx, "INBOX", comments, &commands.MetadataOptions{MaxSize: -1})
		require.ErrorAs(t, err, &wrong)
		require.NoError(t, c.Noop(ctx))
	})
}

func TestMetadataThatIsNotOffered(t *testing.T) {
	for _, tt := range []struct {
		caps            string
		mailbox, server bool
	}{{"IMAP4rev1", false, false}, {"IMAP4rev1 METADATA-SERVER", false, true}, {"IMAP4rev1 METADATA", true, true}} {
		bubble(t, func(t *testing.T) {
			c := connect(t, nil, func(p *scripted.Peer) {
				p.Sendf("* PREAUTH [CAPABILITY %s] ready", tt.caps)
				p.Serve(func(c scripted.Command) bool { p.OK(c); return true })
			})
			for mailbox, can := range map[string]bool{"INBOX": tt.mailbox, "": tt.server} {
				_, err := c.GetMetadata(t.Context(), mailbox, comments, nil)
				assert.Equal(t, can, err == nil, "%s %q: %v", tt.caps, mailbox, err)
				err = c.SetMetadata(t.Context(), mailbox, []response.MetadataItem{{Name: comments[0]}})
				var lacks *imap.UnsupportedError
				if !can && assert.ErrorAs(t, err, &lacks) {
					assert.Equal(t, map[string]imap.Cap{"INBOX": response.CapMetadata, "": response.CapMetadataServer}[mailbox], lacks.Cap)
					assert.Equal(t, "SETMETADATA", lacks.Command)
				}
			}
		})
	}
}

// What can't be read is told beside what can be; names without values and other
// mailboxes' metadata are news.
func TestMetadataAmongOtherThings(t *testing.T) {
	bubble(t, func(t *testing.T) {
		events := make(chan imap.Event, 10)
		opts := &imap.Options{OnEvent: func(e imap.Event) { events <- e }}
		c := connect(t, opts, func(p *scripted.Peer) {
			p.Send(hasMetadata)
			p.Answer(`GETMETADATA INBOX ("/shared/comment" "/private/comment")`,
				`* METADATA INBOX /shared/comment /private/comment`,
				`* METADATA "" (/shared/comment "of the server")`,
				`* METADATA INBOX (/shared/comment)`,
				`* METADATA Other (/shared/comment "of another")`,
				`* METADATA INBOX (/private/comment "mine")`)
			p.Answer("NOOP", `* METADATA "" /shared/comment`)
		})
		ctx := t.Context()
		found, err := c.GetMetadata(ctx, "INBOX", comments, nil)
		var bad *imap.ParseError
		require.ErrorAs(t, err, &bad)
		assert.Equal(t, "METADATA", bad.Response)
		assert.Equal(t, []response.MetadataItem{{Name: "/private/comment", Value: []byte("mine")}}, found.Items)
		require.NoError(t, c.Noop(ctx))
		for _, want := range []response.MetadataData{
			{Mailbox: "INBOX", Changed: comments},
			{Items: []response.MetadataItem{{Name: "/shared/comment", Value: []byte("of the server")}}},
			{Mailbox: "Other", Items: []response.MetadataItem{{Name: "/shared/comment", Value: []byte("of another")}}},
			{Changed: comments[:1]},
		} {
			assert.Equal(t, &want, <-events)
		}
	})
}

// Commands for several mailboxes, and several for one, are sent without waiting for
// each other, and each has its own answer.
func TestMetadataIsPipelined(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const n = 5
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(hasMetadata)
			var sent []scripted.Command
			for range 2 * n { // no answer before all are there
				sent = append(sent, p.Command())
			}
			for _, cmd := range sent {
				var box int
				if _, err := fmt.Sscanf(cmd.Text, "GETMETADATA box%d", &box); err == nil {
					p.Sendf(`* METADATA box%d (/shared/comment "of %d")`, box, box)
				}
				p.OK(cmd)
			}
			p.Hold()
		})
		var all sync.WaitGroup
		for i := range n {
			name := fmt.Sprintf("box%d", i/2)
			all.Go(func() {
				found, err := c.GetMetadata(t.Context(), name, comments[:1], nil)
				if assert.NoError(t, err) {
					assert.Equal(t, fmt.Sprintf("of %d", i/2), string(found.Value("/shared/comment")))
				}
			})
			all.Go(func() {
				assert.NoError(t, c.SetMetadata(t.Context(), name, []response.MetadataItem{{Name: "/shared/comment"}}))
			})
		}
		all.Wait()
	})
}
