package mimeword

import (
	"cmp"
	"slices"
	"strings"
)

// A piece is a parameter by what its name says of its place in a value (RFC
// 2231 §3).
type piece struct {
	key      string // the bare name in lower case
	index    int    // plain, whole, or the number of the piece
	extended bool   // "%" and hexadecimal digits stand for bytes
	pos      int    // in the list of parameters
}

// Indices of parameters that are not one of several pieces.
const (
	plain = -2 // "name"
	whole = -1 // "name*"
)

// findPieces returns the pieces among params, those of one parameter together
// and in their order, and no numbered one twice.
func findPieces(params []Param) []piece {
	pieces := make([]piece, 0, len(params))
	for i, param := range params {
		if p, ok := parsePiece(param.Name); ok {
			p.pos = i
			pieces = append(pieces, p)
		}
	}
	slices.SortStableFunc(pieces, func(a, b piece) int {
		return cmp.Or(strings.Compare(a.key, b.key), cmp.Compare(a.index, b.index))
	})
	return slices.CompactFunc(pieces, func(a, b piece) bool {
		return a.key == b.key && a.index == b.index && a.index != plain
	})
}

// parsePiece parses the name of a parameter.
func parsePiece(name string) (p piece, ok bool) {
	name = strings.ToLower(name)
	key, number, starred := strings.Cut(name, "*")
	p.key = key
	switch {
	case key == "":
		return p, false
	case !starred:
		p.index = plain
		return p, true
	case number == "":
		p.index, p.extended = whole, true
		return p, true
	}
	number, p.extended = strings.CutSuffix(number, "*")
	p.index, ok = pieceNumber(number)
	return p, ok
}

// pieceNumber parses the number of a piece, which has no more than four
// digits and no leading zero.
func pieceNumber(s string) (n int, ok bool) {
	if s == "" || len(s) > 4 || s[0] == '0' && s != "0" {
		return 0, false
	}
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}
