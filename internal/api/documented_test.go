package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/api"
)

// wellKnown are methods whose names say what they do.
var wellKnown = map[string]bool{
	"Error": true, "String": true, "GoString": true, "Unwrap": true, "Is": true, "Name": true, "Effects": true, "Encode": true,
	"MarshalJSON": true, "UnmarshalJSON": true, "MarshalText": true, "UnmarshalText": true, "LogValue": true,
}

// TestExportedNamesAreDocumented: each has a comment, its own or that of its group.
func TestExportedNamesAreDocumented(t *testing.T) {
	dirs, err := api.Packages(root)
	require.NoError(t, err)
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
			require.NoError(t, err)
			for _, name := range undocumented(tree) {
				assert.Fail(t, "no comment", "%s: %s", file, name)
			}
		}
	}
}

// undocumented returns the exported names of a file that have no comment.
func undocumented(file *ast.File) (names []string) {
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || !wellKnown[d.Name.Name] && exportedReceiver(d)) {
				names = append(names, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					if s.Name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						names = append(names, s.Name.Name)
					}
				case *ast.ValueSpec:
					if s.Names[0].IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						names = append(names, s.Names[0].Name)
					}
				}
			}
		}
	}
	return names
}

func exportedReceiver(d *ast.FuncDecl) bool {
	typ := d.Recv.List[0].Type
	for {
		switch t := typ.(type) {
		case *ast.StarExpr:
			typ = t.X
		case *ast.IndexExpr:
			typ = t.X
		case *ast.Ident:
			return t.IsExported()
		default:
			return false
		}
	}
}

// TestNamesWithoutCommentsAreFound, and those that need none are not.
func TestNamesWithoutCommentsAreFound(t *testing.T) {
	const source = "package p\n// A is.\nfunc A() {}\nfunc B() {}\nfunc c() {}\ntype D int\nfunc (D) M() {}\nfunc (D) String() string { return \"\" }\n" +
		"type e int\nfunc (e) M() {}\n// Both are.\nconst (\nF = 1\nG = 2\n)\nconst H = 3\nvar I = 4 // four\n"
	tree, err := parser.ParseFile(token.NewFileSet(), "p.go", source, parser.ParseComments)
	require.NoError(t, err)
	assert.Equal(t, []string{"B", "D", "M", "H"}, undocumented(tree))
}
