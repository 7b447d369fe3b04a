package mailtext

import (
	"strings"

	"golang.org/x/net/html"
)

// attributes are those that matter.
type attributes struct {
	style, class, id, href, src, alt, width, height, start, value, role, bgcolor string
	hidden, reversed                                                             bool
}

func readAttributes(z *html.Tokenizer) (a attributes) {
	for range maxAttributes {
		key, value, more := z.TagAttr()
		if dst := a.field(string(key)); dst != nil && *dst == "" {
			*dst = string(value)
		}
		if !more {
			break
		}
	}
	a.class, a.id = strings.ToLower(a.class), strings.ToLower(a.id)
	return a
}

// field returns where the value of an attribute goes; the first one counts.
func (a *attributes) field(key string) *string {
	switch key {
	case "style":
		return &a.style
	case "class":
		return &a.class
	case "id":
		return &a.id
	case "href":
		return &a.href
	case "src":
		return &a.src
	case "alt":
		return &a.alt
	case "width":
		return &a.width
	case "height":
		return &a.height
	case "start":
		return &a.start
	case "value":
		return &a.value
	case "role":
		return &a.role
	case "bgcolor":
		return &a.bgcolor
	case "hidden":
		a.hidden = true
	case "reversed":
		a.reversed = true
	}
	return nil
}

// isAddress reports whether what stands between angle brackets is none of HTML,
// but an address or a link that was written as text.
func isAddress(name string) bool {
	return strings.Contains(name, "@") || strings.HasPrefix(name, "http:") || strings.HasPrefix(name, "https:") ||
		strings.HasPrefix(name, "mailto:") || strings.HasPrefix(name, "ftp:") || strings.HasPrefix(name, "www.")
}
