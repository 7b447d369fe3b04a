package api_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/api"
)

// The page of package imap is one that a person reads: what only rare programs write down
// is in the packages below.
func TestThePageIsShort(t *testing.T) {
	cmd := exec.Command("go", "doc", "-all", ".")
	cmd.Dir = filepath.Join(root)
	page, err := cmd.Output()
	require.NoError(t, err)
	lines := bytes.Count(page, []byte("\n"))
	assert.Greater(t, lines, 500)
	assert.LessOrEqual(t, lines, 1500, "lines of go doc -all .")

	list, err := api.List(root)
	require.NoError(t, err)
	names := 0
	for _, line := range list {
		kind, rest, _ := strings.Cut(line, " ")
		if kind != "field" && !strings.HasPrefix(rest, "(") { // methods have a receiver
			names++
		}
	}
	assert.Greater(t, names, 60)
	assert.LessOrEqual(t, names, 220, "exported names")
}
