package response

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// everyRow are FETCH responses of every kind.
func everyRow(t *testing.T) (rows []string) {
	for _, path := range transcripts(t) {
		for _, p := range parts(t, path) {
			rows = append(rows, shortPieces(t, p.wire)...)
		}
	}
	for _, k := range kinds {
		rows = append(rows, k.row+"\r\n")
	}
	return append(rows, realisticRow+"\r\n", encodedRow+"\r\n", flagsRow+"\r\n", literalRow(3000)+"\r\n", literalRow(30_000)+"\r\n",
		"* 1 FETCH (BODY[1] \"a\\\"b\" BODY[2] {3}\r\nabc BODY[3] NIL BODY[HEADER.FIELDS (a b)] \"x\" BINARY.SIZE[1.2] 5)\r\n",
		"* 1 FETCH (X-NEW (a (\"b\" c)) PREVIEW \"text\" EMAILID (M1) X-GM-LABELS (a \"b\"))\r\n")
}

// TestAnArenaGivesTheSameMessages reads everything with and without one: so many messages
// between two resets, whose memory has been used before.
func TestAnArenaGivesTheSameMessages(t *testing.T) {
	rows := everyRow(t)
	wire := strings.Join(rows, "")
	var want []string
	r := NewReader(inChunks(wire, 7, 4000), Limits{})
	for {
		resp, err := r.Read()
		if err != nil {
			break
		}
		want = append(want, dumpResponse(resp))
	}
	for _, poisoned := range []bool{false, true} {
		for _, batch := range []int{1, 2, 7, 100} {
			a := &Arena{Poison: poisoned}
			r := NewReader(inChunks(strings.Repeat(wire, 3), 7, 4000), Limits{})
			r.UseArena(a)
			n, kept := 0, []Response(nil)
			check := func() {
				for i, resp := range kept {
					require.Equal(t, want[(n+i)%len(want)], dumpResponse(resp), "batch %d", batch)
				}
				n, kept = n+len(kept), kept[:0]
			}
			for {
				resp, err := r.Read()
				if err != nil {
					break
				}
				kept = append(kept, resp)
				if resp.Kind == Continuation || resp.Literal != nil { // valid until the next read
					check()
				}
				if len(kept) >= batch {
					check()
					a.Reset()
				}
			}
			check()
			require.Equal(t, 3*len(want), n)
		}
	}
}

// TestOnlyMessagesAreMadeOfAnArena: all else stays when it is reset.
func TestOnlyMessagesAreMadeOfAnArena(t *testing.T) {
	a := &Arena{}
	r := NewReader(inChunks(strings.Join(everyRow(t), ""), 7, 4000), Limits{})
	r.UseArena(a)
	var kept []Response
	var want []string
	for {
		resp, err := r.Read()
		if err != nil {
			break
		}
		if _, ok := resp.Data.(*Message); ok || resp.Kind == Continuation {
			continue
		}
		kept, want = append(kept, resp), append(want, dumpResponse(resp))
		a.Reset()
	}
	for i, resp := range kept {
		require.Equal(t, want[i], dumpResponse(resp))
	}
}

