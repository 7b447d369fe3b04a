package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/api"
)

const module = "github.com/seed-090b04e4/imap"

// TestUsersInheritTheseModules: what an empty module gets with the library, and
// nothing else, neither what tests need nor what go.work ties in.
func TestUsersInheritTheseModules(t *testing.T) {
	client := []string{module, "github.com/xdg-go/scram", "github.com/xdg-go/stringprep", "golang.org/x/text"}
	assert.Equal(t, client, inherited(t, module))
	all := append([]string{"github.com/emersion/go-message"}, client...)
	all = append(all, "golang.org/x/net")
	slices.Sort(all)
	dirs, err := api.Packages(top)
	require.NoError(t, err)
	var packages []string
	for _, dir := range dirs {
		packages = append(packages, strings.TrimSuffix(module+"/"+filepath.ToSlash(dir), "/."))
	}
	assert.Equal(t, all, inherited(t, packages...))
}

// inherited returns the modules that a program which imports the packages consists
// of. They are taken from the module cache.
func inherited(t *testing.T, packages ...string) []string {
	t.Helper()
	root, err := filepath.Abs(top)
	require.NoError(t, err)
	sums, err := os.ReadFile(top + "go.sum")
	require.NoError(t, err)
	dir := t.TempDir()
	program := "package main\n\nimport (\n"
	for _, pkg := range packages {
		program += "\t_ \"" + pkg + "\"\n"
	}
	for name, text := range map[string]string{
		"go.mod":  "module example.org/user\n\ngo 1.26.0\n\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + root + "\n",
		"go.sum":  string(sums),
		"main.go": program + ")\n\nfunc main() {}\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	list := exec.Command("go", "list", "-mod=mod", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".")
	list.Dir = dir
	list.Env = append(os.Environ(), "GOPROXY=off", "GOSUMDB=off", "GOWORK=off", "GOFLAGS=")
	out, err := list.Output()
	require.NoError(t, err)
	modules := slices.DeleteFunc(strings.Fields(string(out)), func(s string) bool { return s == "example.org/user" })
	slices.Sort(modules)
	return slices.Compact(modules)
}

// TestProgramsCanBeInstalled: go install refuses a module with replace directives, and
// the versions of Go that the pages state are those of go.mod.
func TestProgramsCanBeInstalled(t *testing.T) {
	text, err := os.ReadFile(top + "go.mod")
	require.NoError(t, err)
	assert.NotContains(t, string(text), "replace")
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(text))
	require.NotNil(t, version)
	for _, page := range []string{"README.md", "CONTRIBUTING.md", "docs/limits.md"} {
		text, err := os.ReadFile(top + page)
		require.NoError(t, err)
		assert.Contains(t, string(text), "Go "+version[1], page)
	}
}

// TestFilesDifferInMoreThanCase: two names that some file systems take for one make a
// module that go get refuses.
func TestFilesDifferInMoreThanCase(t *testing.T) {
	seen := map[string]string{}
	require.NoError(t, filepath.WalkDir(top, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == ".git" {
			return filepath.SkipDir
		}
		low := strings.ToLower(path)
		assert.Empty(t, seen[low], path)
		seen[low] = path
		return nil
	}))
}
