package promises_test

import (
	"fmt"
	"slices"
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

// limited is a server that takes no long lines, and no more messages than limit in one
// command: it works on those with the highest UIDs, and says where it stopped (RFC
// 9738).
type limited struct {
	*scripted.Peer
	uids  imap.UIDSet // of the mailbox
	limit int         // 0: none
	other bool        // the tagged OK has another code
	lines []string
	acted map[string]imap.UIDSet // by command
	twice imap.UIDSet            // acted on more than once
}

const limitedCaps = "IMAP4rev1 LITERAL+ UIDPLUS MOVE ESEARCH SORT"

func (s *limited) serve() {
	s.acted = make(map[string]imap.UIDSet)
	s.Serve(func(c scripted.Command) bool {
		if len(c.Text) > 8192 {
			s.Sendf("%s BAD line too long", c.Tag)
			return true
		}
		s.lines = append(s.lines, c.Text)
		words := strings.Fields(c.Text)
		verb := strings.ToUpper(strings.Join(words[:min(2, len(words))], " "))
		switch verb {
		case "UID FETCH", "UID STORE", "UID COPY", "UID MOVE", "UID EXPUNGE":
			s.act(c, verb, words[2])
		case "UID SEARCH":
			s.search(c)
		case "UID SORT":
			s.sort(c)
		default:
			return false
		}
		return true
	})
}

// cut returns the messages that a command works on, and the code that it ends with.
func (s *limited) cut(set string) (work imap.UIDSet, code string) {
	asked, err := imap.ParseUIDSet(set)
	require.NoError(s.T, err)
	work = s.uids.Intersection(asked)
	if s.limit == 0 || work.Len() <= int64(s.limit) {
		return work, ""
	}
	work = work.Last(s.limit)
	lowest, _ := work.Min()
	return work, fmt.Sprintf("[MESSAGELIMIT %d %d] ", s.limit, lowest)
}

func (s *limited) act(c scripted.Command, verb, set string) {
	work, code := s.cut(set)
	if verb == "UID COPY" && code != "" {
		s.Sendf("%s NO %sfewer, please", c.Tag, code)
		return
	}
	s.twice.AddSet(s.acted[verb].Intersection(work))
	done := s.acted[verb].Clone()
	done.AddSet(work)
	s.acted[verb] = done
	var b strings.Builder
	switch verb {
	case "UID FETCH":
		for uid := range work.Backward() {
			n, _ := s.uids.Index(uid)
			fmt.Fprintf(&b, "* %d FETCH (UID %d FLAGS (\\Seen))\r\n", n+1, uid)
		}
	case "UID COPY":
		code = fmt.Sprintf("[COPYUID 9 %s %s] ", work, work)
	}
	if s.other && code != "" && verb != "UID COPY" {
		fmt.Fprintf(&b, "* NO %slimit\r\n", code)
		code = "[HIGHESTMODSEQ 17] "
	}
	fmt.Fprintf(&b, "%s OK %sdone\r\n", c.Tag, code)
	s.Raw(b.String())
}

// search knows the keys UID and SEEN, which every message is.
func (s *limited) search(c scripted.Command) {
	set := "1:*"
	words := strings.Fields(c.Text)
	if i := slices.Index(words, "UID"); slices.Index(words[i+1:], "UID") >= 0 {
		set = words[i+2+slices.Index(words[i+1:], "UID")]
	}
	work, code := s.cut(set)
	s.Send(fmt.Sprintf(`* ESEARCH (TAG "%s") UID COUNT %d`, c.Tag, work.Len())+all13(work), c.Tag+" OK "+code+"done")
}

func all13(work imap.UIDSet) string {
	if work.Empty() {
		return ""
	}
	return " ALL " + work.String()
}

// sort sorts everything in descending order.
func (s *limited) sort(c scripted.Command) {
	var b strings.Builder
	for uid := range s.uids.Backward() {
		fmt.Fprintf(&b, " %d", uid)
	}
	s.Send("* SORT"+b.String(), c.Tag+" OK done")
}

// onLimited returns a client with the mailbox open.
func onLimited(t *testing.T, s *limited, announce string) *imap.Client {
	return inInboxOf(t, limitedCaps+announce, int(s.uids.Len()), func(p *scripted.Peer) {
		s.Peer = p
		s.serve()
	})
}

// inInboxOf is inInbox with capabilities.
func inInboxOf(t *testing.T, caps string, n int, serve func(*scripted.Peer)) *imap.Client {
	t.Helper()
	c := connect(t, nil, func(p *scripted.Peer) {
		p.Send("* PREAUTH [CAPABILITY " + caps + "] ready")
		p.Answer("SELECT INBOX", fmt.Sprintf("* %d EXISTS", n), "* OK [UIDVALIDITY 1] valid")
		serve(p)
	})
	_, err := c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	return c
}

// scattered returns n UIDs, none of which follows another.
func scattered(n int) (set imap.UIDSet) {
	for i := range n {
		set.AddNum(imap.UID(100_000 + 2*i))
	}
	return set
}

// TestLongSetsAreSplit asks for more than fits into a line, or more than the server
// does at once, with each command that takes a set.
func TestLongSetsAreSplit(t *testing.T) {
	for name, test := range map[string]struct {
		have     imap.UIDSet
		ask      imap.UIDSet
		limit    int
		announce string
		other    bool
	}{
		"a long line":               {have: scattered(12_000), ask: scattered(12_000)},
		"an announced limit":        {have: scattered(2_000), ask: scattered(2_000), limit: 300, announce: " MESSAGELIMIT=300"},
		"a limit":                   {have: scattered(2_000), ask: scattered(2_000), limit: 300},
		"a limit, another code":     {have: scattered(700), ask: scattered(700), limit: 300, other: true},
		"a limit for all":           {have: scattered(2_000), ask: imap.UIDRange(1, imap.Star), limit: 300, announce: " MESSAGELIMIT=300"},
		"a limit for a wide range":  {have: scattered(2_000), ask: imap.UIDRange(1, 1<<31), limit: 300, announce: " MESSAGELIMIT=300 SAVELIMIT=200"},
		"a limit for saving":        {have: scattered(500), ask: scattered(500), announce: " SAVELIMIT=200"},
		"neither":                   {have: scattered(10), ask: scattered(20)},
		"both":                      {have: scattered(12_000), ask: scattered(12_000), limit: 5_000, announce: " MESSAGELIMIT=5000"},
		"a limit of one":            {have: scattered(20), ask: imap.UIDRange(1, imap.Star), limit: 1, announce: " MESSAGELIMIT=1"},
		"a limit that is no number": {have: scattered(20), ask: scattered(20), announce: " MESSAGELIMIT=none"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := &limited{uids: test.have, limit: test.limit, other: test.other}
				c := onLimited(t, s, test.announce)
				want := test.have.Intersection(test.ask)
				useEach(t, c, test.ask, want)
				for _, verb := range []string{"UID FETCH", "UID STORE", "UID COPY", "UID MOVE", "UID EXPUNGE"} {
					assert.True(t, s.acted[verb].Equal(want), "%s of %d messages worked on %d", verb, want.Len(), s.acted[verb].Len())
				}
				assert.True(t, s.twice.Empty(), "worked on twice: %.100s", s.twice)
			})
		})
	}
}

