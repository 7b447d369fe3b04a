package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestArchitectureNamesWhatExists checks each name in code quotes of
// docs/ARCHITECTURE.md: it is a file, a package, or an identifier of the engine.
func TestArchitectureNamesWhatExists(t *testing.T) {
	page, err := os.ReadFile(top + "docs/ARCHITECTURE.md")
	require.NoError(t, err)
	known := identifiers(t, ".", "response", "commands", "internal/wire")
	outside := regexp.MustCompile(`^(ctx|imap|OnEvent|c\.UIDStore\(ctx, …\)|~?\{n\+?\}|\* OK still here)$`)
	n := 0
	for _, quoted := range regexp.MustCompile("`[^`\n]+`").FindAllString(string(page), -1) {
		name := strings.Trim(quoted, "`")
		if outside.MatchString(name) {
			continue
		}
		n++
		if _, err := os.Stat(top + name); err == nil {
			continue
		}
		last := name[strings.LastIndexByte(name, '.')+1:]
		assert.True(t, known[last], "%s is no file and no identifier", quoted)
	}
	require.Greater(t, n, 50, "the page names little")
}

// identifiers returns what the packages in the folders declare, tests and local
// variables of functions aside.
func identifiers(t *testing.T, folders ...string) map[string]bool {
	known := make(map[string]bool)
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(top, folder, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			ast.Inspect(tree, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					known[n.Name.Name] = true
					return false
				case *ast.TypeSpec:
					known[n.Name.Name] = true
				case *ast.Field:
					for _, name := range n.Names {
						known[name.Name] = true
					}
				case *ast.ValueSpec:
					for _, name := range n.Names {
						known[name.Name] = true
					}
				}
				return true
			})
		}
	}
	return known
}
