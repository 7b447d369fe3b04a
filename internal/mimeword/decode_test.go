package mimeword

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"
)

var decodeCases = []struct{ name, in, want string }{
	{"empty", "", ""},
	{"ascii", "Re: lunch?", "Re: lunch?"},
	{"utf-8", "Grüße aus Köln", "Grüße aus Köln"},
	{"no-break space", "1\u00a0€ …", "1\u00a0€ …"},

	// RFC 2047 §8, without the comments.
	{"rfc a", "=?ISO-8859-1?Q?a?=", "a"},
	{"rfc a b", "=?ISO-8859-1?Q?a?= b", "a b"},
	{"rfc ab", "=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"},
	{"rfc ab spaces", "=?ISO-8859-1?Q?a?=  \t =?ISO-8859-1?Q?b?=", "ab"},
	{"rfc ab folded", "=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=", "ab"},
	{"rfc a_b", "=?ISO-8859-1?Q?a_b?=", "a b"},
	{"rfc two charsets", "=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"},
	{"rfc name", "=?ISO-8859-1?Q?Olle_J=E4rnefors?=", "Olle Järnefors"},
	{"rfc hebrew", "=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=", "םולש ןב ילטפנ"},
	{"rfc long", "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
		"If you can read this you understand the example."},

	{"language", "=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"},
	{"lower case", "=?utf-8?q?=c3=a4?=", "ä"},
	{"text around", "x =?utf-8?q?a?= y =?utf-8?b?Yg==?= z", "x a y b z"},
	{"text close by", "(=?utf-8?q?a?=)=?utf-8?q?b?=,", "(a)b,"},
	{"words close by", "=?utf-8?q?a?==?utf-8?b?Yg==?=", "ab"},
	{"empty text", "=?utf-8?q??=!", "!"},
	{"space in Q", "=?utf-8?q?a b c?=", "a b c"},
	{"question mark in Q", "=?utf-8?q?What??=", "What?"},
	{"line break in B", "=?utf-8?B?YW\r\n Jj?=", "abc"},
	{"no padding in B", "=?utf-8?B?YWI?=", "ab"},
	{"joined B", "=?utf-8?B?YQ==Yg==?=", "ab"},

	{"split character B", "=?utf-8?B?w6TD?= =?UTF-8?B?tg==?=", "äö"},
	{"split character B Q", "=?utf-8?B?w6TD?=\r\n =?utf8?Q?=B6?=", "äö"},
	{"split character gb2312", "=?gb2312?Q?=D6=D0=CE?= =?GB2312?Q?=C4?=", "中文"},
	{"split across charsets", "=?utf-8?Q?=C3?= =?iso-8859-1?Q?=A4?=", "\ufffd¤"},

	{"iso-8859-1 as windows-1252", "=?iso-8859-1?Q?=80=93=E4?=", "€“ä"},
	{"iso-8859-15", "=?iso-8859-15?Q?=A4=BD=E4?=", "€œä"},
	{"koi8-r", "=?koi8-r?B?8NLJ18XU?=", "Привет"},
	{"iso-2022-jp", "=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "日本"},
	{"shift_jis", "=?x-sjis?B?k/qWew==?=", "日本"},
	{"ks_c_5601-1987", "=?ks_c_5601-1987?B?x9GxuQ==?=", "한국"},
	{"big5", "=?big5?B?pKSk5Q==?=", "中文"},
	{"utf-7", "=?unicode-1-1-utf-7?Q?Hi+ACE-_+AOQ-+2D3eAA-?=", "Hi! ä😀"},
	{"utf-16", "=?utf-16?B?AGEA5A==?=", "aä"},
	{"x-unknown", "=?x-unknown?Q?=E4=C3=A4?=", "ää"},
	{"us-ascii with more", "=?us-ascii?Q?=C3=A4=80?=", "ä€"},
	{"mac", "=?x-mac-roman?Q?=8A?=", "ä"},
	{"ibm437", "=?IBM437?Q?=84?=", "ä"},

	{"invalid utf-8 in word", "=?utf-8?Q?a=FFb?=", "a\ufffdb"},
	{"control characters in word", "=?utf-8?Q?a=00=0D=0A_b=1B=C2=85=7Fc?=", "a bc"},
	{"line separator in word", "=?utf-8?B?YeKAqGI=?=", "a b"},

	{"unknown charset", "=?nonesuch?Q?a?= =?utf-8?Q?b?=", "=?nonesuch?Q?a?= b"},
	{"replacement charset", "=?iso-2022-kr?Q?a?=", "=?iso-2022-kr?Q?a?="},
	{"unknown encoding", "=?utf-8?X?a?=", "=?utf-8?X?a?="},
	{"broken Q", "=?utf-8?Q?=4?= =?utf-8?Q?b?=", "=?utf-8?Q?=4?= b"},
	{"broken B", "=?utf-8?B?Y?= x", "=?utf-8?B?Y?= x"},
	{"foreign in B", "=?utf-8?B?Y*Jj?=", "=?utf-8?B?Y*Jj?="},
	{"B that is good at first", "a =?utf-8?B?YWJjZGVm*mdo?= z", "a =?utf-8?B?YWJjZGVm*mdo?= z"},
	{"B that is good at first after a word", "=?utf-8?Q?a?= =?utf-8?B?YWJjZGVm*?= z", "a =?utf-8?B?YWJjZGVm*?= z"},
	{"Q that is good at first", "=?utf-8?Q?abc=4?= z", "=?utf-8?Q?abc=4?= z"},
	{"bad padding in B", "=?utf-8?B?Y===?=", "=?utf-8?B?Y===?="},
	{"good then broken", "=?utf-8?Q?a?= =?utf-8?B?*?=", "a =?utf-8?B?*?="},
	{"broken after open character", "=?utf-8?Q?=C3?= =?utf-8?B?*?=", "\ufffd =?utf-8?B?*?="},
	{"unfinished", "=?utf-8?Q?a", "=?utf-8?Q?a"},
	{"unfinished then good", "=?utf-8?Q?a =?utf-8?Q?b?=", "=?utf-8?Q?a b"},
	{"no charset", "=??Q?a?=", "=??Q?a?="},
	{"only start", "=?", "=?"},
	{"starts", "=?=?=?", "=?=?=?"},

	{"raw windows-1252", "caf\xe9 \x80 \x81", "café € \ufffd"},
	{"replacement character", "a\ufffdb \xe9", "a\ufffdb é"},
	{"raw mixture", "é \xe9 =?utf-8?q?=C3=A9?=", "é é é"},
	{"folded", "a\r\n b\r\n\tc", "a b c"},
	{"folded with spaces", "a  \r\n   b", "a b"},
	{"ends with line break", "\r\n a\r\n", "a"},
	{"bare line breaks", "a\nb\rc", "a b c"},
	{"tab", "a\tb", "a b"},
	{"nul", "a\x00b\x7fc\u0085d", "abcd"},
	{"escape", "\x1b[31mred", "[31mred"},
	{"separators", "a\u2028b\u2029c", "a b c"},
}

func TestAppendDecoded(t *testing.T) {
	for _, c := range decodeCases {
		t.Run(c.name, func(t *testing.T) {
			if got := string(AppendDecoded([]byte("\r\xff"), []byte(c.in))); got != "\r\xff"+c.want {
				t.Errorf("%q: got %q, want %q", c.in, got, c.want)
			}
			if !NeedsDecoding([]byte(c.in)) && c.in != c.want {
				t.Errorf("NeedsDecoding(%q) = false", c.in)
			}
		})
	}
}

func TestNeedsDecodingNot(t *testing.T) {
	for _, in := range []string{"", "plain", "a = b? =", "exactly8", "Grüße, 日本 €", "long enough for two words and ä"} {
		if NeedsDecoding([]byte(in)) {
			t.Errorf("NeedsDecoding(%q) = true", in)
		}
	}
}

func TestPrintableLen(t *testing.T) {
	for b := range 256 {
		for at := range 20 {
			src := []byte(strings.Repeat("~", 20))
			src[at] = byte(b)
			n := printableLen(src)
			if b >= 0x20 && b < 0x7f {
				if n != len(src) {
					t.Fatalf("%q: got %d", src, n)
				}
			} else if n > at || n < at&^7 {
				t.Fatalf("%q: got %d, want about %d", src, n, at)
			}
		}
	}
}

func TestNoAllocation(t *testing.T) {
	buf := make([]byte, 0, 1024)
	for _, c := range decodeCases {
		in := []byte(c.in)
		buf = AppendDecoded(buf[:0], in)
		if strings.Contains(c.in, "nonesuch") || strings.Contains(c.in, "iso-2022-kr") {
			continue // an unknown charset is looked for each time
		}
		// A garbage collection may empty a pool in between.
		if n := testing.AllocsPerRun(100, func() { buf = AppendDecoded(buf[:0], in) }); n > 0 && !raceEnabled {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
}

func TestConcurrent(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, c := range decodeCases {
				if got := string(AppendDecoded(nil, []byte(c.in))); got != c.want {
					t.Errorf("%s: got %q, want %q", c.name, got, c.want)
				}
			}
		})
	}
	wg.Wait()
}