// useEach uses a set with each command.
func useEach(t *testing.T, c *imap.Client, ask, want imap.UIDSet) {
	ctx := t.Context()
	var got imap.UIDSet
	for m, err := range c.UIDFetch(ctx, ask, flags, nil) {
		require.NoError(t, err)
		got.AddNum(m.UID)
	}
	assert.True(t, got.Equal(want), "FETCH: %d of %d", got.Len(), want.Len())

	_, err := c.UIDStore(ctx, ask, imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, &imap.StoreOptions{Silent: true})
	require.NoError(t, err)
	put, err := c.UIDCopy(ctx, ask, "Archive")
	require.NoError(t, err)
	assert.True(t, put.Source.Equal(want), "COPY: %d of %d", put.Source.Len(), want.Len())
	pairs := 0
	for from, to := range put.Pairs() {
		assert.Equal(t, from, to)
		pairs++
	}
	assert.EqualValues(t, want.Len(), pairs)
	_, err = c.UIDMove(ctx, ask, "Archive")
	require.NoError(t, err)
	_, err = c.UIDExpunge(ctx, ask)
	require.NoError(t, err)

	for key, want := range map[search.Key]imap.UIDSet{search.UID(ask): want, search.And(search.UID(ask), search.Seen(), search.UID(ask)): want} {
		found, err := c.UIDSearch(ctx, key, &imap.SearchOptions{Min: true, Max: true, Count: true})
		require.NoError(t, err)
		lowest, _ := want.Min()
		highest, _ := want.Max()
		assert.EqualValues(t, want.Len(), found.Count)
		assert.Equal(t, []imap.UID{lowest, highest}, []imap.UID{found.Min, found.Max})
	}
	found, err := c.UIDSearch(ctx, search.UID(ask), nil)
	require.NoError(t, err)
	assert.True(t, found.All.Equal(want))

	sorted, err := c.UIDSort(ctx, []commands.SortKey{{Field: commands.SortDate, Reverse: true}}, search.UID(ask), nil)
	require.NoError(t, err)
	assert.True(t, slices.IsSortedFunc(sorted.Nums, func(a, b imap.UID) int { return int(int64(b) - int64(a)) }))
	if got := imap.UIDs(sorted.Nums...); ask.Len() > 2000 && !ask.Dynamic() && len(ask.Ranges()) > 1 {
		assert.True(t, got.Equal(want))
	}
}

