package imaptest

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDocNamesWhatIsSpoken: the package comment lists the extensions that a server
// has by default, and those that it has only if it is asked to; and no other.
func TestDocNamesWhatIsSpoken(t *testing.T) {
	b, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	text := strings.ReplaceAll(string(b), "\n//", "")
	byDefault := between(t, text, "By default: ", "If Options.Capabilities has them")
	ifAsked := between(t, text, "If Options.Capabilities has them: ", "It does not know")
	names := regexp.MustCompile(`[A-Z][A-Z0-9=+-]+`)
	for _, c := range implemented {
		name := strings.TrimSuffix(strings.TrimPrefix(string(c), "AUTH="), "-PLUS")
		if base, _, _ := strings.Cut(name, "="); base == "RIGHTS" || base == "QUOTA" || strings.HasPrefix(name, "IMAP4") {
			continue
		}
		assert.Contains(t, names.FindAllString(byDefault, -1), name)
	}
	known := knownCapabilityNames()
	for _, list := range []string{byDefault, ifAsked} {
		for _, name := range names.FindAllString(list, -1) {
			name = strings.TrimSuffix(name, "=")
			isKnown := strings.Contains(" "+known+" ", " "+name+" ") || strings.Contains(known, "AUTH="+name+" ") || strings.Contains(known, " "+name+"=")
			assert.True(t, isKnown || slices.Contains([]string{"AUTHENTICATE", "PLUS", "-PLUS"}, name), name)
		}
	}
}

func between(t *testing.T, text, begin, end string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, begin)
	require.True(t, found, begin)
	list, _, found := strings.Cut(rest, end)
	require.True(t, found, end)
	return list
}
