package promises_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/poison"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

// With FetchOptions.Reuse the memory of a row is used again when the loop goes on.

var (
	reuse    = &imap.FetchOptions{Reuse: true}
	overview = imap.FetchItems{Flags: true, Envelope: true, BodyStructure: true, Sections: []imap.FetchSection{imap.HeaderFields("List-Id")}}
)

// overviewRow is the answer to overview for one message, every string of which is its own.
func overviewRow(n int) string {
	list := fmt.Sprintf("List-Id: list %d\r\n\r\n", n)
	return fmt.Sprintf(`* %d FETCH (UID %d FLAGS (\Seen keyword%d) ENVELOPE ("Mon, 02 Jan 2006 15:04:05 +0000" "subject \"%d\"" `+
		`(("=?utf-8?q?n=C3=A4me_%d?=" NIL "from%d" "example.org")) (("=?utf-8?q?n=C3=A4me_%d?=" NIL "from%d" "example.org")) NIL (("to %d" NIL "to" "example.org")) NIL NIL NIL "<%d@example.org>") `+
		`BODYSTRUCTURE (("text" "plain" ("charset" "utf-8" "x-own" "own%d") NIL "part of %d" "7bit" %d 3)("application" "pdf" NIL NIL NIL "base64" 9 NIL ("attachment" ("filename" "file%d.pdf"))) "mixed") `+
		"BODY[HEADER.FIELDS (List-Id)] {%d}\r\n%s)\r\n", n, 1000+n, n%7, n, n, n, n, n, n, n, n, n, n, n, len(list), list)
}

// requireOverview checks that m is the message of overviewRow(n).
func requireOverview(t testing.TB, n int, m *imap.Message) {
	t.Helper()
	b := m.BodyStructure
	got := []any{m.SeqNum, m.UID, m.Flags, m.Envelope.Subject, m.Envelope.From, m.Envelope.Sender, m.Envelope.To[0].Name, m.Envelope.MessageID,
		b.Children[0].Param("x-own"), b.Children[0].Description(), b.Children[0].Size, b.Children[1].Filename(), string(m.Body())}
	from := []imap.Address{{Name: fmt.Sprintf("näme %d", n), NameRaw: fmt.Sprintf("=?utf-8?q?n=C3=A4me_%d?=", n), Mailbox: fmt.Sprintf("from%d", n), Host: "example.org"}}
	want := []any{imap.SeqNum(n), imap.UID(1000 + n), []imap.Flag{imap.FlagSeen, imap.Flag(fmt.Sprintf("keyword%d", n%7))}, fmt.Sprintf(`subject "%d"`, n), from, from, fmt.Sprintf("to %d", n), fmt.Sprintf("<%d@example.org>", n),
		fmt.Sprintf("own%d", n), fmt.Sprintf("part of %d", n), int64(n), fmt.Sprintf("file%d.pdf", n), fmt.Sprintf("List-Id: list %d\r\n\r\n", n)}
	require.Equal(t, want, got)
}

// serveOverviews answers each FETCH of all messages with n rows, and what nested commands ask.
func serveOverviews(n int) func(*scripted.Peer) {
	return func(p *scripted.Peer) {
		p.Serve(func(c scripted.Command) bool {
			switch {
			case c.Is("UID FETCH 1:*"):
				p.Raw(rowsOf(n, overviewRow))
			case c.Is("UID STORE"):
				p.Raw(flagRow(3))
			default:
				return answerNested(p, c)
			}
			p.OK(c)
			return true
		})
	}
}

