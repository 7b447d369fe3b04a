package mimeword

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// list makes parameters of names and values in turn.
func list(s ...string) (params []Param) {
	for pair := range slices.Chunk(s, 2) {
		params = append(params, Param{pair[0], pair[1]})
	}
	return params
}

var paramCases = []struct {
	name     string
	in, want []Param
}{
	{"rfc 2231 §3", list("access-type", "URL", "URL*0", "ftp://", "URL*1", "cs.utk.edu/pub/x.tar"),
		list("access-type", "URL", "URL", "ftp://cs.utk.edu/pub/x.tar")},
	{"rfc 2231 §4", list("title*", "us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A"), list("title", "This is ***fun***")},
	{"rfc 2231 §4.1", list("title*0*", "us-ascii'en'This%20is%20even%20more%20", "title*1*", "%2A%2A%2Afun%2A%2A%2A%20", "title*2", "isn't it!"),
		list("title", "This is even more ***fun*** isn't it!")},
	{"split character", list("n*0*", "UTF-8''%C3", "n*1*", "%A4"), list("n", "ä")},
	{"out of order", list("n*2", "c", "charset", "x", "N*0", "a", "n*1", "b"), list("N", "abc", "charset", "x")},
	{"eleven pieces", list("n*10", "k", "n*0", "a", "n*1", "b", "n*2", "c", "n*3", "d", "n*4", "e", "n*5", "f", "n*6", "g", "n*7", "h", "n*8", "i", "n*9", "j"),
		list("n", "abcdefghijk")},
	{"iso-8859-1", list("n*", "iso-8859-1''%e4%80"), list("n", "ä€")},
	{"koi8-r", list("n*", "koi8-r''%F0%D2%C9%D7%C5%D4"), list("n", "Привет")},
	{"koi8-r in pieces", list("n*0*", "koi8-r'ru'%F0%D2%C9", "n*1*", "%D7%C5", "n*2", ".txt"), list("n", "Приве.txt")},
	{"shift_jis, a character in two pieces", list("n*0*", "shift_jis''%93%FA%96", "n*1*", "%7B"), list("n", "日本")},
	{"no charset", list("n*", "''%C3%A4%e4"), list("n", "ää")},
	{"raw text in extended value", list("n*", "utf-8''ä"), list("n", "ä")},
	{"extended later only", list("n*0", "a%20", "n*1*", "%20b"), list("n", "a%20 b")},
	{"plain replaced", list("filename", "a?.txt", "x", "y", "Filename*", "utf-8''%C3%A4.txt"), list("Filename", "ä.txt", "x", "y")},
	{"plain behind replaced", list("n*0", "a", "x", "y", "n", "b"), list("n", "a", "x", "y")},
	{"whole before pieces", list("n*0", "a", "n*", "''b"), list("n*0", "a", "n", "b")},
	{"pieces for a broken whole", list("n*0", "a", "n*", "nonesuch''b"), list("n", "a", "n*", "nonesuch''b")},
	{"two names", list("a*", "''1", "b*0", "2", "c", "3", "b*1", "4"), list("a", "1", "b", "24", "c", "3")},
	{"control characters", list("n*", "utf-8''a%00%0D%0Ab%1B"), list("n", "a b")},

	{"encoded-word", list("filename", "=?utf-8?B?w6QudHh0?="), list("filename", "ä.txt")},
	{"encoded-word in pieces", list("n*0", "=?utf-8?B?w6Qu", "n*1", "dHh0?="), list("n", "ä.txt")},
	{"8-bit", list("n", "\xe4\u00e4"), list("n", "ää")},

	{"no charset at all", list("n*", "abc.txt"), list("n", "abc.txt")},
	{"no charset, UTF-8", list("n*", "%E4%BB%8A%E6%97%A5.txt"), list("n", "今日.txt")},
	{"no charset, something else", list("n*", "%E4%F6.txt"), list("n", "%E4%F6.txt")},
	{"no charset in pieces", list("n*0*", "%E4%BB", "n*1*", "%8A.txt"), list("n", "今.txt")},
	{"one quote", list("n*", "utf-8'%C3%A4"), list("n", "ä")},
	{"an apostrophe", list("n*", "Bob's file.txt"), list("n", "Bob's file.txt")},
	{"quotation marks", list("n*", `"utf-8''%C3%A4.txt"`, "m*", `utf-8''"%C3%A4.txt"`), list("n", "ä.txt", "m", "ä.txt")},
	{"charset in each piece", list("n*0*", "utf-8''%C3%A4", "n*1*", "utf-8''%C3%A4"), list("n", "ää")},
	{"iso-2022-jp cut in its escapes", list("n*0*", "iso-2022-jp''%1B$B%46%7C", "n*1*", "%4B%5C%1B(B.txt"), list("n", "日本.txt")},
	{"encoded-word in an extended value", list("n*", "utf-8''=?utf-8?Q?=C3=A4?="), list("n", "ä")},
	{"unknown charset", list("n*0*", "nonesuch''a%E4", "n*1", "b", "m*", "''c"), list("n", "aäb", "m", "c")},
	{"unknown charset with a plain one", list("n*", "nonesuch''a%E4", "n", "a"), list("n*", "nonesuch''a%E4", "n", "a")},
	{"octets that do not fit with a plain one", list("n*", "utf-8''a%E4", "n", "a"), list("n*", "utf-8''a%E4", "n", "a")},
	{"octets that do not fit", list("n*", "utf-8''a%E4"), list("n", "a\uFFFD")},
	{"broken percent", list("n*", "utf-8''a%4", "n", "a"), list("n*", "utf-8''a%4", "n", "a")},
	{"broken percent alone", list("n*", "utf-8''100%.txt"), list("n", "100%.txt")},
	{"percent in a plain value", list("n", "100%25.txt"), list("n", "100%25.txt")},
	{"broken percent later", list("n*0", "a", "n*1*", "%xx"), list("n", "a%xx")},
	{"counted from 1", list("n*1", "a", "n*2", "b"), list("n", "ab")},
	{"first pieces missing", list("n*2", "a", "n*3", "b"), list("n*2", "a", "n*3", "b")},
	{"gap", list("n*0", "a", "n*1", "b", "n*3", "d"), list("n", "ab", "n*3", "d")},
	{"twice", list("n*0", "a", "n*1", "b", "n*1", "c", "n*2", "d"), list("n", "abd", "n*1", "c")},
	{"strange names", list("*", "a", "*0", "b", "n*x", "c", "n**", "d", "n*00", "e", "n*0**", "f", "n*-1", "g", "n*12345", "h"),
		list("*", "a", "*0", "b", "n*x", "c", "n**", "d", "n*00", "e", "n*0**", "f", "n*-1", "g", "n*12345", "h")},
}

