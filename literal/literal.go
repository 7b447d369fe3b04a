// Package literal parses, writes and streams literals: strings of counted octets,
// which are announced at the end of a line (RFC 9051 §4.3, RFC 7888). They are the
// only part of the grammar that affects the flow of the conversation, and the only
// one that this package knows.
package literal

import (
	"strconv"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// Header is what announces a literal at the end of a line: {n}, {n+} or, for binary
// content, ~{n} (RFC 3516 §7, RFC 9051 §9 "literal8").
type Header struct {
	Size    int64 // octets that follow the CRLF
	NonSync bool  // {n+}: the sender does not wait for a continuation (RFC 7888 §3)
	Binary  bool  // ~{n}: the octets may include NUL
}

// Parse parses the header at the end of line, which is passed without its CRLF. It
// returns the offset at which the header starts, and false if the line does not end
// with one.
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

// Append appends the header and its CRLF to dst.
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
