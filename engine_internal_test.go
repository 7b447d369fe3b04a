package imap

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/response"
)

// TestDefaults are those that the comments of Options name.
func TestDefaults(t *testing.T) {
	for _, o := range []*Options{nil, {}} {
		d := o.withDefaults()
		require.Equal(t, 2*time.Minute, d.ReadTimeout)
		require.Equal(t, time.Minute, d.WriteTimeout)
		require.Equal(t, 9*time.Minute, d.IdleRenewal)
		require.EqualValues(t, 64<<20, d.MaxLiteral)
		require.EqualValues(t, 64<<20, d.ReadAhead)
		require.EqualValues(t, 16<<20, d.MaxDiscard)
		require.Equal(t, 30*time.Second, d.DiscardTimeout)
		require.Zero(t, d.MaxResponse, "package response has the default")
	}
	negative := (&Options{ReadTimeout: -1, WriteTimeout: -1, IdleRenewal: -1, MaxResponse: -1, MaxLiteral: -1, ReadAhead: -1, MaxDiscard: -1, DiscardTimeout: -1}).withDefaults()
	require.Equal(t, Options{
		ReadTimeout: -1, WriteTimeout: -1, IdleRenewal: math.MaxInt64,
		MaxLiteral: 64 << 20, ReadAhead: 64 << 20, MaxDiscard: 16 << 20, DiscardTimeout: 30 * time.Second,
	}, negative)
}

// TestTags: only those that the client gave are tags of commands.
func TestTags(t *testing.T) {
	for _, n := range []uint64{1, 9, 10, 4711, math.MaxUint64} {
		got, ok := tagNumber(tagName(n))
		require.True(t, ok)
		require.Equal(t, n, got)
	}
	for _, tag := range []string{"", "A", "1", "B1", "a1", "A0", "A01", "A1 ", "A-1", "A1x", "AA1", "A18446744073709551616"} {
		_, ok := tagNumber(tag)
		require.False(t, ok, tag)
	}
}

// TestNamesThatAreKeptAreBounded: mailbox names that do not decode, of any length and
// number.
func TestNamesThatAreKeptAreBounded(t *testing.T) {
	var s session
	name := func(i, size int) string {
		return "&" + string(make([]byte, size-5)) + string(rune('A'+i%26)) + string(rune('A'+i/26%26)) + string(rune('A'+i/676%26)) + string(rune('A'+i/17576))
	}
	for i := range 2 * maxRawNames {
		s.noteRawName(name(i, 10), name(i, 10))
	}
	require.Len(t, s.names.known, maxRawNames)
	s.names = rawNames{}
	for i := range 100 {
		s.noteRawName(name(i, 100_000), name(i, 100_000))
	}
	require.LessOrEqual(t, s.names.octets, maxRawNameOctets)
	require.Len(t, s.names.known, 10)
}

// TestEnabledIsBounded: what a server claims to have switched on.
func TestEnabledIsBounded(t *testing.T) {
	words := func(from, n int) (caps Capabilities) {
		for i := range n {
			caps = append(caps, Cap("X"+tagName(uint64(from+i+1))))
		}
		return caps
	}
	s := session{state: StateNotAuthenticated}
	s.enable(words(0, 5))
	require.Empty(t, s.enabled, "before login")
	s.state = StateAuthenticated
	s.enable(words(0, 5))
	first := s.enabled
	s.enable(words(0, 100*maxEnabled))
	require.Len(t, s.enabled, maxEnabled)
	require.Len(t, s.words, maxEnabled)
	require.Len(t, first, 5, "what Enabled has returned does not change")
	s.enable(Capabilities{"xA1", "XA1", Cap(make([]byte, 10_000))})
	require.Len(t, s.enabled, maxEnabled)
}

// TestWhatAFetchRemembersIsBounded: incomplete messages by number and by memory, and
// ranges of those that came.
func TestWhatAFetchRemembersIsBounded(t *testing.T) {
	c := &Client{opts: (&Options{ReadAhead: 1 << 20, MaxLiteral: 1 << 20}).withDefaults()}
	w := &call{c: c, stage: stageSent}
	newCollector := func() *fetchCollector {
		s := newStream(t.Context(), c)
		s.call, w.stream = w, s
		s.fetch = &fetchCollector{s: s, want: response.ItemEnvelope | response.ItemFlags, any: true}
		return s.fetch
	}
	f := newCollector()
	for i := range 3 * maxParts {
		f.row(&Message{SeqNum: SeqNum(i + 1), UID: UID(i + 1)}, nil, false)
	}
	require.Len(t, f.parts, maxParts)
	require.Len(t, f.s.kept.rows, 2*maxParts)

	f = newCollector()
	for range 100 { // the same message again and again
		m := &Message{SeqNum: 1, UID: 1}
		m.Sections = []response.BodySection{{Data: make([]byte, 900_000)}}
		f.row(m, nil, false)
		require.LessOrEqual(t, f.cost, int64(3<<20))
	}

	f = newCollector()
	for i := range 3 * maxSeen {
		f.note(&Message{SeqNum: SeqNum(2*i + 1)})
		f.note(&Message{UID: UID(2*i + 1)})
	}
	require.Len(t, f.seen.Ranges(), maxSeen)
	require.Len(t, f.seenBy.Ranges(), maxSeen)
}

// TestRowsAreMeasuredBeforeTheyAreTooMany: the bound is met with what rows cost, whether
// they cost much or little for what they took on the wire.
func TestRowsAreMeasuredBeforeTheyAreTooMany(t *testing.T) {
	const limit = 1 << 20
	for name, m := range map[string]*Message{
		"plain": {Flags: []Flag{"a"}},
		"parts": {BodyStructure: &BodyStructure{Children: make([]*BodyStructure, 100)}},
		"body":  {Sections: []response.BodySection{{Data: make([]byte, 1000)}}},
	} {
		if m.BodyStructure != nil {
			for i := range m.BodyStructure.Children {
				m.BodyStructure.Children[i] = &BodyStructure{}
			}
		}
		var k kept
		n := int64(0)
		for k.cost <= limit {
			k.add(row{msg: m}, (row{msg: m}).cost(), 0, limit)
			n++
		}
		require.InDelta(t, limit, n*(row{msg: m}).cost(), limit/10, name)
		require.Len(t, k.take(nil), int(n))
		require.Zero(t, k)
	}
}
