package inflate

import (
	"math/bits"
	"slices"
	"sync"
)

const (
	maxLiterals  = 286 // literal/length codes that a dynamic block may have
	maxDistances = 30
	lengthCodes  = 19 // code lengths, RFC 1951 §3.2.7
	maxCodeBits  = 15

	// Codes of up to so many bits are found at the first look into a table.
	litBits    = 10
	distBits   = 8
	lengthBits = 7 // the longest code for a code length: one look always suffices

	// Sizes of tables. A subtable of 2^k entries stands for the codes below one
	// prefix. The longest of them has k bits more than the prefix, and as the code
	// is complete there are at least k+1 of them. With 10 bits looked at first and 15
	// the longest, an entry for one of 286 codes therefore costs at most 32/6
	// entries of subtables, and with 8 bits one for 30 codes 128/8.
	litSize  = 1<<litBits + maxLiterals*32/6 + 1
	distSize = 1<<distBits + maxDistances*128/8
)

// An entry of a table says what a code stands for.
//
//	bits 0–5    bits to consume: the code's and, for lengths and distances, the
//	            extra bits. Of a link: how many bits more to look at.
//	bits 8–11   bits of the code
//	bits 12–15  the kind: literal, link, endOfBlock, invalid; none of them for a
//	            length, a distance or a code length
//	bits 16–31  the literal octet, base length, base distance or code length. Of a
//	            link: where its subtable begins.
type entry uint32

const (
	endOfBlock entry = 1 << (12 + iota)
	invalid          // no symbol has this code
	link             // the code is longer
	literal
)

func (e entry) total() uint    { return uint(e & 63) }
func (e entry) codeBits() uint { return uint(e >> 8 & 15) }
func (e entry) value() int     { return int(e >> 16) }

// amount returns a length or distance: its base and the extra bits, which follow
// the code at the beginning of b.
func (e entry) amount(b uint64) int {
	return int(e>>16) + int(b&(1<<(e&63)-1)>>(e>>8&15))
}

// codes are the tables that a block is decoded by.
type codes struct {
	lit     [litSize]entry
	dist    [distSize]entry // and, within a header, the table of the code length code
	lengths [maxLiterals + maxDistances]uint8
}

// literalAt returns the literal/length entry for the code at the beginning of b.
func (c *codes) literalAt(b uint64) entry {
	e := c.lit[b&(1<<litBits-1)]
	if e&link != 0 {
		e = c.lit[uint64(e>>16)+b>>litBits&(1<<(e&63)-1)]
	}
	return e
}

// distanceAt returns the distance entry for the code at the beginning of b.
func (c *codes) distanceAt(b uint64) entry {
	e := c.dist[b&(1<<distBits-1)]
	if e&link != 0 {
		e = c.dist[uint64(e>>16)+b>>distBits&(1<<(e&63)-1)]
	}
	return e
}

// What symbols stand for: entries without the bits of their codes.
var (
	literalSymbols  [288]entry // §3.2.5
	distanceSymbols [32]entry
	lengthSymbols   [lengthCodes]entry // §3.2.7
)

func init() {
	for i := range 256 {
		literalSymbols[i] = literal | entry(i)<<16
	}
	literalSymbols[256] = endOfBlock
	for base, i := 3, 257; i < 285; i++ {
		extra := max(0, (i-257)/4-1)
		literalSymbols[i] = entry(base<<16 | extra)
		base += 1 << extra
	}
	literalSymbols[285] = 258 << 16
	literalSymbols[286], literalSymbols[287] = invalid, invalid
	for base, i := 1, 0; i < maxDistances; i++ {
		extra := max(0, i/2-1)
		distanceSymbols[i] = entry(base<<16 | extra)
		base += 1 << extra
	}
	distanceSymbols[30], distanceSymbols[31] = invalid, invalid
	for i := range lengthSymbols {
		lengthSymbols[i] = entry(i) << 16
	}
}

// fixedCodes returns the tables for blocks of type 1, RFC 1951 §3.2.6.
var fixedCodes = sync.OnceValue(func() *codes {
	var lengths [288]uint8
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	c := new(codes)
	build(c.lit[:], litBits, lengths[:], literalSymbols[:])
	for i := range 32 {
		lengths[i] = 5
	}
	build(c.dist[:], distBits, lengths[:32], distanceSymbols[:])
	return c
})

// build makes a table for the code in which symbol i has lengths[i] bits, zero if
// it does not occur. It reports false if there is no such code, or a prefix that no
// symbol has. RFC 1951 §3.2.7 allows that for a single symbol, whose code has one
// bit, and for a code without symbols.
func build(table []entry, first uint, lengths []uint8, symbols []entry) bool {
	var count [maxCodeBits + 1]int
	for _, n := range lengths {
		count[n]++
	}
	if count[0] == len(lengths) {
		fill(table[:1<<first], invalid)
		return true
	}
	count[0] = 0
	var next [maxCodeBits + 1]int // the next code of each length
	var from [maxCodeBits + 2]int // where in sorted those of each length begin
	code := 0
	for n := 1; n <= maxCodeBits; n++ {
		code = (code + count[n-1]) << 1
		next[n] = code
		from[n+1] = from[n] + count[n]
		if code+count[n] > 1<<n {
			return false
		}
	}
	if last := code + count[maxCodeBits]; last != 1<<maxCodeBits {
		if count[1] != 1 || from[maxCodeBits+1] != 1 {
			return false
		}
		fill(table[:1<<first], invalid|1|1<<8)
	}

	type coded struct {
		symbol uint16
		code   uint16 // its first bit lowest, as in the stream
		n      uint8  // bits of the code
	}
	var sorted [288]coded // by length
	for i, n := range lengths {
		if n > 0 {
			sorted[from[n]] = coded{uint16(i), bits.Reverse16(uint16(next[n])) >> (16 - n), n}
			from[n]++
			next[n]++
		}
	}
	// The longest first, as the first one below a prefix settles its subtable's size.
	size := 1 << first
	prefix, sub := -1, entry(0) // the present subtable's, and the link to it
	for _, s := range slices.Backward(sorted[:from[maxCodeBits]]) {
		n := uint(s.n)
		e := symbols[s.symbol] + entry(n) | entry(n)<<8
		if n <= first {
			spread(table[:1<<first], int(s.code), n, e)
			continue
		}
		if p := int(s.code) & (1<<first - 1); p != prefix {
			prefix = p
			sub = link | entry(size)<<16 | entry(n-first)
			table[p] = sub
			size += 1 << (n - first)
		}
		at := sub.value()
		spread(table[at:at+1<<sub.total()], int(s.code)>>first, n-first, e)
	}
	return true
}

// spread enters e wherever the low n bits of the index are code.
func spread(table []entry, code int, n uint, e entry) {
	for i := code; i < len(table); i += 1 << n {
		table[i] = e
	}
}

func fill(table []entry, e entry) {
	for i := range table {
		table[i] = e
	}
}
