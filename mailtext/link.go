package mailtext

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxURL  = 2000 // octets of a link that are shown
	maxText = 300  // octets of a link's text that are compared with its target
)

// link is one that is open.
type link struct {
	href string
	from int // of its text
}

// endLink shows the target of a link after its text.
func (c *converter) endLink(l *link) {
	if c.full {
		return
	}
	text := c.linkText(l)
	target := cleanURL(l.href)
	scheme, rest, ok := strings.Cut(target, ":")
	if !ok || text == "" {
		return
	}
	switch scheme = strings.ToLower(scheme); scheme {
	case "http", "https", "ftp":
	case "mailto":
		address, _, _ := strings.Cut(rest, "?")
		if plain, err := url.PathUnescape(address); err == nil {
			address = plain
		}
		target = cleanURL(address)
		if strings.Contains(strings.ToLower(text), strings.ToLower(target)) {
			return
		}
	case "tel", "sms":
		target = rest
		if digitsOf(text) == digitsOf(rest) {
			return
		}
	default: // javascript, data, cid, file
		return
	}
	lies := namesOtherHost(text, target)
	if lies {
		c.liars++
	}
	if bareURL(text) == bareURL(target) || target == "" {
		return
	}
	switch {
	case c.links == LinksInline || lies:
		c.after("<" + target + ">")
	case c.links == LinksFootnotes:
		c.footnotes = append(c.footnotes, target)
		c.after("[" + strconv.Itoa(len(c.footnotes)) + "]")
	}
}

// after writes s after the text that was written, in the same line.
func (c *converter) after(s string) {
	breaks, space := c.breaks, c.space
	c.breaks, c.space, c.newline = 0, true, false
	c.write(s)
	c.breaks, c.space, c.target = breaks, space, true
}

// linkText returns the text of a link on one line. It is empty if the link has no
// text, and long if it has much.
func (c *converter) linkText(l *link) string {
	text := c.out[min(l.from, len(c.out)):]
	if len(text) > maxText {
		text = text[:maxText]
	}
	return strings.Trim(strings.Join(strings.Fields(string(text)), " "), "> ")
}

// angleEscaper escapes what ends a link between angle brackets.
var angleEscaper = strings.NewReplacer("<", "%3C", ">", "%3E")

// cleanURL returns a URL without white space and what cannot be seen.
func cleanURL(href string) string {
	href, _ = dropInvisible(href)
	href = strings.Join(strings.Fields(href), "")
	href = angleEscaper.Replace(href)
	if len(href) > maxURL {
		href = href[:maxURL]
		for !utf8.ValidString(href) {
			href = href[:len(href)-1]
		}
		href += "…"
	}
	return href
}

// bareURL returns a URL without what makes no difference to a reader.
func bareURL(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "http://"), "https://")
	s = strings.TrimPrefix(s, "www.")
	return strings.TrimSuffix(s, "/")
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// namesOtherHost reports whether the text of a link looks like a host that is not
// the one of its target.
func namesOtherHost(text, target string) bool {
	shown := hostIn(text)
	if shown == "" {
		return false
	}
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return err != nil && strings.Contains(target, "://")
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	return host != shown && !strings.HasSuffix(host, "."+shown)
}

// hostIn returns the host that a text consists of or begins with, or "".
func hostIn(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	scheme := false
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text, scheme = rest, true
	}
	if strings.ContainsAny(text, " \t") {
		return ""
	}
	if end := strings.IndexAny(text, "/?#:"); end >= 0 {
		text = text[:end]
	}
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		if !scheme {
			return "" // an address
		}
		text = text[at+1:]
	}
	text = strings.TrimSuffix(strings.TrimPrefix(text, "www."), ".")
	dot := strings.LastIndexByte(text, '.')
	if dot <= 0 || len(text)-dot < 3 {
		return ""
	}
	for _, r := range text[dot+1:] {
		if r < 0x80 && (r < 'a' || r > 'z') {
			return ""
		}
	}
	if !scheme && fileExtensions[text[dot+1:]] {
		return ""
	}
	return text
}

// fileExtensions are ends of names that look like hosts, but are those of files.
var fileExtensions = map[string]bool{
	"pdf": true, "doc": true, "docx": true, "xls": true, "xlsx": true, "ppt": true, "pptx": true, "txt": true, "jpg": true, "jpeg": true,
	"png": true, "gif": true, "html": true, "htm": true, "php": true, "csv": true, "ics": true, "exe": true, "mov": true,
}
