package promises_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

const oddCaps = "IMAP4rev1 LITERAL+ UIDPLUS UNSELECT MOVE ESEARCH IDLE ENABLE NAMESPACE ID ACL QUOTA QUOTASET SORT CONDSTORE QRESYNC"

// ask runs a call against a server that answers its command with lines, in which $T is
// the tag, and OK; and every other command with OK alone.
func ask(t *testing.T, lines string, call func(ctx context.Context, c *imap.Client)) {
	t.Helper()
	bubble(t, func(t *testing.T) {
		c := inInboxOf(t, oddCaps, 9, func(p *scripted.Peer) {
			first := true
			p.Serve(func(cmd scripted.Command) bool {
				if first {
					p.Raw(strings.NewReplacer("$T", cmd.Tag, "|", "\r\n").Replace(lines))
				}
				first = false
				p.OK(cmd)
				return true
			})
		})
		call(t.Context(), c)
		works(t, c)
	})
}

// A command whose answer must have some data is not answered by OK alone.
func TestAnswersWithoutTheirData(t *testing.T) {
	for name, call := range map[string]func(ctx context.Context, c *imap.Client) (any, error){
		"Status": func(ctx context.Context, c *imap.Client) (any, error) {
			return any2(c.Status(ctx, "x", imap.StatusMessages))
		},
		"Namespace":    func(ctx context.Context, c *imap.Client) (any, error) { return any2(c.Namespace(ctx)) },
		"GetACL":       func(ctx context.Context, c *imap.Client) (any, error) { return any2(c.GetACL(ctx, "x")) },
		"ListRights":   func(ctx context.Context, c *imap.Client) (any, error) { return any2(c.ListRights(ctx, "x", "a")) },
		"MyRights":     func(ctx context.Context, c *imap.Client) (any, error) { return any2(c.MyRights(ctx, "x")) },
		"GetQuota":     func(ctx context.Context, c *imap.Client) (any, error) { return any2(c.GetQuota(ctx, "x")) },
		"GetQuotaRoot": func(ctx context.Context, c *imap.Client) (any, error) { return any2(c.GetQuotaRoot(ctx, "x")) },
	} {
		for _, lines := range []string{"", "* NO not now|", "* BAD what|", "* OK [ALERT] look|", "+ go on|", "|", "* 3 EXISTS|", "* LIST () \"/\" x|"} {
			ask(t, lines, func(ctx context.Context, c *imap.Client) {
				got, err := call(ctx, c)
				var missing *imap.ParseError
				require.ErrorAs(t, err, &missing, "%s answered with %q", name, lines)
				assert.False(t, strings.Contains(err.Error(), "octet"), "%v", err)
				assert.Nil(t, got, name)
			})
		}
	}
}

// any2 returns a result as any, in which a nil pointer is nil.
func any2[T any](v *T, err error) (any, error) {
	if v == nil {
		return nil, err
	}
	return v, err
}

// What a STATUS response says in an odd form is used, if there is no doubt.
func TestOddFormsOfStatus(t *testing.T) {
	both := imap.StatusMessages | imap.StatusUnseen
	for lines, want := range map[string]imap.StatusItems{
		"* STATUS Foo (MESSAGES 3 UNSEEN 2)|":                         both,
		"* STATUS Foo (UNSEEN 2 MESSAGES 3 )|":                        both,
		"* status foo (messages 3 unseen 2)|":                         both,
		"* STATUS {3}|Foo (MESSAGES \"3\" UNSEEN {1}|2)|":             both,
		"* STATUS Foo (MESSAGES 3)|* STATUS Foo (UNSEEN 2)|":          both,
		"* STATUS Foo (UNSEEN 2)|* STATUS Foo (MESSAGES 3 UNSEEN 2)|": both,
		"* STATUS Foo (MESSAGES 3 UNSEEN NIL)|":                       imap.StatusMessages,
		"* STATUS Foo (MESSAGES 3 UNSEEN -1)|":                        imap.StatusMessages,
		"* STATUS Foo (MESSAGES 3)|* STATUS Bar (UNSEEN 7)|":          imap.StatusMessages,
		"* STATUS Foo (MESSAGES NIL)|":                                0,
		"* STATUS Foo ()|":                                            0,
		"* STATUS Foo|":                                               0,
		"* STATUS Foo (MESSAGES x)|":                                  0,
		"* STATUS Foo (MESSAGES 3|":                                   0,
	} {
		ask(t, lines, func(ctx context.Context, c *imap.Client) {
			st, err := c.Status(ctx, "Foo", both)
			if want == 0 {
				require.Error(t, err, lines)
				return
			}
			require.NoError(t, err, lines)
			assert.Equal(t, want, st.Items, lines)
			assert.EqualValues(t, 3, st.Messages, lines)
			if want == both {
				assert.EqualValues(t, 2, st.Unseen, lines)
			}
		})
	}
}

