package transfer

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// readText returns what a text decodes to, and the kinds of its warnings.
func readText(t testing.TB, text string, o TextOptions) (string, string) {
	t.Helper()
	r := NewText(strings.NewReader(text), o)
	got, err := io.ReadAll(r)
	require.NoError(t, err)
	for name, wrap := range map[string]func(io.Reader) io.Reader{"octet by octet": iotest.OneByteReader, "with its last data": iotest.DataErrReader} {
		r := NewText(wrap(strings.NewReader(text)), o)
		again, err := io.ReadAll(iotest.OneByteReader(r))
		require.NoError(t, err)
		require.Equal(t, string(got), string(again), "%s: %q", name, text)
		require.Equal(t, kinds(warningsOf(t, text, o)), kinds(r.Warnings()), "%s: %q", name, text)
	}
	return string(got), kinds(r.Warnings())
}

// warningsOf returns the warnings of a text that is read at once.
func warningsOf(t testing.TB, text string, o TextOptions) []Warning {
	r := NewText(strings.NewReader(text), o)
	_, err := io.Copy(io.Discard, r)
	require.NoError(t, err)
	return r.Warnings()
}

func TestTextIsReadInTheCharsetThatItIsIn(t *testing.T) {
	for _, c := range []struct{ charset, in, want, warnings string }{
		{"", "plain", "plain", ""},
		{"", "Grüße", "Grüße", ""},
		{"", "Gr\xfc\xdfe", "Grüße", GuessedCharset},
		{"us-ascii", "Grüße \x93x\x94", "Grüße “x”", GuessedCharset},
		{"US-ASCII", "\x93quoted\x94", "“quoted”", GuessedCharset},
		{"x-unknown", "Gr\xfc\xdfe", "Grüße", GuessedCharset},
		{"unknown-8bit", "Grüße", "Grüße", ""},
		{"binary", "Grüße", "Grüße", ""},
		{"nonesuch", "Grüße", "Grüße", UnknownCharset},
		{"", "\x1b$BF|K\\8l\x1b(B", "日本語", GuessedCharset},
		{"us-ascii", "\x1b$)C\x0eGQ1[\x0f", "한글", GuessedCharset},
		{"iso-8859-1", "Gr\xfc\xdfe \x93x\x94", "Grüße “x”", ""},
		{"iso-8859-1", "Grüße", "Grüße", WrongCharset},
		{"iso-8859-15", "日", "日", WrongCharset},
		{"windows-1252", "\xc3\xa4", "Ã¤", ""},
		{"utf-8", "Grüße, schöne Grüße, viele Grüße, überall Grüße, ärgerlich\xff", "Grüße, schöne Grüße, viele Grüße, überall Grüße, ärgerlich\ufffd", InvalidOctets},
		{"utf-8", "Gr\xfc\xdfe", "Grüße", WrongCharset},
		{"UTF-8;", "ä", "ä", ""},
		{`"utf-8"`, "ä", "ä", ""},
		{"charset=utf-8", "ä", "ä", ""},
		{" utf_8 ", "ä", "ä", ""},
		{"utf 8", "ä", "ä", ""},
		{"gb2312", "\xe9F", "镕", ""},
		{"ks_c_5601-1987", "\x8c\x63\xb0\xa1", "똠가", ""},
		{"euc_kr", "\xb0\xa1", "가", ""},
		{"iso-2022-kr", "\x1b$)C\r\n\x0e0!\x0f a\n", "\n가 a\n", ""},
		{"iso-2022-jp", "\x1b$BF|\x1b(I1\x1b(B", "日ｱ", ""},
		{"shift_jis", "\x87\x40\x82\xa0", "①あ", ""},
		{"big5", "\x87\x40\xa4\xa4", "䏰中", ""},
		{"tis-620", "\xa1\x80", "ก€", ""},
		{"iso-8859-9", "\xf0\x80", "ğ€", ""},
		{"utf-7", "Hi +AOQ- ~", "Hi ä ~", ""},
		{"hz-gb-2312", "~{VPND~}", "中文", ""},
		{"cp850", "\x84\xe1", "äß", ""},
		{"cp437", "\x84\xe1", "äß", ""},
		{"cp858", "\xd5", "€", ""},
		{"koi8-r", "\xf0\xd2", "Пр", ""},
		{"macintosh", "\x8a", "ä", ""},
		{"utf-16", "h\x00i\x00", "hi", ""},
		{"utf-16", "\x00h\x00i", "hi", ""},
		{"utf-16", "\x65\xe5\x67\x2c", "日本", ""},
		{"utf-16le", "\xe5\x65\x2c\x67", "日本", ""},
		{"utf-16", "\xff\xfeh\x00", "h", ""},
		{"iso-8859-1", "\xef\xbb\xbfä", "ä", ""},
		{"", "\xfe\xff\x65\xe5", "日", ""},
		{"utf-8", "a\r\nb\rc\n\r\n\r\r\n", "a\nb\nc\n\n\n\n", ""},
	} {
		got, warnings := readText(t, c.in, TextOptions{Charset: c.charset})
		assert.Equal(t, c.want, got, "%s: %q", c.charset, c.in)
		assert.Equal(t, c.warnings, warnings, "%s: %q", c.charset, c.in)
	}
}

