package response

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestABadListIsBadEachTime has the same list of flags that can't be read in two
// rows, as lists are remembered.
func TestABadListIsBadEachTime(t *testing.T) {
	for _, list := range [...]string{`(\Seen (x))`, `(\Seen "a" (b) c)`, `(a b c (`} {
		row := "* 1 FETCH (UID 7 FLAGS " + list + ")\r\n"
		for i, resp := range responses(t, row+row+row) {
			require.NotNil(t, resp.Err, "%s, row %d", list, i)
			m, _ := resp.Data.(*Message)
			require.NotNil(t, m)
			assert.Empty(t, m.Flags, "%s, row %d", list, i)
		}
	}
	for i, resp := range responses(t, strings.Repeat("* LIST (\\Sent (x)) NIL a\r\n", 3)) {
		require.NotNil(t, resp.Err, "row %d", i)
	}
}

func TestTheWindowIsSmallAgainAfterALongLine(t *testing.T) {
	short := "* 1 EXISTS\r\n"
	r := NewReader(strings.NewReader("* XLONG "+strings.Repeat("x", 3*keptWindow)+"\r\n"+strings.Repeat(short, 100_000)), Limits{})
	_, err := r.Read()
	require.NoError(t, err)
	assert.Greater(t, len(r.buf), keptWindow)
	for err == nil {
		_, err = r.Read()
	}
	require.ErrorIs(t, err, io.EOF)
	assert.LessOrEqual(t, len(r.buf), keptWindow)
}

func TestScratchMemoryIsGivenBack(t *testing.T) {
	many := strings.Repeat(`("a\\b" NIL "c" "d")`, 5000)
	for _, bomb := range [...]string{
		"* 1 FETCH (ENVELOPE (NIL NIL (" + many + ") NIL NIL NIL NIL NIL NIL NIL))\r\n",
		"* 1 FETCH (FLAGS (" + strings.Repeat("a ", 50_000) + "))\r\n",
		"* 1 FETCH (BODYSTRUCTURE (" + strings.Repeat("()", 50_000) + "))\r\n",
		`* 1 FETCH (BODYSTRUCTURE ("a" "b" (` + strings.Repeat(`"c" "d" `, 50_000) + `) NIL NIL "7bit" 1))` + "\r\n",
	} {
		r := NewReader(strings.NewReader(bomb+"* 2 FETCH (ENVELOPE NIL)\r\n"), Limits{})
		for range 2 {
			resp, err := r.Read()
			require.NoError(t, err)
			require.Nil(t, resp.Err)
		}
		m := &r.mem
		scratch := cap(m.decoded) + cap(m.unescaped) + cap(m.paramList)*48 + cap(m.flagList)*sizeString + cap(m.kids)*sizePointer
		assert.LessOrEqual(t, scratch, 4*maxScratch, "%.40s", bomb)
	}
}

// TestLongListsAreNotRemembered reads lists around the bounds of what is.
func TestLongListsAreNotRemembered(t *testing.T) {
	for _, c := range [...]struct {
		list string
		kept bool
	}{
		{"(" + strings.Repeat("a ", maxKnown-1) + "a)", true},
		{"(" + strings.Repeat("a ", maxKnown) + "a)", false},
		{"(" + strings.Repeat("a", maxKnownText-2) + ")", true},
		{"(" + strings.Repeat("a", maxKnownText-1) + ")", false},
	} {
		r := NewReader(strings.NewReader("* 1 FETCH (FLAGS "+c.list+" UID 1)\r\n"), Limits{})
		resp, err := r.Read()
		require.NoError(t, err)
		require.Nil(t, resp.Err)
		known, _ := r.mem.flagLists.find([]byte(c.list + " UID 1)"))
		assert.Equal(t, c.kept, known != nil, c.list)
	}
}

