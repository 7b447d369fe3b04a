package inflate

import (
	"io"
	"sync"
)

// state is what comes next in the stream.
type state uint8

const (
	blockStart   state = iota // BFINAL and BTYPE
	storedLength              // LEN and NLEN of a stored block
	storedOctets
	dynamicCounts      // HLIT, HDIST and HCLEN of a dynamic block
	dynamicCodeLengths // the code lengths of the code length code; from here on, tables are needed
	dynamicLengths     // the code lengths of the other two codes
	symbols
	match // the rest of a match that the window had no room for
)

// header is what has been read of a dynamic block's header.
type header struct {
	literals  int // HLIT+257
	distances int // HDIST+1
	lengths   int // HCLEN+4
	read      int // code lengths read of the code that is being read
}

// step decodes one item of the stream, or many symbols. It reports false if the
// input does not suffice, and if the stream is corrupt.
func (z *Reader) step() bool {
	switch z.state {
	case blockStart:
		return z.blockStart()
	case storedLength:
		return z.storedLength()
	case storedOctets:
		return z.storedOctets()
	case dynamicCounts:
		return z.dynamicCounts()
	case dynamicCodeLengths:
		return z.dynamicCodeLengths()
	case dynamicLengths:
		return z.dynamicLengths()
	case symbols:
		return z.symbols()
	default:
		z.match()
		return true
	}
}

// RFC 1951 §3.2.3
func (z *Reader) blockStart() bool {
	if !z.need(3) {
		return false
	}
	z.final = z.take(1) == 1
	switch z.take(2) {
	case 0:
		z.state = storedLength
	case 1:
		z.codes, z.state = fixedCodes(), symbols
	case 2:
		z.state = dynamicCounts
	default:
		return z.corrupt("reserved block type")
	}
	return true
}

// endBlock goes on to what follows a block.
func (z *Reader) endBlock() {
	z.state = blockStart
	if z.final {
		z.err = io.EOF
	}
}

// RFC 1951 §3.2.4
func (z *Reader) storedLength() bool {
	z.take(z.nbits % 8)
	if !z.need(32) {
		return false
	}
	n, complement := z.take(16), z.take(16)
	if n != ^complement&0xffff {
		return z.corrupt("LEN and NLEN of a stored block do not match")
	}
	z.stored, z.state = int(n), storedOctets
	return true
}

func (z *Reader) storedOctets() bool {
	for z.nbits > 0 && z.stored > 0 && z.wr < len(z.win) {
		z.win[z.wr] = byte(z.take(8))
		z.wr++
		z.stored--
	}
	if z.nbits == 0 {
		n := copy(z.win[z.wr:], z.buf[z.r:min(z.w, z.r+z.stored)])
		z.r += n
		z.wr += n
		z.stored -= n
	}
	switch {
	case z.stored == 0:
		z.endBlock()
	case z.wr < len(z.win):
		return false
	}
	return true
}

// RFC 1951 §3.2.7
func (z *Reader) dynamicCounts() bool {
	if !z.need(14) {
		return false
	}
	h := header{
		literals:  int(z.take(5)) + 257,
		distances: int(z.take(5)) + 1,
		lengths:   int(z.take(4)) + 4,
	}
	if h.literals > maxLiterals {
		return z.corrupt("too many literal/length codes")
	}
	if h.distances > maxDistances {
		return z.corrupt("too many distance codes")
	}
	if z.own == nil {
		z.own = codesPool.Get().(*codes)
	}
	z.own.lengths = [maxLiterals + maxDistances]uint8{}
	z.codes, z.header, z.state = z.own, h, dynamicCodeLengths
	return true
}

// codeLengthOrder is the order in which the code lengths of the code length code
// are sent, RFC 1951 §3.2.7.
var codeLengthOrder = [lengthCodes]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

func (z *Reader) dynamicCodeLengths() bool {
	h := &z.header
	for ; h.read < h.lengths; h.read++ {
		if !z.need(3) {
			return false
		}
		z.own.lengths[codeLengthOrder[h.read]] = uint8(z.take(3))
	}
	if !build(z.own.dist[:], lengthBits, z.own.lengths[:lengthCodes], lengthSymbols[:]) {
		return z.corrupt("invalid code length code")
	}
	z.own.lengths = [maxLiterals + maxDistances]uint8{}
	h.read, z.state = 0, dynamicLengths
	return true
}

// repeats are the code lengths 16 to 18, which repeat another one.
var repeats = [3]struct {
	extra uint
	base  int
}{{2, 3}, {3, 3}, {7, 11}}

func (z *Reader) dynamicLengths() bool {
	h := &z.header
	lengths := z.own.lengths[:h.literals+h.distances]
	for h.read < len(lengths) {
		z.need(14) // the most that a code length takes
		e := z.own.dist[z.bits&(1<<lengthBits-1)]
		n := e.codeBits()
		if n > z.nbits {
			return false
		}
		if e&invalid != 0 {
			return z.corrupt("unassigned code for a code length")
		}
		symbol := e.value()
		if symbol < 16 {
			z.take(n)
			lengths[h.read] = uint8(symbol)
			h.read++
			continue
		}
		rep := repeats[symbol-16]
		if n+rep.extra > z.nbits {
			return false
		}
		var length uint8
		if symbol == 16 {
			if h.read == 0 {
				return z.corrupt("no code length to repeat")
			}
			length = lengths[h.read-1]
		}
		z.take(n)
		count := rep.base + int(z.take(rep.extra))
		if count > len(lengths)-h.read {
			return z.corrupt("more code lengths than codes")
		}
		for range count {
			lengths[h.read] = length
			h.read++
		}
	}
	if !build(z.own.lit[:], litBits, lengths[:h.literals], literalSymbols[:]) {
		return z.corrupt("invalid literal/length code")
	}
	if !build(z.own.dist[:], distBits, lengths[h.literals:], distanceSymbols[:]) {
		return z.corrupt("invalid distance code")
	}
	z.state = symbols
	return true
}

// codesPool has tables for dynamic blocks, shared by all readers.
var codesPool = sync.Pool{New: func() any { return new(codes) }}

// dropCodes gives the tables for dynamic blocks back.
func (z *Reader) dropCodes() {
	if z.own != nil {
		codesPool.Put(z.own)
		if z.codes == z.own {
			z.codes = nil
		}
		z.own = nil
	}
}
