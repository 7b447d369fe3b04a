package response

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// keptBy returns how much memory what f returns keeps alive.
func keptBy(f func() []Data) (list []Data, octets int64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&before)
	list = f()
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return list, int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// requireCost compares the costs of all that is read from text with the memory
// that it takes. It may be more by so many octets.
func requireCost(t *testing.T, text []byte, limits Limits, over int, name string) (kept int64) {
	t.Helper()
	list, kept := keptBy(func() []Data {
		list, _ := readBomb(text, limits)
		return list
	})
	var cost int64
	for _, d := range list {
		cost += Cost(d) + int64(sizeString) // of list
	}
	const slack = 96 << 10 // chunks that are not full, and what else goes on
	if cost > 2*kept+slack+int64(over) || kept > 2*cost+slack {
		t.Errorf("%s: %d responses cost %d, and take %d octets", name, len(list), cost, kept)
	}
	runtime.KeepAlive(list)
	runtime.KeepAlive(text)
	return kept
}

func TestCostIsWhatItTakesToKeep(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector takes memory of its own")
	}
	rows := map[string]string{
		"flags":    flagsRow,
		"envelope": realisticRow,
		"encoded":  encodedRow,
		"list":     listRow,
		"literal":  literalRow(3000),
		"big set":  searchRow(1000),
		"esearch":  esearchRow(1000),
		"thread":   "* THREAD (1 2 3 4 (5 6)(7))(8 9)",
		"chain":    "* THREAD (" + strings.Repeat("7 ", 1000) + ")",
		"status":   `* STATUS "a mailbox of some length" (MESSAGES 1 UIDNEXT 2 X-NEW (1 2))`,
		"code":     "* OK [COPYUID 1 " + strings.Repeat("1,3,5,", 100) + "7 " + strings.Repeat("1,3,5,", 100) + "7] done",
	}
	for name, k := range kinds {
		rows[name] = k.row
	}
	for name, row := range rows {
		n := max(1, 512<<10/len(row))
		requireCost(t, []byte(strings.Repeat(row+"\r\n", n)), Limits{}, 0, name)
	}
}

// TestCostOfBombs holds the cost, and the limit of what one response may take,
// against what the heap says.
func TestCostOfBombs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector takes memory of its own")
	}
	const memory = 8 << 20
	list := append([]combination{
		{placeNamed("BODYSTRUCTURE parts"), "()", "()", "repeated"},
		{placeNamed("ENVELOPE To"), `(NIL NIL "a" "b")`, "", "repeated"},
		{placeNamed("ENVELOPE To"), `()`, "", "repeated"},
		{placeNamed("THREAD"), `()`, "", "repeated"},
		{placeNamed("THREAD"), `(1 2)`, "", "repeated"},
		{placeNamed("FETCH unknown item"), `()`, "", "repeated"},
		{placeNamed("LIST extended"), `X () `, "", "repeated"},
		{placeNamed("ACL"), `a `, "", "repeated"},
		{placeNamed("CAPABILITY"), `a `, "", "repeated"},
		{placeNamed("FLAGS"), `a `, "b ", "interleaved"},
		{placeNamed("FETCH"), `BODY[] "a" `, "", "repeated"},
		{placeNamed("FETCH header fields"), `a `, "", "repeated"},
	}, combinations(t, 20)...)
	for _, c := range list {
		text := bomb(c.place, c.a, c.b, c.shape, 512<<10)
		kept := requireCost(t, text, Limits{Memory: memory}, len(text), fmt.Sprint(c))
		assert.Less(t, kept, int64(memory*5/4+len(text)), "%v", c)
	}
}

func TestCostIsOfMessagesThatAreMadeByHand(t *testing.T) {
	m := &Message{Flags: []Flag{FlagSeen}, Envelope: &Envelope{SubjectRaw: strings.Repeat("a", 1000)}}
	assert.InDelta(t, sizeMessage+sizeEnvelope+sizeString+1000, m.Cost(), 10)
	m.Sections = []BodySection{{Data: bytes.Repeat([]byte("a"), 5000)}}
	assert.Greater(t, m.Cost(), int64(6000))
	assert.Positive(t, (&ParseError{Raw: make([]byte, 1000)}).Cost(), 1000)
}
