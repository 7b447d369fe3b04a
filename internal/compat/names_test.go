package compat

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "github.com/emersion/go-imap/client" // its source is read
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/api"
)

// The guides for those who come from other libraries have tables with a name of the
// other library on the left. The tests below compare the names with the libraries.

const docs = "../../docs/"

// leftNames returns the names in the first columns of the tables of a page, below
// the heading of level two, or in all of it.
func leftNames(t *testing.T, page, heading string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(docs + page)
	require.NoError(t, err)
	names := map[string]bool{}
	in := heading == ""
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "## ") && heading != "" {
			in = strings.TrimSpace(line[3:]) == heading
		}
		cells := strings.Split(line, "|")
		if !in || len(cells) < 4 {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			names[m[1]] = true
		}
	}
	require.NotEmpty(t, names, "%s: %s", page, heading)
	return names
}

func moduleDir(t *testing.T, module string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

// TestNamesOfGoIMAPInTheGuides: what stands on the left exists there, and all that
// people use of the packages stands there.
func TestNamesOfGoIMAPInTheGuides(t *testing.T) {
	for _, test := range []struct {
		page, module, client string
		types                string // of which all fields have a row
	}{
		{
			"from-go-imap-v2.md", "github.com/emersion/go-imap/v2", "imapclient",
			`^(FetchOptions|FetchItem(BodySection|BinarySection|BinarySectionSize|BodyStructure)|SectionPartial|Search(Criteria|CriteriaModSeq|Options|Data)|Select(Options|Data)|` +
				`Append(Options|Data)|CopyData|Status(Options|Data)|List(Options|Data)|Store(Flags|Options)|Envelope|Address)\.`,
		},
		{
			"from-go-imap-v1.md", "github.com/emersion/go-imap", "client",
			`^(SearchCriteria|MailboxStatus|MailboxInfo|Message|Envelope|Address|BodySectionName|BodyPartName|BodyStructure)\.[A-Z]\w+$`,
		},
	} {
		t.Run(test.page, func(t *testing.T) {
			dir := moduleDir(t, test.module)
			x, err := api.NewIndex(dir, filepath.Join(dir, test.client))
			require.NoError(t, err)
			left := leftNames(t, test.page, "")
			for _, name := range slices.Sorted(maps.Keys(left)) {
				assert.True(t, x.Has(name), "%s has no %s", test.module, name)
			}
			for _, name := range x.Names(test.client) {
				assert.True(t, left[name], "%s.%s has no row", test.client, name)
			}
			for _, name := range x.Names("imap") {
				if regexp.MustCompile(test.types).MatchString(name) && !formatting[name[strings.LastIndexByte(name, '.')+1:]] {
					assert.True(t, left[name], "%s has no row", name)
				}
			}
		})
	}
}

// formatting is the methods of go-imap v1 that are for its own parser.
var formatting = map[string]bool{"Parse": true, "Format": true, "ParseWithCharset": true, "Items": true, "ItemsLocker": true}

// TestNamesOfImaplibInTheGuide: by the imaplib of the Python that is installed, but
// for what is newer.
func TestNamesOfImaplibInTheGuide(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	const script = `import imaplib, json
print(json.dumps([n for n in dir(imaplib.IMAP4) if not n.startswith("_")] + [n for n in dir(imaplib) if n[0] != "_"]))`
	out, err := exec.Command(python, "-c", script).Output()
	require.NoError(t, err)
	var has []string
	require.NoError(t, json.Unmarshal(out, &has))
	newer := []string{"idle"} // Python 3.14
	left := leftNames(t, "from-python.md", "imaplib")
	for name := range left {
		assert.Contains(t, append(has, newer...), strings.TrimPrefix(name, "M."), "imaplib has no %s", name)
	}
	const rows = `import imaplib, json
print(json.dumps([n for n in dir(imaplib.IMAP4) if n[0] != "_" and callable(getattr(imaplib.IMAP4, n))]))`
	out, err = exec.Command(python, "-c", rows).Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(out, &has))
	for _, name := range has {
		assert.True(t, left["M."+name], "imaplib's %s has no row", name)
	}
}

// TestNamesOfImapToolsInTheGuide: by a list of the names of its version 1.7, since
// Python does not bring it along.
func TestNamesOfImapToolsInTheGuide(t *testing.T) {
	text, err := os.ReadFile("testdata/imap_tools.txt")
	require.NoError(t, err)
	left := leftNames(t, "from-python.md", "imap_tools")
	has := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if name := strings.TrimSpace(line); name != "" && name[0] != '#' {
			has[name] = true
			assert.True(t, left[name], "imap_tools' %s has no row", name)
		}
	}
	for name := range left {
		assert.True(t, has[name], "imap_tools has no %s", name)
	}
}
