package mimeword

import "unicode/utf8"

// windows1252 has the characters of windows-1252 from 0x80 on. It serves for
// ISO-8859-1 as well, which in mail as on the web is but another name for it.
var windows1252 = makeWindows1252()

// latin9 has the characters of ISO-8859-15 from 0x80 on, and those of
// windows-1252 if the former has control characters.
var latin9 = makeLatin9()

// replacements has U+FFFD throughout.
var replacements = makeReplacements()

func makeWindows1252() (t [128]rune) {
	for i := range t {
		t[i] = rune(0x80 + i)
	}
	copy(t[:], []rune("€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ"))
	return t
}

func makeLatin9() [128]rune {
	t := windows1252
	t[0x24], t[0x26], t[0x28], t[0x34] = '€', 'Š', 'š', 'Ž'
	t[0x38], t[0x3c], t[0x3d], t[0x3e] = 'ž', 'Œ', 'œ', 'Ÿ'
	return t
}

func makeReplacements() (t [128]rune) {
	for i := range t {
		t[i] = utf8.RuneError
	}
	return t
}
