package docs

import (
	"bytes"
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

// TestCodeInGuidesCompiles: each block of Go in a guide, whole programs and tests as
// they stand, and pieces within a function that declares what guides take for
// granted.
func TestCodeInGuidesCompiles(t *testing.T) {
	guides, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	pieces := 0
	var program bytes.Buffer
	program.WriteString(guidePrelude)
	for _, guide := range append(guides, "../../README.md", "../../AGENTS.md") {
		for i, block := range goBlocks(t, guide) {
			switch {
			case strings.HasPrefix(block, "package "):
				compiles(t, guide, block)
				continue
			case strings.HasPrefix(block, "func "):
				program.WriteString("\n" + block)
				continue
			}
			pieces++
			fmt.Fprintf(&program, guidePiece, filepath.Base(guide), i+1, pieces, indented(block))
		}
	}
	assert.Greater(t, pieces, 20)
	compiles(t, "the pieces of the guides", program.String())
}

var goBlock = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")

func goBlocks(t *testing.T, file string) (blocks []string) {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, m := range goBlock.FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

func indented(block string) string {
	return "\t\t" + strings.ReplaceAll(strings.TrimSuffix(block, "\n"), "\n", "\n\t\t")
}

// compiles checks a file of Go that stands in a document. What a piece declares need
// not be used in it.
func compiles(t *testing.T, where, text string) {
	name := filepath.Join(t.TempDir(), "main.go")
	check := exec.Command("go", "build", "-gcflags=-e", "-o", os.DevNull, name)
	if !strings.Contains(text, "func main()") {
		name = strings.TrimSuffix(name, ".go") + "_test.go"
		check = exec.Command("go", "vet", name)
	}
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	out, _ := check.CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "#") && !strings.Contains(line, "declared and not used") {
			assert.Fail(t, "does not compile", "%s: %s", where, line)
		}
	}
}

// guidePrelude imports what guides use.
const guidePrelude = `package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/bulk"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/folders"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/mailtext"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

func main() {}

var (
	_ tls.Config
	_ x509.CertPool
	_ net.Conn
	_ = folders.Roles
	_ = []any{bytes.Equal, errors.Is, fmt.Print, io.Copy, log.Print, slog.New, os.Exit, strings.Cut, time.Sleep,
		account.Open, bulk.Export, commands.ArgNil, folders.Ensure, imaptest.Start, mailtext.Read, response.UIDs, search.Unseen, assert.True, require.True}
	_ sync.WaitGroup
)
`

// guidePiece is the function that a piece stands in: file, number in it, number of
// all, text.
const guidePiece = `
// %s, block %d
func _piece%d(t *testing.T, ctx context.Context, c *imap.Client, user, token string, uid imap.UID, uids imap.UIDSet,
	items imap.FetchItems, msg *imap.Message, part imap.Part, file *os.File) error {
	{
%s
	}
	return nil
}
`
