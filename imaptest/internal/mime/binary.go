package mime

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// EncodeBinary returns a message without binary parts: those that say binary, or
// have NULs, are in base64 instead, as Dovecot and Cyrus store what APPEND brings
// as literal8 (RFC 3516 §4.4). Nothing else is changed.
func EncodeBinary(raw []byte) []byte {
	e := binaryEncoder{raw: raw}
	Parse(raw).Walk(func(p *Part) bool {
		e.part(p)
		return true
	})
	if e.out == nil {
		return raw
	}
	return append(e.out, raw[e.done:]...)
}

// binaryEncoder copies a message with some of its parts encoded.
type binaryEncoder struct {
	raw, out []byte
	done     int // how much of raw was copied
}

func (e *binaryEncoder) part(p *Part) {
	isBinary := strings.EqualFold(p.Encoding, "binary")
	isLeaf := !p.IsMultipart() && p.Message == nil
	if !isBinary && (!isLeaf || bytes.IndexByte(p.Body, 0) < 0 || strings.EqualFold(p.Encoding, "base64")) {
		return
	}
	header, body := e.offset(p.Header), e.offset(p.Body)
	if header < 0 || body < 0 {
		return
	}
	encoding := "8bit" // of what holds other parts
	if isLeaf {
		encoding = "base64"
	}
	e.copy(header)
	for _, f := range p.Fields {
		at := e.offset(f.Raw)
		if !strings.EqualFold(f.Name, "Content-Transfer-Encoding") || at < 0 {
			continue
		}
		e.copy(at)
		e.done = at + len(f.Raw)
	}
	end := body - len("\n") // before the empty line
	if end > 0 && e.raw[end-1] == '\r' {
		end--
	}
	if end < e.done {
		return
	}
	e.copy(end)
	e.out = append(e.out, "Content-Transfer-Encoding: "+encoding+"\r\n"...)
	e.copy(body)
	if isLeaf {
		e.out = appendBase64(e.out, p.Body)
		e.done = body + len(p.Body)
	}
}

// copy copies what is left up to an offset.
func (e *binaryEncoder) copy(to int) {
	e.out = append(e.out, e.raw[e.done:to]...)
	e.done = to
}

// offset returns where a part of the message begins in it, -1 if it is empty.
func (e *binaryEncoder) offset(b []byte) int {
	if len(b) == 0 {
		return -1
	}
	return cap(e.raw) - cap(b)
}

// appendBase64 appends lines of base64 (RFC 2045 §6.8).
func appendBase64(dst, b []byte) []byte {
	const perLine = 57
	for len(b) > 0 {
		n := min(perLine, len(b))
		dst = base64.StdEncoding.AppendEncode(dst, b[:n])
		if b = b[n:]; len(b) > 0 {
			dst = append(dst, "\r\n"...)
		}
	}
	return dst
}
