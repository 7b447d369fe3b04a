package response

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheFileMapIsComplete compares the package comment with the folder.
func TestTheFileMapIsComplete(t *testing.T) {
	named := map[string]bool{"doc.go": true}
	for _, name := range regexp.MustCompile(`[a-z_]+\.go`).FindAllString(readFile(t, "doc.go"), -1) {
		named[name] = true
	}
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, path := range paths {
		if !strings.HasSuffix(path, "_test.go") {
			assert.True(t, named[path], "%s is not in the map", path)
			delete(named, path)
		}
	}
	assert.Empty(t, named, "in the map, but not in the folder")
}
