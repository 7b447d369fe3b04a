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

// The right column of docs/migrating.md compiles, call by call.
func TestCallsInMigrating(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(top + "docs/migrating.md")
	require.NoError(t, err)
	code := regexp.MustCompile("`([^`]+)`")
	call := regexp.MustCompile(`^(for .*|(imap|search|commands|response|c|msg|uids)\.[A-Z].*)$`)
	var body strings.Builder
	count := 0
	for line := range strings.Lines(string(text)) {
		columns := strings.Split(line, "|")
		if len(columns) < 4 {
			continue
		}
		for _, m := range code.FindAllStringSubmatch(columns[2], -1) {
			piece := regexp.MustCompile(`\bopts\b`).ReplaceAllString(m[1], "nil") // of a type for each call
			switch {
			case piece == "imap.Options" || !call.MatchString(piece):
				continue
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
	assert.Greater(t, count, 80)
	name := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(name, []byte(fmt.Sprintf(callsInMigrating, body.String())), 0o600))
	out, err := exec.Command("go", "vet", name).CombinedOutput()
	assert.NoError(t, err, "%s", out)
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
