package response

import (
	"bytes"
	"encoding/binary"
)

// knownList is a list of flags that has been read before. Nearly all messages of
// a mailbox bear one of a few lists, so that looking a list up and copying it
// beats reading it.
type knownList struct {
	text   string // between the parentheses
	flags  []Flag // not handed out, only copied
	misses uint8  // other lists that wanted the place
}

// The lists that are worth keeping.
const (
	maxKnownText  = 128 // octets
	maxKnownFlags = 16
	patience      = 8 // a list keeps its place for so many others
)

// cachedFlagList is flagList for the flags of a message.
func (p *parser) cachedFlagList() ([]Flag, bool) {
	b := p.b[p.i:]
	n := bytes.IndexByte(b, ')')
	if n < 2 || n > maxKnownText || b[0] != '(' {
		return p.flagList()
	}
	if p.mem.caches == nil {
		p.mem.caches = new(caches)
	}
	text := b[1:n]
	known := &p.mem.flagLists[hashList(text)%uint64(len(p.mem.flagLists))]
	if known.text == string(text) {
		p.i += n + 1
		return p.mem.flags.copyOf(known.flags), true
	}
	flags, ok := p.flagList()
	if ok && len(flags) <= maxKnownFlags {
		known.offer(text, flags)
	}
	return flags, ok
}

// offer puts a list in the place of k if that has missed often enough.
func (k *knownList) offer(text []byte, flags []Flag) {
	if k.text != "" && k.misses < patience {
		k.misses++
		return
	}
	*k = knownList{text: string(text), flags: append([]Flag(nil), flags...)}
}

// hashList mixes length, beginning and end of b.
func hashList(b []byte) uint64 {
	const prime = 0x9e3779b97f4a7c15
	if len(b) < 8 {
		h := uint64(len(b))
		for _, c := range b {
			h = h*prime + uint64(c)
		}
		return h * prime >> 40
	}
	h := binary.LittleEndian.Uint64(b)*prime ^ binary.LittleEndian.Uint64(b[len(b)-8:])
	if n := len(b) / 2; n >= 8 {
		h = h*prime ^ binary.LittleEndian.Uint64(b[n-4:n+4])
	}
	return (h + uint64(len(b))) * prime >> 40
}
