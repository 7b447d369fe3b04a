package response

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/internal/mimeword"
)

// longName is how many octets a name has that some server may have cut.
const longName = 60

// maxPartHeader is how much of a header is read.
const maxPartHeader = 64 << 10

// SuspectName reports whether the file name of p, as the server sent it, may not
// be the one that the sender wrote. BODYSTRUCTURE cannot be trusted with names:
// servers lose what stands without a closing quotation mark or after a blank,
// drop octets that are not US-ASCII, and cut long names. Then the part's own MIME
// header is asked for (SpecifierMIME; of a message that is a single part
// SpecifierHeader), 8 KiB at most, and given to [ConfirmName].
func SuspectName(p Part) bool {
	if p.BodyStructure == nil || p.IsMultipart() {
		return false
	}
	name := p.Filename()
	switch {
	case name == "":
		t := p.mediaType()
		return p.isAttached() || hasStar(p.Params) || hasStar(p.DispositionParams) ||
			kindOf(t) == noText && !strings.HasPrefix(t, "text/") && !strings.HasPrefix(t, "message/")
	case len(name) >= longName, strings.HasSuffix(name, "..."), extension(name) == "":
		return true
	case strings.Contains(name, "=?"), strings.ContainsRune(name, '*'), strings.ContainsRune(name, utf8.RuneError):
		return true
	case hasStar(p.Params), hasStar(p.DispositionParams):
		return true
	case strings.ContainsRune(name, '?'), strings.Contains(name, "__"):
		return true // what senders write for readers that do not know RFC 2231
	case hasPercent(name): // of RFC 2231, which Dovecot 2.4 does not decode
		return true
	case strings.Contains(name, `\x`), strings.Contains(name, `\u`): // as gluon writes what is not US-ASCII
		return true
	case len(name) > 2 && name[1] == ':' && !strings.ContainsAny(name, `/\`):
		return true // C:Usersxdoc.pdf: the backslashes were taken for quoted pairs
	}
	return looksGuessed(name)
}

// hasPercent reports whether name has an octet as "%" and hexadecimal digits.
func hasPercent(name string) bool {
	isHex := func(b byte) bool { return b-'0' < 10 || b|0x20-'a' < 6 }
	for i := 0; i+2 < len(name); i++ {
		if name[i] == '%' && isHex(name[i+1]) && isHex(name[i+2]) {
			return true
		}
	}
	return false
}

func hasStar(params []Param) bool {
	return slices.ContainsFunc(params, func(p Param) bool { return strings.ContainsRune(p.Name, '*') })
}

// looksGuessed reports whether name has three characters in a row that are not
// US-ASCII but in windows-1252, which octets without a label are read as.
func looksGuessed(name string) bool {
	run := 0
	for _, r := range name {
		switch {
		case r < 0x80:
			run = 0
		case r <= 0xff, r == 'Œ', r == 'œ', r == 'Š', r == 'š', r == 'Ÿ', r == 'Ž', r == 'ž', r == 'ƒ', r == 'ˆ', r == '˜',
			r >= 0x2013 && r <= 0x203a, r == '€', r == '™':
			if run++; run >= 3 {
				return true
			}
		default:
			return false
		}
	}
	return false
}

// ConfirmName corrects b by the header of the part itself: its file name, and its
// disposition and media type if the server sent none. It reports whether the
// header has a name. Octets that are not US-ASCII and have no label are read as
// UTF-8, else in the given charset, usually that of the first text of the
// message, and else as windows-1252. It is not to be called while b is in use by
// another goroutine.
func ConfirmName(b *BodyStructure, header []byte, charset string) bool {
	h := ParsePartHeader(header, charset)
	if b == nil {
		return false
	}
	if b.Disposition == "" {
		b.Disposition = h.Disposition
	}
	if b.Type == "" {
		b.Type, b.Subtype = h.Type, h.Subtype
	}
	name := h.Filename()
	if name == "" {
		return false
	}
	isName := func(p Param) bool {
		bare, _, _ := strings.Cut(p.Name, "*")
		return ascii.EqualFold(bare, "filename") || ascii.EqualFold(bare, "name")
	}
	b.Params = slices.DeleteFunc(slices.Clone(b.Params), isName)
	b.DispositionParams = slices.DeleteFunc(slices.Clone(b.DispositionParams), isName)
	for _, p := range h.Params {
		if isName(p) {
			b.Params = append(b.Params, p)
		}
	}
	for _, p := range h.DispositionParams {
		if isName(p) {
			b.DispositionParams = append(b.DispositionParams, p)
		}
	}
	return true
}

// ParsePartHeader reads the MIME header of a part, or the header of a message:
// its media type, disposition, transfer encoding, and what else a
// [BodyStructure] holds of it. Nothing makes it fail: what senders forget to
// quote or to close is read as what they meant, and of a field that comes twice
// the first is taken. The size is -1. See [ConfirmName] for charset.
func ParsePartHeader(header []byte, charset string) *BodyStructure {
	b := &BodyStructure{Size: -1}
	var rare BodyRare
	header = header[:min(len(header), maxPartHeader)]
	for _, f := range headerFields(header) {
		value := headerText(f.value, charset)
		switch f.name {
		case "content-type":
			if b.Type == "" {
				t, rest := cutToken(value)
				b.Type, b.Subtype, _ = strings.Cut(t, "/")
				b.Params = headerParams(rest)
			}
		case "content-disposition":
			if b.Disposition == "" && b.DispositionParams == nil {
				b.Disposition, value = cutToken(value)
				b.DispositionParams = headerParams(value)
			}
		case "content-transfer-encoding":
			setOnce(&b.Encoding, strings.TrimSpace(value))
		case "content-id":
			setOnce(&rare.ID, strings.TrimSpace(value))
		case "content-description":
			setOnce(&rare.Description, string(mimeword.AppendDecoded(nil, []byte(strings.TrimSpace(value)))))
		case "content-location":
			setOnce(&rare.Location, strings.TrimSpace(value))
		case "content-md5":
			setOnce(&rare.MD5, strings.TrimSpace(value))
		}
	}
	if rare.ID != "" || rare.Description != "" || rare.Location != "" || rare.MD5 != "" {
		b.Rare = &rare
	}
	return b
}

// setOnce sets what is not set yet.
func setOnce(dst *string, value string) {
	if *dst == "" {
		*dst = value
	}
}

type headerField struct {
	name  string // in lower case
	value []byte // unfolded
}

// headerFields splits a header into its fields, up to the empty line after it.
func headerFields(header []byte) (fields []headerField) {
	for line := range bytes.Lines(header) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			if n := len(fields); n > 0 {
				fields[n-1].value = append(append(fields[n-1].value, ' '), bytes.TrimLeft(line, " \t")...)
			}
			continue
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if ok {
			fields = append(fields, headerField{strings.ToLower(string(bytes.TrimRight(name, " \t"))), bytes.Clone(value)})
		}
	}
	return fields
}

// headerText returns value in UTF-8 if it has octets in a charset that is known.
// Else they stay for [mimeword.DecodeParams] to guess.
func headerText(value []byte, charset string) string {
	if !utf8.Valid(value) {
		if e, ok := mimeword.Charset(charset); ok && !isUnicode(charset) {
			if text, err := e.NewDecoder().Bytes(value); err == nil && !bytes.ContainsRune(text, utf8.RuneError) {
				return string(text)
			}
		}
	}
	return string(value)
}

// isUnicode reports whether charset cannot be that of octets which are not UTF-8.
func isUnicode(charset string) bool {
	return charset == "" || len(charset) >= 3 && ascii.EqualFold(charset[:3], "utf")
}

// cutToken returns the token before the first semicolon, without blanks and
// comments, and what comes after it.
func cutToken(s string) (token, rest string) {
	token, rest, _ = strings.Cut(s, ";")
	token, _, _ = strings.Cut(token, "(")
	token = strings.Trim(token, " \t\"")
	if i := strings.IndexAny(token, " \t"); i >= 0 { // attachment filename=a.txt
		rest = token[i:] + ";" + rest
		token = token[:i]
	}
	return strings.Trim(token, "\""), rest
}
