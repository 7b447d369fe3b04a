package promises_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// sorting returns a client with INBOX open on a server that can sort.
func sorting(t *testing.T, serve func(*scripted.Peer)) *imap.Client {
	c := connect(t, nil, func(p *scripted.Peer) {
		p.Send("* PREAUTH [CAPABILITY IMAP4rev1 SORT THREAD=REFERENCES CONDSTORE] ready")
		p.Answer("SELECT INBOX", "* 9 EXISTS")
		serve(p)
	})
	_, err := c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	return c
}

var newest = []commands.SortKey{{Field: commands.SortArrival, Reverse: true}, {Field: commands.SortSubject}}

func TestSortKeepsTheOrderOfTheServer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := sorting(t, func(p *scripted.Peer) {
			p.Answer("UID SORT (REVERSE ARRIVAL SUBJECT) UTF-8 UNSEEN", "* SORT 7 3 9", "* 3 EXPUNGE", "* SORT 2")
			p.Answer("SORT (REVERSE ARRIVAL SUBJECT) US-ASCII MODSEQ 5", "* SORT 2 1 (MODSEQ 12)")
			p.Answer("UID SORT (REVERSE ARRIVAL SUBJECT) UTF-8 ALL", "* SORT")
			p.Answer("UID SORT (REVERSE ARRIVAL SUBJECT) UTF-8 ALL")
		})
		ctx := t.Context()
		found, err := c.UIDSort(ctx, newest, search.Unseen(), nil)
		require.NoError(t, err)
		assert.Equal(t, []imap.UID{7, 3, 9, 2}, found.Nums)
		assert.EqualValues(t, 8, c.Mailbox().Messages)
		seqs, err := c.Sort(ctx, newest, search.ModSeq(5), &commands.SortOptions{Charset: "US-ASCII"})
		require.NoError(t, err)
		assert.Equal(t, &response.SortResult[imap.SeqNum]{Nums: []imap.SeqNum{2, 1}, Count: 2, ModSeq: 12}, seqs)
		for range 2 {
			none, err := c.UIDSort(ctx, newest, nil, nil)
			require.NoError(t, err)
			assert.Empty(t, none.Nums)
		}
	})
}

func TestThreadsAreTrees(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := sorting(t, func(p *scripted.Peer) {
			p.Answer("UID THREAD REFERENCES UTF-8 SINCE 1-Mar-2026", "* THREAD (2)(3 6 (4 23)(44 7 96))", "* THREAD ((11)(12))")
			p.Answer("THREAD REFERENCES UTF-8 ALL", "* THREAD (1 (3)(2))")
		})
		ctx := t.Context()
		threads, err := c.UIDThread(ctx, commands.ThreadReferences, search.Since(time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)), nil)
		require.NoError(t, err)
		require.Len(t, threads, 3)
		assert.Equal(t, []imap.UID{3, 6, 4, 23, 44, 7, 96}, slices.Collect(threads[1].All()))
		var depths []int
		for _, depth := range threads[1].Nodes() {
			depths = append(depths, depth)
		}
		assert.Equal(t, []int{0, 1, 2, 3, 2, 3, 4}, depths)
		assert.Zero(t, threads[2].Num)
		assert.Equal(t, []imap.UID{11, 12}, slices.Collect(threads[2].All()))
		seqs, err := c.Thread(ctx, commands.ThreadReferences, nil, nil)
		require.NoError(t, err)
		assert.Equal(t, []response.Thread[imap.SeqNum]{{Num: 1, Children: []response.Thread[imap.SeqNum]{{Num: 3}, {Num: 2}}}}, seqs)
	})
}