// TestReusedRowsAreWhatTheServerSent while the loop has them, no matter who read them: the loop,
// the read loop for it, or another loop.
func TestReusedRowsAreWhatTheServerSent(t *testing.T) {
	const rows = 300
	inFetchModes(t, func(t *testing.T, opts *imap.FetchOptions) {
		for name, within := range map[string]func(t *testing.T, c *imap.Client, n int){
			"nothing":  func(*testing.T, *imap.Client, int) {},
			"commands": func(t *testing.T, c *imap.Client, n int) { works(t, c) },
			"now and then a command": func(t *testing.T, c *imap.Client, n int) {
				if n%50 == 1 {
					works(t, c)
				}
			},
			"loops": func(t *testing.T, c *imap.Client, n int) {
				if n%100 != 1 {
					return
				}
				inner := 0
				for m, err := range c.UIDFetch(t.Context(), all, overview, opts) {
					require.NoError(t, err)
					inner++
					requireOverview(t, inner, m)
					if inner == n {
						break
					}
				}
			},
			"STORE": func(t *testing.T, c *imap.Client, n int) {
				if n%100 != 1 {
					return
				}
				res, err := c.UIDStore(t.Context(), imap.UIDs(1003), imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
				require.NoError(t, err)
				require.Len(t, res.Messages, 1)
				require.EqualValues(t, 1003, res.Messages[0].UID)
			},
		} {
			t.Run(name, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					c := inInbox(t, nil, rows, serveOverviews(rows))
					n := 0
					for m, err := range c.UIDFetch(t.Context(), all, overview, opts) {
						require.NoError(t, err)
						n++
						requireOverview(t, n, m)
						within(t, c, n)
						requireOverview(t, n, m) // still
					}
					require.Equal(t, rows, n)
					works(t, c)
				})
			})
		}
	})
}

// TestLoopsAtOnce has loops of several goroutines over one connection, each of which keeps
// clones.
func TestLoopsAtOnce(t *testing.T) {
	const rows = 200
	inFetchModes(t, func(t *testing.T, opts *imap.FetchOptions) {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, nil, rows, serveOverviews(rows))
			var wg sync.WaitGroup
			for range 5 {
				wg.Go(func() {
					var kept []*imap.Message
					for m, err := range c.UIDFetch(t.Context(), all, overview, opts) {
						if !assert.NoError(t, err) {
							return
						}
						kept = append(kept, m.Clone())
					}
					assert.Len(t, kept, rows)
					for i, m := range kept {
						requireOverview(t, i+1, m)
					}
				})
			}
			wg.Wait()
			works(t, c)
		})
	})
}

// TestAKeptRowShows: a program that keeps what is only valid for a step of the loop finds
// out, if its tests overwrite that.
func TestAKeptRowShows(t *testing.T) {
	t.Cleanup(poison.Set(true))
	for name, end := range map[string]func(t *testing.T, c *imap.Client, kept *[]*imap.Message){
		"the loop goes on": func(t *testing.T, c *imap.Client, kept *[]*imap.Message) {
			for m, err := range c.UIDFetch(t.Context(), all, overview, reuse) {
				require.NoError(t, err)
				for _, old := range *kept {
					requirePoisoned(t, old)
				}
				*kept = append(*kept, m)
			}
		},
		"break": func(t *testing.T, c *imap.Client, kept *[]*imap.Message) {
			for m, err := range c.UIDFetch(t.Context(), all, overview, reuse) {
				require.NoError(t, err)
				*kept = append(*kept, m)
				break
			}
		},
		"panic": func(t *testing.T, c *imap.Client, kept *[]*imap.Message) {
			require.Panics(t, func() {
				for m, err := range c.UIDFetch(t.Context(), all, overview, reuse) {
					require.NoError(t, err)
					*kept = append(*kept, m)
					panic("of the user")
				}
			})
		},
		"Collect": func(t *testing.T, c *imap.Client, kept *[]*imap.Message) {
			var err error
			*kept, err = imap.Collect(c.UIDFetch(t.Context(), all, overview, reuse))
			require.NoError(t, err)
		},
		"bodies": func(t *testing.T, c *imap.Client, kept *[]*imap.Message) {
			for b, err := range c.UIDFetchBodies(t.Context(), all, overview, reuse) {
				require.NoError(t, err)
				requireOverview(t, len(*kept)+1, b.Message)
				*kept = append(*kept, b.Message)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 20, serveOverviews(20))
				var kept []*imap.Message
				end(t, c, &kept)
				require.NotEmpty(t, kept)
				for _, m := range kept {
					requirePoisoned(t, m)
				}
				works(t, c)
			})
		})
	}
}

