package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// runner runs the tests of a package that is changed.
type runner struct {
	pkg   string
	tests []string
	match string
	files []string

	folder  string // for profiles, overlays and changed files
	dir     string // of the package
	path    string // its import path
	sources []string
	covered []block
	took    time.Duration // by the tests without a change
}

// block is a piece of a file that the tests execute, by line and column.
type block struct {
	file                                   string
	firstLine, firstCol, lastLine, lastCol int
}

func (b block) contains(file string, line int) bool {
	return b.file == file && b.firstLine <= line && line <= b.lastLine
}

// prepare finds the package and runs its tests without a change.
func (r *runner) prepare(ctx context.Context) (err error) {
	if r.folder, err = os.MkdirTemp("", "mutate-"); err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, "go", "list", "-json=Dir,ImportPath,GoFiles", r.pkg).Output()
	if err != nil {
		return fmt.Errorf("go list %s: %w", r.pkg, err)
	}
	var listed struct {
		Dir, ImportPath string
		GoFiles         []string
	}
	if err := json.Unmarshal(out, &listed); err != nil {
		return err
	}
	r.dir, r.path, r.sources = listed.Dir, listed.ImportPath, listed.GoFiles
	profile := filepath.Join(r.folder, "cover.out")
	begin := time.Now()
	cmd := r.command(ctx, "-coverpkg="+r.path, "-coverprofile="+profile)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("the tests fail without a change: %w\n%s", err, out)
	}
	r.took = time.Since(begin)
	text, err := os.ReadFile(profile)
	if err != nil {
		return err
	}
	r.covered, err = parseProfile(string(text))
	return err
}

func (r *runner) close() { _ = os.RemoveAll(r.folder) }

// command returns the command that runs the tests.
func (r *runner) command(ctx context.Context, flags ...string) *exec.Cmd {
	args := append([]string{"test", "-count=1", "-vet=off", "-failfast"}, flags...)
	if r.match != "" {
		args = append(args, "-run="+r.match)
	}
	return exec.CommandContext(ctx, "go", append(args, r.tests...)...)
}

// parseProfile returns the blocks that were executed.
func parseProfile(text string) (list []block, err error) {
	for line := range strings.Lines(text) {
		// path/file.go:10.2,12.16 3 1
		if strings.HasPrefix(line, "mode:") {
			continue
		}
		name, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		fields := strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(".,  ", r) })
		var n [6]int
		if len(fields) != len(n) {
			return nil, fmt.Errorf("unknown line in the profile: %q", line)
		}
		for i, f := range fields {
			if n[i], err = strconv.Atoi(f); err != nil {
				return nil, fmt.Errorf("unknown line in the profile: %q", line)
			}
		}
		if n[5] > 0 {
			list = append(list, block{filepath.Base(name), n[0], n[1], n[2], n[3]})
		}
	}
	return list, nil
}

// sites returns the changes that are possible in covered code.
func (r *runner) sites() (list []site, err error) {
	for _, file := range r.sources {
		if len(r.files) > 0 && !slices.Contains(r.files, file) {
			continue
		}
		path := filepath.Join(r.dir, file)
		source, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		found, err := findSites(path, file, source)
		if err != nil {
			return nil, err
		}
		for _, s := range found {
			if slices.ContainsFunc(r.covered, func(b block) bool { return b.contains(s.file, s.line) }) {
				list = append(list, s)
			}
		}
	}
	return list, nil
}

// result is what came of a change.
type result uint8

const (
	noticed result = iota // a test failed, or did not end
	unnoticed
	doesNotCompile
)

// try runs the tests with a change.
func (r *runner) try(ctx context.Context, s site) (result, error) {
	source, err := os.ReadFile(s.path)
	if err != nil {
		return 0, err
	}
	changed := filepath.Join(r.folder, s.file)
	text := slices.Concat(source[:s.start], []byte(s.text), source[s.end:])
	if err := os.WriteFile(changed, text, 0o600); err != nil {
		return 0, err
	}
	overlay := filepath.Join(r.folder, "overlay.json")
	b, err := json.Marshal(map[string]map[string]string{"Replace": {s.path: changed}})
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(overlay, b, 0o600); err != nil {
		return 0, err
	}
	limit := 5*r.took + 20*time.Second
	bounded, cancel := context.WithTimeout(ctx, 2*limit)
	defer cancel()
	cmd := r.command(bounded, "-overlay="+overlay, "-timeout="+limit.String())
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case err == nil:
		return unnoticed, nil
	case bounded.Err() != nil:
		return noticed, nil
	case !errors.As(err, &exit):
		return 0, err
	case bytes.Contains(out, []byte("[build failed]")) || bytes.Contains(out, []byte("[setup failed]")):
		return doesNotCompile, nil
	}
	return noticed, nil
}
