package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWordsAreCounted in comments, whole and in any case, also across lines, and
// nowhere else.
func TestWordsAreCounted(t *testing.T) {
	for _, test := range []struct {
		comment string
		words   int
		hits    [4]int
	}{
		{"// One two three.", 3, [4]int{}},
		{"// Behind it, behind. Behindhand - 12", 4, [4]int{2, 0, 0, 0}},
		{"/* It tells what told him to tell, foretell */", 8, [4]int{0, 3, 0, 0}},
		{"// Nobody, somebody, everybody, whoever", 4, [4]int{0, 0, 4, 0}},
		{"// Where it is, there where\n// the end is, where a", 10, [4]int{0, 0, 0, 1}},
		{"//go:generate tell behind", 0, [4]int{}},
	} {
		dir := t.TempDir()
		source := "package p\n\n" + test.comment + "\nvar v = \"behind tells nobody where the end is\"\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "p.go"), []byte(source), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "p_test.go"), []byte("// behind\npackage p\n"), 0o600))
		found, err := read(dir)
		require.NoError(t, err)
		assert.Equal(t, counts{test.words, test.hits}, found.all, test.comment)
		assert.Equal(t, counts{test.words, test.hits}, *found.packages["."])
	}
}

// TestLimits: a rate is above its limit or not.
func TestLimits(t *testing.T) {
	c := counts{words: 5000, hits: [4]int{1, 2, 1, 2}}
	assert.Empty(t, c.above())
	for i := range c.hits {
		c := c
		c.hits[i]++
		require.Len(t, c.above(), 1)
		assert.Equal(t, rules[i].name, c.above()[0].name)
	}
}

// The comments of this module, package by package, are within the limits.
func TestCommentsUsePlainWords(t *testing.T) {
	found, err := read("../..")
	require.NoError(t, err)
	require.Greater(t, len(found.packages), 30)
	for name, c := range found.packages {
		for _, r := range c.tooMany() {
			t.Errorf("%s: too many of %q in comments: see go run ./internal/prose -list", name, r.name)
		}
	}
}
