package promises_test

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

// TestTheUnknownIsNeverFatal has a server say things that nobody has heard of,
// everywhere where there is room for them, and finds each of them again.
func TestTheUnknownIsNeverFatal(t *testing.T) {
	bubble(t, func(t *testing.T) {
		events := make(chan imap.Event, 100)
		c := connect(t, &imap.Options{OnEvent: func(ev imap.Event) { events <- ev }}, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 XYZZY X-PLUGH=1] ready")
			p.Answer("SELECT INBOX", "* FLAGS (\\Seen \\X-New $X-Key)", "* 3 EXISTS", "* OK [XSTRANGE a (b c) 7] hm", "* 7 XTHINGS", "* OK [UIDVALIDITY 1] ok")
			p.Answer("NOOP", "* XVENDOR hello (world {3}\r\nabc)", "* 12 XTRICK", "* OK [XCODE 1 2] text")
			p.Answer("UID FETCH 1:* (UID FLAGS)",
				"* 1 FETCH (UID 1001 X-FOO \"bar\" X-NEST (a (b \"c\")) FLAGS (\\X-New) X-LIT {5}\r\nhello)")
			p.Answer("STATUS m (MESSAGES)", "* STATUS m (MESSAGES 3 XFIGURE 99)")
			p.Answer(`LIST "" "*"`, `* LIST (\X-Attr) "/" m ("XITEM" ("a"))`)
			cmd := p.Want("NOOP")
			p.Sendf("%s NO [XREFUSED why not] no", cmd.Tag)
			p.Serve(nil)
		})
		ctx := t.Context()
		require.True(t, c.Caps().Lists("X-PLUGH=1"))
		m, err := c.Select(ctx, "INBOX", nil)
		require.NoError(t, err)
		require.Contains(t, m.Flags, imap.Flag("$X-Key"))
		works(t, c)

		rows, err := imap.Collect(c.UIDFetch(ctx, all, imap.FetchItems{UID: true, Flags: true}, nil))
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.True(t, rows[0].HasFlag("\\X-New"))
		var names []string
		for _, item := range rows[0].Ext.Unknown {
			names = append(names, item.Name)
		}
		require.Equal(t, []string{"X-FOO", "X-NEST", "X-LIT"}, names)

		st, err := c.Status(ctx, "m", imap.StatusMessages)
		require.NoError(t, err)
		require.Equal(t, "XFIGURE", st.Unknown[0].Name)

		list, err := imap.Collect(c.List(ctx, "*", nil))
		require.NoError(t, err)
		require.True(t, list[0].HasAttr("\\X-Attr"))
		require.Equal(t, "XITEM", list[0].Ext.Unknown[0].Name)

		err = c.Noop(ctx)
		var refused *imap.StatusError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, response.OtherCode{CodeName: "XREFUSED", Args: "why not"}, refused.Code)
		require.ErrorIs(t, err, imap.CodeName("XREFUSED"))

		synctest.Wait() // OnEvent has been called
		var unknown []string
		for len(events) > 0 {
			if u, ok := (<-events).(*response.UnknownData); ok {
				unknown = append(unknown, u.Name+":"+strings.TrimSpace(string(u.Raw)))
			}
		}
		require.Equal(t, []string{"XTHINGS:", "XVENDOR:hello (world {3}\r\nabc)", "XTRICK:"}, unknown)
		works(t, c)
	})
}

// TestASplitAnswerIsOneMessage spreads the items of messages over several
// responses, neighbouring and not, with removals in between.
func TestASplitAnswerIsOneMessage(t *testing.T) {
	items := imap.FetchItems{Flags: true, Size: true, Sections: []imap.FetchSection{imap.WholeMessage()}}
	for name, test := range map[string]struct{ lines, want string }{
		"neighbours": {
			"* 1 FETCH (UID 1001 FLAGS (\\Seen))\n* 1 FETCH (UID 1001 RFC822.SIZE 5)\n* 1 FETCH (UID 1001 BODY[] {5}\nfirst)\n" +
				"* 2 FETCH (UID 1002 FLAGS () RFC822.SIZE 6)\n* 2 FETCH (BODY[] {6}\nsecond)\n",
			"1001 [\\Seen] 5 first|1002 [] 6 second",
		},
		"interleaved": {
			"* 1 FETCH (UID 1001 FLAGS (\\Seen))\n* 2 FETCH (UID 1002 FLAGS ())\n* 2 FETCH (UID 1002 RFC822.SIZE 6)\n* 1 FETCH (UID 1001 RFC822.SIZE 5)\n" +
				"* 1 FETCH (UID 1001 BODY[] {5}\nfirst)\n* 2 FETCH (UID 1002 BODY[] {6}\nsecond)\n",
			"1001 [\\Seen] 5 first|1002 [] 6 second",
		},
		"text before the rest": {
			"* 1 FETCH (BODY[] {5}\nfirst)\n* 1 FETCH (FLAGS (\\Seen) UID 1001)\n* 1 FETCH (RFC822.SIZE 5)\n",
			"1001 [\\Seen] 5 first",
		},
		"EXPUNGE in between": {
			"* 1 FETCH (UID 1001 FLAGS (\\Seen))\n* 2 FETCH (UID 1002 FLAGS ())\n* 3 FETCH (UID 1003 FLAGS (\\Draft))\n* 1 EXPUNGE\n" +
				"* 1 FETCH (BODY[] {6}\nsecond RFC822.SIZE 6)\n* 1 EXPUNGE\n* 1 FETCH (RFC822.SIZE 5)\n* 1 FETCH (BODY[] {5}\nthird)\n",
			"1002 [] 6 second|1003 [\\Draft] 5 third|1001 [\\Seen] 0 ",
		},
		"EXPUNGE of one that came": {
			"* 1 FETCH (UID 1001 FLAGS () RFC822.SIZE 5 BODY[] {5}\nfirst)\n* 2 FETCH (UID 1002 FLAGS () RFC822.SIZE 6 BODY[] {6}\nsecond)\n* 1 EXPUNGE\n" +
				"* 2 FETCH (UID 1003 FLAGS (\\Draft))\n* 2 FETCH (RFC822.SIZE 5 BODY[] {5}\nthird)\n",
			"1001 [] 5 first|1002 [] 6 second|1003 [\\Draft] 5 third",
		},
		"something never comes": {
			"* 1 FETCH (UID 1001 FLAGS (\\Seen))\n* 2 FETCH (UID 1002 FLAGS () RFC822.SIZE 6 BODY[] {6}\nsecond)\n",
			"1002 [] 6 second|1001 [\\Seen] 0 ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := answering(t, nil, test.lines)
				rows, err := imap.Collect(c.UIDFetch(t.Context(), all, items, nil))
				require.NoError(t, err)
				var got []string
				for _, m := range rows {
					got = append(got, sprint(m.UID, m.Flags, m.Size, string(m.Body())))
				}
				require.Equal(t, test.want, strings.Join(got, "|"))
				works(t, c)
			})
		})
	}
}