func TestDecodeParams(t *testing.T) {
	for _, c := range paramCases {
		t.Run(c.name, func(t *testing.T) {
			in := slices.Clone(c.in)
			if got := DecodeParams(in); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if !slices.Equal(in, c.in) {
				t.Errorf("the input has become %q", in)
			}
		})
	}
}

func TestDecodeParamsNothingToDo(t *testing.T) {
	for _, in := range [][]Param{nil, {}, list("charset", "utf-8", "name", "Grüße für alle, auch für die in Köln.txt")} {
		var got []Param
		if n := testing.AllocsPerRun(10, func() { got = DecodeParams(in) }); n != 0 {
			t.Errorf("%q: %v allocations", in, n)
		}
		if len(got) != len(in) || len(in) > 0 && &got[0] != &in[0] {
			t.Errorf("%q: got %q", in, got)
		}
	}
}

func TestDecodeManyParams(t *testing.T) {
	const n = 100000
	var params []Param
	for i := range n {
		params = append(params, Param{fmt.Sprintf("n*%d", i), "x"}, Param{"n", "y"}, Param{fmt.Sprintf("m%d*", i), "''z"})
	}
	got := DecodeParams(params)
	if want := 1 + 2*n - 10000; len(got) != want || got[0] != (Param{"n", strings.Repeat("x", 10000)}) {
		t.Errorf("got %d parameters, want %d; the first is %.100q", len(got), want, got[0])
	}
}

func FuzzDecodeParams(f *testing.F) {
	for _, c := range paramCases {
		var s []string
		for _, p := range c.in {
			s = append(s, p.Name, p.Value)
		}
		f.Add(strings.Join(s, "\n"))
	}
	f.Fuzz(func(t *testing.T, s string) {
		fields := strings.Split(s, "\n")
		in := list(fields[:len(fields)&^1]...)
		size := 0
		for _, p := range in {
			size += len(p.Name) + len(p.Value)
		}
		for _, p := range DecodeParams(in) {
			size -= (len(p.Name) + len(p.Value)) / 4
			if !strings.Contains(p.Name, "*") && !utf8.ValidString(p.Value) {
				t.Fatalf("%q: got %q", in, p)
			}
		}
		if size < 0 {
			t.Fatalf("%q: the result is too large", in)
		}
	})
}

func BenchmarkDecodeParams(b *testing.B) {
	for _, c := range []struct {
		name string
		in   []Param
	}{
		{"plain", list("charset", "utf-8", "name", "report.pdf")},
		{"encoded-word", list("name", "=?utf-8?B?w6QudHh0?=")},
		{"extended", list("filename*", "utf-8''%C3%A4.txt")},
		{"pieces", list("filename*0*", "utf-8''%C3%A4 and more and", "filename*1", " more and more.txt")},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				DecodeParams(c.in)
			}
		})
	}
}
