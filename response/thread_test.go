package response

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestADeepThreadTakesNoStack has a conversation of a million answers, each to the
// one before.
func TestADeepThreadTakesNoStack(t *testing.T) {
	const n = 1_000_000
	thread := Thread[UID]{Num: n}
	for i := UID(n - 1); i > 0; i-- {
		thread = Thread[UID]{Num: i, Children: []Thread[UID]{thread}}
	}
	want := UID(0)
	for uid := range thread.All() {
		want++
		if uid != want {
			t.Fatalf("%d in place of %d", uid, want)
		}
	}
	assert.EqualValues(t, n, want)
	seqs := AsSeqThreads([]Thread[UID]{thread})
	last := SeqNum(0)
	for node, depth := range seqs[0].Nodes() {
		if last = node.Num; depth != int(last)-1 {
			t.Fatalf("%d at depth %d", last, depth)
		}
	}
	assert.EqualValues(t, n, last)
}

func TestThreadsCanBeLeft(t *testing.T) {
	thread := Thread[UID]{Children: []Thread[UID]{{Num: 1, Children: []Thread[UID]{{Num: 2}}}, {Num: 3}}}
	var got []UID
	for uid := range thread.All() {
		if got = append(got, uid); uid == 2 {
			break
		}
	}
	assert.Equal(t, []UID{1, 2}, got)
	assert.Equal(t, []UID{1, 2, 3}, slices.Collect(thread.All()))
	assert.Empty(t, AsSeqThreads(nil))
	for range thread.Nodes() {
		break
	}
}
