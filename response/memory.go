package response

// memory is what one parser allocates from: values that belong to the caller
// are carved out of slabs, and words that keep coming back are kept once.
// Everything it hands out is used by nobody else.
type memory struct {
	messages  slab[Message]
	envelopes slab[Envelope]
	addresses slab[Address]
	bodySlabs
	params   slab[Param]
	sections slab[BodySection]
	flags    slab[Flag]
	lists    slab[ListData]
	attrs    slab[MailboxAttr]

	names textSlab // of mailboxes

	flagLists knownLists[Flag]
	attrLists knownLists[MailboxAttr]
	words     *[128]string // keywords, extension words: direct-mapped; nil until the first

	text      []byte        // strings of one response that could not be taken as they are
	pending   []pending     // where those strings belong
	addrSpans []addressSpan // for one list of addresses
	paramList []paramSpan   // for one list of parameters
	flagList  []Flag        // for one list of flags
	kids      []*BodyStructure
}

// pending is a string that is made when the response has been read.
type pending struct {
	dst    *string
	lo, hi int // in memory.text
}

// A slab begins small and doubles, so that a single message costs one message's
// memory, and a long listing few allocations.
//
// Whoever keeps one value keeps its chunk, and what all values of the chunk point
// to. So chunks of messages are small once the messages are large; and the parts
// of one message lie in chunks that they share with no message beyond its
// neighbours, as otherwise each chunk would hold on to the next (see fresh).
const (
	firstSlab = 4
	flagSlab  = 512 // of flags: those of a chunk of messages
	lastSlab  = 128 // of mailboxes, and of messages that are little more than flags
	heavySlab = 32  // of what large messages are made of
	heavyRow  = 16  // of large messages
)

// slab hands out values of one type from chunks.
type slab[T any] struct {
	free  []T
	next  int // size of the next chunk
	limit int // largest chunk; zero: lastSlab
	grown int // how often it has begun a chunk
}

// bodySlabs are the slabs of a MIME structure, whose chunks point at each other.
type bodySlabs struct {
	bodies   slab[BodyStructure]
	children slab[*BodyStructure]
	before   int // chunks begun before the present structure
}

// fresh is called before a structure is read. It begins new chunks where the
// present ones may not do, or where the last structure did not fit into one, so
// that no more than two structures ever share a pair of chunks by their ends.
func (m *bodySlabs) fresh() {
	const enough = 8
	grown := m.bodies.grown + m.children.grown
	if len(m.bodies.free) < enough || len(m.children.free) < enough || grown > m.before {
		m.bodies.free, m.children.free = nil, nil
		m.bodies.grow(enough)
		m.children.grow(enough)
	}
	m.before = m.bodies.grown + m.children.grown
}

// one returns a new zero value.
func (s *slab[T]) one() *T {
	if len(s.free) == 0 {
		s.grow(1)
	}
	v := &s.free[0]
	s.free = s.free[1:]
	return v
}

// take returns n new zero values that can't grow into their neighbours.
func (s *slab[T]) take(n int) []T {
	if n == 0 {
		return nil
	}
	if n > len(s.free) {
		if n > heavySlab/2 {
			return make([]T, n)
		}
		s.grow(n)
	}
	v := s.free[:n:n]
	s.free = s.free[n:]
	return v
}

// copyOf returns a copy of list made of the slab's memory.
func (s *slab[T]) copyOf(list []T) []T {
	v := s.take(len(list))
	copy(v, list)
	return v
}

func (s *slab[T]) grow(n int) {
	limit := s.limit
	if limit == 0 {
		limit = lastSlab
	}
	s.next = max(min(s.next*2, limit), firstSlab)
	for s.next < n {
		s.next *= 2
	}
	s.free = make([]T, s.next)
	s.grown++
}

// limits sets how large the chunks of large things become.
func (m *memory) limits() {
	m.flags.limit = flagSlab
	m.bodies.limit, m.children.limit = heavySlab, heavySlab
	m.envelopes.limit, m.addresses.limit, m.params.limit, m.sections.limit = heavySlab, 2*heavySlab, heavySlab, heavySlab
}

// word returns b as a string that is shared among equal words.
func (m *memory) word(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > maxWord {
		return string(b)
	}
	h := uint(len(b)) * 31
	for _, c := range b {
		h = h*131 + uint(c)
	}
	if m.words == nil {
		m.words = new([128]string)
	}
	slot := &m.words[h%uint(len(m.words))]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}

// maxWord is the length of the longest word that is worth keeping.
const maxWord = 40
