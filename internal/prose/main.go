// Command prose counts the words in comments that this project avoids because they
// make its English hard to read, per 1,000 words of comment, in each package and in
// all:
//
//	go run ./internal/prose        # the rates
//	go run ./internal/prose -list  # and the places of the words
//
// It reads all Go files but for tests. It ends with status 1 if a rate in all is
// above its limit.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"text/tabwriter"
)

func main() {
	list := flag.Bool("list", false, "print the places of the words")
	root := flag.String("root", ".", "folder of the module")
	flag.Parse()
	found, err := read(*root)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if *list {
		for _, h := range found.hits {
			fmt.Printf("%s: %s\n", h.at, h.line)
		}
	}
	found.print()
	if len(found.all.above()) > 0 {
		os.Exit(1)
	}
}

// print prints a table, the packages with the most hits first.
func (f *findings) print() {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "package\twords\t")
	for _, r := range rules {
		fmt.Fprintf(w, "%s\t", r.name)
	}
	fmt.Fprintln(w)
	row := func(name string, c *counts) {
		fmt.Fprintf(w, "%s\t%d\t", name, c.words)
		for i := range rules {
			fmt.Fprintf(w, "%.2f\t", c.rate(i))
		}
		fmt.Fprintln(w)
	}
	names := slices.SortedFunc(maps.Keys(f.packages), func(a, b string) int {
		return cmp.Or(f.packages[b].total()-f.packages[a].total(), cmp.Compare(a, b))
	})
	for _, name := range names {
		row(name, f.packages[name])
	}
	row("all", &f.all)
	fmt.Fprint(w, "limit\t\t")
	for _, r := range rules {
		fmt.Fprintf(w, "%.2f\t", r.most)
	}
	fmt.Fprintln(w)
	w.Flush()
}
