package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
)

// rule is a kind of words with its limit per 1,000 words of comment.
type rule struct {
	name    string
	pattern *regexp.Regexp
	except  *regexp.Regexp // of what is before the words, if they are not meant then
	most    float64
}

// rules are the words that are counted. The limits are somewhat above the rates of
// the Go standard library and of other well-read Go libraries.
var rules = []rule{
	{"behind", word(`behind`), never, 0.2},
	{"tell", word(`tell|tells|telling|told`), never, 0.4},
	{"nobody", word(`nobody|somebody|everybody|whoever`), never, 0.2},
	// As a condition, for which Go's comments say "if"; not as a place.
	{"where the", word(`where (?:the|it)`), regexp.MustCompile(`(?i)(?:^|[.:;] |\b(?:returns?|is|are|finds?|says?|knows?|on|from|and) )$`), 0.5},
}

// never matches nothing.
var never = regexp.MustCompile(`[^\s\S]`)

func word(alternatives string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:` + alternatives + `)\b`)
}

// counts are the words of some comments, and the hits of each rule.
type counts struct {
	words int
	hits  [4]int
}

// rate returns the hits of a rule per 1,000 words.
func (c *counts) rate(i int) float64 {
	if c.words == 0 {
		return 0
	}
	return 1000 * float64(c.hits[i]) / float64(c.words)
}

func (c *counts) total() int {
	sum := 0
	for _, n := range c.hits {
		sum += n
	}
	return sum
}

// above returns the rules whose rate is above the limit.
func (c *counts) above() (list []rule) {
	for i, r := range rules {
		if c.rate(i) > r.most {
			list = append(list, r)
		}
	}
	return list
}

// tooMany returns the rules that a package breaks: one word is allowed however few
// there are.
func (c *counts) tooMany() (list []rule) {
	for i, r := range rules {
		if c.hits[i] > 1 && c.rate(i) > r.most {
			list = append(list, r)
		}
	}
	return list
}

// hit is a place where a word of a rule is.
type hit struct{ at, line string }

type findings struct {
	all      counts
	packages map[string]*counts // by folder
	hits     []hit
}

// read counts the words in the comments of all Go files below root but for tests.
func read(root string) (*findings, error) {
	f := &findings{packages: map[string]*counts{}}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		return f.file(root, path)
	})
	return f, err
}

func (f *findings) file(root, path string) error {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	dir, err := filepath.Rel(root, filepath.Dir(path))
	if err != nil {
		return err
	}
	c := f.packages[dir]
	if c == nil {
		c = &counts{}
		f.packages[dir] = c
	}
	for _, group := range file.Comments {
		text := group.Text() // without directives
		// Words may be parted by the end of a line.
		n := count(strings.Join(strings.Fields(text), " "))
		c.add(n)
		f.all.add(n)
		if n.total() > 0 {
			at := fset.Position(group.Pos())
			f.hits = append(f.hits, hit{fmt.Sprintf("%s:%d", at.Filename, at.Line), excerpts(text)})
		}
	}
	return nil
}

func (c *counts) add(n counts) {
	c.words += n.words
	for i := range c.hits {
		c.hits[i] += n.hits[i]
	}
}

// count counts the words of a text on one line.
func count(text string) (n counts) {
	for _, field := range strings.Fields(text) {
		if strings.ContainsFunc(field, unicode.IsLetter) {
			n.words++
		}
	}
	for i, r := range rules {
		for _, at := range r.pattern.FindAllStringIndex(text, -1) {
			if !r.except.MatchString(text[:at[0]]) {
				n.hits[i]++
			}
		}
	}
	return n
}

// excerpts returns the words that were found, with what is around them.
func excerpts(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	var list []string
	for _, r := range rules {
		for _, at := range r.pattern.FindAllStringIndex(text, -1) {
			list = append(list, "…"+strings.ToValidUTF8(text[max(0, at[0]-40):min(len(text), at[1]+30)], "")+"…")
		}
	}
	return strings.Join(list, " ")
}
