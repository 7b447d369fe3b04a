package mime

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzMessage: whatever a message is, its parts lie within each other in the order
// of the message, and nothing of it is changed.
func FuzzMessage(f *testing.F) {
	for _, seed := range []string{
		"", "\r\n", "a: b\r\n\r\nc", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n--b\r\nx\r\n--b--\r\n--b",
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b--\r\n--bb\r\n",
		"Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny",
		"Content-Transfer-Encoding: binary\r\n\r\n\x00\xff", "Content-Type: multipart/digest; boundary=\"\"\r\n\r\n--\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		tree := Parse(raw)
		if !bytes.Equal(tree.Raw, raw) {
			t.Fatalf("the message is %d octets, its root %d", len(raw), len(tree.Raw))
		}
		checkPart(t, raw, tree, 0)
		encoded := EncodeBinary(raw)
		if again := EncodeBinary(encoded); !bytes.Equal(again, encoded) {
			t.Fatalf("encoded twice: %q, then %q", encoded, again)
		}
		if !bytes.Equal(raw, before) {
			t.Fatal("the message was changed")
		}
	})
}

// checkPart checks a part that begins at least at that offset, and returns its end.
func checkPart(t *testing.T, raw []byte, p *Part, least int) int {
	t.Helper()
	start := least
	if len(p.Raw) > 0 {
		start = cap(raw) - cap(p.Raw)
	}
	if start < least || start+len(p.Raw) > len(raw) || len(p.Header)+len(p.Body) != len(p.Raw) {
		t.Fatalf("a part of %d octets at %d, after %d: %d in the header, %d in the body", len(p.Raw), start, least, len(p.Header), len(p.Body))
	}
	at := start + len(p.Header)
	for _, c := range p.Children {
		at = checkPart(t, raw, c, at)
	}
	if p.Message != nil {
		at = checkPart(t, raw, p.Message, at)
	}
	if at > start+len(p.Raw) {
		t.Fatalf("the parts of %q end at %d, it at %d", p.Raw, at, start+len(p.Raw))
	}
	p.Preview()
	p.Text()
	return start + len(p.Raw)
}

// FuzzHeader: whatever a field says, its addresses can be written, and decoding ends.
func FuzzHeader(f *testing.F) {
	for _, seed := range []string{
		"", "a@b", "Foo <a@b> (c)", "g: a, <@r:b@c>;, (x", "\"\\", "=?utf-8?q?=C3=A9?= =?utf-7?b?K0FPaw==?=", "=?x?q?", "<<>>:;,@",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, field string) {
		depth := 0
		for _, a := range ParseAddresses(field) {
			switch {
			case a.GroupStart:
				depth++
			case a.GroupEnd:
				depth--
			}
			if depth < 0 || depth > 1 {
				t.Fatalf("groups do not match in %q", field)
			}
		}
		if depth != 0 {
			t.Fatalf("a group of %q does not end", field)
		}
		AddressText(ParseAddresses(field))
		if out := DecodeHeader(field); !strings.Contains(field, "=?") && out != field {
			t.Fatalf("%q became %q", field, out)
		}
	})
}
