package ascii

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestClassesAreThoseOfTheGrammar compares every byte with the rules of RFC
// 9051 §9, written here as exclusions.
func TestClassesAreThoseOfTheGrammar(t *testing.T) {
	for i := range 256 {
		b := byte(i)
		char := b > 0x1f && b < 0x7f // CHAR that is no CTL
		in := func(set string) bool { return strings.IndexByte(set, b) >= 0 }
		atom := char && !in(`(){ %*"\]`)
		for class, want := range map[Class]bool{
			AtomChar:   atom,
			AStrChar:   atom || b == ']',
			ListChar:   atom || in("%*]"),
			TagChar:    (atom || b == ']') && b != '+',
			QuotedSafe: char && !in(`"\`),
			Digit:      in("0123456789"),
			ItemChar:   atom && !in("[<"),
			Letter:     b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z',
		} {
			assert.Equal(t, want, Is(b, class), "%q in class %d", b, class)
		}
		assert.Equal(t, atom || b == ']' || in("%*"), Is(b, AStrChar|ListChar), "a union")
	}
}

func TestAllIsTrueForNothing(t *testing.T) {
	assert.True(t, All("", Digit))
	assert.True(t, All("0123456789", Digit))
	assert.True(t, All([]byte("abc"), AtomChar))
	assert.False(t, All("12a", Digit))
	assert.False(t, All("a b", AtomChar))
	assert.False(t, All("ä", AtomChar))
}

func TestCaseIsThatOfASCIIAlone(t *testing.T) {
	for i := range 256 {
		b := byte(i)
		want := b
		if b >= 'a' && b <= 'z' {
			want = b - 32
		}
		assert.Equal(t, want, Upper(b))
	}
	assert.True(t, EqualFold("INBOX", []byte("inBox")))
	assert.True(t, EqualFold("", ""))
	assert.False(t, EqualFold("INBOX", "INBO"))
	assert.False(t, EqualFold("k", "\u212a"), "the Kelvin sign is no k")
	assert.False(t, EqualFold("@", "`"))
	assert.False(t, EqualFold("{", "["))
	assert.True(t, HasPrefixFold("fetchX", "FETCH"))
	assert.True(t, HasPrefixFold("x", ""))
	assert.False(t, HasPrefixFold("fet", "FETCH"))
	assert.Equal(t, "RFC822.SIZE ä", ToUpper("Rfc822.size ä"))
	assert.Equal(t, "", ToUpper(""))
	upper := "ALREADY"
	assert.Zero(t, testing.AllocsPerRun(10, func() { _ = ToUpper(upper) }))
}

func TestNumbersOf63BitsAreRead(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "7": 7, "007": 7, "42x": 42, "9223372036854775807": 1<<63 - 1, "9223372036854775807 1": 1<<63 - 1, "00000000000000000000001": 1,
	} {
		n, width, ok := Number64(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, n, text)
		assert.Equal(t, len(strings.TrimRight(strings.Fields(text)[0], "x")), width, text)
	}
	for _, text := range [...]string{"", "x", "-1", "+1", " 1", "9223372036854775808", "9223372036854775810", "18446744073709551616", "99999999999999999999"} {
		n, _, ok := Number64([]byte(text))
		assert.False(t, ok, text)
		assert.Zero(t, n, text)
	}
}
