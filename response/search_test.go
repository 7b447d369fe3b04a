package response

import (
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestALongSearchIsTheSameAsAShortOne: a result that is larger than the window
// is read in pieces.
func TestALongSearchIsTheSameAsAShortOne(t *testing.T) {
	const n = 60_000
	row := searchRow(n)
	for name, c := range map[string]struct {
		line   string
		modSeq uint64
		bad    bool
	}{
		"plain":                     {line: row},
		"trailing space":            {line: row + "  "},
		"mod-sequence":              {line: row + " (MODSEQ 917162500)", modSeq: 917162500},
		"mod-sequence, space":       {line: row + " (modseq  917162500 ) ", modSeq: 917162500},
		"lower case":                {line: "* search" + row[len("* SEARCH"):]},
		"many spaces":               {line: strings.ReplaceAll(row, " 1", strings.Repeat(" ", 20)+"1")},
		"a word at the end":         {line: row + " x", bad: true},
		"a word in the middle":      {line: row[:len(row)/2] + "x" + row[len(row)/2:], bad: true},
		"a word at the start":       {line: "* SEARCH x" + row[len("* SEARCH"):], bad: true},
		"a number that is too long": {line: row[:len(row)/2] + strings.Repeat("9", 1000) + row[len(row)/2:], bad: true},
		"zero":                      {line: row + " 0", bad: true},
		"a list that is not closed": {line: row + " (MODSEQ 5", bad: true},
		"a list in the middle":      {line: row[:20] + " (X 5)" + row[20:], bad: true},
		"a brace at the end":        {line: row + " {5x}", bad: true},
	} {
		t.Run(name, func(t *testing.T) {
			wire := "* 1 EXISTS\r\n" + c.line + "\r\n* 2 EXISTS\r\n* SEARCH 7\r\n"
			for _, src := range [...]io.Reader{strings.NewReader(wire), inChunks(wire, 1, 50_000), inChunks(wire, 2, 999), cutAt(wire, 40_000), cutAt(wire, len(wire)-30)} {
				r := NewReader(src, Limits{})
				resp, err := read(r)
				require.NoError(t, err)
				require.Equal(t, &ExistsData{1}, resp.Data)
				resp, err = read(r)
				require.NoError(t, err)
				if c.bad {
					require.NotNil(t, resp.Err)
					assert.True(t, strings.HasPrefix(strings.ToUpper(string(resp.Err.Raw)), "* SEARCH") || len(resp.Err.Raw) > 0)
				} else {
					require.Nil(t, resp.Err)
					d := resp.Data.(*SearchData)
					require.EqualValues(t, n, d.Nums.Len())
					requireInOrder(t, d.Nums)
					last, _ := d.Nums.Max()
					require.EqualValues(t, 3*(n-1)+1, last)
					require.Equal(t, c.modSeq, d.ModSeq)
				}
				resp, err = read(r)
				require.NoError(t, err)
				require.Equal(t, &ExistsData{2}, resp.Data)
				resp, err = read(r)
				require.NoError(t, err)
				require.Equal(t, "7", resp.Data.(*SearchData).Nums.String())
			}
		})
	}
}

func TestALongSearchThatEndsWithTheConnectionIsAnError(t *testing.T) {
	row := searchRow(60_000)
	for _, at := range [...]int{30_000, 70_000, 200_000, len(row)} {
		r := NewReader(strings.NewReader(row[:at]), Limits{})
		_, err := r.Read()
		assert.Equal(t, io.EOF, err)
	}
}

// TestASearchInDescendingOrderIsSorted for one that is read in pieces.
func TestASearchInDescendingOrderIsSorted(t *testing.T) {
	var b strings.Builder
	b.WriteString("* SEARCH")
	for n := 50_000; n > 0; n-- {
		b.WriteString(" " + strconv.Itoa(2*n))
	}
	d := data[*SearchData](t, b.String())
	assert.EqualValues(t, 50_000, d.Nums.Len())
	requireInOrder(t, d.Nums)
}

// TestLongResultsAreJoined has results of several chunks, in which a range goes on
// where a chunk ends, or something out of order comes before, at or behind that.
func TestLongResultsAreJoined(t *testing.T) {
	for _, odd := range []int{-1, 0, chunkRanges - 2, chunkRanges - 1, chunkRanges, chunkRanges + 1, 3*chunkRanges - 1} {
		var want UIDSet
		var sent []UID
		uid := UID(10)
		for i := range 3 * chunkRanges {
			sent = append(sent, uid, uid+1, uid+2)
			if i == odd {
				sent = append(sent, 5, uid+1)
			}
			uid += 4 + UID(i%3)
		}
		search, set := []byte("* SEARCH"), []byte("* ESEARCH UID ALL ")
		for i, n := range sent {
			want.AddNum(n)
			search = strconv.AppendUint(append(search, ' '), uint64(n), 10)
			if i > 0 {
				set = append(set, ',')
			}
			set = strconv.AppendUint(set, uint64(n), 10)
		}
		plain := data[*SearchData](t, string(search))
		require.Equal(t, want, plain.Nums, "%d", odd)
		extended := data[*ESearchData](t, string(set))
		require.Equal(t, want, extended.All, "%d", odd)
		for _, order := range [][]Range[UID]{plain.Order, extended.Order} {
			require.Equal(t, odd >= 0, order != nil)
			var got []UID
			for _, r := range order {
				for n := r.Start; n <= r.Stop; n++ {
					got = append(got, n)
				}
			}
			if odd >= 0 {
				require.Equal(t, sent, got)
			}
		}
	}
}
