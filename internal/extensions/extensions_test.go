package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/suite"
)

const top = "../.."

// TestThePageIsUpToDate: run go run ./internal/extensions if it is not.
func TestThePageIsUpToDate(t *testing.T) {
	want, err := page(top)
	require.NoError(t, err)
	got, err := os.ReadFile(pageName(top))
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "docs/EXTENSIONS.md is stale: go run ./internal/extensions")
}

// TestNoCapabilityIsMissing: each entry of the registry, and each constant of package
// response, has exactly one row.
func TestNoCapabilityIsMissing(t *testing.T) {
	rows := make(map[string]int)
	for _, x := range table {
		for _, name := range x.caps() {
			rows[strings.ToUpper(name)]++
		}
	}
	for name, n := range rows {
		assert.Equal(t, 1, n, name)
	}
	registered := strings.Fields(registry)
	require.Greater(t, len(registered), 75)
	for _, name := range registered {
		known := rows[strings.ToUpper(name)] > 0
		for have := range rows {
			known = known || have == name+"=" || strings.HasSuffix(name, "=") && strings.HasPrefix(have, name)
		}
		assert.True(t, known, "there is no row for %s", name)
	}
	constants, err := capabilityNames(top)
	require.NoError(t, err)
	require.Greater(t, len(constants), 60)
	for _, name := range constants {
		assert.Contains(t, rows, strings.ToUpper(name))
	}
	offered, err := imaptestOffers(top)
	require.NoError(t, err)
	for name := range offered {
		known := slices.ContainsFunc(table, func(x extension) bool {
			return slices.ContainsFunc(x.caps(), func(c string) bool {
				return c == "AUTH=" && strings.HasPrefix(name, c) || c == "QUOTA=RES-" && strings.HasPrefix(name, c) || offers{name: true}.has(c)
			})
		})
		assert.True(t, known, "imaptest offers %s", name)
	}
}

// TestEachRowIsTrue: its identifiers exist, and its tests are in the suite.
func TestEachRowIsTrue(t *testing.T) {
	known := declared(t)
	tests := make(map[string]bool)
	for _, test := range suite.Tests() {
		tests[test.Area+"/"+test.Name] = true
	}
	for _, x := range table {
		for _, name := range strings.Fields(x.Request + " " + x.Response) {
			assert.True(t, known[name], "%s: there is no %s", x.Caps, name)
		}
		for _, name := range x.tests() {
			assert.True(t, tests[name], "%s: the suite has no test %q", x.Caps, name)
		}
		assert.NotEmpty(t, x.RFC, x.Caps)
		assert.True(t, x.Request != "" || x.Note != "", "%s: no request, and no reason", x.Caps)
	}
}

// declared returns what the packages declare: names, methods and fields, with the name of
// the package but for those of package imap. Aliases have what they stand for.
func declared(t *testing.T) map[string]bool {
	known := make(map[string]bool)
	aliases := make(map[string]string)
	for _, folder := range []string{".", "commands", "response", "search"} {
		prefix := folder + "."
		if folder == "." {
			prefix = ""
		}
		files, err := filepath.Glob(filepath.Join(top, folder, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			for _, decl := range tree.Decls {
				declare(known, aliases, prefix, decl)
			}
		}
	}
	for range 2 { // an alias of an alias
		for name, target := range aliases {
			for have := range known {
				if rest, is := strings.CutPrefix(have, target+"."); is {
					known[name+"."+rest] = true
				}
			}
		}
	}
	return known
}

func declare(known map[string]bool, aliases map[string]string, prefix string, decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		name := decl.Name.Name
		if decl.Recv != nil {
			name = typeName(decl.Recv.List[0].Type) + "." + name
		}
		known[prefix+name] = true
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					known[prefix+name.Name] = true
				}
			case *ast.TypeSpec:
				name := prefix + spec.Name.Name
				known[name] = true
				if spec.Assign.IsValid() {
					aliases[name] = typeName(spec.Type)
				}
				structure, ok := spec.Type.(*ast.StructType)
				if !ok {
					continue
				}
				for _, field := range structure.Fields.List {
					for _, f := range field.Names {
						known[name+"."+f.Name] = true
					}
					if len(field.Names) == 0 { // embedded: its fields are the outer type's
						aliases[name] = prefix + typeName(field.Type)
					}
				}
			}
		}
	}
}

// typeName returns the name of a type without pointer and parameters.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return typeName(e.X) + "." + e.Sel.Name
	}
	return ""
}
