package promises_test

import (
	"slices"
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
		assert.Equal(t, &response.SortResult[imap.SeqNum]{Nums: []imap.SeqNum{2, 1}, ModSeq: 12}, seqs)
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
