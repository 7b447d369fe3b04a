package promises_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

// withACL is a greeting of a server that has ACL.
const withACL = "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ ACL RIGHTS=texk] ready"

// TestACL is the conversation of RFC 4314 §3.
func TestACL(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(withACL)
			p.Answer("GETACL INBOX/Drafts", "* ACL INBOX/Drafts Fred rwipslxetad Chris lrswi")
			p.Answer("SETACL INBOX/Drafts Chris +cda")
			p.Answer("SETACL INBOX/Drafts -Chris w")
			p.Answer("SETACL INBOX/Drafts {5+}\r\njörg -te")
			p.Answer(`SETACL INBOX/Drafts "a b" ""`)
			p.Answer("DELETEACL INBOX/Drafts Fred")
			p.Answer("LISTRIGHTS ~/Mail/saved smith", "* LISTRIGHTS ~/Mail/saved smith la r swicdkxte")
			p.Answer("MYRIGHTS INBOX", "* MYRIGHTS inbox rwiptsldaex")
			p.Answer("GETACL Nobodys", "* ACL Nobodys")
			p.Serve(nil)
		})
		ctx := t.Context()
		acl, err := c.GetACL(ctx, "INBOX/Drafts")
		require.NoError(t, err)
		assert.Equal(t, &response.ACLData{Mailbox: "INBOX/Drafts", Entries: []response.ACLEntry{{Identifier: "Fred", Rights: "rwipslxetad"}, {Identifier: "Chris", Rights: "lrswi"}}}, acl)
		require.NoError(t, c.SetACL(ctx, "INBOX/Drafts", "Chris", commands.RightsAdd, "cda"))
		require.NoError(t, c.SetACL(ctx, "INBOX/Drafts", "-Chris", commands.RightsSet, response.RightWrite))
		require.NoError(t, c.SetACL(ctx, "INBOX/Drafts", "jörg", commands.RightsRemove, response.RightDeleteMessages+response.RightExpunge))
		require.NoError(t, c.SetACL(ctx, "INBOX/Drafts", "a b", commands.RightsSet, ""))
		require.NoError(t, c.DeleteACL(ctx, "INBOX/Drafts", "Fred"))
		can, err := c.ListRights(ctx, "~/Mail/saved", "smith")
		require.NoError(t, err)
		assert.Equal(t, &response.ListRightsData{Mailbox: "~/Mail/saved", Identifier: "smith", Required: "la", Optional: []response.Rights{"r", "swicdkxte"}}, can)
		mine, err := c.MyRights(ctx, "INBOX")
		require.NoError(t, err)
		assert.True(t, mine.Rights.Has(response.RightInsert+response.RightAdminister))
		assert.False(t, mine.Rights.Has(response.RightCreateMailbox))
		acl, err = c.GetACL(ctx, "Nobodys")
		require.NoError(t, err)
		assert.Empty(t, acl.Entries)
		works(t, c)
	})
}

// Without ACL, before a login and with arguments that have no form, nothing is sent.
func TestACLThatIsNotSent(t *testing.T) {
	each := func(ctx context.Context, c *imap.Client, mailbox string) map[string]error {
		_, get := c.GetACL(ctx, mailbox)
		_, list := c.ListRights(ctx, mailbox, "fred")
		_, mine := c.MyRights(ctx, mailbox)
		return map[string]error{
			"GETACL": get, "LISTRIGHTS": list, "MYRIGHTS": mine,
			"SETACL":    c.SetACL(ctx, mailbox, "fred", commands.RightsSet, "lr"),
			"DELETEACL": c.DeleteACL(ctx, mailbox, "fred"),
		}
	}
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(preauth)
			p.Serve(nil)
		})
		for name, err := range each(t.Context(), c, "INBOX") {
			var lacks *imap.UnsupportedError
			require.ErrorAs(t, err, &lacks)
			assert.Equal(t, imap.UnsupportedError{Command: name, Cap: response.CapACL}, *lacks)
		}
		c = connect(t, nil, func(p *scripted.Peer) {
			p.Send("* OK [CAPABILITY IMAP4rev1 ACL] ready")
			p.Serve(nil)
		})
		for name, err := range each(t.Context(), c, "INBOX") {
			assert.ErrorIs(t, err, imap.ErrState, name)
		}
		c = connect(t, nil, func(p *scripted.Peer) {
			p.Send(withACL)
			p.Serve(func(c scripted.Command) bool {
				assert.True(t, c.Is("NOOP"), c.Text)
				return false
			})
		})
		for name, err := range each(t.Context(), c, "a\x00b") {
			var wrong *imap.ArgumentError
			assert.ErrorAs(t, err, &wrong, name)
		}
		for _, rights := range []response.Rights{"L", "+l", "l r", "l\r\nA9 LOGOUT"} {
			var wrong *imap.ArgumentError
			assert.ErrorAs(t, c.SetACL(t.Context(), "INBOX", "fred", commands.RightsAdd, rights), &wrong)
		}
		works(t, c)
	})
}

func TestACLThatIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(withACL)
			p.Serve(func(c scripted.Command) bool {
				switch {
				case c.Is("SETACL"): // RFC 4314 §3.1
					p.Sendf("%s BAD The q right is not supported", c.Tag)
				case c.Is("GETACL"):
					p.Sendf("%s NO [NOPERM] only owners", c.Tag)
				case c.Is("DELETEACL"), c.Is("LISTRIGHTS"), c.Is("MYRIGHTS"):
					p.Sendf("%s NO [NONEXISTENT] no such mailbox", c.Tag)
				}
				return !c.Is("NOOP")
			})
		})
		ctx := t.Context()
		acl, err := c.GetACL(ctx, "INBOX")
		require.ErrorIs(t, err, imap.CodeNoPerm)
		assert.Nil(t, acl)
		_, err = c.ListRights(ctx, "x", "fred")
		require.ErrorIs(t, err, imap.CodeNonExistent)
		_, err = c.MyRights(ctx, "x")
		require.ErrorIs(t, err, imap.CodeNonExistent)
		require.ErrorIs(t, c.DeleteACL(ctx, "x", "fred"), imap.CodeNonExistent)
		var refused *imap.StatusError
		require.ErrorAs(t, c.SetACL(ctx, "x", "fred", commands.RightsSet, "q"), &refused)
		assert.Equal(t, imap.BAD, refused.Type)
		works(t, c)
	})
}

// An answer that can't be read is told, and costs this call alone.
func TestBrokenACL(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(withACL)
			p.Answer("GETACL INBOX", "* ACL INBOX fred")
			p.Answer("LISTRIGHTS INBOX fred", "* LISTRIGHTS INBOX fred")
			p.Answer("MYRIGHTS INBOX", "* MYRIGHTS INBOX l r")
			p.Answer("MYRIGHTS INBOX", "* MYRIGHTS INBOX lr")
			p.Serve(nil)
		})
		ctx := t.Context()
		_, get := c.GetACL(ctx, "INBOX")
		_, list := c.ListRights(ctx, "INBOX", "fred")
		_, mine := c.MyRights(ctx, "INBOX")
		for name, err := range map[string]error{"ACL": get, "LISTRIGHTS": list, "MYRIGHTS": mine} {
			var bad *imap.ParseError
			require.ErrorAs(t, err, &bad, name)
			assert.Equal(t, name, bad.Response)
		}
		d, err := c.MyRights(ctx, "INBOX")
		require.NoError(t, err)
		assert.EqualValues(t, "lr", d.Rights)
	})
}

// What the server says of other mailboxes is an event. Where it says something of
// another mailbox alone, it spells the name in its own way.
func TestACLOfOthers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		events := make(chan imap.Event, 9)
		c := connect(t, &imap.Options{OnEvent: func(e imap.Event) { events <- e }}, func(p *scripted.Peer) {
			p.Send(withACL)
			p.Answer("SETACL a fred lr", "* ACL a/b fred l") // RFC 4314 §5.1.1
			p.Answer("GETACL a", "* ACL a fred lr", "* ACL a/b fred r", "* 3 EXISTS", "* ACL a fred r")
			p.Answer("LISTRIGHTS a fred", "* LISTRIGHTS a bob a", `* LISTRIGHTS a fred "" l`)
			p.Answer("LISTRIGHTS archive/imap anyone", `* LISTRIGHTS archive.imap anyone "" l`) // RFC 4314 §3.4
			p.Answer("MYRIGHTS a")
			p.Serve(nil)
		})
		ctx := t.Context()
		require.NoError(t, c.SetACL(ctx, "a", "fred", commands.RightsSet, "lr"))
		assert.Equal(t, "a/b", (<-events).(*response.ACLData).Mailbox)
		acl, err := c.GetACL(ctx, "a")
		require.NoError(t, err)
		assert.Equal(t, []response.ACLEntry{{Identifier: "fred", Rights: "lr"}}, acl.Entries)
		assert.EqualValues(t, "r", (<-events).(*response.ACLData).Entries[0].Rights)
		assert.Equal(t, &imap.ExistsData{Messages: 3}, <-events)
		assert.Equal(t, "a", (<-events).(*response.ACLData).Mailbox)
		can, err := c.ListRights(ctx, "a", "fred")
		require.NoError(t, err)
		assert.Equal(t, []response.Rights{"l"}, can.Optional)
		can, err = c.ListRights(ctx, "archive/imap", "anyone")
		require.NoError(t, err)
		assert.Equal(t, "archive.imap", can.Mailbox)
		mine, err := c.MyRights(ctx, "a") // the server says nothing
		var none *imap.ParseError
		require.ErrorAs(t, err, &none)
		assert.Nil(t, mine)
	})
}

// The rights of many mailboxes take one round trip, in whichever order and
// spelling the answers come.
func TestACLAtOnce(t *testing.T) {
	for name, answers := range map[string]func(tags []string) []string{
		"one by one": func(tag []string) []string {
			return []string{"* MYRIGHTS a l", tag[0] + " OK", "* MYRIGHTS b lr", tag[1] + " OK", "* MYRIGHTS b lr", tag[2] + " OK"}
		},
		"together": func(tag []string) []string {
			return []string{"* MYRIGHTS b lr", "* MYRIGHTS b lr", "* MYRIGHTS a l", tag[0] + " OK", tag[2] + " OK", tag[1] + " OK"}
		},
		"under other names": func(tag []string) []string {
			return []string{"* MYRIGHTS A l", tag[0] + " OK", "* MYRIGHTS B lr", tag[1] + " OK", "* MYRIGHTS B lr", tag[2] + " OK"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send(withACL)
					var tags []string
					for _, mailbox := range []string{"a", "b", "b"} {
						tags = append(tags, p.Want("MYRIGHTS "+mailbox).Tag)
					}
					p.Send(answers(tags)...)
					p.Serve(nil)
				})
				var all sync.WaitGroup
				for i, mailbox := range []string{"a", "b", "b"} {
					time.Sleep(time.Second) // in this order
					all.Go(func() {
						d, err := c.MyRights(t.Context(), mailbox)
						assert.NoError(t, err)
						assert.EqualValues(t, "lr"[:min(i+1, 2)], d.Rights)
					})
				}
				all.Wait()
				works(t, c)
			})
		})
	}
}