// Headers made to be slow must not be: the time has to grow with their length
// and not with its square. One that does not ends up far beyond any timeout.
func TestLinear(t *testing.T) {
	const n = 1 << 18
	for _, unit := range []string{
		"=?", "=?a?q?", "=?a?q? ", "=?utf-8?q?x ", "=?utf-8?b?*?= ", "=?utf-8?q?x?= ", "=?utf-8*", "=?utf-8?b?YQ",
		"\r\n ", " \t", "\xff", "\xe2", "?", "=?koi8-r?q?=ff?= =?utf-8?q?=ff?=",
	} {
		checkDecoded(t, []byte(strings.Repeat(unit, n/len(unit))))
		checkDecoded(t, []byte(strings.Repeat(unit, n/len(unit))+"?="))
	}
}

// checkDecoded checks what must hold for any input.
func checkDecoded(t *testing.T, src []byte) {
	t.Helper()
	short := src[:min(len(src), 100)]
	got := AppendDecoded(nil, src)
	if !utf8.Valid(got) {
		t.Fatalf("%q: invalid UTF-8", short)
	}
	for _, r := range string(got) {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			t.Fatalf("%q: got %U", short, r)
		}
	}
	if len(got) > 4*len(src) {
		t.Fatalf("%q: %d bytes from %d", short, len(got), len(src))
	}
	if NeedsDecoding(src) != stringNeedsDecoding(string(src)) {
		t.Fatalf("%q: NeedsDecoding differs for strings", short)
	}
	if !NeedsDecoding(src) && string(got) != string(src) {
		t.Fatalf("%q: changed to %q against NeedsDecoding", src, got)
	}
}

