package response

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A transcript is a text file of "S: " lines, which are the server's, and "C: "
// lines, which are there for the reader alone. "#" begins a comment, and a part
// of the transcript that stands for itself. Beside it lies a golden file: the
// lines again, each response followed by what the parser makes of it.

// transcripts returns the paths of all transcripts.
func transcripts(t testing.TB) []string {
	t.Helper()
	var all []string
	for _, pattern := range [...]string{"testdata/rfc/*.txt", "testdata/servers/*.txt"} {
		list, err := filepath.Glob(pattern)
		require.NoError(t, err)
		all = append(all, list...)
	}
	require.NotEmpty(t, all)
	return all
}

// part is the lines of a transcript between two comments.
type part struct{ title, wire string }

func parts(t testing.TB, path string) (list []part) {
	t.Helper()
	list = []part{{}}
	for line := range strings.Lines(readFile(t, path)) {
		line = strings.TrimSuffix(line, "\n")
		p := &list[len(list)-1]
		switch {
		case strings.HasPrefix(line, "#"):
			list = append(list, part{title: line})
		case strings.HasPrefix(line, "S:"):
			p.wire += strings.TrimPrefix(strings.TrimPrefix(line, "S:"), " ") + "\r\n"
		case line != "" && !strings.HasPrefix(line, "C:"):
			t.Fatalf("%s: %q", path, line)
		}
	}
	return list
}

// TestTranscriptsGiveTheirGoldenResults reads every transcript. The golden
// files were compared with the documents by eye; -update writes them anew.
func TestTranscriptsGiveTheirGoldenResults(t *testing.T) {
	for _, path := range transcripts(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			var out strings.Builder
			for _, p := range parts(t, path) {
				if p.title != "" {
					out.WriteString("\n" + p.title + "\n")
				}
				writeGolden(t, &out, p.wire)
			}
			golden := strings.TrimSuffix(path, ".txt") + ".golden"
			got := strings.TrimPrefix(out.String(), "\n")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, lines := strings.Split(readFile(t, golden), "\n"), strings.Split(got, "\n")
			for i := range min(len(want), len(lines)) {
				require.Equal(t, want[i], lines[i], "line %d of %s", i+1, golden)
			}
			require.Equal(t, len(want), len(lines), golden)
		})
	}
}

func writeGolden(t *testing.T, out *strings.Builder, wire string) {
	src := byLine(wire)
	r := NewReader(src, Limits{})
	for {
		before := len(src.data) + r.Buffered()
		resp, err := read(r)
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
		took := wire[len(wire)-before : len(wire)-len(src.data)-r.Buffered()]
		for line := range strings.Lines(took) {
			out.WriteString(strings.TrimRight("S: "+line, " \r\n") + "\n")
		}
		text := dumpResponse(resp)
		if len(text) > 110 { // the fields of the outermost level in lines of their own
			text = strings.ReplaceAll(text, ", BodyStructure: ", ",\n     BodyStructure: ")
			text = strings.ReplaceAll(text, ", Envelope: Envelope{", ",\n     Envelope: Envelope{")
		}
		out.WriteString("   " + text + "\n")
	}
}

// TestTranscriptsReadTheSameWhereverTheyAreCut has the source fall silent at
// every octet, after each octet, and give random pieces.
func TestTranscriptsReadTheSameWhereverTheyAreCut(t *testing.T) {
	for _, path := range transcripts(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			for _, p := range parts(t, path) {
				requireSameWhenCut(t, p.wire, 37)
				for _, wire := range shortPieces(t, p.wire) {
					requireSameWhenCut(t, wire, 1)
				}
			}
		})
	}
}

// shortPieces splits wire behind responses, so that cutting it everywhere is
// soon done.
func shortPieces(t testing.TB, wire string) (list []string) {
	t.Helper()
	src := byLine(wire)
	r := NewReader(src, Limits{})
	begin := 0
	for at := 0; at < len(wire); {
		_, err := read(r)
		require.NoError(t, err)
		at = len(wire) - len(src.data) - r.Buffered()
		if at-begin > 200 || at == len(wire) {
			list = append(list, wire[begin:at])
			begin = at
		}
	}
	return list
}

// requireSameWhenCut cuts wire at every octet that is a multiple of step.
func requireSameWhenCut(t testing.TB, wire string, step int) {
	t.Helper()
	want, end := readAll(strings.NewReader(wire))
	same := func(how string, at int, src io.Reader) {
		got, err := readAll(src)
		if !equalStrings(want, got) || err != end {
			require.Equal(t, end, err, "%s %d", how, at)
			require.Equal(t, want, got, "%s %d: %q", how, at, wire[:min(len(wire), 200)])
		}
	}
	for at := 1; at < len(wire); at += step {
		same("cut at", at, cutAt(wire, at))
	}
	if len(wire) < 1<<16 {
		same("one by one", 0, oneByOne(wire))
	}
	for seed := range uint64(8) {
		same("chunks of seed", int(seed), inChunks(wire, seed, 3+len(wire)/4))
	}
}

func equalStrings(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// typos are the rows in the examples of the documents that no grammar allows.
// All others parse without a fault.
var typos = map[string]string{
	`a005 Listrights successful`:          "RFC 4314 §3.7: no OK",
	`A006 Select Completed`:               "RFC 4314 §4: no OK",
	`* 1 FETCH (FLAGS (\Draft \Deleted)`:  "RFC 4314 §4: not closed",
	`* 2 FETCH (FLAGS (\Answered)`:        "RFC 4314 §4: not closed",
	`* 3 FETCH (FLAGS ($Forwarded \Seen)`: "RFC 4314 §4: not closed",
	`d STATUS completed`:                  "RFC 5465 §3.1: no OK",
	`* ESEARCH (TAG "a00") (COUNT 17)`:    "RFC 5465 §7: parentheses around the result",
}

// TestExamplesOfTheDocumentsParseWithoutFault names the exceptions.
func TestExamplesOfTheDocumentsParseWithoutFault(t *testing.T) {
	faulty := map[string]bool{}
	for _, path := range transcripts(t) {
		if !strings.Contains(filepath.ToSlash(path), "/rfc/") {
			continue
		}
		for _, p := range parts(t, path) {
			for _, resp := range responses(t, p.wire) {
				if resp.Err == nil {
					continue
				}
				if typos[string(resp.Err.Raw)] == "" {
					t.Errorf("%s %s: %v", path, p.title, resp.Err)
				}
				faulty[string(resp.Err.Raw)] = true
			}
		}
	}
	for row := range typos {
		require.True(t, faulty[row], "%s parses", row)
	}
}