// An answer to SEARCH that contradicts itself is asked for again in the plain form.
func TestSearchResultsThatDoNotAddUp(t *testing.T) {
	for lines, again := range map[string]bool{
		"* ESEARCH (TAG \"$T\") UID ALL 1:3 COUNT 3|":                                          false,
		"* ESEARCH (TAG \"$T\") UID ALL 1:2 COUNT 2|* ESEARCH (TAG \"$T\") UID ALL 3 COUNT 1|": false,
		"* SEARCH 1 2 3|": false,
		"* ESEARCH (TAG \"$T\") UID ALL 1:3 ALL 1 COUNT 3|": true,
		"* ESEARCH (TAG \"$T\") UID ALL 1:2 COUNT 3|":       true,
		"* ESEARCH (TAG \"$T\") UID ALL 1:* COUNT 3|":       true,
		"* ESEARCH (TAG \"$T\") UID ALL 1:2 ALL 3 COUNT 3|": true,
		"* ESEARCH (TAG \"$T\") UID COUNT 3|":               true,
		"* ESEARCH (TAG \"$T\") UID MIN 1 MAX 3|":           true,
		"* ESEARCH (TAG \"$T\") UID|":                       true,
	} {
		bubble(t, func(t *testing.T) {
			c := inInboxOf(t, oddCaps, 9, func(p *scripted.Peer) {
				cmd := p.Want("UID SEARCH RETURN (ALL COUNT) ALL")
				p.Raw(strings.NewReplacer("$T", cmd.Tag, "|", "\r\n").Replace(lines))
				p.OK(cmd)
				if again {
					p.Answer("UID SEARCH ALL", "* SEARCH 1 2 3")
				}
				p.Answer("NOOP")
			})
			found, err := c.UIDSearch(t.Context(), search.All(), nil)
			require.NoError(t, err, lines)
			assert.Equal(t, "1:3", found.All.String(), lines)
			works(t, c)
		})
	}
}

// What SELECT says in an odd form is used; what can't be read, and the result depends
// on, is an error, and no mailbox is selected.
func TestOddFormsOfSelect(t *testing.T) {
	for lines, ok := range map[string]bool{
		"* OK [UIDVALIDITY \"7\"] x|":                      true,
		"* OK [uidvalidity 7] x|":                          true,
		"* OK[UIDVALIDITY 7] x|":                           true,
		"* OK [UIDVALIDITY  7 ] x|":                        true,
		"* OK [UIDVALIDITY 7]|":                            true,
		" * OK [UIDVALIDITY 7] x|":                         true,
		"\x00\t* OK [UIDVALIDITY 7] x|":                    true,
		"* VANISHED (EARLIER)|* OK [UIDVALIDITY 7] x|":     true,
		"* VANISHED (EARLIER) NIL|* OK [UIDVALIDITY 7] x|": true,
		"* VANISHED (EARLIER) x|":                          false,
		"* VANISHED (EARLIER) 1:*|":                        false,
		"* 99999999999 EXISTS|":                            false,
		"* -3 EXISTS|":                                     false,
		"* 3 EXISTS x|":                                    false,
	} {
		ask(t, "* 3 EXISTS|"+lines, func(ctx context.Context, c *imap.Client) {
			m, err := c.Select(ctx, "Foo", nil)
			if !ok {
				require.Error(t, err, lines)
				assert.Nil(t, c.Mailbox(), lines)
				return
			}
			require.NoError(t, err, lines)
			assert.EqualValues(t, 7, m.UIDValidity, lines)
			assert.EqualValues(t, 3, m.Messages, lines)
		})
	}
	ask(t, "* 3 EXISTS|* OK [UIDVALIDITY -5] x|* OK [HIGHESTMODSEQ \"9\"] x|* OK [UIDNEXT \"4\"] x|* FLAGS NIL|* OK [PERMANENTFLAGS NIL] x|", func(ctx context.Context, c *imap.Client) {
		m, err := c.Select(ctx, "Foo", nil)
		require.NoError(t, err)
		assert.NotZero(t, m.UIDValidity)
		assert.EqualValues(t, 9, m.HighestModSeq)
		assert.EqualValues(t, 4, m.UIDNext)
	})
	ask(t, "* FLAGS \\Seen \\Deleted|", func(ctx context.Context, c *imap.Client) {
		m, err := c.Select(ctx, "Foo", nil)
		require.NoError(t, err)
		assert.Equal(t, []imap.Flag{imap.FlagSeen, imap.FlagDeleted}, m.Flags)
	})
}