func FuzzAppendDecoded(f *testing.F) {
	for _, c := range decodeCases {
		f.Add([]byte(c.in))
	}
	f.Fuzz(checkDecoded)
}

// FuzzWord has the charset and the text of a word as its inputs.
func FuzzWord(f *testing.F) {
	for _, charset := range []string{"utf-8", "us-ascii", "windows-1252", "iso-2022-jp", "gb18030", "utf-7", "utf-16",
		"hz", "euc-kr", "big5", "euc-jp", "shift_jis", "x-user-defined", "utf-16le", "koi8-u"} {
		f.Add(charset, []byte("a\xe4\x00\r\n +AOQ- \x1b$BF|K\\\x1b(B ~{VPND~} \xff"))
	}
	f.Fuzz(func(t *testing.T, charset string, text []byte) {
		w := "=?" + charset + "?B?" + base64.StdEncoding.EncodeToString(text) + "?="
		checkDecoded(t, []byte(w+" "+w))
	})
}

func BenchmarkAppendDecoded(b *testing.B) {
	for _, c := range []struct{ name, in string }{
		{"ascii", "Re: [PATCH v3 2/7] net: fix a race in the receive path"},
		{"utf8 raw", "Grüße aus Köln, und vielen Dank für alles"},
		{"utf8 B", "=?UTF-8?B?R3LDvMOfZSBhdXMgS8O2bG4sIHVuZCB2aWVsZW4gRGFuayBmw7xyIGFsbGVz?="},
		{"utf8 B two words", "=?UTF-8?B?R3LDvMOfZSBhdXMgS8O2bG4sIHVuZA==?=\r\n =?UTF-8?B?IHZpZWxlbiBEYW5rIGbDvHIgYWxsZXM=?="},
		{"utf8 Q", "=?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln,_und_vielen_Dank_f=C3=BCr_alles?="},
		{"iso-8859-1 Q", "=?ISO-8859-1?Q?Gr=FC=DFe_aus_K=F6ln,_und_vielen_Dank_f=FCr_alles?="},
		{"iso-2022-jp B", "=?ISO-2022-JP?B?GyRCRnxLXDhsJE43b0w+JEckORsoQg==?="},
		{"gb2312 B", "=?gb2312?B?1tDOxLXE1vfM4g==?="},
	} {
		b.Run(c.name, func(b *testing.B) {
			in, buf := []byte(c.in), make([]byte, 0, 512)
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				buf = AppendDecoded(buf[:0], in)
			}
		})
	}
}

// TestIsPlain holds the fast answer against a slow one.
func TestIsPlain(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	const octets = "=\x1f\x20\x7e\x7f\x80\xff\x00\x3c\x3e\xbd?\x21"
	for range 20_000 {
		b := make([]byte, rnd.IntN(40))
		for i := range b {
			if b[i] = 'a'; rnd.IntN(8) == 0 {
				b[i] = octets[rnd.IntN(len(octets))]
			}
		}
		want := true
		for _, c := range b {
			want = want && c >= 0x20 && c < 0x7f && c != '='
		}
		if isPlain(b) != want {
			t.Fatalf("%q: %v", b, !want)
		}
	}
}
