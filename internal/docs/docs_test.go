package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// files returns the Markdown files of this module.
func files(t *testing.T) []string {
	list, err := Files("../..")
	require.NoError(t, err)
	require.Contains(t, list, filepath.Join("..", "..", "README.md"))
	require.Contains(t, list, filepath.Join("..", "..", "docs", "SERVERS.md"))
	return list
}

// TestLinksLeadSomewhere: from each Markdown file to a file that exists, and to a
// heading in it.
func TestLinksLeadSomewhere(t *testing.T) {
	for _, file := range files(t) {
		broken, err := BrokenLinks(file)
		require.NoError(t, err)
		for _, s := range broken {
			assert.Fail(t, "broken link", s)
		}
	}
}

// TestCodeFitsAScreen: no line of code in a Markdown file is cut off.
func TestCodeFitsAScreen(t *testing.T) {
	for _, file := range files(t) {
		long, err := LongLines(file)
		require.NoError(t, err)
		for _, s := range long {
			assert.Fail(t, "long line", s)
		}
	}
}

// TestBrokenLinksAreFound, and links that are right or are none are not.
func TestBrokenLinksAreFound(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	write("docs/b.md", "# What is `X.Y`, and [why](a.md)?\n\n## Again\n## Again\n<a id=\"here\"></a>\n")
	write("docs/p.svg", "")
	for text, reason := range map[string]string{
		"[a](docs/b.md)":                            "",
		"[a](docs)":                                 "",
		"[a](docs/b.md#what-is-xy-and-why)":         "",
		"[a](docs/b.md#again-1)":                    "",
		"[a](docs/b.md#here)":                       "",
		"# Top\n[a](#top)":                          "",
		"![a](docs/p.svg \"title\")":                "",
		"<img src=\"docs/p.svg\">":                  "",
		"[a](https://example.org/x#y)":              "",
		"[a](mailto:a@example.org)":                 "",
		"`[a](none.md)`":                            "",
		"```\n[a](none.md)\n```":                    "",
		"````\n```\n````\n[a](none.md)":             "no such file",
		"[a](none.md)":                              "no such file",
		"[![a](docs/q.svg)](docs/b.md)":             "no such file",
		"<img src=\"docs/q.svg\">":                  "no such file",
		"[a]\n\n[a]: docs/none.md":                  "no such file",
		"[a](docs/b.md#again-2)":                    "no such heading",
		"[a](#top)":                                 "no such heading",
		"```\n# Top\n```\n[a](#top)":                "no such heading",
		"[a](/docs/b.md)":                           "not relative",
		"text\n\n[a](docs/b.md) and [b](none.md#x)": "no such file",
	} {
		write("a.md", text)
		broken, err := BrokenLinks(filepath.Join(dir, "a.md"))
		require.NoError(t, err)
		if reason == "" {
			assert.Empty(t, broken, text)
		} else if assert.Len(t, broken, 1, text) {
			assert.Contains(t, broken[0], reason)
		}
	}
}

// TestLongLinesAreFound in code, and elsewhere they may be.
func TestLongLinesAreFound(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.md")
	for text, want := range map[string]int{
		"```go\n" + strings.Repeat("ä", 100) + "\n```\n":              0,
		"```go\n" + strings.Repeat("ä", 101) + "\n```\n":              1,
		"```\n\t" + strings.Repeat("x", 96) + "\n```\n":               0,
		"```\n\t" + strings.Repeat("x", 97) + "\n```\n":               1,
		"```\nx\n```\n" + strings.Repeat("x", 200) + "\n":             0,
		"~~~\n```\n" + strings.Repeat("x", 200) + "\n~~~\n":           1,
		"```\nx\n```\n\n```\n" + strings.Repeat("x", 101) + "\n```\n": 1,
	} {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		long, err := LongLines(name)
		require.NoError(t, err)
		assert.Len(t, long, want, text)
	}
}

// TestComparisonsAgree: a row of the README's table is one of docs/COMPARISON.md.
func TestComparisonsAgree(t *testing.T) {
	rows := func(file string) map[string]string {
		text, err := os.ReadFile(top + file)
		require.NoError(t, err)
		found := map[string]string{}
		for line := range strings.Lines(string(text)) {
			if row := tableRow(line); len(row) == 9 {
				found[strings.Trim(row[0], " *")] = strings.Join(row[1:], "|")
			}
		}
		return found
	}
	all, some := rows("docs/COMPARISON.md"), rows("README.md")
	require.Greater(t, len(some), 10)
	for name, cells := range some {
		assert.Equal(t, all[name], cells, name)
	}
}
