package response

import "slices"

// memory is what one parser allocates from: values that belong to the caller
// are carved out of slabs, and words that keep coming back are kept once.
// What it hands out is used by the caller alone: for good, unless it is the memory
// of an [Arena].
type memory struct {
	budget
	*vocabulary
	messages  slab[Message]
	envelopes slab[Envelope]
	addresses slab[Address]
	bodySlabs
	rares    slab[BodyRare]
	params   slab[Param]
	sections slab[BodySection]
	flags    slab[Flag]
	lists    slab[MailboxInfo]
	attrs    slab[MailboxAttr]

	texts textSlab // strings

	arena  *Arena     // whose memory it is; nil: what it hands out stays
	octets slab[byte] // of which the strings of an Arena are made

	decoded   []byte      // the string in hand, decoded
	unescaped []byte      // the string in hand, without its backslashes
	paramList []paramSpan // for one list of parameters
	flagList  []Flag      // for one list of flags
	kids      []*BodyStructure
}

// vocabulary is what keeps coming back.
type vocabulary struct {
	flagLists knownLists[Flag]
	attrLists knownLists[MailboxAttr]
	words     *[256]knownWord // each word has one place; nil until the first
}

// largeRow is how long a response is whose values share no chunk with others, as
// each of those would keep all of it.
const largeRow = 16 << 10

// isolate begins new chunks, unless what is made of them is valid for a short time.
func (m *memory) isolate() {
	if m.arena != nil {
		return
	}
	m.messages.drop()
	m.envelopes.drop()
	m.addresses.drop()
	m.bodies.drop()
	m.children.drop()
	m.rares.drop()
	m.params.drop()
	m.sections.drop()
	m.flags.drop()
	m.lists.drop()
	m.attrs.drop()
	m.texts = textSlab{}
}

// begin forgets what was left of another response.
func (m *memory) begin() {
	m.charged = 0
	m.clearScratch()
}

func (m *memory) clearScratch() {
	m.kids = m.kids[:0]
}

// trim gives back scratch memory that one response has made large.
func (m *memory) trim() {
	if cap(m.decoded) > maxScratch {
		m.decoded = nil
	}
	if cap(m.unescaped) > maxScratch {
		m.unescaped = nil
	}
	if cap(m.paramList) > maxScratch/64 {
		m.paramList = nil
	}
	if cap(m.flagList) > maxScratch/16 {
		m.flagList = nil
	}
	if cap(m.kids) > maxScratch/8 {
		m.kids = nil
	}
}

// A slab begins small and doubles, so that a single message costs one message's
// memory, and a long listing few allocations.
//
// A program that keeps one value keeps its chunk, and what all values of the chunk point
// to. So chunks of messages are small once the messages are large; and the parts
// of one message lie in chunks that they share with no message beyond its
// neighbours, as otherwise each chunk would hold on to the next (see fresh).
const (
	firstSlab = 3
	flagSlab  = 511 // of flags: those of a chunk of messages
	lastSlab  = 127 // of mailboxes, and of messages that are little more than flags
	heavySlab = 31  // of what large messages are made of
	heavyRow  = 15  // of large messages
	textRow   = 3   // of messages with a literal that is read on its own, megabytes maybe
)

// slab hands out values of one type from chunks. It counts what it has handed out,
// as cutting it off the chunk would write a pointer for each value, which costs
// while the garbage collector marks.
type slab[T any] struct {
	chunk []T
	used  int // of chunk
	next  int // size of the next chunk
	limit int // largest chunk; zero: lastSlab
	grown int // how often it has begun a chunk
	past  int // handed out of other chunks, and without one
}

// bodySlabs are the slabs of a MIME structure, whose chunks point at each other.
type bodySlabs struct {
	bodies   slab[BodyStructure]
	children slab[*BodyStructure]
	before   int // chunks begun before the present structure
}

