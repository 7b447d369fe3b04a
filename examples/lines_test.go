package examples_test

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestJobsAreShort: the function that does the job of an example is as short as the job
// is, and the whole program fits in 150 lines.
func TestJobsAreShort(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]int{"newest": 40, "attachments": 45, "text": 20, "archive": 45} {
		n := linesOfCode(t, filepath.Join(name, "main.go"), name)
		t.Logf("%s: %d lines", name, n)
		assert.Greater(t, n, 10)
		assert.LessOrEqual(t, n, limit, name)
	}
	programs, err := filepath.Glob("*/main.go")
	require.NoError(t, err)
	require.Greater(t, len(programs), 12)
	for _, file := range programs {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Less(t, strings.Count(string(text), "\n"), 150, file)
	}
}

// linesOfCode returns how many lines of a function's body have code on them.
func linesOfCode(t *testing.T, file, function string) int {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, file, text, 0)
	require.NoError(t, err)
	for _, d := range tree.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Name.Name != function {
			continue
		}
		lines := make(map[int]bool)
		var s scanner.Scanner
		pos := token.NewFileSet()
		whole := pos.AddFile(file, pos.Base(), len(text))
		s.Init(whole, text, nil, 0)
		first, last := files.Position(f.Body.Lbrace).Line, files.Position(f.Body.Rbrace).Line
		for at, tok, _ := s.Scan(); tok != token.EOF; at, tok, _ = s.Scan() {
			if n := whole.Line(at); n > first && n < last {
				lines[n] = true
			}
		}
		return len(lines)
	}
	require.Fail(t, "no such function", "%s in %s", function, file)
	return 0
}
