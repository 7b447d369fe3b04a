package docs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// top is the folder of the module.
const top = "../../"

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

// The right columns of the guides for those who come from other libraries compile,
// call by call.
func TestCallsInMigrating(t *testing.T) {
	t.Parallel()
	code := regexp.MustCompile("`([^`]+)`")
	call := regexp.MustCompile(`^(for .*|(imap|search|commands|response|c|msg|uids)\.[A-Z].*[({].*)$`)
	var body strings.Builder
	count := 0
	for _, row := range rightColumns(t) {
		for _, m := range code.FindAllStringSubmatch(row, -1) {
			piece := regexp.MustCompile(`\bopts\b`).ReplaceAllString(m[1], "nil") // of a type for each call
			switch {
			case !call.MatchString(piece):
				continue // a name: TestNamesInQuotesExist
			case strings.HasPrefix(piece, "for "):
				_, of, _ := strings.Cut(piece, " := range ")
				piece = "for a, b := range " + of + " {\n\t\tuse(a, b)\n\t}"
			default:
				piece = "use(" + piece + ")"
			}
			body.WriteString("\t" + piece + "\n")
			count++
		}
	}
	assert.Greater(t, count, 300)
	name := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(name, []byte(fmt.Sprintf(callsInMigrating, body.String())), 0o600))
	out, err := exec.Command("go", "vet", name).CombinedOutput()
	assert.NoError(t, err, "%s", out)
}

// rightColumns returns the last cells of all tables in the guides from other
// libraries.
func rightColumns(t *testing.T) (cells []string) {
	pages, err := filepath.Glob(top + "docs/from-*.md")
	require.NoError(t, err)
	require.Len(t, pages, 3)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			if row := tableRow(line); len(row) > 1 {
				cells = append(cells, row[len(row)-1])
			}
		}
	}
	return cells
}

// tableRow returns the cells of a row of a table, nil if the line is none.
func tableRow(line string) []string {
	line = strings.TrimSpace(strings.ReplaceAll(line, `\|`, "\x00"))
	if len(line) < 2 || line[0] != '|' || line[len(line)-1] != '|' {
		return nil
	}
	row := strings.Split(line[1:len(line)-1], "|")
	for i := range row {
		row[i] = strings.ReplaceAll(row[i], "\x00", "|")
	}
	return row
}

// callsInMigrating is the program that the calls are put into.
const callsInMigrating = `package main

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

func use(...any) {}

func main() {}

func calls(ctx context.Context, c *imap.Client, conn net.Conn, cfg *tls.Config, mechanism imap.Mechanism, msg *imap.Message,
	addr, u, p, token, name, pattern, text string, readOnly bool, caps []imap.Cap, params []imap.IDParam,
	uid imap.UID, uids imap.UIDSet, seqs imap.SeqSet, items imap.FetchItems, section imap.Section, part imap.Part,
	key imap.SearchKey, keys []commands.SortKey, flags []imap.Flag, size int64, reader io.Reader, date, t time.Time) {
	_, _, _ = search.All, commands.ArgNil, response.UIDs
%s}
`

// between returns what stands in a file between two texts.
func between(t *testing.T, file, begin, end string) string {
	text, err := os.ReadFile(top + file)
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), begin)
	require.True(t, found, file)
	program, _, found := strings.Cut(rest, end)
	require.True(t, found, file)
	return program
}
