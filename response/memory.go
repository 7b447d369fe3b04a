package response

// memory is what one parser allocates from: values that belong to the caller
// are carved out of slabs, and words that keep coming back are kept once.
// Everything it hands out is used by nobody else.
type memory struct {
	messages  slab[Message]
	envelopes slab[Envelope]
	addresses slab[Address]
	bodies    slab[BodyStructure]
	children  slab[*BodyStructure]
	params    slab[Param]
	sections  slab[BodySection]
	flags     slab[Flag]
	lists     slab[ListData]
	attrs     slab[MailboxAttr]

	*caches // nil until the first word; given back with the window

	text      []byte        // strings of one response that could not be taken as they are
	pending   []pending     // where those strings belong
	addrSpans []addressSpan // for one list of addresses
	paramList []paramSpan   // for one list of parameters
	flagList  []Flag        // for one list of flags
	kids      []*BodyStructure
}

// caches hold what keeps coming back in responses.
type caches struct {
	words     [128]string   // keywords, extension words: direct-mapped
	flagLists [64]knownList // lists of flags: direct-mapped
}

// pending is a string that is made when the response has been read.
type pending struct {
	dst    *string
	lo, hi int // in memory.text
}

// The largest slabs. A slab begins small and doubles, so that a single message
// costs one message's memory, and a long listing few allocations.
const (
	firstSlab = 4
	lastSlab  = 128
)

// slab hands out values of one type from chunks.
type slab[T any] struct {
	free []T
	next int // size of the next chunk
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
		if n > lastSlab/4 {
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
	s.next = max(min(s.next*2, lastSlab), firstSlab)
	for s.next < n {
		s.next *= 2
	}
	s.free = make([]T, s.next)
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
	if m.caches == nil {
		m.caches = new(caches)
	}
	slot := &m.words[h%uint(len(m.words))]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}

// maxWord is the length of the longest word that is worth keeping.
const maxWord = 40
