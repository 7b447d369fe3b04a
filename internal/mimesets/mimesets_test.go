package mimesets

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

var update = flag.Bool("update", false, "write differences.txt")

// leaf is what either side makes of a part.
type leaf struct {
	Type string `json:"type"`
	Name string `json:"name"`
	Size int    `json:"size"`
	Sum  string `json:"sum"`  // of the octets; empty: not compared
	Text string `json:"text"` // of the text as UTF-8; empty: not compared
	Err  string `json:"error"`
}

// sets returns the folders with messages that are on this machine, by name.
func sets(t *testing.T) map[string]string {
	found := map[string]string{"content": filepath.Join("..", "..", "testdata", "content")}
	if out, err := exec.Command("go", "env", "GOMODCACHE").Output(); err == nil {
		cache := strings.TrimSpace(string(out))
		for name, pattern := range map[string]string{
			"enmime": "github.com/jhillyerd/enmime/v2@*/testdata/mail", "enmime-low-quality": "github.com/jhillyerd/enmime/v2@*/testdata/low-quality",
			"gluon": "github.com/!proton!mail/gluon@*/tests/testdata", "mox": "github.com/mjl-/mox@*/testdata/message",
		} {
			if dirs, _ := filepath.Glob(filepath.Join(cache, pattern)); len(dirs) > 0 {
				found[name] = dirs[len(dirs)-1]
			}
		}
	}
	const python = "import os, test.test_email; print(os.path.join(os.path.dirname(test.test_email.__file__), 'data'))"
	if out, err := exec.Command("python3", "-c", python).Output(); err == nil {
		found["python"] = strings.TrimSpace(string(out))
	}
	for _, dir := range filepath.SplitList(os.Getenv("MIME_SETS")) {
		found[filepath.Base(dir)] = dir
	}
	return found
}

// TestLeavesAreAsPythonHasThem compares them all. A difference that has no line in
// differences.txt, with the reason, fails.
func TestLeavesAreAsPythonHasThem(t *testing.T) {
	if err := exec.Command("python3", "-c", "import email").Run(); err != nil {
		t.Skip("there is no Python")
	}
	reasons := readReasons(t)
	var lines []string
	for _, set := range slices.Sorted(maps.Keys(sets(t))) {
		files := messages(sets(t)[set])
		theirs := pythonLeaves(t, files)
		parts, differ := 0, 0
		for i, file := range files {
			raw, err := os.ReadFile(file)
			require.NoError(t, err)
			ours := clientLeaves(t, imap.CRLF(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))))
			parts += len(ours)
			for _, d := range compare(ours, theirs[i]) {
				differ++
				key := set + "/" + filepath.Base(file) + " " + d
				reason := reasons[key]
				if reason == "" && !*update {
					assert.Fail(t, "a difference without a reason", key)
				}
				lines = append(lines, key+": "+reason)
			}
		}
		t.Logf("%s: %d messages, %d leaves, %d differences", set, len(files), parts, differ)
	}
	if *update {
		for key, reason := range reasons { // of sets that are not here
			if set, _, _ := strings.Cut(key, "/"); sets(t)[set] == "" {
				lines = append(lines, key+": "+reason)
			}
		}
		slices.Sort(lines)
		text := "# What differs between this library and Python's email package, and why. See doc.go.\n" + strings.Join(lines, "\n") + "\n"
		require.NoError(t, os.WriteFile("differences.txt", []byte(text), 0o644))
	}
}

func readReasons(t *testing.T) map[string]string {
	reasons := make(map[string]string)
	text, err := os.ReadFile("differences.txt")
	if os.IsNotExist(err) {
		return reasons
	}
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if key, reason, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": "); ok && line[0] != '#' {
			reasons[key] = reason
		}
	}
	return reasons
}

// messages returns the files of a folder that are messages.
func messages(dir string) (files []string) {
	for _, pattern := range []string{"*.eml", "*.raw", "msg_*.txt"} {
		found, _ := filepath.Glob(filepath.Join(dir, pattern))
		files = append(files, found...)
	}
	return slices.DeleteFunc(files, func(name string) bool {
		raw, err := os.ReadFile(name)
		return err != nil || len(raw) > 1<<20 || bytes.IndexByte(raw, 0) >= 0
	})
}

func pythonLeaves(t *testing.T, files []string) [][]leaf {
	if len(files) == 0 {
		return nil
	}
	cmd := exec.Command("python3", "leaves.py")
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n") + "\n")
	out, err := cmd.Output()
	require.NoError(t, err)
	var all [][]leaf
	for line := range bytes.Lines(out) {
		var list []leaf
		require.NoError(t, json.Unmarshal(line, &list))
		all = append(all, list)
	}
	require.Len(t, all, len(files))
	return all
}

// clientLeaves stores a message on a server of package imaptest, and reads it back.
func clientLeaves(t *testing.T, raw []byte) []leaf {
	srv, err := imaptest.Start(nil)
	require.NoError(t, err)
	defer srv.Close()
	c, err := imap.NewClient(t.Context(), srv.Pipe(), nil)
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.AuthPassword(t.Context(), "user", "password"))
	_, err = c.Append(t.Context(), "INBOX", int64(len(raw)), bytes.NewReader(raw), nil)
	require.NoError(t, err)
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	m, err := c.UIDFetchOne(t.Context(), 1, imap.FetchItems{BodyStructure: true})
	require.NoError(t, err)
	require.NoError(t, c.ConfirmNames(t.Context(), 1, m.BodyStructure))
	var list []leaf
	for p := range m.BodyStructure.Leaves(imap.PreferPlain) {
		l := leaf{Type: strings.ToLower(p.MediaType()), Name: p.Filename()}
		r, err := c.OpenPart(t.Context(), 1, p, nil)
		if err == nil {
			l.Sum, l.Size = sumOf(r)
			r.Close()
		}
		if strings.HasPrefix(l.Type, "text/") {
			if r, err = c.OpenText(t.Context(), 1, p, nil); err == nil {
				l.Text, _ = sumOf(r)
				r.Close()
			}
		}
		if err != nil {
			l.Err = err.Error()
		}
		list = append(list, l)
	}
	return list
}

func sumOf(r io.Reader) (string, int) {
	h := sha256.New()
	n, err := io.Copy(h, r)
	if err != nil {
		return err.Error(), int(n)
	}
	return hex.EncodeToString(h.Sum(nil)), int(n)
}

// compare returns what differs, by leaf.
func compare(ours, theirs []leaf) (list []string) {
	if len(ours) != len(theirs) {
		return []string{fmt.Sprintf("leaves %d, Python %d", len(ours), len(theirs))}
	}
	for i, o := range ours {
		p := theirs[i]
		if o.Type != p.Type {
			list = append(list, fmt.Sprintf("%d type %s, Python %s", i+1, o.Type, p.Type))
		}
		if o.Name != p.Name {
			list = append(list, fmt.Sprintf("%d name %q, Python %q", i+1, o.Name, p.Name))
		}
		switch {
		case p.Sum != "" && o.Sum != p.Sum:
			list = append(list, fmt.Sprintf("%d octets %d, Python %d", i+1, o.Size, p.Size))
		case p.Text != "" && o.Text != p.Text:
			list = append(list, fmt.Sprintf("%d text", i+1))
		}
	}
	return list
}