// TestASplitAnswerIsOneMessageInAStream has the flags come before the text, and
// some after it, in responses of their own.
func TestASplitAnswerIsOneMessageInAStream(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 2, func(p *scripted.Peer) {
			p.Serve(func(c scripted.Command) bool {
				if !c.Is("UID FETCH") {
					return false
				}
				p.Raw("* 1 FETCH (UID 1001 FLAGS (\\Seen))\r\n* 2 FETCH (UID 1002 FLAGS ())\r\n" + bodyRow(1, 9000) + bodyRow(2, 5))
				p.OK(c)
				return true
			})
		})
		items := whole
		items.Flags = true
		var got []string
		for b, err := range c.UIDFetchBodies(t.Context(), all, items, nil) {
			require.NoError(t, err)
			data, err := io.ReadAll(b)
			require.NoError(t, err)
			got = append(got, sprint(b.Message.UID, b.Message.Flags, len(data)))
		}
		require.Equal(t, []string{"1001 [\\Seen] 9000", "1002 [] 5"}, got)
	})
}

// TestTextsOfEverySizeInOneResponse mixes small and large texts, message after
// message: each comes once.
func TestTextsOfEverySizeInOneResponse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sizes := [][]int{{10, 9000}, {9000, 10}, {10, 9000, 10, 9000}, {9000, 9000}, {10, 10}, {0, 9000}, {10, 10, 9000}}
		c := inInbox(t, nil, 10, func(p *scripted.Peer) {
			p.Serve(func(c scripted.Command) bool {
				if !c.Is("UID FETCH") {
					return false
				}
				for i, parts := range sizes {
					p.Raw(sprint("*", i+1, "FETCH (UID", 1001+i))
					for j, size := range parts {
						p.Raw(" BODY[" + sprint(j+1) + "] {" + sprint(size) + "}\r\n" + text(j, size))
					}
					p.Raw(")\r\n")
				}
				p.OK(c)
				return true
			})
		})
		var got, want []string
		for i, parts := range sizes {
			for j, size := range parts {
				want = append(want, sprint(1001+i, j+1, size))
			}
		}
		items := imap.FetchItems{Sections: []imap.FetchSection{imap.PartSection(1), imap.PartSection(2)}}
		for b, err := range c.UIDFetchBodies(t.Context(), all, items, nil) {
			require.NoError(t, err)
			data, err := io.ReadAll(b)
			require.NoError(t, err)
			require.Equal(t, text(b.Section.Part[0]-1, len(data)), string(data))
			got = append(got, sprint(b.Message.UID, b.Section.Part[0], len(data)))
		}
		require.Equal(t, want, got)
	})
}

// TestUnsolicitedFlagsAreEvents has the server tell of changed flags in the
// middle of the answer to a FETCH that did not ask for them.
func TestUnsolicitedFlagsAreEvents(t *testing.T) {
	for name, stream := range map[string]bool{"rows": false, "texts": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var told []string
				done := make(chan struct{})
				c := inInbox(t, &imap.Options{OnEvent: func(ev imap.Event) {
					switch ev := ev.(type) {
					case *imap.Message:
						told = append(told, sprint(ev.SeqNum, ev.Flags))
					case *imap.ExistsData:
						close(done)
					}
				}}, 3, func(p *scripted.Peer) {
					p.Serve(func(c scripted.Command) bool {
						if !c.Is("UID FETCH") {
							return false
						}
						p.Raw("* 2 FETCH (FLAGS (\\Draft))\r\n" + bodyRow(1, 10) + "* 1 FETCH (UID 1001 FLAGS (\\Seen))\r\n" + bodyRow(2, 9000) + "* 9 FETCH (FLAGS ())\r\n* 10 EXISTS\r\n")
						p.OK(c)
						return true
					})
				})
				var got []string
				if stream {
					for b, err := range c.UIDFetchBodies(t.Context(), imap.UIDRange(1001, 1002), whole, nil) {
						require.NoError(t, err)
						got = append(got, sprint(b.Message.UID, b.Size))
					}
				} else {
					for msg, err := range c.UIDFetch(t.Context(), imap.UIDRange(1001, 1002), whole, nil) {
						require.NoError(t, err)
						got = append(got, sprint(msg.UID, len(msg.Body())))
					}
				}
				require.Equal(t, []string{"1001 10", "1002 9000"}, got)
				<-done
				require.Equal(t, []string{"2 [\\Draft]", "1 [\\Seen]", "9 []"}, told)
			})
		})
	}
}
