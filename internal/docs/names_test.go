package docs

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/api"
)

// TestNamesInQuotesExist: each name in code quotes, in all pages, that looks like one
// of this module's packages is exported by them: `imap.X`, `X.Y`, `c.X`, `RowError`.
func TestNamesInQuotesExist(t *testing.T) {
	dirs, err := api.Packages(top)
	require.NoError(t, err)
	for i := range dirs {
		dirs[i] = filepath.Join(top, dirs[i])
	}
	x, err := api.NewIndex(dirs...)
	require.NoError(t, err)
	n := 0
	for _, file := range files(t) {
		if otherNames[filepath.Base(file)] {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, s := range quoted(filepath.Base(file), string(text)) {
			for _, name := range namesIn(s) {
				n++
				assert.Empty(t, unknown(x, name), "%s: `%s`", file, s)
			}
		}
	}
	assert.Greater(t, n, 500)
}

// otherNames are pages with names that are not, or no longer, exported: that of the
// changes, and that of the engine, which TestArchitectureNamesWhatExists reads.
var otherNames = map[string]bool{"CHANGELOG.md": true, "ARCHITECTURE.md": true}

// quoted returns what stands in code quotes on a page, but for the first cells of the
// guides from other libraries, which internal/compat compares with those.
func quoted(page, text string) (list []string) {
	fenced := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
			continue
		}
		if fenced {
			continue
		}
		if row := tableRow(line); row != nil && strings.HasPrefix(page, "from-") {
			line = strings.Join(row[1:], " ")
		}
		for _, m := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(line, -1) {
			list = append(list, m[1])
		}
	}
	return list
}

var (
	dotted = regexp.MustCompile(`(?:^|[^\w./"$\\-])([A-Za-z]\w*(?:\.[A-Za-z]\w*)+)`)
	alone  = regexp.MustCompile(`^[*&]?([A-Z]\w*[a-z]\w*)(\(.*\))?$`)
)

// namesIn returns the names of Go in a piece of code: those with a dot whose last
// component is exported, and one that stands alone.
func namesIn(s string) (names []string) {
	if strings.ContainsAny(s, "@ ") && !strings.Contains(s, "(") || strings.Contains(s, "…/") {
		return nil // a command line, an address, a line of the protocol
	}
	for _, m := range dotted.FindAllStringSubmatch(s, -1) {
		if ast.IsExported(m[1][strings.LastIndexByte(m[1], '.')+1:]) {
			names = append(names, m[1])
		}
	}
	if m := alone.FindStringSubmatch(s); m != nil {
		names = append(names, m[1])
	}
	return names
}

// variables are those that the pages take for granted, with their types.
var variables = map[string]string{
	"c": "imap.Client", "msg": "imap.Message", "body": "imap.Body", "acc": "account.Account", "srv": "imaptest.Server",
	"uids": "response.Set", "found": "imap.SearchResult", "opts": "imap.Options", "bs": "imap.BodyStructure", "part": "imap.Part",
}

// foreign are the packages of others that pages name, and words that are written
// like names of Go.
var foreign = regexp.MustCompile(`^(errors|io|net|context|slog|http|tls|time|sync|iter|debug|os|log|fmt|strings|testing|fs|x509|atomic|utf8|` +
	`sasl|goleak|require|assert|ctx|bufio|maps|slices|exec|rand)\.` +
	`|^(err\.Error|IMAP4rev[12]|Example|DialContext|RootCAs|ServerName|InsecureSkipVerify|NewSearchCriteria)$`)

// unknown returns a name that the packages do not export, "" if they do.
func unknown(x *api.Index, name string) string {
	if foreign.MatchString(name) {
		return ""
	}
	first, rest, _ := strings.Cut(name, ".")
	if typ := variables[first]; typ != "" {
		name = typ + "." + rest
	}
	parts := strings.Split(name, ".")
	pkg := 0
	if x.Package(parts[0]) && len(parts) > 1 {
		pkg = 1
	}
	if len(parts) > pkg+2 { // a field of a field: its type is not looked up
		if last := parts[len(parts)-1]; !x.HasMember(last) {
			return name
		}
		name = strings.Join(parts[:pkg+2], ".")
	}
	if x.Has(name) || len(parts) == 1 && x.HasMember(name) {
		return ""
	}
	return name
}

// TestUnknownNamesAreFound, and words that are no names are left alone.
func TestUnknownNamesAreFound(t *testing.T) {
	x, err := api.NewIndex(top, top+"response", top+"commands", top+"imaptest")
	require.NoError(t, err)
	for s, want := range map[string]string{
		"imap.DialTLS":                     "",
		"imap.DialTSL(ctx, addr, nil)":     "imap.DialTSL",
		"*StatusError":                     "",
		"*StatsError":                      "StatsError",
		"Options.ReadTimeout":              "",
		"Options.ReadTimout":               "Options.ReadTimout",
		"c.UIDFetch(ctx, uids, i, nil)":    "",
		"c.UidFetch(ctx, uids, i, nil)":    "imap.Client.UidFetch",
		"msg.Envelope.Subject":             "",
		"msg.Envelope.Subjekt":             "imap.Message.Envelope.Subjekt",
		"c.Do(ctx, commands.Rau{})":        "commands.Rau",
		"HasAttr(imap.AttrSent)":           "",
		"UIDNEXT":                          "",
		"go -C bench run .":                "",
		"you@example.org":                  "",
		"A1 NO [NONEXISTENT] No.Such box":  "",
		"SafeName":                         "",
		"SafeNames":                        "SafeNames",
		"&imap.SelectOptions{ReadOnly: 1}": "",
	} {
		var bad string
		for _, name := range namesIn(s) {
			bad += unknown(x, name)
		}
		assert.Equal(t, want, bad, s)
	}
}
