package mailtext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// dropInvisible returns s without the characters that a person does not see: what
// has no width, what turns text around, tags, and control characters but tabs and
// line breaks. It also returns how many octets they took.
//
// Joiners stay between letters and emoji, where they change the shape of what is
// seen; tags stay in flags; one variation selector stays if it can select.
func dropInvisible(s string) (string, int) {
	i := strings.IndexFunc(s, maybeInvisible)
	if i < 0 {
		return s, 0
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	last, _ := utf8.DecodeLastRuneInString(s[:i])
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		keep := !maybeInvisible(r)
		switch {
		case keep:
		case r >= 0xe0020 && r <= 0xe007f:
			if n := flagLen(s[i:]); last == blackFlag && n > 0 {
				keep, size = true, n
			}
		case r == zwnj, r == zwj:
			next, _ := utf8.DecodeRuneInString(s[i+size:])
			keep = joins(last) && joins(next)
		case r >= 0xfe00 && r <= 0xfe0f:
			keep = last >= 0x80 && last != utf8.RuneError && !isSelector(last) || last >= '0' && last <= '9' || last == '#' || last == '*'
		case isSelector(r):
			keep = unicode.Is(unicode.Han, last)
		}
		if keep {
			b.WriteString(s[i : i+size])
			last = r
		}
		i += size
	}
	return b.String(), len(s) - b.Len()
}

const (
	zwnj      = '\u200c'
	zwj       = '\u200d'
	blackFlag = '\U0001f3f4'
)

// flagLen returns the length of the tags at the start of s that name a region
// after a black flag (UTS #51, "emoji tag sequence"), or 0: six letters and digits
// at most, and a cancel tag.
func flagLen(s string) int {
	n := 0
	for i, r := range s {
		switch letter := r - 0xe0000; {
		case letter == 0x7f && n > 1:
			return i + utf8.RuneLen(r)
		case n < 6 && (letter >= 'a' && letter <= 'z' || letter >= '0' && letter <= '9'):
			n++
		default:
			return 0
		}
	}
	return 0
}

// maybeInvisible reports whether r may be a character that is not seen.
func maybeInvisible(r rune) bool {
	switch {
	case r < 0x20:
		return r != '\n' && r != '\t'
	case r < 0x7f:
		return false
	case r <= 0x9f, r == 0x00ad, r == 0x034f, r == 0x061c, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5,
		r >= 0x180b && r <= 0x180e, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f,
		r == 0x3164, r >= 0xfe00 && r <= 0xfe0f, r == 0xfeff, r == 0xffa0, r >= 0xfff0 && r <= 0xfffb:
		return true
	}
	return r >= 0x1bca0 && r <= 0x1bca3 || r >= 0x1d173 && r <= 0x1d17a || r >= 0xe0000 && r <= 0xe0fff
}

func isSelector(r rune) bool {
	return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef
}

// joins reports whether a joiner beside r changes what is seen.
func joins(r rune) bool {
	return r > 0x2ff && r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsSymbol(r))
}
