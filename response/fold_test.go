package response

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	foldedRow = "* 1 FETCH (UID 7 BODY[1] {5000}\r\n"
	foldedEnd = " ENVELOPE (NIL \"one\r\n two\n\tthree\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n"
)

func TestALineBreakInQuotesIsUnfolded(t *testing.T) {
	wire := foldedRow + text(5000) + foldedEnd + "* 2 EXISTS\r\n"
	list := responses(t, wire)
	require.Len(t, list, 3)
	m := list[1].Data.(*Message)
	assert.Equal(t, "one two\tthree", m.Envelope.SubjectRaw)
	assert.Nil(t, list[1].Err)
	assert.Equal(t, &ExistsData{2}, list[2].Data)
	requireSameWhenCut(t, wire, 1)
}

// TestAQuoteThatIsNeverClosedCostsOneRow puts a quote too many at the end of what
// has arrived, in front of all that may follow.
func TestAQuoteThatIsNeverClosedCostsOneRow(t *testing.T) {
	const broken = "* 1 FETCH (UID 7 ENVELOPE (NIL \"never\r\n"
	for _, next := range [...]string{"* 2 EXISTS\r\n", "A1 OK \"done\r\n", "+ \r\n", "\r\n* 2 EXISTS\r\n"} {
		list := responses(t, broken+next)
		require.Len(t, list, len(responses(t, next))+1, "%q", next)
		assert.NotNil(t, list[0].Err)
		requireSameWhenCut(t, broken+next, 1)
	}
	assert.NotNil(t, one(t, strings.TrimSuffix(broken, "\r\n")).Err, "the connection ends behind it")
}

// TestNothingButARowIsWaitedForWithinQuotes reads what may hold one quote from a
// source that has no more.
func TestNothingButARowIsWaitedForWithinQuotes(t *testing.T) {
	for _, line := range [...]string{"A1 OK a disk of 5\"\r\n", "* OK of 5\"\r\n", "+ \"\r\n", "* LIST () \"/\" \"a\r\n"} {
		r := NewReader(strings.NewReader(line), Limits{})
		require.NoError(t, r.fill())
		assert.True(t, r.Ready(), "%q", line)
	}
}

// TestARowThatGoesOnIsNotReady looks at rows of which the end has not come: reading
// them would wait, which Ready promises not to.
func TestARowThatGoesOnIsNotReady(t *testing.T) {
	for _, row := range [...]string{"* 1 FETCH (ENVELOPE (\"\r\n", "* 1 FETCH (ENVELOPE (\"a\r\n b", "* 1 FETCH (ENVELOPE (\"a\r\n\tb\r\n"} {
		r := NewReader(strings.NewReader(row), Limits{})
		require.NoError(t, r.fill())
		assert.False(t, r.Ready(), "%q", row)
	}
}

// TestFoldsAreBounded has a server fold without end.
func TestFoldsAreBounded(t *testing.T) {
	row := "* 1 FETCH (ENVELOPE (\"" + strings.Repeat("a\r\n ", maxFolds+1) + "\"))\r\n* 2 EXISTS\r\n"
	list := responses(t, row)
	assert.NotNil(t, list[0].Err)
	assert.Equal(t, &ExistsData{2}, list[len(list)-1].Data)

	src := &endless{piece: "* 1 FETCH (ENVELOPE (\"a\r\n " + strings.Repeat("\r\n ", 100)}
	r := NewReader(src, Limits{})
	for range 10_000 {
		_, err := r.Read()
		require.NoError(t, err)
	}
	assert.LessOrEqual(t, len(r.buf), fullWindow)
}
