package utf7

import (
	"bytes"
	"errors"
	"testing"
	"unicode/utf8"
)

var canonical = []struct{ text, name string }{
	{"", ""},
	{"INBOX", "INBOX"},
	{"Tom & Jerry", "Tom &- Jerry"},
	{"&", "&-"},
	{"&&", "&-&-"},
	{"-", "-"},
	{"~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
	{"Entwürfe", "Entw&APw-rfe"},
	{"ä&", "&AOQ-&-"},
	{"&ä", "&-&AOQ-"},
	{"ä&ä", "&AOQ-&-&AOQ-"},
	{"é&é&&é", "&AOk-&-&AOk-&-&-&AOk-"},
	{"日&本", "&ZeU-&-&Zyw-"},
	{"äöü-", "&AOQA9gD8--"},
	{"😀", "&2D3eAA-"},
	{"a😀é", "a&2D3eAADp-"},
	{"\r\n\x00\x7f", "&AA0ACgAAAH8-"},
	{"\uffff", "&,,8-"},
}

func TestCanonical(t *testing.T) {
	for _, c := range canonical {
		if got := string(AppendEncode(nil, c.text)); got != c.name {
			t.Errorf("encode %q: got %q, want %q", c.text, got, c.name)
		}
		for _, decode := range []func(dst, src []byte) ([]byte, error){AppendDecode, AppendDecodeLoose} {
			got, err := decode([]byte("x"), []byte(c.name))
			if err != nil || string(got) != "x"+c.text {
				t.Errorf("decode %q: got %q, %v, want %q", c.name, got, err, c.text)
			}
		}
	}
}

func TestEncodeInvalidUTF8(t *testing.T) {
	for in, want := range map[string]string{
		"a\xff\xe4b":   "a&,,3,,Q-b",
		"\xed\xa0\x80": "&,,3,,f,9-", // a surrogate
		"\xe2\x82\r\n": "&,,3,,QANAAo-",
	} {
		if got := string(AppendEncode(nil, in)); got != want {
			t.Errorf("encode %q: got %q, want %q", in, got, want)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		reason Reason
		offset int
		loose  string // what AppendDecodeLoose makes of it; "" for an error
	}{
		{"Entwürfe", BadByte, 4, ""},
		{"a\x00b", BadByte, 1, ""},
		{"a\x7f", BadByte, 1, ""},
		{"a\r\nb&AOQ-", BadByte, 1, ""},
		{"R&D", BadBase64, 1, ""},
		{"Tom & Jerry", BadBase64, 5, ""},
		{"a&", BadBase64, 1, ""},
		{"&AO-", BadBase64, 0, ""},
		{"&AOR-", BadBase64, 0, ""},
		{"&AOQA-", BadBase64, 0, ""},
		{"&U/BT-", BadBase64, 2, ""},
		{"&2D0-", BadSurrogate, 0, ""},
		{"&3gA-", BadSurrogate, 3, ""},
		{"&2D0A5A-", BadSurrogate, 6, ""},
		{"x&AOQ", Unterminated, 1, "xä"},
		{"&AEE-", NotCanonical, 3, "A"},
		{"&ACY-", NotCanonical, 3, "&"},
		{"&AOQ-&APY-", NotCanonical, 5, "äö"},
	} {
		got, err := AppendDecode([]byte("x"), []byte(c.name))
		var e *Error
		if !errors.As(err, &e) || *e != (Error{c.reason, c.offset}) || string(got) != "x" {
			t.Errorf("decode %q: got %q, %v, want %v at %d", c.name, got, err, c.reason, c.offset)
		}
		got, err = AppendDecodeLoose(nil, []byte(c.name))
		if string(got) != c.loose || (err == nil) != (c.loose != "") {
			t.Errorf("decode %q loosely: got %q, %v, want %q", c.name, got, err, c.loose)
		}
	}
}

func TestErrorText(t *testing.T) {
	if got, want := (&Error{BadSurrogate, 3}).Error(), "utf7: unpaired surrogate at offset 3"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Reason(99).String(), "Reason(99)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEveryRune(t *testing.T) {
	var enc, dec []byte
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		text := "a" + string(r) + "é" + string(r)
		enc = AppendEncode(enc[:0], text)
		var err error
		if dec, err = AppendDecode(dec[:0], enc); err != nil || string(dec) != text {
			t.Fatalf("%U: %q decodes to %q, %v", r, enc, dec, err)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	buf := make([]byte, 0, 256)
	for _, c := range canonical {
		name := []byte(c.name)
		if n := testing.AllocsPerRun(10, func() {
			buf = AppendEncode(buf[:0], c.text)
			buf, _ = AppendDecode(buf[:0], name)
		}); n != 0 {
			t.Errorf("%q: %v allocations", c.text, n)
		}
	}
}

func FuzzEncode(f *testing.F) {
	for _, c := range canonical {
		f.Add(c.text)
	}
	f.Add("a\xffb")
	f.Fuzz(func(t *testing.T, s string) {
		enc := AppendEncode(nil, s)
		for _, b := range enc {
			if !isDirect(b) {
				t.Fatalf("encode %q: got %q", s, enc)
			}
		}
		got, err := AppendDecode(nil, enc)
		if want := string([]rune(s)); err != nil || string(got) != want {
			t.Fatalf("%q: decode %q: got %q, %v", s, enc, got, err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, c := range canonical {
		f.Add([]byte(c.name))
	}
	f.Add([]byte("&AEE-&AOQ"))
	f.Fuzz(func(t *testing.T, src []byte) {
		loose, looseErr := AppendDecodeLoose(nil, src)
		if looseErr == nil && !utf8.Valid(loose) {
			t.Fatalf("decode %q: got invalid UTF-8 %q", src, loose)
		}
		got, err := AppendDecode(nil, src)
		if err != nil {
			return
		}
		if looseErr != nil || !bytes.Equal(got, loose) {
			t.Fatalf("%q: strict %q, loose %q, %v", src, got, loose, looseErr)
		}
		if enc := AppendEncode(nil, string(got)); !bytes.Equal(enc, src) {
			t.Fatalf("%q decodes to %q, which encodes to %q", src, got, enc)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	for name, s := range map[string]string{
		"ascii": "Archive/2019/Invoices", "latin": "Entwürfe/Gelöschte Objekte", "cjk": "~peter/mail/台北/日本語",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			buf := make([]byte, 0, 128)
			for b.Loop() {
				buf = AppendEncode(buf[:0], s)
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for name, s := range map[string]string{
		"ascii": "Archive/2019/Invoices", "latin": "Entw&APw-rfe/Gel&APY-schte Objekte", "cjk": "~peter/mail/&U,BTFw-/&ZeVnLIqe-",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			buf, src := make([]byte, 0, 128), []byte(s)
			for b.Loop() {
				buf, _ = AppendDecode(buf[:0], src)
			}
		})
	}
}
