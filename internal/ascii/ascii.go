// Package ascii holds the character classes of IMAP's grammar and the few byte
// operations that the tokenizer, the encoder and the parsers share.
package ascii

// Class is a bit set of the grammar's character classes.
type Class uint8

// The classes of RFC 9051 §9.
const (
	AtomChar   Class = 1 << iota // ATOM-CHAR
	AStrChar                     // ASTRING-CHAR: ATOM-CHAR / "]"
	ListChar                     // list-char: ATOM-CHAR / list-wildcards / "]"
	TagChar                      // any ASTRING-CHAR except "+"
	QuotedSafe                   // TEXT-CHAR that needs no backslash in a quoted string
	Digit                        // DIGIT
	ItemChar                     // ATOM-CHAR except "[" and "<": the name of a FETCH item
	Letter                       // ALPHA
)

// classes maps each byte to its classes.
var classes = buildClasses()

func buildClasses() (t [256]Class) {
	for b := 0x20; b < 0x7f; b++ {
		c := byte(b)
		switch c {
		case '"', '\\':
		default:
			t[c] |= QuotedSafe
		}
		switch c {
		case '(', ')', '{', ' ', '%', '*', '"', '\\':
		case ']':
			t[c] |= AStrChar | ListChar | TagChar
		default:
			t[c] |= AtomChar | AStrChar | ListChar
			if c != '+' {
				t[c] |= TagChar
			}
			if c != '[' && c != '<' {
				t[c] |= ItemChar
			}
		}
		if c == '%' || c == '*' {
			t[c] |= ListChar
		}
		if '0' <= c && c <= '9' {
			t[c] |= Digit
		}
		if 'a' <= c|0x20 && c|0x20 <= 'z' {
			t[c] |= Letter
		}
	}
	return t
}

// Is reports whether b is in any of the classes of c.
func Is(b byte, c Class) bool { return classes[b]&c != 0 }

// All reports whether every byte of s is in a class of c. It is true for an
// empty s.
func All[S ~string | ~[]byte](s S, c Class) bool {
	for i := 0; i < len(s); i++ {
		if classes[s[i]]&c == 0 {
			return false
		}
	}
	return true
}

// Upper returns b in upper case.
func Upper(b byte) byte {
	if 'a' <= b && b <= 'z' {
		return b - ('a' - 'A')
	}
	return b
}

// EqualFold reports whether a equals b without regard to ASCII case.
func EqualFold[A, B ~string | ~[]byte](a A, b B) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i < len(a); i++ {
		if a[i] != b[i] && Upper(a[i]) != Upper(b[i]) {
			return false
		}
	}
	return true
}

// HasPrefixFold reports whether a begins with prefix without regard to ASCII case.
func HasPrefixFold[A, B ~string | ~[]byte](a A, prefix B) bool {
	return len(a) >= len(prefix) && EqualFold(a[:len(prefix)], prefix)
}

// ToUpper returns s in ASCII upper case, and s itself if it is so already.
func ToUpper(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] != Upper(s[i]) {
			b := []byte(s)
			for ; i < len(b); i++ {
				b[i] = Upper(b[i])
			}
			return string(b)
		}
	}
	return s
}

// Number64 parses the decimal digits at the start of b. It returns the number,
// how many bytes it took, and false if there is no digit or if the
// number exceeds 63 bits.
func Number64[S ~string | ~[]byte](b S) (n int64, width int, ok bool) {
	const limit = (1<<63 - 1) / 10
	for width < len(b) && classes[b[width]]&Digit != 0 {
		d := int64(b[width] - '0')
		if n > limit || n == limit && d > 7 {
			return 0, width, false
		}
		n = n*10 + d
		width++
	}
	return n, width, width > 0
}
