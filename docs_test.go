package imap_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The programs in the documentation compile.
func TestProgramsInDocumentation(t *testing.T) {
	t.Parallel()
	for file, program := range map[string]string{
		"README.md": between(t, "README.md", "```go\npackage main\n", "```\n"),
		"doc.go":    strings.ReplaceAll(between(t, "doc.go", "//\tpackage main\n", "// #"), "//\t", ""),
	} {
		program = "package main\n" + strings.ReplaceAll(program, "\n//\n", "\n\n")
		name := filepath.Join(t.TempDir(), "main.go")
		require.NoError(t, os.WriteFile(name, []byte(strings.TrimSuffix(program, "//\n")), 0o600))
		out, err := exec.Command("go", "vet", name).CombinedOutput()
		assert.NoError(t, err, "%s: %s", file, out)
	}
}

// The names in the right column of docs/migrating.md exist.
func TestNamesInMigrating(t *testing.T) {
	t.Parallel()
	names := map[string]map[string]bool{
		"imap":   exported(t, "."),
		"search": exported(t, "search"),
	}
	names["c"] = names["imap"]
	text, err := os.ReadFile("docs/migrating.md")
	require.NoError(t, err)
	used := regexp.MustCompile(`\b(imap|search|c)\.([A-Z]\w*)`)
	count := 0
	for line := range strings.Lines(string(text)) {
		columns := strings.Split(line, "|")
		if len(columns) < 4 {
			continue
		}
		for _, m := range used.FindAllStringSubmatch(columns[2], -1) {
			assert.True(t, names[m[1]][m[2]], "%s.%s", m[1], m[2])
			count++
		}
	}
	assert.Greater(t, count, 80)
}

// between returns what stands in a file between two texts.
func between(t *testing.T, file, begin, end string) string {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), begin)
	require.True(t, found, file)
	program, _, found := strings.Cut(rest, end)
	require.True(t, found, file)
	return program
}

// exported returns the exported names of a package, methods included.
func exported(t *testing.T, dir string) map[string]bool {
	names := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				names[decl.Name.Name] = true
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						names[spec.Name.Name] = true
					case *ast.ValueSpec:
						for _, n := range spec.Names {
							names[n.Name] = true
						}
					}
				}
			}
		}
	}
	return names
}
