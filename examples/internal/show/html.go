package show

import (
	"html"
	"strings"
)

// PlainText returns the text of a piece of HTML, roughly rendered.
func PlainText(source string) string {
	var out strings.Builder
	for source != "" {
		text, rest, found := strings.Cut(source, "<")
		out.WriteString(newlines.Replace(html.UnescapeString(text)))
		if !found {
			break
		}
		if comment, ok := strings.CutPrefix(rest, "!--"); ok {
			_, source, _ = strings.Cut(comment, "-->")
			continue
		}
		tag, rest, _ := strings.Cut(rest, ">")
		source = rest
		name := tagName(tag)
		switch name {
		case "script", "style", "head", "title":
			source = after(source, "</"+name)
		case "li":
			out.WriteString("\n- ")
		case "p", "h1", "h2", "h3", "h4", "table", "/ul", "/ol":
			out.WriteString("\n\n")
		case "br", "div", "/div", "tr", "/p", "/h1", "/h2", "/h3", "/h4", "/table":
			out.WriteByte('\n')
		case "td", "th":
			out.WriteByte(' ')
		}
	}
	return tidy(out.String())
}

// newlines in the source of HTML are spaces.
var newlines = strings.NewReplacer("\r", " ", "\n", " ")

// tagName returns the name of a tag, "/p" for the end of p.
func tagName(tag string) string {
	name := strings.ToLower(tag)
	if i := strings.IndexAny(name, " \t\r\n"); i >= 0 {
		name = name[:i]
	}
	if len(name) > 1 {
		name = strings.TrimSuffix(name, "/")
	}
	return name
}

// after returns what follows the end tag, or nothing.
func after(source, end string) string {
	for i := 0; i+len(end) <= len(source); i++ {
		if strings.EqualFold(source[i:i+len(end)], end) {
			_, rest, _ := strings.Cut(source[i:], ">")
			return rest
		}
	}
	return ""
}

// tidy replaces several spaces by one, and several empty lines by one.
func tidy(text string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
