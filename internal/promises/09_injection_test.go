package promises_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// TestNoParameterInjects puts a command into every text that a method takes, and
// looks at what arrives: one command, as a server reads it, or none.
func TestNoParameterInjects(t *testing.T) {
	evils := []string{
		"x\r\nZZ DELETE INBOX\r\n", "x\nZZ DELETE INBOX\n", "x\rZZ DELETE INBOX\r", "\r\n",
		"x\" \"y", "x\\", "x\x00y", "x) y", "x {3}\r\nabc", "{3+}", "x{3}", "Grüße\r\nZZ NOOP", "&", "x*%", "\xff\xfe\r\n", "",
	}
	type call func(ctx context.Context, c *imap.Client, evil string) error
	one := imap.UIDs(1)
	params := map[string]call{
		"Select": func(ctx context.Context, c *imap.Client, s string) error { _, err := c.Select(ctx, s, nil); return err },
		"Create": func(ctx context.Context, c *imap.Client, s string) error { return c.Create(ctx, s, nil) },
		"SpecialUse": func(ctx context.Context, c *imap.Client, s string) error {
			return c.Create(ctx, "x", &commands.CreateOptions{SpecialUse: []imap.MailboxAttr{imap.MailboxAttr(s)}})
		},
		"Delete":      func(ctx context.Context, c *imap.Client, s string) error { return c.Delete(ctx, s) },
		"Rename from": func(ctx context.Context, c *imap.Client, s string) error { return c.Rename(ctx, s, "x") },
		"Rename to":   func(ctx context.Context, c *imap.Client, s string) error { return c.Rename(ctx, "x", s) },
		"Subscribe":   func(ctx context.Context, c *imap.Client, s string) error { return c.Subscribe(ctx, s) },
		"Unsubscribe": func(ctx context.Context, c *imap.Client, s string) error { return c.Unsubscribe(ctx, s) },
		"Status": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.Status(ctx, s, imap.StatusMessages)
			return err
		},
		"List": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := imap.Collect(c.List(ctx, s, nil))
			return err
		},
		"List reference": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := imap.Collect(c.List(ctx, "*", &imap.ListOptions{Reference: s}))
			return err
		},
		"List patterns": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := imap.Collect(c.List(ctx, "", &imap.ListOptions{Patterns: []string{"a", s}}))
			return err
		},
		"List metadata": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := imap.Collect(c.List(ctx, "*", &imap.ListOptions{Metadata: []string{s}}))
			return err
		},
		"Metadata": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.GetMetadata(ctx, s, []string{"/private/x"}, nil)
			return err
		},
		"Metadata entry": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.GetMetadata(ctx, "x", []string{"/private/" + s, s}, nil)
			return err
		},
		"Metadata value": func(ctx context.Context, c *imap.Client, s string) error {
			return c.SetMetadata(ctx, "x", []response.MetadataItem{{Name: "/private/x", Value: []byte(s)}, {Name: "/private/y", Value: []byte(s)}})
		},
		"Metadata entry that is set": func(ctx context.Context, c *imap.Client, s string) error {
			return c.SetMetadata(ctx, s, []response.MetadataItem{{Name: "/private/" + s, Value: []byte(s)}})
		},
		"ACL": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.GetACL(ctx, s)
			return err
		},
		"ACL identifier": func(ctx context.Context, c *imap.Client, s string) error {
			return c.SetACL(ctx, s, s, commands.RightsAdd, response.RightRead)
		},
		"ACL rights": func(ctx context.Context, c *imap.Client, s string) error {
			return c.SetACL(ctx, "x", "fred", commands.RightsSet, response.Rights(s))
		},
		"ACL entry that goes": func(ctx context.Context, c *imap.Client, s string) error {
			return c.DeleteACL(ctx, "x", s)
		},
		"List rights": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.ListRights(ctx, "x", s)
			return err
		},
		"My rights": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.MyRights(ctx, s)
			return err
		},
		"Quota root": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.GetQuota(ctx, s)
			return err
		},
		"Quota root of": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.GetQuotaRoot(ctx, s)
			return err
		},
		"Quota limit": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.SetQuota(ctx, s, []commands.QuotaLimit{{Name: s, Limit: 1}})
			return err
		},
		"Sort": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDSort(ctx, []commands.SortKey{{Field: commands.SortDate}}, search.Text(s), nil)
			return err
		},
		"Sort field": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.Sort(ctx, []commands.SortKey{{Field: commands.SortField(s)}}, nil, &commands.SortOptions{Charset: s})
			return err
		},
		"Tag": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.Do(ctx, commands.CancelUpdate{Tags: []string{s}})
			return err
		},
		"Search elsewhere": func(ctx context.Context, c *imap.Client, s string) error {
			in := []commands.SearchSource{{Filter: commands.FilterSubtree, Mailboxes: []string{s}}}
			_, err := c.ESearch(ctx, in, search.Text(s), nil)
			return err
		},
		"Thread": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDThread(ctx, commands.ThreadReferences, search.Text(s), &commands.ThreadOptions{Charset: s})
			return err
		},
		"Replace": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDReplace(ctx, 1, s, 1, strings.NewReader("x"), nil)
			return err
		},
		"Notify": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.Notify(ctx, []commands.NotifyGroup{{Filter: commands.FilterSubtree, Mailboxes: []string{s}, Events: []commands.NotifyEvent{commands.NotifyEvent(s)}}}, nil)
			return err
		},
		"LSub": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := imap.Collect(c.LSub(ctx, s, &imap.ListOptions{Reference: s}))
			return err
		},
		"Append": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.Append(ctx, s, 1, strings.NewReader("x"), nil)
			return err
		},
		"Append flag": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.Append(ctx, "x", 1, strings.NewReader("x"), &imap.AppendOptions{Flags: []imap.Flag{imap.Flag(s)}})
			return err
		},
		"Append text": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.Append(ctx, "x", int64(len(s)), strings.NewReader(s), nil)
			return err
		},
		"Catenate": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.Append(ctx, "x", 0, nil, &imap.AppendOptions{Catenate: []commands.CatPart{{URL: s}, commands.CatText("x")}})
			return err
		},
		"Catenate text": func(ctx context.Context, c *imap.Client, s string) error {
			u := response.URL{User: s, Auth: s, Host: s, Mailbox: s, UID: 1, Section: imap.Section{Specifier: response.Specifier(s), Fields: []string{s}}, Access: s}
			_, err := c.Append(ctx, "x", 0, nil, &imap.AppendOptions{Catenate: []commands.CatPart{commands.CatText(s), commands.CatURL(u)}})
			return err
		},
		"URLAuth": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.Do(ctx, commands.GenURLAuth{URLs: []string{s}, Mechanism: s})
			return err
		},
		"URLAuth key": func(ctx context.Context, c *imap.Client, s string) error { return c.ResetKey(ctx, s) },
		"URLAuth mechanism": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.Do(ctx, commands.ResetKey{Mailbox: s, Mechanisms: []string{s}})
			return err
		},
		"URLFetch": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.Do(ctx, commands.URLFetch{URLs: []string{s, "/x"}, Items: commands.URLItems{Structure: true}})
			return err
		},
		"Copy": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDCopy(ctx, one, s)
			return err
		},
		"Move": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDMove(ctx, one, s)
			return err
		},
		"Store": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDStore(ctx, one, imap.StoreAdd, []imap.Flag{imap.Flag(s)}, nil)
			return err
		},
		"Store labels": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDStore(ctx, one, imap.StoreAdd, nil, &imap.StoreOptions{GmailLabels: []string{s}})
			return err
		},
		"Search text": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDSearch(ctx, search.Subject(s), nil)
			return err
		},
		"Search header": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDSearch(ctx, search.Header(s, s), nil)
			return err
		},
		"Search keyword": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDSearch(ctx, search.Keyword(imap.Flag(s)), nil)
			return err
		},
		"Search charset": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDSearch(ctx, search.Subject("ü"), &imap.SearchOptions{Charset: s})
			return err
		},
		"Search raw": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDSearch(ctx, search.Raw(s), nil)
			return err
		},
		"Search Gmail": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDSearch(ctx, search.And(search.GmailRaw(s), search.GmailLabel(s)), nil)
			return err
		},
		"Search ids": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDSearch(ctx, search.Or(search.EmailID(s), search.ThreadID(s)), nil)
			return err
		},
		"Search filter": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.UIDSearch(ctx, search.Filter(s), nil)
			return err
		},
		"Fetch other": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := imap.Collect(c.UIDFetch(ctx, one, imap.FetchItems{Other: []string{s}}, nil))
			return err
		},
		"Fetch header fields": func(ctx context.Context, c *imap.Client, s string) error {
			items := imap.FetchItems{Sections: []imap.FetchSection{imap.HeaderFields(s)}}
			_, err := imap.Collect(c.UIDFetch(ctx, one, items, nil))
			return err
		},
		"Fetch specifier": func(ctx context.Context, c *imap.Client, s string) error {
			items := imap.FetchItems{Sections: []imap.FetchSection{{Section: imap.Section{Specifier: response.Specifier(s)}}}}
			_, err := imap.Collect(c.UIDFetch(ctx, one, items, nil))
			return err
		},
		"ID": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.ID(ctx, []imap.IDParam{{Name: s, Value: s}})
			return err
		},
		"Enable": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.Enable(ctx, imap.Cap(s))
			return err
		},
		"Do": func(ctx context.Context, c *imap.Client, s string) error {
			_, err := c.Do(ctx, commands.Raw{Command: s})
			return err
		},
	}
	offer := caps + " LIST-EXTENDED LIST-METADATA METADATA ACL QUOTA MULTISEARCH SORT THREAD=REFERENCES REPLACE NOTIFY X-GM-EXT-1 OBJECTID SPECIAL-USE CREATE-SPECIAL-USE FILTERS CATENATE URLAUTH URLAUTH=BINARY"
	for _, greeting := range []string{
		"* PREAUTH [CAPABILITY " + offer + "] hi",
		"* PREAUTH [CAPABILITY " + strings.ReplaceAll(offer, "LITERAL+ ", "") + "] hi", // literals wait
	} {
		for name, call := range params {
			bubble(t, func(t *testing.T) {
				var peer *scripted.Peer
				c := connect(t, nil, func(p *scripted.Peer) {
					peer = p
					p.Send(greeting)
					p.Serve(func(c scripted.Command) bool {
						p.OK(c)
						return true
					})
				})
				ctx := t.Context()
				for _, evil := range evils {
					_, err := c.Select(ctx, "INBOX", nil) // most commands need a mailbox
					if name == "Enable" {
						require.NoError(t, c.Unselect(ctx))
					}
					require.NoError(t, err)
					before := len(peer.Log())
					err = call(ctx, c, evil)
					require.NoError(t, c.Err(), "%s %q", name, evil)
					log := peer.Log()[before:]
					require.LessOrEqual(t, len(log), 1, "%s %q: %q", name, evil, log)
					var bad *imap.ArgumentError
					if errors.As(err, &bad) {
						require.Empty(t, log, "%s %q", name, evil)
						require.NotContains(t, err.Error(), "\r\n")
						continue
					}
					var unanswered *imap.ParseError // OK alone
					if !errors.As(err, &unanswered) {
						require.NoError(t, err, "%s %q", name, evil)
					}
					if len(log) == 1 {
						requireOneCommand(t, log[0], name, evil)
					}
				}
			})
		}
	}
	// The password and user of LOGIN, each on a connection of its own.
	for _, evil := range evils {
		bubble(t, func(t *testing.T) {
			var peer *scripted.Peer
			c := connect(t, nil, func(p *scripted.Peer) {
				peer = p
				p.Send("* OK [CAPABILITY IMAP4rev1 LITERAL+] hi")
				p.Sendf("%s OK [CAPABILITY IMAP4rev1] in", p.Command().Tag)
				p.Serve(nil)
			})
			err := c.Login(t.Context(), evil, evil)
			var bad *imap.ArgumentError
			if !errors.As(err, &bad) {
				require.NoError(t, err)
				require.Len(t, peer.Log(), 1)
			}
		})
	}
}

// requireOneCommand checks that line is a single command: outside of literals,
// no line ends in it.
func requireOneCommand(t *testing.T, line, name, evil string) {
	t.Helper()
	for {
		head, rest, more := strings.Cut(line, "\r\n")
		require.NotContains(t, head, "\n", "%s %q", name, evil)
		require.NotContains(t, head, "\r", "%s %q", name, evil)
		require.NotContains(t, head, "\x00", "%s %q", name, evil)
		if !more {
			return
		}
		i := strings.LastIndexByte(head, '{')
		require.GreaterOrEqual(t, i, 0, "%s %q: a line ends outside of a literal", name, evil)
		var n int
		_, err := fmt.Sscanf(head[i:], "{%d", &n)
		require.NoError(t, err)
		line = rest[n:]
	}
}
