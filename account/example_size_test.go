package account_test

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

// arrive delivers a message every tenth of a second, until the function that it
// returns is called: a Watch that begins from now sees one of them.
func arrive(box *imaptest.Mailbox, subject string) (stop func()) {
	ended := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ended:
				return
			case <-tick.C:
				box.Deliver([]byte("Subject: " + subject + "\r\n\r\nhello\r\n"))
			}
		}
	})
	return func() {
		close(ended)
		running.Wait()
	}
}

// TestProgramsAreShort counts the lines of code of what a program needs to watch
// mailboxes, and to back an account up.
func TestProgramsAreShort(t *testing.T) {
	for _, p := range []struct {
		file  string
		limit int
		funcs []string
	}{
		{"example_watcher_test.go", 20, []string{"watchMailboxes"}},
		{"example_backup_test.go", 70, []string{"backUp", "backUpMailbox", "write"}},
	} {
		n := linesOfCode(t, p.file, p.funcs)
		t.Logf("%s: %d lines", p.file, n)
		assert.Greater(t, n, p.limit/2, "%s: are the functions counted?", p.file)
		assert.LessOrEqual(t, n, p.limit, p.file)
	}
}

// linesOfCode counts the lines of functions of a file, their first and last ones
// included, that have anything but comments.
func linesOfCode(t *testing.T, file string, funcs []string) int {
	src, err := os.ReadFile(file)
	require.NoError(t, err)
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, src, parser.SkipObjectResolution)
	require.NoError(t, err)
	counted := map[int]bool{}
	for _, d := range parsed.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || !slices.Contains(funcs, fn.Name.Name) {
			continue
		}
		first, last := set.Position(fn.Pos()).Line, set.Position(fn.End()).Line
		var s scanner.Scanner
		f := token.NewFileSet().AddFile(file, -1, len(src))
		s.Init(f, src, nil, 0)
		for {
			pos, tok, _ := s.Scan()
			if tok == token.EOF {
				break
			}
			if line := f.Line(pos); line >= first && line <= last {
				counted[line] = true
			}
		}
	}
	return len(counted)
}