// What can't be split is refused before anything is sent.
func TestLongSetsThatCanNotBeSplit(t *testing.T) {
	long := scattered(3_000)
	seqs := response.AsSeqSet(long)
	sort := []commands.SortKey{{Field: commands.SortDate}}
	bubble(t, func(t *testing.T) {
		c := inInboxOf(t, limitedCaps+" SEARCHRES THREAD=REFERENCES MULTISEARCH", 10, func(p *scripted.Peer) { p.Answer("NOOP") })
		ctx := t.Context()
		for name, call := range map[string]func() error{
			"FETCH": func() error { _, err := imap.Collect(c.Fetch(ctx, seqs, flags, nil)); return err },
			"STORE": func() error { _, err := c.Store(ctx, seqs, imap.StoreAdd, nil, nil); return err },
			"COPY":  func() error { _, err := c.Copy(ctx, seqs, "x"); return err },
			"MOVE":  func() error { _, err := c.Move(ctx, seqs, "x"); return err },
			"Not":   func() error { _, err := c.UIDSearch(ctx, search.Not(search.UID(long)), nil); return err },
			"Or": func() error {
				_, err := c.UIDSearch(ctx, search.Or(search.UID(long), search.Seen()), nil)
				return err
			},
			"SEARCH by number": func() error { _, err := c.Search(ctx, search.UID(long), nil); return err },
			"SAVE": func() error {
				_, err := c.UIDSearch(ctx, search.UID(long), &imap.SearchOptions{Save: true})
				return err
			},
			"SORT by number": func() error { _, err := c.Sort(ctx, sort, search.UID(long), nil); return err },
			"SORT within Or": func() error {
				_, err := c.UIDSort(ctx, sort, search.Or(search.UID(long), search.Seen()), nil)
				return err
			},
			"THREAD":  func() error { _, err := c.UIDThread(ctx, commands.ThreadReferences, search.UID(long), nil); return err },
			"ESEARCH": func() error { _, err := c.ESearch(ctx, nil, search.UID(long), nil); return err },
		} {
			var bad *imap.ArgumentError
			assert.ErrorAs(t, call(), &bad, name)
		}
		require.NoError(t, c.Noop(ctx))
	})
}

