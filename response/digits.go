package response

// Numbers are read in two ways: one number by scanNumber, which checks that it is in
// range; and those of SEARCH and of sets, which come by the million, by loops over
// scanDigits and sameWidth, as a call and its checks take longer than the digits.

// The largest numbers of the grammar.
const (
	max32 = 1<<32 - 1 // number
	max63 = 1<<63 - 1 // number64, mod-sequence-value
	max64 = 1<<64 - 1 // mod-sequence-value of RFC 4551
)

// scanNumber reads the number at b[i], zeros in front included, and returns where
// it ends. It returns false if there is none, or a larger one than most.
func scanNumber(b []byte, i int, most uint64) (n uint64, end int, ok bool) {
	const surely = 19 // digits that fit 64 bits
	n, end = scanDigits(b, i)
	if end-i <= surely {
		return n, end, end > i && n <= most
	}
	for i < end && b[i] == '0' {
		i++
	}
	if end-i > surely { // one digit more fits if it is a one and the number has not wrapped
		return n, end, end-i == surely+1 && b[i] == '1' && n >= 1e19 && n <= most
	}
	return n, end, n <= most
}

// scanDigits reads digits from b[i] on, as many as there are, and returns their
// number with the offset after them. The number of more than nineteen is wrong.
func scanDigits(b []byte, i int) (n uint64, end int) {
	for ; i < len(b); i++ {
		d := uint64(b[i] - '0')
		if d > 9 {
			break
		}
		n = n*10 + d
	}
	return n, i
}

// sameWidth reads numbers that have as many digits as the one before, as most of a
// list have: eight octets at once, and without waiting for how long the number is
// before the next one is begun. Zero reads none.
type sameWidth struct {
	width int    // digits: up to seven
	mask  uint64 // the sign bits of so many octets, and one more
	end   uint64 // the sign bit of that one
	shift uint   // brings the last digit to the end of the word
}

// withWidth reads numbers of so many digits.
func withWidth(width int) sameWidth {
	if width <= 0 || width > 7 {
		return sameWidth{}
	}
	bits := 8 * width
	return sameWidth{width: width, mask: 0x8080808080808080 >> (56 - bits), end: 0x80 << bits, shift: uint(64 - bits)}
}

// read returns the number at b[i:], if that has the width and no more digits.
func (s *sameWidth) read(b []byte, i int) (n uint64, ok bool) {
	if len(b)-i < 8 || s.width == 0 {
		return 0, false
	}
	word := octets(b[i:]) ^ 0x3030303030303030 // digits become their values
	if (word+0x7676767676767676|word)&s.mask != s.end {
		return 0, false
	}
	word <<= s.shift & 63
	word = word*10 + word>>8 // pairs, then fours, then all
	const pairs = 0x000000ff000000ff
	return (word&pairs*(100+1000000<<32) + word>>16&pairs*(1+10000<<32)) >> 32, true
}

// consecutive reads numbers from b[i:] on that are each one more than the one
// before, the first of them than last, and are followed by a space each. It returns
// the last of them and the offset after it.
func (s *sameWidth) consecutive(b []byte, i int, last UID) (UID, int) {
	for {
		n, ok := s.read(b, i)
		if !ok || n != uint64(last)+1 || b[i+s.width] != ' ' {
			return last, i
		}
		last++
		i += s.width + 1
	}
}
