package api_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/api"
)

// TestIndexKnowsMembers of types, of what they embed, and of what they are aliases
// for, in other packages too.
func TestIndexKnowsMembers(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a": "package a\nimport \"b\"\nconst C = 1\ntype T = b.Set[int]\ntype U struct { b.V; F, g int }\nfunc (*U) M() {}\nfunc f() {}\n",
		"b": "package b\ntype Set[N any] []N\nfunc (s *Set[N]) Add(n N) {}\ntype V struct{ W }\ntype W interface{ Do() }\n",
	} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name, "x.go"), []byte(text), 0o600))
	}
	x, err := api.NewIndex(filepath.Join(dir, "a"), filepath.Join(dir, "b"))
	require.NoError(t, err)
	for _, name := range []string{"a.C", "C", "a.T", "T.Add", "a.U.F", "U.M", "a.U.Do", "U.V", "V.Do", "b.Set.Add"} {
		assert.True(t, x.Has(name), name)
	}
	for _, name := range []string{"a.f", "f", "a.U.g", "U.g", "a.V", "T.Do", "X", "a.X", "b.Set.Do", "a"} {
		assert.False(t, x.Has(name), name)
	}
	assert.True(t, x.HasMember("Add"))
	assert.False(t, x.HasMember("C"))
	assert.True(t, x.Package("a"))
	assert.Equal(t, []string{"C", "T", "U", "U.F", "U.M", "U.V"}, x.Names("a"))
}
