package response

import "unsafe"

// Arena is memory that messages are made of again and again, for a program that looks
// at each of many messages for a short time. What a [Reader] that uses an Arena returns
// of a message, its lists and strings and the sections that it holds in memory, is valid
// until [Arena.Reset]: then it may become another message. [Message.Clone] makes a copy
// that stays. The zero value is ready for use.
//
// An Arena is used by one goroutine at a time.
type Arena struct {
	// Poison, if set before the Arena is used, makes [Arena.Expire] overwrite messages,
	// and no memory be used twice: tests find a program that keeps what is not valid.
	Poison bool

	mem   memory
	texts [][]byte          // chunks that strings are made of, if Poison is set
	alive map[*Message]bool // the messages that are valid, if Poison is set
}

// UseArena makes the messages that are returned from now on, whose literals are not
// read on their own, of a's memory; nil: of memory of their own, as at first.
func (r *Reader) UseArena(a *Arena) {
	r.arena = a
	if a != nil {
		a.mem.arena, a.mem.budget = a, r.budget()
	}
}

// messageMemory returns what the next message is made of.
func (r *Reader) messageMemory() *memory {
	if r.arena == nil {
		return &r.mem
	}
	m := &r.arena.mem
	m.vocabulary = r.mem.vocabulary
	return m
}

func (r *Reader) budget() budget { return budget{most: r.limits.Memory, stopped: &r.stopped} }

// maxKept is how many octets of chunks of one type an Arena keeps: many times what the
// messages of one read take.
const maxKept = 512 << 10

// Reset takes back all memory: what was made of it is not valid any more.
func (a *Arena) Reset() {
	m := &a.mem
	if a.Poison {
		for msg := range a.alive {
			a.Expire(msg)
		}
		a.texts = a.texts[:0]
		*m = memory{arena: a, budget: m.budget}
		return
	}
	m.messages.reset()
	m.envelopes.reset()
	m.addresses.reset()
	m.bodies.reset()
	m.children.reset()
	m.rares.reset()
	m.params.reset()
	m.sections.reset()
	m.flags.reset()
	m.octets.reset()
	m.trim()
}

// reset takes back all values. What they took is one chunk from now on, if that is not
// too much.
func (s *slab[T]) reset() {
	var v T
	n := s.past + s.used
	if s.past > 0 && n <= maxKept/int(unsafe.Sizeof(v)) {
		s.chunk = make([]T, n+n/4)
	} else {
		clear(s.chunk[:s.used])
	}
	s.used, s.past = 0, 0
}

// string returns b as a string, which an Arena makes of its own memory.
func (m *memory) string(b []byte) string {
	if m.arena == nil || len(b) == 0 {
		return string(b)
	}
	if m.arena.Poison {
		return m.arena.ownString(b)
	}
	text := m.copyOctets(b)
	return unsafe.String(&text[0], len(text))
}

// text returns b as a string that shares memory with those made before and after it.
func (m *memory) text(b []byte) string {
	if m.arena == nil {
		return m.texts.string(b)
	}
	return m.string(b)
}

func (m *memory) copyOctets(b []byte) []byte {
	text := m.octets.take(len(b))
	copy(text, b)
	return text
}

// bytes returns a copy of b, of which size is the capacity at least.
func (m *memory) bytes(b []byte, size int) []byte {
	if m.arena == nil || m.arena.Poison || len(b) == 0 {
		return append(make([]byte, 0, size), b...)
	}
	return m.copyOctets(b)
}
