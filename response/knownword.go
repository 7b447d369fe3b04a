package response

import "encoding/binary"

// knownWord is a word that has been read before: a keyword, a media type, a charset.
// Words that keep coming take no memory of the values that they stand in.
type knownWord struct {
	text   string
	misses uint8 // other words that wanted the place, since it was last found
}

// maxWord is the length of the longest word that is worth keeping.
const maxWord = 40

// known returns b as a string that is shared among equal words, if it is one that keeps
// coming.
func (v *vocabulary) known(b []byte) (word string, ok bool) {
	if len(b) == 0 {
		return "", true
	}
	if len(b) > maxWord {
		return "", false
	}
	if v.words == nil {
		v.words = new([256]knownWord)
	}
	w := &v.words[hashWord(b)]
	switch {
	case w.text == string(b):
		if w.misses > 0 {
			w.misses = 0
		}
		return w.text, true
	case w.text != "" && w.misses < patience:
		w.misses++
		return "", false
	}
	*w = knownWord{text: string(b)}
	return w.text, true
}

// hashWord mixes the beginning and the end of b, which is not empty, to a number
// below 256.
func hashWord(b []byte) uint64 {
	const prime = 0x9e3779b97f4a7c15
	n := uint64(len(b))
	var lo, hi uint64
	switch {
	case n >= 8:
		lo, hi = octets(b), octets(b[n-8:])
	case n >= 4:
		lo, hi = uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[n-4:]))
	default:
		lo, hi = uint64(b[0])<<8|uint64(b[n/2]), uint64(b[n-1])
	}
	return ((lo*5+hi)*prime + n) * prime >> 56
}

// word returns b as a string, which is shared among equal words that keep coming.
func (m *memory) word(b []byte) string {
	if w, ok := m.known(b); ok {
		return w
	}
	return string(b)
}

// newWord is memory.word for one of many words of a list.
func (p *parser) newWord(b []byte) string {
	p.charge(sizeString + len(b))
	return p.mem.word(b)
}

// token returns the content of s, as text does, for a word of MIME: mostly one of few.
func (p *parser) token(s span) string { return p.mem.token(p.bytes(s)) }

func (m *memory) token(b []byte) string {
	if w, ok := m.known(b); ok {
		return w
	}
	return m.text(b)
}