func TestSortingThatCanNotBe(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := sorting(t, func(p *scripted.Peer) {
			cmd := p.Want("UID SORT (REVERSE ARRIVAL SUBJECT) X-ODD ALL")
			p.Send(cmd.Tag + " NO [BADCHARSET (UTF-8)] what is that")
			p.Answer("UID SORT (REVERSE ARRIVAL SUBJECT) UTF-8 ALL", "* SORT 1 x 3", "* SORT 4")
			p.Answer("UID THREAD REFERENCES UTF-8 ALL", "* THREAD (1 (2)")
			p.Answer("NOOP")
		})
		ctx := t.Context()
		_, err := c.UIDSort(ctx, newest, nil, &commands.SortOptions{Charset: "X-ODD"})
		var refused *imap.StatusError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, response.BadCharsetCode{Charsets: []string{"UTF-8"}}, refused.Code)

		var bad *imap.ParseError
		_, err = c.UIDSort(ctx, newest, nil, nil)
		require.ErrorAs(t, err, &bad)
		assert.Equal(t, "SORT", bad.Response)
		_, err = c.UIDThread(ctx, commands.ThreadReferences, nil, nil)
		require.ErrorAs(t, err, &bad)
		assert.Equal(t, "THREAD", bad.Response)

		var lacking *imap.UnsupportedError
		_, err = c.UIDSort(ctx, []commands.SortKey{{Field: commands.SortDisplayTo}}, nil, nil)
		require.ErrorAs(t, err, &lacking)
		assert.Equal(t, response.CapSortDisplay, lacking.Cap)
		_, err = c.UIDThread(ctx, commands.ThreadOrderedSubject, nil, nil)
		require.ErrorAs(t, err, &lacking)
		assert.Equal(t, response.CapThreadOrdered, lacking.Cap)

		var wrong *imap.ArgumentError
		_, err = c.UIDSort(ctx, nil, nil, nil)
		require.ErrorAs(t, err, &wrong)
		_, err = c.UIDSort(ctx, []commands.SortKey{{Field: "DATE) UTF-8 ALL\r\nA9 LOGOUT"}}, nil, nil)
		require.ErrorAs(t, err, &wrong)
		require.NoError(t, c.Noop(ctx))
	})
}

// esorting is sorting on a server with these capabilities besides.
func esorting(t *testing.T, more string, serve func(*scripted.Peer)) *imap.Client {
	c := connect(t, nil, func(p *scripted.Peer) {
		p.Send("* PREAUTH [CAPABILITY IMAP4rev1 SORT ESEARCH " + more + "] ready")
		p.Answer("SELECT INBOX", "* 9 EXISTS", "* OK [UIDVALIDITY 1] valid")
		serve(p)
	})
	_, err := c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	return c
}