// A command that the server cuts short and that can't be continued is an error, not a
// short result.
func TestLimitThatCanNotBePassed(t *testing.T) {
	for name, code := range map[string]string{"no place": "[MESSAGELIMIT 2]", "no progress": "[MESSAGELIMIT 2 4000000000]"} {
		bubble(t, func(t *testing.T) {
			c := inInboxOf(t, limitedCaps, 10, func(p *scripted.Peer) {
				p.Serve(func(c scripted.Command) bool {
					if strings.Contains(c.Text, "FETCH") {
						p.Send("* 10 FETCH (UID 10 FLAGS ())")
					}
					p.Sendf("%s OK %s done", c.Tag, code)
					return true
				})
			})
			ctx := t.Context()
			for call, err := range map[string]error{
				"FETCH":   second(imap.Collect(c.UIDFetch(ctx, all, flags, nil))),
				"fetch":   second(imap.Collect(c.Fetch(ctx, imap.SeqRange(1, imap.Star), flags, nil))),
				"STORE":   second(c.UIDStore(ctx, all, imap.StoreAdd, nil, nil)),
				"store":   second(c.Store(ctx, imap.SeqRange(1, 9), imap.StoreAdd, nil, nil)),
				"MOVE":    second(c.UIDMove(ctx, all, "x")),
				"move":    second(c.Move(ctx, imap.SeqRange(1, 9), "x")),
				"EXPUNGE": second(c.UIDExpunge(ctx, all)),
				"expunge": second(c.Expunge(ctx)),
				"SEARCH":  second(c.UIDSearch(ctx, nil, nil)),
				"search":  second(c.Search(ctx, nil, nil)),
				"SORT":    second(c.UIDSort(ctx, []commands.SortKey{{Field: commands.SortDate}}, nil, nil)),
			} {
				assert.ErrorIs(t, err, response.CodeMessageLimit, "%s, %s", call, name)
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

// A loop over several commands may be left at any row, and its body may do what it
// likes; if it selects another mailbox, the loop ends with an error.
func TestLoopsOverLongSets(t *testing.T) {
	have := scattered(5_000)
	for _, stop := range []int{1, 999, 1_500, 4_999} {
		bubble(t, func(t *testing.T) {
			c := onLimited(t, &limited{uids: have}, "")
			n := 0
			for _, err := range c.UIDFetch(t.Context(), have, flags, nil) {
				require.NoError(t, err)
				if n++; n%500 == 0 {
					require.NoError(t, c.Noop(t.Context()))
				}
				if n == stop {
					break
				}
			}
			assert.Equal(t, stop, n)
			works(t, c)
		})
	}
	bubble(t, func(t *testing.T) {
		c := inInboxOf(t, limitedCaps, 5_000, func(p *scripted.Peer) {
			s := &limited{Peer: p, uids: have}
			_, _ = p, s
			first := p.Command()
			p.Send("* 1 FETCH (UID 100000 FLAGS ())", first.Tag+" OK done")
			p.Serve(func(c scripted.Command) bool {
				p.Sendf("%s OK done", c.Tag)
				return true
			})
		})
		var last error
		for _, err := range c.UIDFetch(t.Context(), have, flags, nil) {
			if last = err; err == nil {
				_, err := c.Select(t.Context(), "Other", nil)
				require.NoError(t, err)
			}
		}
		require.ErrorIs(t, last, imap.ErrState)
	})
}

// TestHalfASplitIsNotSafeToRetry has a later command of a split set fail.
func TestHalfASplitIsNotSafeToRetry(t *testing.T) {
	have := scattered(3_000)
	for name, call := range map[string]func(*testing.T, *imap.Client) error{
		"STORE": func(t *testing.T, c *imap.Client) error {
			return second(c.UIDStore(t.Context(), have, imap.StoreAdd, nil, nil))
		},
		"COPY":    func(t *testing.T, c *imap.Client) error { return second(c.UIDCopy(t.Context(), have, "x")) },
		"MOVE":    func(t *testing.T, c *imap.Client) error { return second(c.UIDMove(t.Context(), have, "x")) },
		"EXPUNGE": func(t *testing.T, c *imap.Client) error { return second(c.UIDExpunge(t.Context(), have)) },
	} {
		bubble(t, func(t *testing.T) {
			c := inInboxOf(t, limitedCaps, 3_000, func(p *scripted.Peer) {
				first := p.Command()
				p.Send(first.Tag+" OK done", "* BYE shutting down")
			})
			err := call(t, c)
			require.ErrorIs(t, err, imap.ErrClosed, name)
			assert.False(t, imap.SafeToRetry(err), name)
		})
	}
}

// An answer to ESEARCH that lacks what was asked for is asked for again (Strato).
func TestESearchWithoutItsNumbers(t *testing.T) {
	for name, test := range map[string]struct {
		opts   imap.SearchOptions
		asked  string
		answer string
		again  bool
	}{
		"nothing":     {imap.SearchOptions{}, "(ALL COUNT)", "", true},
		"count alone": {imap.SearchOptions{}, "(ALL COUNT)", " COUNT 3", true},
		"no match":    {imap.SearchOptions{}, "(ALL COUNT)", " COUNT 0", false},
		"all alone":   {imap.SearchOptions{}, "(ALL COUNT)", " ALL 5,7:8", false},
		"both":        {imap.SearchOptions{}, "(ALL COUNT)", " COUNT 3 ALL 5,7:8", false},
		"no minimum":  {imap.SearchOptions{Min: true, Max: true}, "(MIN MAX COUNT)", " COUNT 3 MAX 8", true},
		"no count":    {imap.SearchOptions{Count: true}, "(COUNT)", " MAX 8", true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInboxOf(t, "IMAP4rev1 ESEARCH", 3, func(p *scripted.Peer) {
					cmd := p.Want("UID SEARCH RETURN " + test.asked + " ALL")
					p.Send(`* ESEARCH (TAG "`+cmd.Tag+`") UID`+test.answer, cmd.Tag+" OK done")
					if test.again {
						p.Answer("UID SEARCH ALL", "* SEARCH 5 7 8")
					}
					p.Answer("NOOP")
				})
				found, err := c.UIDSearch(t.Context(), nil, &test.opts)
				require.NoError(t, err)
				if name == "no match" {
					assert.Zero(t, *found)
				} else {
					assert.EqualValues(t, 3, found.Count)
				}
				if test.opts.Min {
					assert.Equal(t, []imap.UID{5, 8}, []imap.UID{found.Min, found.Max})
				}
				works(t, c)
			})
		})
	}
}
