// Package errtexts has what the library says when something goes wrong, collected from
// its source, so that it can be read at once.
package errtexts

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "record the texts as they are")

const (
	root     = "../.."
	recorded = "errors.txt"
)

// packages are those whose errors users see.
var packages = []string{".", "account", "bulk", "commands", "folders", "literal", "mailtext", "response", "search", "threads",
	"auth/gssapi", "auth/ntlm", "internal/sasl", "internal/transfer", "internal/wire"}

// Each text was read once: a new or changed one has to be recorded, by
//
//	go test ./internal/errtexts -update
func TestTextsAreAsRecorded(t *testing.T) {
	texts := collect(t)
	require.Greater(t, len(texts), 100)
	now := strings.Join(texts, "\n") + "\n"
	if *update {
		require.NoError(t, os.WriteFile(recorded, []byte(now), 0o644))
		return
	}
	before, err := os.ReadFile(recorded)
	require.NoError(t, err)
	require.Equal(t, string(before), now, "read the new texts, and run go test ./internal/errtexts -update")
}

// Texts are parts of sentences: they begin in lower case, or with a name, and have no
// full stop at the end.
func TestTextsArePartsOfSentences(t *testing.T) {
	for _, line := range collect(t) {
		_, text, _ := strings.Cut(line, ": ")
		assert.False(t, strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "…") || strings.HasSuffix(text, "!"), line)
		assert.Equal(t, strings.TrimSpace(text), text, line)
		first, _, _ := strings.Cut(text, " ")
		assert.True(t, first == strings.ToLower(first) || first[1:] != strings.ToLower(first[1:]) || len(first) == 1, line)
	}
}

// collect returns the texts of errors, with their package in front.
func collect(t *testing.T) []string {
	var texts []string
	for _, dir := range packages {
		files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		require.NoError(t, err)
		require.NotEmpty(t, files, dir)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			ast.Inspect(tree, func(n ast.Node) bool {
				if text, ok := textOf(n); ok {
					texts = append(texts, filepath.ToSlash(dir)+": "+text)
				}
				return true
			})
		}
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

// textOf returns the text that a call of errors.New or fmt.Errorf has, or a field Msg or
// Reason of an error.
func textOf(n ast.Node) (string, bool) {
	var value ast.Expr
	switch n := n.(type) {
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.SelectorExpr); ok && len(n.Args) > 0 && (f.Sel.Name == "New" && isName(f.X, "errors") || f.Sel.Name == "Errorf") {
			value = n.Args[0]
		}
	case *ast.KeyValueExpr:
		if isName(n.Key, "Msg") || isName(n.Key, "Reason") {
			value = n.Value
		}
	}
	lit, ok := value.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}
