package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSites: each kind of change.
func TestSites(t *testing.T) {
	for code, want := range map[string][]string{
		`x := a < b`:                 {"< → <="},
		`x := a >= b`:                {">= → >"},
		`x := a == b`:                {"== → !="},
		`x := a && b || c`:           {"|| → &&", "&& → ||"},
		`x := a + 7`:                 {"+ → -", "7 → 8"},
		`i++`:                        {"++ → --"},
		`i += 0x10`:                  {"i += 0x10 → nothing", "+= → -=", "0x10 → 17"},
		`x = a`:                      {"x = a → nothing"},
		`x := a`:                     nil,
		`f(a)`:                       {"f(a) → nothing"},
		`defer f(a)`:                 {"defer f(a) → nothing"},
		`return true`:                {"true → false"},
		`return a, err`:              {"err → nil"},
		`return err`:                 {"err → nil"},
		`return f(err)`:              nil,
		"if a {\n}":                  {"a → (a) && false", "a → (a) || true"},
		"switch {\ncase a:\nf(a)\n}": {"f(a) → nothing"},
	} {
		sites, err := findSites("p.go", "p.go", []byte("package p\n\nfunc fn() {\n"+code+"\n}\n"))
		require.NoError(t, err)
		var got []string
		for _, s := range sites {
			got = append(got, fmt.Sprintf("%s → %s", quoted(s.was), quoted(s.text)))
			assert.Equal(t, "fn", s.function)
		}
		assert.Equal(t, want, got, code)
	}
}

// TestProfile: only blocks that were executed count.
func TestProfile(t *testing.T) {
	blocks, err := parseProfile("mode: set\nexample.org/p/a.go:10.2,12.16 3 1\nexample.org/p/b.go:1.2,3.4 1 0\n")
	require.NoError(t, err)
	require.Equal(t, []block{{"a.go", 10, 2, 12, 16}}, blocks)
	assert.True(t, blocks[0].contains("a.go", 12))
	assert.False(t, blocks[0].contains("a.go", 13))
	assert.False(t, blocks[0].contains("b.go", 12))
	_, err = parseProfile("a.go:1.2\n")
	assert.Error(t, err)
}

// TestReasons: the file of equivalent changes can be read.
func TestReasons(t *testing.T) {
	_, err := parseReasons(equivalent)
	require.NoError(t, err)
	reasons, err := parseReasons("# comment\na.go f: 1 → 2: x\n\tbecause\n\tof this\n")
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a.go f: 1 → 2: x": "because of this"}, reasons)
	_, err = parseReasons("\tbecause\n")
	assert.Error(t, err)
}

// TestSurvivorsAreFound in a module with one function that is tested well and one that
// is not; what is not executed is not changed.
func TestSurvivorsAreFound(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.org/p\n\ngo 1.26\n",
		"p.go": "package p\n\nfunc Less(a, b int) bool { return a < b }\n\nfunc More(a, b int) bool { return a > b }\n\n" +
			"func Unused(a int) int {\n\treturn a + 1\n}\n\nfunc Concat(a string) string { return a + \"x\" }\n",
		"p_test.go": "package p\n\nimport \"testing\"\n\nfunc Test(t *testing.T) {\n" +
			"\tif !Less(1, 2) || Less(2, 2) || More(1, 2) || Concat(\"\") != \"x\" {\n\t\tt.Fatal()\n\t}\n}\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	t.Chdir(dir)
	t.Setenv("GOWORK", "off")
	t.Setenv("GOFLAGS", "-mod=mod")
	r := &runner{pkg: ".", tests: []string{"."}}
	require.NoError(t, r.prepare(t.Context()))
	defer r.close()
	sites, err := r.sites()
	require.NoError(t, err)
	var results []string
	for _, s := range sites {
		res, err := r.try(t.Context(), s)
		require.NoError(t, err)
		results = append(results, fmt.Sprintf("%s: %d", s.key(), res))
	}
	assert.Equal(t, []string{
		fmt.Sprintf("p.go Less: < → <=: func Less(a, b int) bool { return a < b }: %d", noticed),
		fmt.Sprintf("p.go More: > → >=: func More(a, b int) bool { return a > b }: %d", unnoticed),
		fmt.Sprintf("p.go Concat: + → -: func Concat(a string) string { return a + \"x\" }: %d", doesNotCompile),
	}, results)
}