// The options of a sort have the same results on all servers: with ESORT and PARTIAL
// they are asked for, otherwise taken from the whole result (RFC 5267 §3.1, §4.4).
func TestSortOptionsAreTheSameOnAllServers(t *testing.T) {
	by := []commands.SortKey{{Field: commands.SortDate, Reverse: true}}
	const plain = "UID SORT (REVERSE DATE) UTF-8 UNSEEN"
	all := "* SORT 7 3 9 2"
	for name, tt := range map[string]struct {
		opts *commands.SortOptions
		want response.SortResult[imap.UID]
		asks map[string]string // by capabilities: what is sent, and the ESEARCH
		data map[string]string
	}{
		"all": {
			&commands.SortOptions{All: true, Min: true}, response.SortResult[imap.UID]{Nums: []imap.UID{7, 3, 9, 2}, Min: 7, Count: 4},
			map[string]string{"": plain, "ESORT": "UID SORT RETURN (ALL COUNT) (REVERSE DATE) UTF-8 UNSEEN"},
			map[string]string{"ESORT": "ALL 7,3,9,2 COUNT 4"},
		},
		"the first and the last": { // which Cyrus does not return
			&commands.SortOptions{Min: true, Max: true, Count: true}, response.SortResult[imap.UID]{Min: 7, Max: 2, Count: 4},
			map[string]string{"": plain, "ESORT": "UID SORT RETURN (ALL COUNT) (REVERSE DATE) UTF-8 UNSEEN"},
			map[string]string{"ESORT": "MIN 2 MAX 9 ALL 7,3,9,2 COUNT 4"},
		},
		"the first of none": {
			&commands.SortOptions{Min: true}, response.SortResult[imap.UID]{},
			map[string]string{"ESORT": "UID SORT RETURN (ALL COUNT) (REVERSE DATE) UTF-8 UNSEEN"},
			map[string]string{"ESORT": "COUNT 0"},
		},
		"all, if the server leaves them out": {
			&commands.SortOptions{Min: true}, response.SortResult[imap.UID]{Min: 7},
			map[string]string{"ESORT": "UID SORT RETURN (ALL COUNT) (REVERSE DATE) UTF-8 UNSEEN"},
			map[string]string{"ESORT": "MIN 2 COUNT 4"},
		},
		"the first, and a page": {
			&commands.SortOptions{Min: true, Partial: &commands.PartialRange{First: 2, Last: 3}}, response.SortResult[imap.UID]{Min: 7, Partial: []imap.UID{3, 9}},
			map[string]string{"": plain, "ESORT PARTIAL CONTEXT=SORT": plain}, nil,
		},
		"count": {
			&commands.SortOptions{Count: true}, response.SortResult[imap.UID]{Count: 4},
			map[string]string{"": plain, "ESORT": "UID SORT RETURN (COUNT) (REVERSE DATE) UTF-8 UNSEEN"},
			map[string]string{"ESORT": "COUNT 4"},
		},
		"the first page": {
			&commands.SortOptions{Partial: &commands.PartialRange{First: 1, Last: 2}}, response.SortResult[imap.UID]{Partial: []imap.UID{7, 3}},
			map[string]string{"": plain, "ESORT": plain, "ESORT CONTEXT=SORT": "UID SORT RETURN (PARTIAL 1:2) (REVERSE DATE) UTF-8 UNSEEN"},
			map[string]string{"ESORT CONTEXT=SORT": "PARTIAL (1:2 7,3)"},
		},
		"the last page": {
			&commands.SortOptions{Partial: &commands.PartialRange{First: -1, Last: -2}}, response.SortResult[imap.UID]{Partial: []imap.UID{9, 2}},
			map[string]string{"": plain, "ESORT CONTEXT=SORT": plain, "ESORT PARTIAL": "UID SORT RETURN (PARTIAL -1:-2) (REVERSE DATE) UTF-8 UNSEEN"},
			map[string]string{"ESORT PARTIAL": "PARTIAL (-1:-2 9,2)"},
		},
		"a page beyond the end": {
			&commands.SortOptions{Partial: &commands.PartialRange{First: 9, Last: 5}}, response.SortResult[imap.UID]{},
			map[string]string{"": plain, "ESORT PARTIAL": "UID SORT RETURN (PARTIAL 9:5) (REVERSE DATE) UTF-8 UNSEEN"},
			map[string]string{"ESORT PARTIAL": "PARTIAL (9:5 NIL)"},
		},
	} {
		for more, want := range tt.asks {
			t.Run(name+" "+more, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					c := esorting(t, more, func(p *scripted.Peer) {
						cmd := p.Want(want)
						if data := tt.data[more]; data != "" {
							p.Sendf(`* ESEARCH (TAG "%s") UID %s`, cmd.Tag, data)
						} else {
							p.Send(all)
						}
						p.OK(cmd)
						if strings.Contains(name, "leaves them out") {
							p.Answer(plain, all)
						}
						p.Answer("NOOP")
					})
					found, err := c.UIDSort(t.Context(), by, search.Unseen(), tt.opts)
					require.NoError(t, err)
					got := *found
					if len(got.Partial) == 0 {
						got.Partial = nil
					}
					if len(got.Nums) == 0 {
						got.Nums = nil
					}
					assert.Equal(t, tt.want, got)
					works(t, c)
				})
			})
		}
	}
}

