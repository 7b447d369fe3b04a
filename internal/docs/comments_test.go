package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/api"
)

// camel is a word that looks like a name of Go: two words in one.
var camel = regexp.MustCompile(`(?:^|[\s(\[,*])((?:\w+\.)*[A-Z][a-z]\w*[A-Z]\w*)`)

// notNames are words that look like names of Go and are none.
var notNames = regexp.MustCompile(`^(OAuth\w*|Mc\w+|[KMG]iB|ServerName|MaxVersion|JetStream)$`)

// TestNamesInCommentsExist: what the doc comments of exported names call by name, like
// SubjectRaw, is exported or a member of what is.
func TestNamesInCommentsExist(t *testing.T) {
	dirs, err := api.Packages(top)
	require.NoError(t, err)
	for i := range dirs {
		dirs[i] = filepath.Join(top, dirs[i])
	}
	x, err := api.NewIndex(dirs...)
	require.NoError(t, err)
	n := 0
	for _, dir := range dirs {
		sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, source := range sources {
			if strings.HasSuffix(source, "_test.go") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.ParseComments)
			require.NoError(t, err)
			for _, comment := range exportedComments(tree) {
				for _, m := range camel.FindAllStringSubmatch(comment, -1) {
					n++
					if !notNames.MatchString(m[1]) && !foreign.MatchString(m[1]) && unknown(x, m[1]) != "" {
						assert.Fail(t, "no such name", "%s: %s", source, m[1])
					}
				}
			}
		}
	}
	assert.Greater(t, n, 300)
}

// exportedComments returns the comments of the exported declarations of a file, without
// code.
func exportedComments(tree *ast.File) (list []string) {
	add := func(groups ...*ast.CommentGroup) {
		for _, g := range groups {
			if g == nil {
				continue
			}
			var text strings.Builder
			for line := range strings.Lines(g.Text()) {
				if !strings.HasPrefix(line, "\t") {
					text.WriteString(line)
				}
			}
			list = append(list, text.String())
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.File:
			add(n.Doc)
		case *ast.FuncDecl:
			if n.Name.IsExported() {
				add(n.Doc)
			}
			return false
		case *ast.GenDecl:
			if n.Tok == token.IMPORT {
				return false
			}
		case *ast.TypeSpec:
			if !n.Name.IsExported() {
				return false
			}
			add(n.Doc, n.Comment)
		case *ast.ValueSpec:
			if !n.Names[0].IsExported() {
				return false
			}
			add(n.Doc, n.Comment)
		case *ast.Field:
			if len(n.Names) == 0 || n.Names[0].IsExported() {
				add(n.Doc, n.Comment)
			}
		}
		return true
	})
	return list
}