// memoryOf adds the addresses of all memory that v consists of, but constants.
func memoryOf(v reflect.Value, add func(at uintptr, what string)) {
	switch v.Kind() {
	case reflect.String:
		if v.Len() > 0 {
			add(uintptr(unsafe.Pointer(unsafe.StringData(v.String()))), fmt.Sprintf("%q", v.String()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			add(v.Pointer(), v.Type().String())
			memoryOf(v.Elem(), add)
		}
	case reflect.Slice:
		if v.Len() > 0 {
			add(v.Pointer(), v.Type().String())
		}
		for i := range v.Len() {
			memoryOf(v.Index(i), add)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			memoryOf(v.Field(i), add)
		}
	}
}

func TestACloneSharesNothing(t *testing.T) {
	r := NewReader(strings.NewReader(strings.Join(everyRow(t), "")), Limits{})
	n := 0
	for {
		resp, err := r.Read()
		if err != nil {
			break
		}
		m, ok := resp.Data.(*Message)
		if !ok || resp.Literal != nil || resp.Continues {
			continue
		}
		n++
		c := m.Clone()
		require.Equal(t, dump(m), dump(c))
		shared := map[uintptr]string{}
		memoryOf(reflect.ValueOf(m), func(at uintptr, what string) { shared[at] = what })
		memoryOf(reflect.ValueOf(c), func(at uintptr, _ string) { require.Empty(t, shared[at], "of %s", dump(m)) })
		assert.LessOrEqual(t, c.Cost(), 2*m.Cost()+200)
		assert.LessOrEqual(t, m.Cost(), 3*c.Cost()+2000, "the text of the row is not kept")
	}
	require.Greater(t, n, 100)
	assert.Nil(t, (*Message)(nil).Clone())
}

// TestCloneLeavesNoFieldOut has every field of a message set.
func TestCloneLeavesNoFieldOut(t *testing.T) {
	n := 0
	var fill func(v reflect.Value, depth int)
	fill = func(v reflect.Value, depth int) {
		n++
		switch v.Kind() {
		case reflect.String:
			v.SetString(fmt.Sprint("text ", n))
		case reflect.Uint8, reflect.Uint32, reflect.Uint64:
			v.SetUint(uint64(n % 200))
		case reflect.Int, reflect.Int64:
			v.SetInt(int64(n))
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Pointer:
			if depth > 0 {
				v.Set(reflect.New(v.Type().Elem()))
				fill(v.Elem(), depth-1)
			}
		case reflect.Slice:
			if depth > 0 {
				v.Set(reflect.MakeSlice(v.Type(), 2, 2))
				for i := range 2 {
					fill(v.Index(i), depth-1)
				}
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					fill(v.Field(i), depth)
				}
			}
		}
	}
	m := new(Message)
	fill(reflect.ValueOf(m).Elem(), 4)
	c := m.Clone()
	require.Equal(t, m, c)
	shared := map[uintptr]string{}
	memoryOf(reflect.ValueOf(m), func(at uintptr, what string) { shared[at] = what })
	memoryOf(reflect.ValueOf(c), func(at uintptr, _ string) { require.Empty(t, shared[at]) })
}

// TestAnExpiredMessageSaysSo, and its neighbours stay.
func TestAnExpiredMessageSaysSo(t *testing.T) {
	a := &Arena{Poison: true}
	r := NewReader(strings.NewReader(strings.Repeat(realisticRow+"\r\n", 3)+"* OK x\r\n"), Limits{})
	r.UseArena(a)
	var list []*Message
	var want string
	for range 3 {
		resp, err := r.Read()
		require.NoError(t, err)
		list = append(list, resp.Data.(*Message))
		want = dump(list[0])
	}
	subject, other := list[1].Envelope.SubjectRaw, list[2].Envelope.SubjectRaw
	a.Expire(list[1])
	assert.Equal(t, want, dump(list[0]))
	assert.Equal(t, want, dump(list[2]))
	assert.Equal(t, list[0].Envelope.SubjectRaw, other)
	m := list[1]
	assert.EqualValues(t, poisonedNumber, m.UID)
	assert.Equal(t, strings.Repeat("!", len(subject)), subject)
	for _, s := range []string{string(m.Flags[1]), m.Envelope.Subject, m.Envelope.To[1].Host, m.BodyStructure.Children[1].ID(), m.BodyStructure.Children[0].Children[0].Param("charset"), m.BodyStructure.Children[0].Children[0].Type} {
		if s != "" {
			assert.Equal(t, poisonedText, s)
		}
	}
	a.Expire(m) // again
	a.Expire(new(Message))
	a.Expire(nil)
	a.Reset()
	assert.EqualValues(t, poisonedNumber, list[0].UID)
}

// TestAnArenaForgetsLargeMessages: a bomb is not kept for good.
func TestAnArenaForgetsLargeMessages(t *testing.T) {
	a := &Arena{}
	for _, bomb := range []string{
		"* 1 FETCH (FLAGS (" + strings.Repeat("a ", 500_000) + "a))\r\n",
		"* 1 FETCH (BODYSTRUCTURE (" + strings.Repeat("()", 500_000) + " \"mixed\"))\r\n",
		"* 1 FETCH (ENVELOPE (NIL \"" + strings.Repeat("s", 8<<20) + "\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
		"* 1 FETCH (BODYSTRUCTURE (\"a\" \"b\" (" + strings.Repeat(`"c" "d" `, 300_000) + ") NIL NIL \"7bit\" 1))\r\n",
	} {
		r := NewReader(strings.NewReader(bomb+realisticRow+"\r\n"), Limits{})
		r.UseArena(a)
		for range 2 {
			_, err := r.Read()
			require.NoError(t, err)
			a.Reset()
		}
		m := &a.mem
		kept := keptBySlab(&m.messages) + keptBySlab(&m.envelopes) + keptBySlab(&m.addresses) + keptBySlab(&m.bodies) + keptBySlab(&m.children) +
			keptBySlab(&m.params) + keptBySlab(&m.rares) + keptBySlab(&m.flags) + keptBySlab(&m.octets) + cap(m.decoded) + cap(m.flagList)*sizeString
		assert.LessOrEqual(t, kept, 3*maxKept, "%.30s", bomb)
	}
}

func keptBySlab[T any](s *slab[T]) int {
	var v T
	return len(s.chunk) * int(unsafe.Sizeof(v))
}