func TestTheFallbackIsForOctetsWithoutALabel(t *testing.T) {
	for _, c := range []struct{ charset, in, want, warnings string }{
		{"", "\xf0\xd2", "Пр", GuessedCharset},
		{"", "Пр", "Пр", ""},
		{"", "plain", "plain", ""},
		{"utf-8", "\xf0\xd2", "Пр", WrongCharset},
		{"windows-1252", "\xf0\xd2", "ðÒ", ""},
	} {
		got, warnings := readText(t, c.in, TextOptions{Charset: c.charset, Fallback: "koi8-r"})
		assert.Equal(t, c.want, got, "%s: %q", c.charset, c.in)
		assert.Equal(t, c.warnings, warnings, "%s: %q", c.charset, c.in)
	}
	got, _ := readText(t, strings.Repeat("x", lookAhead)+"\xf0", TextOptions{Fallback: "koi8-r"})
	assert.True(t, strings.HasSuffix(got, "xП"), "after what was looked at")
	got, _ = readText(t, strings.Repeat("x", lookAhead-1)+"ä", TextOptions{Charset: "iso-8859-1"})
	assert.True(t, strings.HasSuffix(got, "xÃ¤"), "a character that the look ahead cuts in two proves nothing")
	got, _ = readText(t, "öö"+strings.Repeat("x", lookAhead-5)+"ä", TextOptions{Charset: "iso-8859-1"})
	assert.True(t, strings.HasSuffix(got, "xä"))
}

func TestHTMLStatesItsCharsetItself(t *testing.T) {
	meta := func(charset string) string { return `<html><head><meta charset="` + charset + `">` }
	for _, c := range []struct{ charset, in, want, warnings string }{
		{"", meta("koi8-r") + "\xf0\xd2", "Пр", ""},
		{"us-ascii", meta("koi8-r") + "\xf0\xd2", "Пр", ""},
		{"windows-1251", meta("koi8-r") + "\xcf\xf0", "Пр", ""},
		{"utf-8", meta("windows-1251") + "Пр", "Пр", ""},
		{"utf-8", meta("koi8-r") + "\xf0\xd2", "Пр", WrongCharset},
		{"", meta("utf-8") + "Пр", "Пр", ""},
		{"", meta("utf-16") + "Пр", "Пр", ""},
		{"", `<META HTTP-EQUIV=Content-Type CONTENT="text/html; charset=koi8-r">` + "\xf0\xd2", "Пр", ""},
		{"", `<!-- <meta charset=koi8-r> --><p>` + "\xf0", "ð", GuessedCharset},
		{"", `<!--` + "\xf0", "ð", GuessedCharset},
		{"", `<meta name=x content="charset of things">` + "\xf0", "ð", GuessedCharset},
		{"", `<p>` + "\xf0", "ð", GuessedCharset},
		{"koi8-r", "\xef\xbb\xbf" + meta("koi8-r") + "Пр", "Пр", ""},
	} {
		got, warnings := readText(t, c.in, TextOptions{Charset: c.charset, HTML: true})
		assert.Equal(t, c.want, strings.TrimPrefix(got[strings.LastIndexByte(got, '>')+1:], "<!--"), "%s: %q", c.charset, c.in)
		assert.Equal(t, c.warnings, warnings, "%s: %q", c.charset, c.in)
	}
}

func TestErrorsOfTextComeAfterWhatWasReadBefore(t *testing.T) {
	broken := errors.New("broken")
	r := NewText(io.MultiReader(strings.NewReader("Gr\xfc\xdfe"), iotest.ErrReader(broken)), TextOptions{Charset: "iso-8859-1"})
	got, err := io.ReadAll(r)
	assert.ErrorIs(t, err, broken)
	assert.Equal(t, "Grüße", string(got))
	r = NewText(iotest.ErrReader(io.ErrUnexpectedEOF), TextOptions{})
	_, err = io.ReadAll(r)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF, "content that ends early is not whole")
	r = NewText(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(io.ErrUnexpectedEOF)), TextOptions{})
	_, err = io.ReadAll(r)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF, "content that ends early is not whole")
}

func TestInvalidOctetsAreCounted(t *testing.T) {
	text := strings.Repeat("ä", 5000) + "\xff" + strings.Repeat("ö", 5000) + "\xff\xff"
	for _, w := range warningsOf(t, text, TextOptions{Charset: "utf-8"}) {
		assert.Equal(t, Warning{InvalidOctets, 0, 3}, w)
	}
}