// A server that offers ESORT and leaves out what was asked for is asked by a plain SORT.
func TestAnESortThatLacksItsAnswerIsAskedAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := esorting(t, "ESORT", func(p *scripted.Peer) {
			cmd := p.Want("SORT RETURN (ALL COUNT) (DATE) UTF-8 ALL")
			p.Sendf(`* ESEARCH (TAG "%s") MAX 4`, cmd.Tag)
			p.OK(cmd)
			p.Answer("SORT (DATE) UTF-8 ALL", "* SORT 5 4")
			p.Answer("NOOP")
		})
		found, err := c.Sort(t.Context(), []commands.SortKey{{Field: commands.SortDate}}, nil, &commands.SortOptions{Max: true, Count: true})
		require.NoError(t, err)
		assert.Equal(t, &response.SortResult[imap.SeqNum]{Max: 4, Count: 2}, found)
		works(t, c)
	})
}

// A range costs the server a few octets: how many numbers it may stand for is bounded.
func TestASortedRangeIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := esorting(t, "ESORT", func(p *scripted.Peer) {
			cmd := p.Want("UID SORT RETURN (ALL COUNT) (DATE) UTF-8 ALL")
			p.Sendf(`* ESEARCH (TAG "%s") UID MIN 1 ALL 5,1:4294967295 COUNT 3`, cmd.Tag)
			p.OK(cmd)
			p.Answer("NOOP")
		})
		_, err := c.UIDSort(t.Context(), []commands.SortKey{{Field: commands.SortDate}}, nil, &commands.SortOptions{Min: true, All: true})
		var large *imap.LimitError
		require.ErrorAs(t, err, &large)
		works(t, c)
	})
}

// The scores of a fuzzy search and of a sort (RFC 6203 §4, §6).
func TestRelevancy(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := esorting(t, "ESORT SEARCH=FUZZY", func(p *scripted.Peer) {
			cmd := p.Want(`UID SEARCH RETURN (ALL COUNT RELEVANCY) FUZZY TEXT "Helo"`)
			p.Sendf(`* ESEARCH (TAG "%s") UID ALL 1,5,10 COUNT 3 RELEVANCY (4 99 42)`, cmd.Tag)
			p.OK(cmd)
			cmd = p.Want(`SORT RETURN (ALL COUNT RELEVANCY) (RELEVANCY) UTF-8 FUZZY TEXT "Helo"`)
			p.Sendf(`* ESEARCH (TAG "%s") ALL 5,10,1 COUNT 3 RELEVANCY (99 42 4)`, cmd.Tag)
			p.OK(cmd)
			p.Answer(`SORT (RELEVANCY) UTF-8 FUZZY SUBJECT "Helo"`, "* SORT 5 10 1")
			p.Answer("NOOP")
		})
		ctx := t.Context()
		found, err := c.UIDSearch(ctx, search.Fuzzy(search.Text("Helo")), &imap.SearchOptions{Relevancy: true})
		require.NoError(t, err)
		assert.Equal(t, "1,5,10", found.All.String())
		assert.Equal(t, []uint32{4, 99, 42}, found.Relevancy)
		best := []commands.SortKey{{Field: commands.SortRelevancy}}
		sorted, err := c.Sort(ctx, best, search.Fuzzy(search.Text("Helo")), &commands.SortOptions{Relevancy: true})
		require.NoError(t, err)
		assert.Equal(t, []imap.SeqNum{5, 10, 1}, sorted.Nums)
		assert.Equal(t, []uint32{99, 42, 4}, sorted.Relevancy)
		sorted, err = c.Sort(ctx, best, search.Fuzzy(search.Subject("Helo")), nil)
		require.NoError(t, err)
		assert.Equal(t, []imap.SeqNum{5, 10, 1}, sorted.Nums)
		works(t, c)
	})
	for more, want := range map[string]imap.Cap{"ESORT": response.CapSearchFuzzy, "SEARCH=FUZZY": response.CapESort} {
		bubble(t, func(t *testing.T) {
			c := esorting(t, more, func(p *scripted.Peer) { p.Answer("NOOP") })
			_, err := c.UIDSort(t.Context(), newest, nil, &commands.SortOptions{Relevancy: true})
			var missing *imap.UnsupportedError
			require.ErrorAs(t, err, &missing)
			assert.Equal(t, want, missing.Cap)
			works(t, c)
		})
	}
}
