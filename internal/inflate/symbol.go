package inflate

import "encoding/binary"

const (
	maxMatch  = 258          // RFC 1951 §3.2.5
	fastInput = 16           // octets that an iteration of fast may look at
	fastRoom  = 2 + maxMatch // octets that it may decode
)

// symbols decodes symbols until the block, the input or the window ends.
func (z *Reader) symbols() bool {
	if z.w-z.r >= fastInput && len(z.win)-z.wr >= fastRoom {
		z.fast()
		return z.err == nil
	}
	for z.state == symbols && z.wr < len(z.win) {
		if !z.symbol() {
			return false
		}
	}
	return true
}

// symbol decodes one literal, match or end of block, if all its bits are there. A
// code that they do not suffice for is seen from its table: zeros in place of the
// bits to come lead to an entry for a code that is longer than what is there.
func (z *Reader) symbol() bool {
	z.need(0)
	e := z.codes.literalAt(z.bits)
	n := e.codeBits()
	if n > z.nbits {
		return false
	}
	switch {
	case e&literal != 0:
		z.take(n)
		z.win[z.wr] = byte(e >> 16)
		z.wr++
		return true
	case e&endOfBlock != 0:
		z.take(n)
		z.endBlock()
		return true
	case e&invalid != 0:
		return z.corrupt("unassigned literal/length code")
	}
	n = e.total()
	if n > z.nbits {
		return false
	}
	rest := z.bits >> n
	d := z.codes.distanceAt(rest)
	if n+d.codeBits() > z.nbits {
		return false
	}
	if d&invalid != 0 {
		return z.corrupt("unassigned distance code")
	}
	if n+d.total() > z.nbits {
		return false
	}
	z.length, z.dist = e.amount(z.bits), d.amount(rest)
	if z.dist > z.wr && !z.wrapped {
		return z.corrupt("distance beyond the beginning of the stream")
	}
	z.take(n)
	z.take(d.total())
	z.match()
	return true
}

// match copies what the window has room for of a match.
func (z *Reader) match() {
	n := min(z.length, len(z.win)-z.wr)
	repeat(z.win, z.wr, z.dist, n)
	z.wr += n
	z.length -= n
	z.state = symbols
	if z.length > 0 {
		z.state = match
	}
}

// repeat copies n octets to win[at:] from dist octets before; the window is a ring.
// Source and target may overlap: octets that were copied are copied again.
func repeat(win []byte, at, dist, n int) {
	from := at - dist
	if from < 0 {
		from += len(win)
		c := copy(win[at:at+n], win[from:])
		at, n, from = at+c, n-c, 0
	}
	for to := win[at : at+n]; len(to) > 0; {
		c := copy(to, win[from:at])
		at += c
		to = to[c:]
	}
}

// fast decodes symbols while there is much input and room for a whole match, so that
// it does not have to check whether a symbol is complete. With 56 bits or more in
// b, three literals can be decoded and the next code looked up, or a match be
// decoded, which has at most 15+5 bits for the length and 15+13 for the distance.
func (z *Reader) fast() {
	in, r := z.buf[:z.w], z.r
	win, at := z.win, z.wr
	b, n := z.bits, z.nbits
	c := z.codes
	var fault string
	var e, d entry

	for len(in)-r >= fastInput && len(win)-at >= fastRoom {
		b |= binary.LittleEndian.Uint64(in[r:]) << (n & 63)
		r += int(63-n) >> 3
		n |= 56
		if e = c.literalAt(b); e&literal != 0 {
			b >>= e & 63
			n -= e.total()
			win[at] = byte(e >> 16)
			at++
			if e = c.literalAt(b); e&literal != 0 {
				b >>= e & 63
				n -= e.total()
				win[at] = byte(e >> 16)
				at++
				if e = c.literalAt(b); e&literal != 0 {
					b >>= e & 63
					n -= e.total()
					win[at] = byte(e >> 16)
					at++
					continue
				}
			}
			b |= binary.LittleEndian.Uint64(in[r:]) << (n & 63)
			r += int(63-n) >> 3
			n |= 56
		}
		if e&(endOfBlock|invalid) != 0 {
			if e&invalid != 0 {
				fault = "unassigned literal/length code"
				break
			}
			b >>= e & 63
			n -= e.total()
			z.endBlock()
			break
		}
		length := e.amount(b)
		rest := b >> (e & 63)
		if d = c.distanceAt(rest); d&invalid != 0 {
			fault = "unassigned distance code"
			break
		}
		dist := d.amount(rest)
		if dist > at && !z.wrapped {
			fault = "distance beyond the beginning of the stream"
			break
		}
		b = rest >> (d & 63)
		n -= e.total() + d.total()
		repeat(win, at, dist, length)
		at += length
	}
	z.r, z.wr = r, at
	z.bits, z.nbits = b&(1<<n-1), n
	if fault != "" {
		z.corrupt(fault)
	}
}
