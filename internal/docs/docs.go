// Package docs checks the Markdown files of this module: that their links lead
// somewhere, and that no line of code in them is cut off on a screen.
package docs

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxColumns = 100
	tabColumns = 4
)

// Files returns the Markdown files below root.
func Files(root string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata"):
			return fs.SkipDir
		case !d.IsDir() && filepath.Ext(path) == ".md":
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// page is a Markdown file as far as its links and code are concerned.
type page struct {
	anchors map[string]bool
	links   []link
	code    []line // in fenced blocks
}

type link struct {
	line   int
	target string
}

type line struct {
	number int
	text   string
}

var (
	fence      = regexp.MustCompile("^ {0,3}(```+|~~~+)")
	heading    = regexp.MustCompile(`^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$`)
	inlineCode = regexp.MustCompile("`[^`]*`")
	inlineLink = regexp.MustCompile(`\]\(<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+"[^"]*")?\)`)
	definition = regexp.MustCompile(`^ {0,3}\[[^\]]+\]:\s+<?([^\s>]+)`)
	attribute  = regexp.MustCompile(`\b(href|src|srcset|id|name)="([^"]+)"`)
)

func read(text string) *page {
	p := &page{anchors: map[string]bool{}}
	open, number := "", 0
	for s := range strings.Lines(text) {
		s = strings.TrimRight(s, "\r\n")
		number++
		if m := fence.FindStringSubmatch(s); m != nil {
			switch {
			case open == "":
				open = m[1]
			case strings.HasPrefix(m[1], open):
				open = ""
			}
			continue
		}
		if open != "" {
			p.code = append(p.code, line{number, s})
			continue
		}
		if m := heading.FindStringSubmatch(s); m != nil {
			p.addAnchor(anchor(m[1]))
		}
		s = inlineCode.ReplaceAllString(s, "")
		for _, m := range inlineLink.FindAllStringSubmatch(s, -1) {
			p.links = append(p.links, link{number, m[1]})
		}
		if m := definition.FindStringSubmatch(s); m != nil {
			p.links = append(p.links, link{number, m[1]})
		}
		for _, m := range attribute.FindAllStringSubmatch(s, -1) {
			if m[1] == "id" || m[1] == "name" {
				p.anchors[m[2]] = true
			} else {
				p.links = append(p.links, link{number, m[2]})
			}
		}
	}
	return p
}

// addAnchor adds the anchor of a heading, with a number if it is not the first one
// of that name.
func (p *page) addAnchor(name string) {
	unique := name
	for i := 1; p.anchors[unique]; i++ {
		unique = fmt.Sprintf("%s-%d", name, i)
	}
	p.anchors[unique] = true
}

// linked is the text of a link in a heading.
var linked = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// anchor returns the anchor that forges make from a heading.
func anchor(heading string) string {
	heading = linked.ReplaceAllString(heading, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}

// BrokenLinks returns a line for each link in a file that leads to no file, or to no
// heading in it. Addresses on the web are not looked at.
func BrokenLinks(file string) (broken []string, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p := read(string(text))
	for _, l := range p.links {
		if reason := check(file, p, l.target); reason != "" {
			broken = append(broken, fmt.Sprintf("%s:%d: %s: %s", file, l.line, l.target, reason))
		}
	}
	return broken, nil
}

// check returns what is wrong with a link on a page, "" if nothing is.
func check(file string, p *page, target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return err.Error()
	}
	if u.Scheme != "" {
		return ""
	}
	if u.Host != "" || strings.HasPrefix(u.Path, "/") {
		return "not relative to the file"
	}
	if u.Path != "" {
		file = filepath.Join(filepath.Dir(file), filepath.FromSlash(u.Path))
		if _, err := os.Stat(file); err != nil {
			return "no such file"
		}
		if u.Fragment == "" || filepath.Ext(file) != ".md" {
			return ""
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err.Error()
		}
		p = read(string(text))
	}
	if u.Fragment != "" && !p.anchors[u.Fragment] {
		return "no such heading"
	}
	return ""
}

// LongLines returns a line for each line of code in a file that takes more than 100
// columns, tabs being four of them.
func LongLines(file string) (long []string, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for _, l := range read(string(text)).code {
		if n := columns(l.text); n > maxColumns {
			long = append(long, fmt.Sprintf("%s:%d: %d columns", file, l.number, n))
		}
	}
	return long, nil
}

func columns(s string) int {
	return utf8.RuneCountInString(s) + strings.Count(s, "\t")*(tabColumns-1)
}