// TestFoldsAreJoinedUpToABound has a quoted string that goes on for one line more than is
// joined, and one that is too long to be.
func TestFoldsAreJoinedUpToABound(t *testing.T) {
	row := func(folds, width int) string {
		return `* 1 FETCH (UID 7 ENVELOPE (NIL "` + strings.Repeat(strings.Repeat("s", width)+"\r\n ", folds) + `s" NIL NIL NIL NIL NIL NIL NIL NIL))` + "\r\n"
	}
	for _, c := range [...]struct {
		folds, width int
		joined       bool
	}{
		{1, 10, true}, {maxFolds, 10, true}, {maxFolds + 1, 10, false},
		{2, maxFolded/2 - 100, true}, {2, maxFolded/2 + 100, false},
	} {
		r := NewReader(strings.NewReader(row(c.folds, c.width)), Limits{})
		resp, err := r.Read()
		require.NoError(t, err)
		assert.Equal(t, c.joined, resp.Err == nil, "%d folds of %d octets: %v", c.folds, c.width, resp.Err)
	}
	// a literal that is announced too short by a line end, again and again
	text := "* 1 FETCH (UID 7" + strings.Repeat(" BODY[] {1}\r\na\r\n", maxFolds) + ")\r\n"
	resp := responses(t, text)
	assert.Nil(t, resp[0].Err)
	text = "* 1 FETCH (UID 7" + strings.Repeat(" BODY[] {1}\r\na\r\n", maxFolds+1) + ")\r\n"
	resp = responses(t, text)
	assert.NotNil(t, resp[0].Err)
}

func TestInProgressHasAnyOfItsFields(t *testing.T) {
	for args, want := range map[string]InProgressCode{
		`("A1" 3 10)`:    {"A1", 3, 10},
		`("A1" 3 NIL)`:   {"A1", 3, -1},
		`("A1" NIL NIL)`: {"A1", -1, -1},
		`("A1" NIL 10)`:  {"A1", -1, 10},
		`("A1")`:         {"A1", -1, -1},
		`(NIL 3 10)`:     {"", 3, 10},
		`("A1" 3)`:       {"A1", 3, -1},
	} {
		st := data[*StatusResponse](t, "* OK [INPROGRESS "+args+"] x")
		assert.Equal(t, want, st.Code, args)
	}
	for _, args := range [...]string{`()`, `("A1" x)`, `("A1" 3 10 11)`, `("A1" 3 10`, `"A1"`} {
		st := data[*StatusResponse](t, "* OK [INPROGRESS "+args+"] x")
		assert.IsType(t, OtherCode{}, st.Code, args)
	}
}

// TestAnErrorSaysWhoseItIs reads what a dispatcher needs to find the command that
// a broken response belongs to.
func TestAnErrorSaysWhoseItIs(t *testing.T) {
	for row, want := range map[string]ParseError{
		"* 7 FETCH (UID 9 RFC822.SIZE x)":         {Response: "FETCH", SeqNum: 7, UID: 9, Item: "RFC822.SIZE"},
		"* 7 FETCH (RFC822.SIZE x UID 9":          {Response: "FETCH", SeqNum: 7, UID: 9},
		"* 7 FETCH UID 9":                         {Response: "FETCH", SeqNum: 7},
		"* 0 FETCH (FLAGS (a))":                   {Response: "FETCH"},
		"* 9 UIDFETCH (FLAGS x)":                  {Response: "UIDFETCH", UID: 9, Item: "FLAGS"},
		"* 7 fetch (UID 9 FLAGS x)":               {Response: "FETCH", SeqNum: 7, UID: 9, Item: "FLAGS"},
		"* 99999999999 FETCH (UID 9 FLAGS x)":     {Response: "FETCH", UID: 9, Item: "FLAGS"},
		"* STATUS a (MESSAGES x)":                 {Response: "STATUS"},
		"* list () x y":                           {Response: "LIST"},
		"* 5 EXISTS x":                            {Response: "EXISTS"},
		"* 99999999999 EXISTS":                    {Response: "EXISTS"},
		"hello FETCH":                             {},
		"A1 OKAY":                                 {},
		"* SEARCH x":                              {Response: "SEARCH"},
		"* 7 FETCH (X-NEW[ UID 9)":                {Response: "FETCH", SeqNum: 7},
		"* 7 FETCH (BODY[] {5}\r\nhello UID 9 x":  {Response: "FETCH", SeqNum: 7, UID: 9},
		"* 7 FETCH (BODY[] {5}\r\nhelloUID 9 x y": {Response: "FETCH", SeqNum: 7},
	} {
		resp := one(t, row)
		require.NotNil(t, resp.Err, row)
		got := ParseError{Response: resp.Err.Response, SeqNum: resp.Err.SeqNum, UID: resp.Err.UID, Item: resp.Err.Item}
		assert.Equal(t, want, got, row)
	}
	large := bytes.Repeat([]byte("l"), 5000)
	resp := responses(t, fmt.Sprintf("* 7 FETCH (UID 9 BODY[] {5000}\r\n%s FLAGS x)\r\n", large))
	last := resp[len(resp)-1].Err
	require.NotNil(t, last)
	assert.Equal(t, "FETCH", last.Response)
	assert.EqualValues(t, 7, last.SeqNum)
	assert.EqualValues(t, 9, last.UID)
}
