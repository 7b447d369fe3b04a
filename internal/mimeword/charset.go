package mimeword

import (
	"io"
	"maps"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// UnknownCharsetError is the error for a charset that there is no encoding for.
type UnknownCharsetError struct{ Charset string }

func (e *UnknownCharsetError) Error() string {
	return "words: unknown charset " + strconv.Quote(e.Charset)
}

// Charset returns the encoding for the name of a charset as it occurs in
// mail. It knows the labels of the WHATWG encoding standard, the names
// registered with IANA, and a number of others seen in the wild. As on the
// web, ISO-8859-1 means windows-1252. Text in "us-ascii" or in an avowedly
// unknown charset decodes as AppendDecoded reads text outside encoded-words.
func Charset(name string) (encoding.Encoding, bool) {
	if c := lookupString(name); c != nil {
		return c.encoding, true
	}
	return nil, false
}

// NewReader returns a reader of the text in r, which is in the given charset,
// in UTF-8. Bytes that do not fit the charset become U+FFFD. The error is of
// type [*UnknownCharsetError].
func NewReader(charset string, r io.Reader) (io.Reader, error) {
	c := lookupString(charset)
	if c == nil {
		return nil, &UnknownCharsetError{charset}
	}
	return c.encoding.NewDecoder().Reader(r), nil
}

// codecs has the codecs in use by their names in lower case. The map is never
// changed, only replaced by a larger one. It cannot grow without bounds, since
// only names that there is an encoding for go into it.
var codecs struct {
	byName atomic.Pointer[map[string]*codec]
	grow   sync.Mutex
}

func init() {
	codecs.byName.Store(&map[string]*codec{
		"utf-8":        codecUTF8,
		"us-ascii":     codecUnlabelled,
		"windows-1252": codecWindows1252,
		"iso-8859-15":  codecLatin9,
		"utf-7":        {encoding: utf7{}},
		"utf-16":       {encoding: unicode.UTF16(unicode.BigEndian, unicode.UseBOM)}, // RFC 2781 §4.3
		"hz-gb-2312":   {encoding: simplifiedchinese.HZGB2312},
	})
}

// lookup returns the codec for a charset, or nil if there is none.
func lookup(name []byte) *codec {
	var buf [maxCharsetName]byte
	if len(name) > len(buf) {
		return nil
	}
	for i, b := range name {
		if b-'A' < 26 {
			b |= 0x20
		}
		buf[i] = b
	}
	lower := buf[:len(name)]
	if c := (*codecs.byName.Load())[string(lower)]; c != nil {
		return c
	}
	return addCodec(string(lower))
}

func lookupString(name string) *codec {
	return lookup([]byte(strings.Trim(name, " \t\r\n\"'")))
}

// addCodec finds the codec for a name in lower case that is not in the map,
// and adds it there, both by this name and by that which it is an alias of.
func addCodec(name string) *codec {
	codecs.grow.Lock()
	defer codecs.grow.Unlock()
	old := *codecs.byName.Load()
	target := name
	if alias, ok := aliases[name]; ok {
		target = alias
	}
	c := old[target]
	if c == nil {
		e := findEncoding(target)
		if e == nil {
			return nil
		}
		c = &codec{encoding: e}
	}
	byName := maps.Clone(old)
	byName[name], byName[target] = c, c
	codecs.byName.Store(&byName)
	return c
}

// findEncoding asks x/text for an encoding.
func findEncoding(name string) encoding.Encoding {
	for i := range len(name) {
		if name[i] <= ' ' || name[i] >= 0x7f {
			return nil
		}
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		e, err = ianaindex.MIME.Encoding(name)
	}
	if err != nil || e == encoding.Replacement {
		return nil
	}
	return e
}
