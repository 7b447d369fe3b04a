package response

import (
	"bytes"
	"encoding/binary"
)

// knownList is a list of flags or attributes that has been read before. Nearly
// all messages of a mailbox bear one of a few lists, and so do mailboxes, so that
// looking a list up and copying it beats reading it.
type knownList[T any] struct {
	text   string // with its parentheses
	list   []T    // not handed out, only copied
	misses uint8  // other lists that wanted the place
}

// knownLists is a cache in which a list has its place, or else the one beside it.
type knownLists[T any] struct {
	lists *[64]knownList[T] // nil until the first
	empty knownList[T]      // "()"
}

// The lists that are worth keeping.
const (
	minKnownText = 3   // octets
	maxKnownText = 128 // octets
	maxKnown     = 16  // flags
	patience     = 8   // a list keeps its place for so many others
)

// find returns the list that b begins with and the length of its text, or nil
// if it is not known.
func (c *knownLists[T]) find(b []byte) (known *knownList[T], length int) {
	n := knownLength(b)
	if n < minKnownText || c.lists == nil {
		if n == len("()") && b[0] == '(' {
			return &c.empty, n
		}
		return nil, 0
	}
	at := hashList(b, n)
	if known = &c.lists[at]; known.text == string(b[:n]) {
		return known, n
	}
	if known = &c.lists[at^1]; known.text == string(b[:n]) {
		return known, n
	}
	return nil, 0
}

// offer says what the list is that b begins with. It is kept if there is a
// place, or if one has been missed often enough.
func (c *knownLists[T]) offer(b []byte, list []T) {
	n := knownLength(b)
	if n < minKnownText || len(list) > maxKnown {
		return
	}
	if c.lists == nil {
		c.lists = new([64]knownList[T])
	}
	at := hashList(b, n)
	k := &c.lists[at]
	if k.text != "" && c.lists[at^1].text == "" {
		k = &c.lists[at^1]
	}
	if k.text != "" && k.misses < patience {
		k.misses++
		return
	}
	*k = knownList[T]{text: string(b[:n]), list: append([]T(nil), list...)}
}

// knownLength returns the length of the list that b begins with, and zero if
// it is too long to be kept, or stands too near to the end of b.
func knownLength(b []byte) int {
	if len(b) < 8 || b[0] != '(' {
		return 0
	}
	return bytes.IndexByte(b[:min(len(b), maxKnownText)], ')') + 1
}

// hashList mixes the beginning, the middle and the end of the list b[:n], which
// is followed by something if it is shorter than eight octets, to a number
// below 64. It has no branches, as lists come in any order.
func hashList(b []byte, n int) uint64 {
	const prime = 0x9e3779b97f4a7c15
	surplus := 8 * (8 - min(n, 8))
	h := octets(b) << surplus * 5
	h += octets(b[max(n/2-4, 0):]) << surplus * 3
	h += octets(b[max(n-8, 0):]) << surplus
	return (h + uint64(n)) * prime >> 58
}

// octets returns the first eight octets of b as a number.
func octets(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// cachedFlagList is flagList for the flags of a message.
func (p *parser) cachedFlagList() ([]Flag, bool) {
	at := p.b[p.i:]
	if known, n := p.mem.flagLists.find(at); known != nil {
		p.i += n
		return p.mem.flags.copyOf(known.list), true
	}
	flags, ok := p.flagList()
	if ok {
		p.mem.flagLists.offer(at, flags)
	}
	return flags, ok
}