// Rows that are not quite FETCH responses belong to the loop that has asked for them.
func TestOddFormsOfRows(t *testing.T) {
	for line, whole := range map[string]bool{
		"* 4 fetch (uid 5 flags (\\Seen))|":                 true,
		"* 4  FETCH  ( UID  5  FLAGS  ( \\Seen ) ) |":       true,
		" * 4 FETCH (UID 5 FLAGS (\\Seen))|":                true,
		"\t\x00 * 4 FETCH (UID 5 FLAGS (\\Seen))|":          true,
		"*4 FETCH(UID 5 FLAGS (\\Seen))|":                   true,
		"* 4 FETCH (UID \"5\" FLAGS (\\Seen))|":             true,
		"* 4 FETCH (UID {1}|5 FLAGS (\\Seen))|":             true,
		"* 4 FETCH (UID 5 FLAGS (\\Seen) MODSEQ 12)|":       false,
		"* 4 FETCH (UID 5 FLAGS (\\Seen) MODSEQ (\"12\"))|": true,
		"* 4 FETCH (FLAGS (\\Seen))|* 4 FETCH (UID 5)|":     true,
		"* -4 FETCH (UID 5 FLAGS (\\Seen))|":                false,
		"* 4.0 FETCH (UID 5 FLAGS (\\Seen))|":               false,
		"* \"4\" FETCH (UID 5 FLAGS (\\Seen))|":             false,
		"4 FETCH (UID 5 FLAGS (\\Seen))|":                   false,
		"*\t4\tFETCH (UID 5 FLAGS (\\Seen))|":               false,
		"* 4 FETCH UID 5 FLAGS (\\Seen)|":                   false,
		"* 4 FETCH (UID 5 FLAGS NIL)|":                      false,
		"* 4 FETCH (UID 5 FLAGS (\\Seen)) and more|":        false,
		"* 4 FETCH (UID -5 FLAGS (\\Seen))|":                false,
		"* 99999999999 FETCH (UID 5 FLAGS (\\Seen) x|":      false,
	} {
		ask(t, line, func(ctx context.Context, c *imap.Client) {
			rows := 0
			for m, err := range c.UIDFetch(ctx, imap.UIDs(5), flags, nil) {
				rows++
				if !whole {
					assert.True(t, imap.RowError(err), "%q: %v", line, err)
					continue
				}
				require.NoError(t, err, line)
				assert.EqualValues(t, 5, m.UID, line)
				assert.True(t, m.HasFlag(imap.FlagSeen), line)
			}
			assert.Equal(t, 1, rows, "%q", line)
		})
		ask(t, line, func(ctx context.Context, c *imap.Client) {
			_, err := c.UIDFetchOne(ctx, 5, flags)
			if whole {
				assert.NoError(t, err, line)
				return
			}
			assert.True(t, imap.RowError(err), "%q: %v", line, err)
			assert.NotErrorIs(t, err, imap.CodeNonExistent, "%q", line)
		})
	}
}

// Servers repeat PEEK, or other names for the section that was asked for.
func TestOddNamesOfSections(t *testing.T) {
	for _, size := range []int{2, 5000} {
		body := strings.Repeat("x", size)
		for _, name := range []string{"BODY[]", "body[]", "BODY.PEEK[]", "BODY[]<0>", "BODY[]<0.9999>", "RFC822", "RFC822.PEEK", "RFC822[]"} {
			ask(t, "* 4 FETCH (UID 5 "+name+" {"+sprint(size)+"}|"+body+")|", func(ctx context.Context, c *imap.Client) {
				m, err := c.UIDFetchOne(ctx, 5, whole)
				require.NoError(t, err, name)
				assert.Equal(t, body, string(m.Body()), name)
			})
		}
	}
}