// fresh is called before a structure is read that takes no more than so many octets on
// the wire. It begins new chunks if the present ones may not do, or if the last structure
// did not fit into one, so that no more than two structures ever share a pair of chunks
// by their ends.
func (m *memory) fresh(octets int) {
	if m.arena != nil {
		return
	}
	const part, most = 64, 8 // octets of a short part; parts that are provided for
	enough := min(1+octets/part, most)
	if m.bodies.left() < enough || m.children.left() < enough || m.bodies.grown+m.children.grown > m.before {
		m.bodies.grow(enough)
		m.children.grow(enough)
	}
	m.before = m.bodies.grown + m.children.grown
}

// left returns how many values the chunk has still.
func (s *slab[T]) left() int { return len(s.chunk) - s.used }

// one returns a new zero value.
func (s *slab[T]) one() *T {
	if s.used >= len(s.chunk) {
		s.grow(1)
	}
	v := &s.chunk[s.used]
	s.used++
	return v
}

// take returns n new zero values that can't grow into their neighbours.
func (s *slab[T]) take(n int) []T {
	if n == 0 {
		return nil
	}
	if n > s.left() {
		if n > heavySlab/2 {
			s.past += n
			return make([]T, n)
		}
		s.grow(n)
	}
	at := s.used
	s.used += n
	return s.chunk[at:s.used:s.used]
}

// open returns an empty list, which another makes longer and close ends. No other value
// is taken meanwhile.
func (s *slab[T]) open() []T { return s.chunk[s.used:s.used] }

// another makes a list longer by one value, which its caller sets: it may be any.
func (s *slab[T]) another(list []T) ([]T, *T) {
	n := len(list)
	if n == cap(list) {
		list = s.move(list)
	}
	list = list[:n+1]
	return list, &list[n]
}

// move puts a list that does not fit to where there is more room.
func (s *slab[T]) move(list []T) []T {
	if n := len(list); n > heavySlab/2 {
		return slices.Grow(list, n)
	}
	s.grow(len(list) + 1)
	return append(s.chunk[:0], list...)
}

// close returns a list as the slab's next values, which can't grow into their
// neighbours.
func (s *slab[T]) close(list []T) []T {
	n := len(list)
	switch {
	case n == 0:
		return nil
	case s.used < len(s.chunk) && &list[0] == &s.chunk[s.used]:
		s.used += n
		return list[:n:n]
	case cap(list) > n+n/4:
		list = append(make([]T, 0, n), list...)
	}
	s.past += n
	return list[:n:n]
}

// drop leaves the rest of the chunk, and begins small again.
func (s *slab[T]) drop() { s.chunk, s.used, s.next = nil, 0, 0 }

// few has no more than n of the next values share a chunk.
func (s *slab[T]) few(n int) {
	s.limit = n
	if len(s.chunk) > n {
		s.chunk, s.used = nil, 0
	}
}

// copyOf returns a copy of list made of the slab's memory.
func (s *slab[T]) copyOf(list []T) []T {
	v := s.take(len(list))
	for i := range v { // a call of copy costs more, as lists are short
		v[i] = list[i]
	}
	return v
}

func (s *slab[T]) grow(n int) {
	limit := s.limit
	if limit == 0 {
		limit = lastSlab
	}
	s.next = max(min(2*s.next+1, limit), firstSlab)
	for s.next < n {
		s.next = 2*s.next + 1
	}
	s.past += s.used
	s.chunk, s.used = slices.Grow([]T(nil), s.next), 0
	s.chunk = s.chunk[:cap(s.chunk)] // what the allocator has room for anyway
	s.grown++
}

// limits sets how large the chunks of large things become.
func (m *memory) limits() {
	m.flags.limit = flagSlab
	m.bodies.limit, m.children.limit, m.rares.limit = heavySlab, heavySlab, heavySlab
	m.envelopes.limit, m.addresses.limit, m.params.limit, m.sections.limit = heavySlab, 2*heavySlab+1, heavySlab, heavySlab
}
