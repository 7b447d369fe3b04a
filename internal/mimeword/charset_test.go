package mimeword

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestNewReader(t *testing.T) {
	for _, c := range []struct{ charset, in, want string }{
		{"UTF-8", "ä\xff", "ä\ufffd"},
		{"", "a", "?"},
		{"nonesuch", "a", "?"},
		{"us-ascii", "plain, ä\xe4 \xe2\x82\xac 😀 \xe2\x82", "plain, ää € 😀 â‚"},
		{" 'ISO-8859-1' ", "\xe4\x80", "ä€"},
		{"utf-7", "a+AOQA9g-+-b+2D0-c+3gA \xff+2D3eAA", "aäö+b\ufffdc\ufffd \ufffd😀"},
		{"utf-7", "+2D0", "\ufffd"},
		{"utf-7", "+2D0AYdg9-", "\ufffda\ufffd"},
		{"iso-2022-jp", "\x1b$BF|K\\\x1b(B!", "日本!"},
		{"utf-16", "\xff\xfea\x00", "a"},
	} {
		r, err := NewReader(c.charset, iotest.OneByteReader(strings.NewReader(c.in)))
		if c.want == "?" {
			var unknown *UnknownCharsetError
			if !errors.As(err, &unknown) || unknown.Charset != c.charset {
				t.Errorf("%s: got %v", c.charset, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.charset, err)
			continue
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.charset, got, err, c.want)
		}
	}
}

func TestLongUnlabelledText(t *testing.T) {
	want := strings.Repeat("plain text, ä and 😀; ", 2000)
	r, err := NewReader("us-ascii", strings.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != want {
		t.Errorf("got %d bytes, %v, want %d", len(got), err, len(want))
	}
}

func TestCharset(t *testing.T) {
	for _, name := range []string{
		"utf8", "UTF-8-strict", "ASCII", "x-unknown", "ks_c_5601-1987", "GB2312", "gbk", "gb18030", "cp1252", "latin1",
		"iso-2022-jp", "euc-jp", "sjis", "cp932", "big5", "euc-kr", "koi8-r", "koi8-u", "cp866", "tis-620", "iso-8859-8-i",
		"unicode-1-1-utf-7", "x-mac-roman", "x-mac-cyrillic", "macintosh", "windows-1257", "iso-8859-16", "utf-16le", "hz-gb-2312",
	} {
		e, ok := Charset(name)
		if !ok {
			t.Errorf("%s: unknown", name)
			continue
		}
		e.NewEncoder()
		if got, err := e.NewDecoder().String("plain"); !strings.HasPrefix(name, "utf-16") && (err != nil || got != "plain") {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "utf-9", "iso-2022-kr", "replacement", "utf-8\x00", "utf 8", strings.Repeat("x", 100), "ÄÖ"} {
		if _, ok := Charset(name); ok {
			t.Errorf("%q: known", name)
		}
	}
}

func TestAliases(t *testing.T) {
	for alias, name := range aliases {
		a, b := lookup([]byte(alias)), lookup([]byte(strings.ToUpper(name)))
		if a == nil || a != b {
			t.Errorf("%s is %v, %s is %v", alias, a, name, b)
		}
	}
}

func TestUnknownCharsetsAreNotKept(t *testing.T) {
	before := len(*codecs.byName.Load())
	for i := range 1000 {
		lookup([]byte("x-none-" + strings.Repeat("x", i%50)))
	}
	if n := len(*codecs.byName.Load()); n != before {
		t.Errorf("%d codecs have become %d", before, n)
	}
}

func TestErrorText(t *testing.T) {
	if got, want := (&UnknownCharsetError{"a\n"}).Error(), `words: unknown charset "a\n"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzUTF7(f *testing.F) {
	f.Add([]byte("a+AOQA9g-+-b+2D0-c+3gA \xff+2D3eAA"))
	f.Fuzz(func(t *testing.T, src []byte) {
		whole, err := utf7{}.NewDecoder().Bytes(src)
		if err != nil {
			t.Fatal(err)
		}
		r := utf7{}.NewDecoder().Reader(iotest.OneByteReader(strings.NewReader(string(src))))
		if got, err := io.ReadAll(r); err != nil || string(got) != string(whole) {
			t.Fatalf("%q: got %q, %v, want %q", src, got, err, whole)
		}
	})
}
