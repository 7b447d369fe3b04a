package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A command as pages write it: in a fence, indented, or in code quotes.
var (
	goCommand = regexp.MustCompile("(?m)(?:^|[`\\s$(])((?:[A-Z][A-Z_]*=\\S+ )*)go (?:-C (\\S+) )?(run|test|build|vet)((?: [^`\\n#|&):]*)?)")
	quotes    = strings.NewReplacer("'", "", `"`, "")
)

// TestCommandsWork: what the pages say to run exists, by the names of its folders, tests,
// fuzz targets, flags and environment variables.
func TestCommandsWork(t *testing.T) {
	sources := everySource(t)
	n := 0
	for _, file := range files(t) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range goCommand.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[0], "…") || strings.Contains(m[4], "NAME") {
				continue
			}
			n++
			for _, wrong := range wrongInCommand(sources, m[1], m[2], m[3], strings.Fields(m[4])) {
				assert.Fail(t, "the command does not work", "%s: %s: %s", file, strings.TrimSpace(m[0]), wrong)
			}
		}
	}
	assert.Greater(t, n, 30)
}

// wrongInCommand returns what a command names that does not exist.
func wrongInCommand(sources map[string]string, env, dir, verb string, args []string) (wrong []string) {
	all := strings.Builder{}
	for _, text := range sources {
		all.WriteString(text)
	}
	for _, set := range strings.Fields(env) {
		name, _, _ := strings.Cut(set, "=")
		if name != "TMPDIR" && !strings.Contains(all.String(), `"`+name+`"`) {
			wrong = append(wrong, "no variable "+name)
		}
	}
	if dir == "" && verb == "run" && args[0] == "." { // after cd bench
		dir = "bench"
	}
	dir = filepath.Clean("./" + dir)
	var folders []string
	for i := 0; i < len(args); i++ {
		arg := quotes.Replace(args[i])
		switch {
		case arg == "-run" || arg == "-fuzz" || arg == "-bench" || arg == "-list":
			i++
			if i < len(args) {
				name, _, _ := strings.Cut(quotes.Replace(args[i]), "/")
				if !regexp.MustCompile(`func (Test|Fuzz|Benchmark|Example)\w*` + name[strings.LastIndex(name, "Test")+1:] + `|func ` + name).MatchString(all.String()) {
					wrong = append(wrong, "nothing to "+arg+" "+name)
				}
			}
		case strings.HasPrefix(arg, "./") || arg == ".":
			folder := filepath.Join(dir, strings.TrimSuffix(arg, "/..."))
			folders = append(folders, folder)
			if sources[folder] == "" && !strings.HasSuffix(arg, "/...") {
				wrong = append(wrong, "no package "+folder)
			}
			if verb == "run" { // the rest is the program's
				for _, flag := range args[i+1:] {
					name := strings.TrimLeft(quotes.Replace(flag), "-")
					if flag[0] == '-' && len(name) > 0 && !strings.Contains(sources[folder]+sources["examples/internal/connect"], `"`+name+`"`) {
						wrong = append(wrong, "no flag "+flag)
					}
				}
				return wrong
			}
		}
	}
	return wrong
}

// everySource returns the Go files of each folder, joined.
func everySource(t *testing.T) map[string]string {
	sources := map[string]string{}
	err := filepath.WalkDir(top, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".go" {
			return err
		}
		text, err := os.ReadFile(name)
		folder, _ := filepath.Rel(top, filepath.Dir(name))
		sources[folder] += string(text)
		return err
	})
	require.NoError(t, err)
	return sources
}

// TestWrongCommandsAreFound: those whose folders, flags, tests or variables do not exist.
func TestWrongCommandsAreFound(t *testing.T) {
	sources := everySource(t)
	for command, want := range map[string]int{
		"go run ./examples/latest":                            0,
		"go run ./examples/latest -addr host:993 -user you":   0,
		"go run ./examples/latest -adr host:993":              1,
		"go run ./examples/none":                              1,
		"go -C bench run . -gate":                             0,
		"go -C bench run . -gates":                            1,
		"go test ./...":                                       0,
		"go test -run TestWrongCommandsAreFound":              0,
		"go test ./internal/docs -run TestWrongCommandsAreNo": 1,
		"IMAP_NONE=1 go test ./account":                       1,
	} {
		m := goCommand.FindStringSubmatch(command)
		require.NotNil(t, m, command)
		assert.Len(t, wrongInCommand(sources, m[1], m[2], m[3], strings.Fields(m[4])), want, command)
	}
}
