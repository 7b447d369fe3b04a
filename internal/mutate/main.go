// Command mutate shows what the tests of a package do not notice: it changes one
// expression or statement at a time and runs the tests. A change that they pass is a
// survivor.
//
//	go run ./internal/mutate -pkg ./response -seed 1 -n 50
//	go run ./internal/mutate -pkg ./commands -tests ./commands,./search -n 20
//
// The changes are a sample of those that are possible in code that the tests
// execute; the same seed gives the same sample. They are made with the flag -overlay
// of the go command, so that no file is touched. A change that does not compile is
// replaced by another one.
//
// The file equivalent.txt names survivors that are right, because no test can
// notice them, each with its reason. If there are others, the exit status is 1.
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"strings"
	"time"
)

//go:embed equivalent.txt
var equivalent string

func main() {
	pkg := flag.String("pkg", ".", "package to change")
	tests := flag.String("tests", "", "packages whose tests to run, with commas between them; empty: -pkg (of the root internal/promises as well)")
	seed := flag.Uint64("seed", 1, "of the sample")
	n := flag.Int("n", 20, "changes that compile")
	match := flag.String("run", "", "tests to run, as of go test")
	files := flag.String("files", "", "base names of the files to change, with commas between them; empty: all")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r := &runner{pkg: *pkg, tests: split(*tests), match: *match, files: split(*files)}
	if len(r.tests) == 0 {
		r.tests = []string{*pkg}
		if *pkg == "." {
			r.tests = append(r.tests, "./internal/promises")
		}
	}
	unexplained, err := sample(ctx, r, *seed, *n)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
	if unexplained > 0 {
		os.Exit(1)
	}
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

// sample makes n changes, prints those that survive, and returns how many of them
// have no reason.
func sample(ctx context.Context, r *runner, seed uint64, n int) (unexplained int, err error) {
	reasons, err := parseReasons(equivalent)
	if err != nil {
		return 0, err
	}
	if err := r.prepare(ctx); err != nil {
		return 0, err
	}
	defer r.close()
	sites, err := r.sites()
	if err != nil {
		return 0, err
	}
	fmt.Printf("%d changes are possible in covered code; the tests take %s\n", len(sites), r.took.Round(time.Millisecond))
	rng := rand.New(rand.NewPCG(seed, 0))
	rng.Shuffle(len(sites), func(i, j int) { sites[i], sites[j] = sites[j], sites[i] })
	made, survived := 0, 0
	for _, s := range sites {
		if made == n {
			break
		}
		result, err := r.try(ctx, s)
		if err != nil {
			return unexplained, err
		}
		if result == doesNotCompile {
			continue
		}
		made++
		if result == noticed {
			continue
		}
		survived++
		if reason, ok := reasons[s.key()]; ok {
			fmt.Printf("equivalent: %s\n\t%s\n", s, reason)
			continue
		}
		unexplained++
		fmt.Printf("survivor: %s\n\t%s\n", s, s.key())
	}
	fmt.Printf("%d changes, %d survived, %d of them without a reason\n", made, survived, unexplained)
	return unexplained, nil
}

// parseReasons reads a file of survivors that are right: the key of a change on a
// line, and the reason, indented, on the next ones.
func parseReasons(text string) (map[string]string, error) {
	reasons := map[string]string{}
	key, number := "", 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, "\t"):
			key = line
		case key == "":
			return nil, fmt.Errorf("equivalent.txt:%d: a reason without a change", number)
		default:
			reasons[key] = strings.TrimSpace(reasons[key] + " " + strings.TrimSpace(line))
		}
	}
	return reasons, nil
}
