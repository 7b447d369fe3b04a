package response

import (
	"bytes"
	"encoding/binary"
)

// knownList is a list of flags or attributes that has been read before. Nearly
// all messages of a mailbox bear one of a few lists, and so do mailboxes, so that
// looking a list up and copying it beats reading it.
type knownList[T any] struct {
	text   string // between the parentheses
	list   []T    // not handed out, only copied
	misses uint8  // other lists that wanted the place
}

// knownLists is a direct-mapped cache of lists, nil until the first one.
type knownLists[T any] struct{ lists *[64]knownList[T] }

// The lists that are worth keeping.
const (
	maxKnownText = 128 // octets
	maxKnown     = 16  // flags
	patience     = 8   // a list keeps its place for so many others
)

// find returns the text of the list that b begins with and its place, or nil
// where it is none to be kept.
func (c *knownLists[T]) find(b []byte) (place *knownList[T], text []byte) {
	n := bytes.IndexByte(b, ')')
	if n < 2 || n > maxKnownText || b[0] != '(' {
		return nil, nil
	}
	if c.lists == nil {
		c.lists = new([64]knownList[T])
	}
	text = b[1:n]
	return &c.lists[hashList(text)%uint64(len(c.lists))], text
}

// offer puts a list in the place of k if that has missed often enough.
func (k *knownList[T]) offer(text []byte, list []T) {
	switch {
	case k == nil || len(list) > maxKnown:
	case k.text != "" && k.misses < patience:
		k.misses++
	default:
		*k = knownList[T]{text: string(text), list: append([]T(nil), list...)}
	}
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

// cachedFlagList is flagList for the flags of a message.
func (p *parser) cachedFlagList() ([]Flag, bool) {
	known, text := p.mem.flagLists.find(p.b[p.i:])
	if known != nil && known.text == string(text) {
		p.i += len(text) + 2
		return p.mem.flags.copyOf(known.list), true
	}
	flags, ok := p.flagList()
	if ok {
		known.offer(text, flags)
	}
	return flags, ok
}
