package api_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/api"
)

var update = flag.Bool("update", false, "record the API as it is")

const root = "../.."

// TestTheAPIIsAsRecorded in testdata, with a file for each package.
func TestTheAPIIsAsRecorded(t *testing.T) {
	dirs, err := api.Packages(root)
	require.NoError(t, err)
	require.Contains(t, dirs, ".")
	require.Contains(t, dirs, "response")
	recorded, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	for _, dir := range dirs {
		file := filepath.Join("testdata", fileOf(dir))
		recorded = slices.DeleteFunc(recorded, func(s string) bool { return s == file })
		lines, err := api.List(filepath.Join(root, dir))
		require.NoError(t, err)
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644))
			continue
		}
		b, err := os.ReadFile(file)
		require.NoError(t, err, "go test ./internal/api -update records it")
		if removed, added := compare(strings.Split(strings.TrimSpace(string(b)), "\n"), lines); len(removed)+len(added) > 0 {
			t.Errorf("the API of %s has changed. If it is to be so, list it in CHANGELOG.md and run\n\tgo test ./internal/api -update\n%s",
				dir, strings.Join(append(prefixed("- ", removed), prefixed("+ ", added)...), "\n"))
		}
	}
	for _, file := range recorded {
		if *update {
			require.NoError(t, os.Remove(file))
			continue
		}
		assert.Fail(t, "a package was removed", "%s is recorded", file)
	}
}

func fileOf(dir string) string {
	if dir == "." {
		return "imap.txt"
	}
	return strings.ReplaceAll(filepath.ToSlash(dir), "/", "_") + ".txt"
}

// compare returns what only before and what only after have. Both are sorted.
func compare(before, after []string) (removed, added []string) {
	lacks := func(list []string) func(string) bool {
		return func(s string) bool { _, found := slices.BinarySearch(list, s); return !found }
	}
	return filter(before, lacks(after)), filter(after, lacks(before))
}

func filter(list []string, keep func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return !keep(s) })
}

func prefixed(prefix string, list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = prefix + s
	}
	return out
}

// TestListing shows the lines that each kind of declaration becomes.
func TestListing(t *testing.T) {
	dir := t.TempDir()
	const source = `package p
import "io"
const A, b = 1, 2
const (
	C Kind = iota
	D
)
var V io.Reader
var W, x = New(1), 2
type Kind int
type Alias = io.Reader
type List[K comparable, V any] map[K]V
type Struct struct {
	io.Reader
	A, B int // two
	c    int
	Fn   func(int) error
}
type Interface interface {
	Do(n int, // why
		s string) error
	hidden()
	io.Closer
}
func New(n int) *Struct { return nil }
func (s *Struct) Method(a ...int) (n int, err error) { return 0, nil }
func (s *Struct) hidden() {}
func hidden() {}
type unexported struct{ A int }
func (unexported) Seen() {}
`
	require.NoError(t, os.WriteFile(filepath.Join(dir, "p.go"), []byte(source), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "p_test.go"), []byte("package p\nfunc Test() {}\n"), 0o600))
	lines, err := api.List(dir)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"const A",
		"const C Kind",
		"const D",
		"embedded Interface.io.Closer",
		"embedded Struct.io.Reader",
		"field Struct.A int",
		"field Struct.B int",
		"field Struct.Fn func(int) error",
		"func New(n int) *Struct",
		"interface method Interface.Do(n int, s string) error",
		"method (*Struct) Method(a ...int) (n int, err error)",
		"type Alias = io.Reader",
		"type Interface interface",
		"type Kind int",
		"type List[K comparable, V any] map[K]V",
		"type Struct struct",
		"var V io.Reader",
		"var W",
	}, lines)
	removed, added := compare([]string{"a", "b"}, []string{"b", "c"})
	assert.Equal(t, []string{"a"}, removed)
	assert.Equal(t, []string{"c"}, added)
}