// COPYUID and APPENDUID without "OK [" and "]", or with strings for numbers.
func TestOddFormsOfUIDPlus(t *testing.T) {
	for _, line := range []string{
		"* OK [COPYUID 1 5:6 8:9] x|", "* OK[COPYUID 1 5:6 8:9] x|", "* [COPYUID 1 5:6 8:9]|", "* COPYUID 1 5:6 8:9|", "* copyuid 1 5:6 8:9|", `* OK [COPYUID "1" "5:6" "8:9"] x|`,
	} {
		ask(t, line, func(ctx context.Context, c *imap.Client) {
			res, err := c.UIDCopy(ctx, imap.UIDRange(5, 6), "x")
			require.NoError(t, err, line)
			assert.Equal(t, "8:9", res.Dest.String(), line)
			assert.Equal(t, "5:6", res.Source.String(), line)
		})
	}
	for _, line := range []string{"* OK [APPENDUID 1 8] x|", "* [APPENDUID 1 8]|", "* APPENDUID 1 8|", `* OK [APPENDUID "1" "8"] x|`} {
		ask(t, line, func(ctx context.Context, c *imap.Client) {
			res, err := c.Append(ctx, "x", 2, strings.NewReader("hi"), nil)
			require.NoError(t, err, line)
			assert.EqualValues(t, 8, res.UID(), line)
		})
	}
}

// What STORE was refused for is never left out.
func TestOddFormsOfModified(t *testing.T) {
	for code, want := range map[string]string{
		"5,7": "5,7", `"5,7"`: "5,7", "(5,7)": "5,7", " 5,7 ": "5,7",
		"": "", "x": "", "NIL": "", "(5 7)": "", "5:x": "",
	} {
		ask(t, "* OK [MODIFIED "+code+"] x|", func(ctx context.Context, c *imap.Client) {
			res, err := c.UIDStore(ctx, imap.UIDRange(1, 9), imap.StoreAdd, []imap.Flag{imap.FlagSeen}, &imap.StoreOptions{UnchangedSince: 3})
			if want == "" {
				var bad *imap.ParseError
				require.ErrorAs(t, err, &bad, code)
				return
			}
			require.NoError(t, err, code)
			assert.Equal(t, want, res.Modified.String(), code)
		})
	}
}

// A row of the message that was changed belongs to STORE, whatever else it has.
func TestRowsOfStoreWithMoreItems(t *testing.T) {
	for _, items := range []string{"", " X-NEW 5", " RFC822.SIZE 7", ` INTERNALDATE "01-Jan-2020 00:00:00 +0000"`} {
		ask(t, "* 4 FETCH (UID 5 FLAGS (\\Seen)"+items+")|", func(ctx context.Context, c *imap.Client) {
			res, err := c.UIDStore(ctx, imap.UIDs(5), imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
			require.NoError(t, err)
			assert.Len(t, res.Messages, 1, items)
		})
	}
}

// VANISHED is understood if it comes without QRESYNC having been enabled.
func TestVanishedUnasked(t *testing.T) {
	ask(t, "* VANISHED 5,7|", func(ctx context.Context, c *imap.Client) {
		for name, call := range map[string]func() (*imap.ExpungeResult, error){
			"Expunge": func() (*imap.ExpungeResult, error) { return c.Expunge(ctx) },
		} {
			res, err := call()
			require.NoError(t, err)
			assert.Equal(t, "5,7", res.UIDs.String(), name)
		}
		assert.EqualValues(t, 7, c.Mailbox().Messages)
	})
}

// Capabilities may come in pieces; those that can't be read are not what was known.
func TestOddFormsOfCapability(t *testing.T) {
	ask(t, "* CAPABILITY IMAP4rev1 IDLE|* CAPABILITY NAMESPACE IDLE|", func(ctx context.Context, c *imap.Client) {
		caps, err := c.Capability(ctx)
		require.NoError(t, err)
		assert.Equal(t, imap.Capabilities{"IMAP4rev1", "IDLE", "NAMESPACE"}, caps)
		assert.Equal(t, caps, c.Caps())
	})
	ask(t, "* CAPABILITY (IMAP4rev1 IDLE)|", func(ctx context.Context, c *imap.Client) {
		_, err := c.Capability(ctx)
		var bad *imap.ParseError
		require.ErrorAs(t, err, &bad)
	})
}

// The root of a quota may come in another case.
func TestQuotaRootInAnotherCase(t *testing.T) {
	for name, call := range map[string]func(ctx context.Context, c *imap.Client) (*response.QuotaData, error){
		"GETQUOTA": func(ctx context.Context, c *imap.Client) (*response.QuotaData, error) {
			return c.GetQuota(ctx, "user.Ann")
		},
		"SETQUOTA": func(ctx context.Context, c *imap.Client) (*response.QuotaData, error) {
			return c.SetQuota(ctx, "user.Ann", []commands.QuotaLimit{{Name: "STORAGE", Limit: 2}})
		},
	} {
		ask(t, "* QUOTA USER.ann (STORAGE 1 2)|", func(ctx context.Context, c *imap.Client) {
			q, err := call(ctx, c)
			require.NoError(t, err, name)
			assert.Len(t, q.Resources, 1, name)
		})
	}
}