func requirePoisoned(t *testing.T, m *imap.Message) {
	t.Helper()
	require.EqualValues(t, 0xdeaddead, m.UID)
	for _, s := range []string{string(m.Flags[0]), m.Envelope.Subject, m.Envelope.From[0].Name, m.BodyStructure.Children[1].DispositionParams[0].Value} {
		require.Contains(t, s, "only valid until")
	}
	require.Equal(t, strings.Repeat("!", len(m.Body())), string(m.Body()))
}

// TestAKeptStringShows: the octets of a string change too.
func TestAKeptStringShows(t *testing.T) {
	t.Cleanup(poison.Set(true))
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 20, serveOverviews(20))
		var kept, cloned []string
		for m, err := range c.UIDFetch(t.Context(), all, overview, reuse) {
			require.NoError(t, err)
			kept = append(kept, m.Envelope.MessageID)
			cloned = append(cloned, strings.Clone(m.Envelope.MessageID))
		}
		for i, s := range kept {
			require.Equal(t, strings.Repeat("!", len(s)), s)
			require.Equal(t, fmt.Sprintf("<%d@example.org>", i+1), cloned[i])
		}
	})
}

// TestWhatIsNotTheLoopsIsOwned: what a loop reads for others, and what is held back for it,
// stays as it is.
func TestWhatIsNotTheLoopsIsOwned(t *testing.T) {
	for _, poisoned := range []bool{false, true} {
		t.Run(fmt.Sprint("poisoned ", poisoned), func(t *testing.T) {
			t.Cleanup(poison.Set(poisoned))
			t.Run("events", func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					var mu sync.Mutex
					var events []*imap.Message
					opts := &imap.Options{OnEvent: func(ev imap.Event) {
						if m, ok := ev.(*imap.Message); ok {
							mu.Lock()
							events = append(events, m)
							mu.Unlock()
						}
					}}
					c := inInbox(t, opts, 100, func(p *scripted.Peer) {
						cmd := p.Command()
						for i := range 100 { // the flags of another message change
							p.Raw(overviewRow(i+1) + fmt.Sprintf("* %d FETCH (FLAGS (flag%d))\r\n", 500+i, i))
						}
						p.OK(cmd)
						p.Serve(nil)
					})
					n := 0
					for m, err := range c.UIDFetch(t.Context(), imap.UIDRange(1001, 1100), overview, reuse) {
						require.NoError(t, err)
						n++
						requireOverview(t, n, m)
					}
					require.Equal(t, 100, n)
					synctest.Wait()
					mu.Lock()
					defer mu.Unlock()
					require.Len(t, events, 100)
					for i, m := range events {
						require.EqualValues(t, 500+i, m.SeqNum)
						require.Equal(t, []imap.Flag{imap.Flag(fmt.Sprintf("flag%d", i))}, m.Flags)
					}
				})
			})
			t.Run("rows in pieces", func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					c := inInbox(t, nil, 100, func(p *scripted.Peer) {
						cmd := p.Command()
						for i := range 100 {
							p.Raw(fmt.Sprintf("* %d FETCH (UID %d FLAGS (flag%d))\r\n", i+1, i+1, i+1))
						}
						for i := range 100 {
							p.Raw(fmt.Sprintf("* %d FETCH (UID %d ENVELOPE (NIL \"subject %d\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n", i+1, i+1, i+1))
						}
						p.OK(cmd)
						p.Serve(nil)
					})
					n := 0
					for m, err := range c.UIDFetch(t.Context(), all, imap.FetchItems{Flags: true, Envelope: true}, reuse) {
						require.NoError(t, err)
						n++
						require.EqualValues(t, n, m.UID)
						require.Equal(t, []imap.Flag{imap.Flag(fmt.Sprintf("flag%d", n))}, m.Flags)
						require.Equal(t, fmt.Sprintf("subject %d", n), m.Envelope.Subject)
					}
					require.Equal(t, 100, n)
				})
			})
			t.Run("late sections", func(t *testing.T) {
				const ask = "UID FETCH 7:9 (FLAGS BODY.PEEK[1] BODY.PEEK[2])"
				items := imap.FetchItems{Flags: true, Sections: []imap.FetchSection{imap.PartSection(1), imap.PartSection(2)}}
				bubble(t, func(t *testing.T) {
					c := inInbox(t, nil, 3, func(p *scripted.Peer) {
						p.Answer(ask, `* 1 FETCH (UID 7 FLAGS (a) BODY[1] "one7")`, `* 2 FETCH (UID 8 FLAGS (b) BODY[1] "one8" BODY[2] "two8")`, `* 3 FETCH (UID 9 FLAGS (c) BODY[1] "one9")`)
						p.Answer("UID FETCH 7,9 (FLAGS BODY.PEEK[1] BODY.PEEK[2])", `* 1 FETCH (UID 7 FLAGS (a) BODY[2] "two7")`, `* 3 FETCH (UID 9 FLAGS (c) BODY[2] "two9")`)
						p.Answer("NOOP")
					})
					got := map[imap.UID]string{}
					for m, err := range c.UIDFetch(t.Context(), imap.UIDRange(7, 9), items, reuse) {
						require.NoError(t, err)
						one, _ := m.Section(imap.PartSection(1).Section)
						two, _ := m.Section(imap.PartSection(2).Section)
						got[m.UID] = sprint(m.Flags, string(one), string(two))
					}
					require.Equal(t, map[imap.UID]string{7: "[a] one7 two7", 8: "[b] one8 two8", 9: "[c] one9 two9"}, got)
					works(t, c)
				})
			})
			t.Run("several commands", func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					var uids imap.UIDSet // too many ranges for one command
					for i := range 4000 {
						uids.AddNum(imap.UID(10_001 + 2*i))
					}
					commands := 0
					c := inInbox(t, nil, 4000, func(p *scripted.Peer) {
						p.Serve(func(c scripted.Command) bool {
							if !c.Is("UID FETCH") {
								return false
							}
							set, err := response.ParseUIDSet(strings.Fields(c.Text)[2])
							if !assert.NoError(t, err) {
								return false
							}
							for uid := range set.All() {
								p.Raw(fmt.Sprintf("* %d FETCH (UID %d ENVELOPE (NIL \"subject %d\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n", (uid-10_001)/2+1, uid, uid))
							}
							commands++
							p.OK(c)
							return true
						})
					})
					n := 0
					for m, err := range c.UIDFetch(t.Context(), uids, imap.FetchItems{Envelope: true}, reuse) {
						require.NoError(t, err)
						require.EqualValues(t, 10_001+2*n, m.UID)
						require.Equal(t, fmt.Sprintf("subject %d", m.UID), m.Envelope.Subject)
						n++
					}
					require.Equal(t, 4000, n)
					require.Greater(t, commands, 1)
				})
			})
			t.Run("errors", func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					c := inInbox(t, nil, 3, func(p *scripted.Peer) {
						cmd := p.Command()
						for i := range 100 {
							p.Raw(overviewRow(2*i+1) + fmt.Sprintf("* %d FETCH (UID %d FLAGS (\\Seen oops%d()))\r\n", 2*i+2, 1002+2*i, i))
						}
						p.OK(cmd)
						p.Serve(nil)
					})
					var kept []*imap.ParseError
					for m, err := range c.UIDFetch(t.Context(), all, overview, reuse) {
						var bad *imap.ParseError
						if errors.As(err, &bad) {
							require.EqualValues(t, 1002+2*len(kept), m.UID)
							kept = append(kept, bad)
							continue
						}
						require.NoError(t, err)
						requireOverview(t, 2*len(kept)+1, m)
					}
					require.Len(t, kept, 100)
					for i, bad := range kept {
						require.EqualValues(t, 1002+2*i, bad.UID)
						require.Contains(t, string(bad.Raw), fmt.Sprintf("oops%d(", i))
					}
				})
			})
		})
	}
}
