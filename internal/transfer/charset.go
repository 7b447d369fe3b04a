package transfer

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"github.com/seed-090b04e4/imap/internal/mimeword"
)

// decide chooses the charset of a text by its first octets. more says that the
// text goes on after them.
func decide(sample []byte, more bool, o TextOptions) choice {
	if c, ok := byteOrderMark(sample); ok {
		return c
	}
	stated, kind := lookup(o.Charset)
	if o.HTML && kind != known {
		if meta, metaKind := lookup(metaCharset(sample)); metaKind == known {
			return choice{encoding: meta}
		}
	}
	if o.HTML && kind == known && !fits(sample, more, stated) {
		meta, metaKind := lookup(metaCharset(sample))
		if metaKind == known && fits(sample, more, meta) {
			return choice{encoding: meta, warnings: []Warning{{WrongCharset, 0, 1}}}
		}
	}
	if kind == known {
		return overrule(sample, more, stated, o)
	}
	c := guess(sample, more, o)
	if kind == unheardOf {
		c.warnings = append([]Warning{{UnknownCharset, 0, 1}}, c.warnings...)
	}
	return c
}

func byteOrderMark(sample []byte) (choice, bool) {
	switch {
	case bytes.HasPrefix(sample, []byte("\xef\xbb\xbf")):
		return choice{encoding: unicode.UTF8, skip: 3}, true
	case bytes.HasPrefix(sample, []byte("\xff\xfe")):
		return choice{encoding: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), skip: 2}, true
	case bytes.HasPrefix(sample, []byte("\xfe\xff")):
		return choice{encoding: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), skip: 2}, true
	}
	return choice{}, false
}

// labelKind is what is known of the name of a charset.
type labelKind int

const (
	absent    labelKind = iota // none, US-ASCII, or one that says that it is not known
	unheardOf                  // a name that there is no encoding for
	known
)

// lookup returns the encoding for the name of a charset. Quotation marks,
// parameters and blanks that do not belong to it are ignored.
func lookup(label string) (encoding.Encoding, labelKind) {
	label = strings.ToLower(label)
	label, _, _ = strings.Cut(label, ";")
	label = strings.Trim(label, " \t\r\n\"'`<>")
	label = strings.TrimSpace(strings.TrimPrefix(label, "charset="))
	label = strings.ReplaceAll(strings.Trim(label, `"'`), " ", "")
	switch label {
	case "", "binary", "8bit", "7bit", "none", "default", "default_charset", "unknown", "x-user-defined":
		return nil, absent
	case "iso-2022-kr", "csiso2022kr", "iso2022kr":
		return iso2022kr{}, known
	case "cp858", "ibm858", "ibm00858", "pc-multilingual-850+euro":
		return charmap.CodePage858, known
	}
	for _, name := range [...]string{label, strings.ReplaceAll(label, "_", "-"), strings.ReplaceAll(label, "-", "_")} {
		if e, ok := mimeword.Charset(name); ok {
			if isUnlabelled(e) {
				return nil, absent
			}
			return e, known
		}
	}
	return nil, unheardOf
}

// unlabelled is the encoding of text whose charset is not known: UTF-8 if it is
// valid, else windows-1252.
var unlabelled = mustCharset("us-ascii")

func mustCharset(name string) encoding.Encoding {
	e, ok := mimeword.Charset(name)
	if !ok {
		return unicode.UTF8
	}
	return e
}

func isUnlabelled(e encoding.Encoding) bool { return e == unlabelled }

// isWestern reports whether every octet is a character of e, so that text in
// another charset fits it too.
func isWestern(e encoding.Encoding) bool {
	return e == charmap.Windows1252 || e == charmap.ISO8859_1 || e == charmap.ISO8859_15 || e == charmap.Windows1254 || e == charmap.Macintosh
}

// overrule takes the stated charset, unless it cannot be.
func overrule(sample []byte, more bool, stated encoding.Encoding, o TextOptions) choice {
	c := choice{encoding: stated}
	switch u := countUTF8(sample, more); {
	case isWestern(stated):
		if u.invalid == 0 && (u.sequences >= 2 || u.long > 0) {
			return choice{encoding: unicode.UTF8, warnings: []Warning{{WrongCharset, 0, 1}}}
		}
	case stated == unicode.UTF8:
		if u.invalid*10 > u.octets {
			c.encoding, c.warnings = fallbackOf(o), []Warning{{WrongCharset, 0, 1}}
			if c.encoding == charmap.Windows1252 {
				c.encoding = unlabelled // whole characters of UTF-8 are kept as such
			}
		}
	case isUTF16(stated):
		c.encoding = unicode.UTF16(endianness(sample, stated), unicode.IgnoreBOM)
	}
	return c
}

