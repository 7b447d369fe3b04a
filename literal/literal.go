// Package literal knows the one part of IMAP's syntax that changes the
// conversation: the literal, a counted string of any bytes (RFC 9051 §4.3,
// RFC 7888). It parses and writes the announcement at the end of a line, and
// streams the announced bytes in and out. It knows no other grammar.
package literal

import (
	"strconv"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// Header is the announcement that ends a line: {n}, {n+} or, for binary
// content, ~{n} (RFC 3516 §7, RFC 9051 §9 "literal8").
type Header struct {
	Size    int64 // octets that follow the CRLF
	NonSync bool  // {n+}: the sender does not wait for a continuation (RFC 7888 §3)
	Binary  bool  // ~{n}: the octets may include NUL
}

// Parse reads the announcement that ends line, which is given without its
// CRLF. It returns the offset at which the announcement starts, and false
// where the line ends in something else.
func Parse(line []byte) (h Header, start int, ok bool) {
	i := len(line) - 1
	if i < 2 || line[i] != '}' {
		return h, 0, false
	}
	i--
	if line[i] == '+' || line[i] == '-' {
		h.NonSync = true
		i--
	}
	end := i + 1
	for i >= 0 && ascii.Is(line[i], ascii.Digit) {
		i--
	}
	if i < 0 || line[i] != '{' || i+1 == end {
		return Header{}, 0, false
	}
	n, _, ok := ascii.Number64(line[i+1 : end])
	if !ok {
		return Header{}, 0, false
	}
	h.Size = n
	if i > 0 && line[i-1] == '~' {
		h.Binary = true
		i--
	}
	return h, i, true
}

// Append appends the announcement and its CRLF to dst.
func (h Header) Append(dst []byte) []byte {
	if h.Binary {
		dst = append(dst, '~')
	}
	dst = append(dst, '{')
	dst = strconv.AppendInt(dst, h.Size, 10)
	if h.NonSync {
		dst = append(dst, '+')
	}
	return append(dst, '}', '\r', '\n')
}
