package mime

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
)

// DecodeHeader returns a field's value with its encoded words decoded (RFC 2047).
// It takes what other servers take: charsets in UTF-7, unknown ones, octets that
// should have been encoded, missing padding.
func DecodeHeader(v string) string {
	if !strings.Contains(v, "=?") {
		return v
	}
	var b strings.Builder
	afterWord := false
	for v != "" {
		i := strings.Index(v, "=?")
		if i < 0 {
			break
		}
		text, n := encodedWord(v[i:])
		if n == 0 {
			b.WriteString(v[:i+2])
			v, afterWord = v[i+2:], false
			continue
		}
		if between := v[:i]; !afterWord || strings.Trim(between, " \t") != "" {
			b.WriteString(between)
		}
		b.WriteString(text)
		v, afterWord = v[i+n:], true
	}
	return b.String() + v
}

// encodedWord decodes the encoded word at the start of s and returns its length,
// zero if it is none.
func encodedWord(s string) (text string, n int) {
	name, rest, ok := strings.Cut(s[2:], "?")
	if !ok || len(rest) < 2 || rest[1] != '?' || name == "" || strings.ContainsAny(name, " \t") {
		return "", 0
	}
	encoded, _, ok := strings.Cut(rest[2:], "?=")
	if !ok {
		return "", 0
	}
	var raw []byte
	switch rest[0] {
	case 'b', 'B':
		raw, _ = decodeBase64([]byte(encoded)) // what there is of it
	case 'q', 'Q':
		if strings.ContainsAny(encoded, " \t") {
			return "", 0
		}
		raw = decodeQ(encoded)
	default:
		return "", 0
	}
	name, _, _ = strings.Cut(name, "*") // a language, RFC 2231 §5
	return toUTF8(name, raw), len("=?") + len(s[2:]) - len(rest) + len("Q?") + len(encoded) + len("?=")
}

// decodeQ decodes the Q encoding. What is malformed stands for itself.
func decodeQ(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '_':
			out = append(out, ' ')
		case s[i] == '=' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			out = append(out, s[i])
		}
	}
	return out
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// decodeBase64 decodes base64 with foreign octets and without padding; false if
// something is no base64.
func decodeBase64(s []byte) ([]byte, bool) {
	clean := bytes.Map(func(r rune) rune {
		if r == '\r' || r == '\n' || r == ' ' || r == '\t' {
			return -1
		}
		return r
	}, s)
	clean = bytes.TrimRight(clean, "=")
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, err := base64.RawStdEncoding.Decode(out, clean)
	return out[:n], err == nil
}

// toUTF8 converts text of a charset. One that is unknown is UTF-8 if the text is,
// else windows-1252.
func toUTF8(name string, raw []byte) string {
	switch strings.ToLower(name) {
	case "", "utf-8", "us-ascii":
		return validOr1252(raw)
	case "utf-7", "unicode-1-1-utf-7":
		return decodeUTF7(raw)
	}
	r, err := charset.Reader(name, bytes.NewReader(raw))
	if err != nil {
		return validOr1252(raw)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		return validOr1252(raw)
	}
	return string(out)
}

func validOr1252(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	if r, err := charset.Reader("windows-1252", bytes.NewReader(raw)); err == nil {
		if out, err := io.ReadAll(r); err == nil {
			return string(out)
		}
	}
	return string(raw)
}

// decodeUTF7 decodes UTF-7 (RFC 2152). What is malformed stands for itself.
func decodeUTF7(raw []byte) string {
	var b strings.Builder
	for len(raw) > 0 {
		c := raw[0]
		raw = raw[1:]
		if c != '+' {
			b.WriteByte(c)
			continue
		}
		n := 0
		for n < len(raw) && isBase64(raw[n]) {
			n++
		}
		if n == 0 && len(raw) > 0 && raw[0] == '-' {
			b.WriteByte('+')
			raw = raw[1:]
			continue
		}
		octets := make([]byte, base64.RawStdEncoding.DecodedLen(n))
		got, err := base64.RawStdEncoding.Decode(octets, raw[:n])
		if err != nil {
			got -= got % 2
		}
		units := make([]uint16, 0, got/2)
		for i := 0; i+1 < got; i += 2 {
			units = append(units, uint16(octets[i])<<8|uint16(octets[i+1]))
		}
		b.WriteString(string(utf16.Decode(units)))
		if raw = raw[n:]; len(raw) > 0 && raw[0] == '-' {
			raw = raw[1:]
		}
	}
	return b.String()
}

func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}