// guess finds a charset for a text that states none.
func guess(sample []byte, more bool, o TextOptions) choice {
	if e := escaped(sample); e != nil {
		return choice{encoding: e, warnings: []Warning{{GuessedCharset, 0, 1}}}
	}
	u := countUTF8(sample, more)
	fallback := fallbackOf(o)
	switch {
	case fallback == charmap.Windows1252 && u.invalid == 0:
		return choice{encoding: unlabelled} // for what may come after the sample
	case fallback == charmap.Windows1252: // whole characters of UTF-8 are kept as such
		return choice{encoding: unlabelled, warnings: []Warning{{GuessedCharset, 0, 1}}}
	case u.invalid == 0 && (u.sequences > 0 || !more):
		return choice{encoding: unicode.UTF8}
	case u.invalid == 0:
		return choice{encoding: fallback}
	}
	return choice{encoding: fallback, warnings: []Warning{{GuessedCharset, 0, 1}}}
}

func fallbackOf(o TextOptions) encoding.Encoding {
	if e, kind := lookup(o.Fallback); kind == known {
		return e
	}
	return charmap.Windows1252
}

// escaped returns the charset that escape sequences show, or nil.
func escaped(sample []byte) encoding.Encoding {
	for {
		i := bytes.IndexByte(sample, 0x1b)
		if i < 0 {
			return nil
		}
		sample = sample[i+1:]
		for _, s := range [...]string{"$B", "$@", "(J", "(I"} {
			if bytes.HasPrefix(sample, []byte(s)) {
				return japanese.ISO2022JP
			}
		}
		if bytes.HasPrefix(sample, []byte("$)C")) {
			return iso2022kr{}
		}
	}
}

// utf8Count is how much of a text is UTF-8.
type utf8Count struct {
	octets    int // above 0x7f
	invalid   int // of these
	sequences int // valid ones
	long      int // of these, of three octets or more
}

func countUTF8(sample []byte, more bool) (u utf8Count) {
	for len(sample) > 0 {
		r, size := utf8.DecodeRune(sample)
		switch {
		case size == 1 && r < utf8.RuneSelf:
		case r == utf8.RuneError && size == 1:
			if more && !utf8.FullRune(sample) {
				return u
			}
			u.octets++
			u.invalid++
		default:
			u.octets += size
			u.sequences++
			if size > 2 {
				u.long++
			}
		}
		sample = sample[size:]
	}
	return u
}

// fits reports whether all of sample can be decoded.
func fits(sample []byte, more bool, e encoding.Encoding) bool {
	if e == unicode.UTF8 {
		return countUTF8(sample, more).invalid == 0
	}
	text, err := e.NewDecoder().Bytes(sample)
	if err != nil {
		return false
	}
	bad := bytes.Count(text, []byte(replacement))
	return bad == 0 || more && bad == 1 && bytes.HasSuffix(text, []byte(replacement))
}

func isUTF16(e encoding.Encoding) bool {
	for _, order := range [...]unicode.Endianness{unicode.BigEndian, unicode.LittleEndian} {
		for _, policy := range [...]unicode.BOMPolicy{unicode.IgnoreBOM, unicode.UseBOM, unicode.ExpectBOM} {
			if e == unicode.UTF16(order, policy) {
				return true
			}
		}
	}
	return false
}

// endianness returns the order of octets in UTF-16 without a byte order mark: as
// the NULs of US-ASCII stand, else as stated, which is big-endian if the charset
// does not say it (RFC 2781 §4.3).
func endianness(sample []byte, stated encoding.Encoding) unicode.Endianness {
	even, odd := 0, 0
	for i := 0; i+1 < len(sample); i += 2 {
		if sample[i] == 0 {
			even++
		}
		if sample[i+1] == 0 {
			odd++
		}
	}
	switch {
	case odd > 2*even:
		return unicode.LittleEndian
	case even > 2*odd:
		return unicode.BigEndian
	case stated == unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM):
		return unicode.LittleEndian
	}
	return unicode.BigEndian
}

// metaCharset returns the charset that HTML states in its first octets, by the
// HTML standard's "prescan a byte stream to determine its encoding": in a meta
// element, as charset or within content. It returns "" if there is none.
func metaCharset(sample []byte) string {
	text := strings.ToLower(string(sample[:min(len(sample), metaWindow)]))
	for {
		i := strings.IndexByte(text, '<')
		if i < 0 {
			return ""
		}
		text = text[i:]
		if strings.HasPrefix(text, "<!--") {
			_, after, ok := strings.Cut(text[2:], "-->")
			if !ok {
				return ""
			}
			text = after
			continue
		}
		if strings.HasPrefix(text, "<meta") {
			tag, _, _ := strings.Cut(text, ">")
			if charset := charsetIn(tag); charset != "" {
				if strings.HasPrefix(charset, "utf-16") {
					return "utf-8" // it was read as US-ASCII so far
				}
				return charset
			}
		}
		text = text[1:]
	}
}

// charsetIn returns the charset that a meta element names.
func charsetIn(tag string) string {
	_, value, ok := strings.Cut(tag, "charset")
	if !ok {
		return ""
	}
	value = strings.TrimLeft(value, " \t\r\n")
	if value, ok = strings.CutPrefix(value, "="); !ok {
		return ""
	}
	value = strings.TrimLeft(value, " \t\r\n\"'")
	if end := strings.IndexAny(value, " \t\r\n\"';/"); end >= 0 {
		value = value[:end]
	}
	return value
}
