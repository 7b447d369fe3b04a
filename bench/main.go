//go:build !lean

// Bench compares IMAP client libraries: CPU time, memory, allocations and round
// trips of the same work, done with each library through the interface that most
// of its users use, against a server that replays prepared answers.
//
//	cd bench && go run .
//
// runs everything, which takes a quarter of an hour, and writes the report.
// Flags select less; see go run . -h.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap/bench/real"
)

// roleRealClient is the argument of a client process of package real.
const roleRealClient = "real-client"

func main() {
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == roleServer:
		err = serverMain()
	case len(os.Args) == 2 && os.Args[1] == roleClient:
		err = clientMain()
	case len(os.Args) == 2 && os.Args[1] == roleRealClient:
		err = real.Client()
	default:
		err = benchMain()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	rounds    int
	workloads []string
	clients   []string
	n         int
	scale     float64
	out       string
	profiles  string
	rtt       time.Duration
	timeout   time.Duration
	check     bool
	gate      bool
	record    bool
	real      real.Options
	source    string            // folder of this program
	programs  map[string]string // of the clients
}

func benchMain() error {
	var o options
	var only, names string
	flag.IntVar(&o.rounds, "rounds", 7, "rounds; the report has medians and their spread")
	flag.StringVar(&only, "workloads", "", "comma-separated names or groups of workloads (default all)")
	flag.StringVar(&names, "clients", "", "comma-separated clients (default all but response)")
	flag.IntVar(&o.n, "n", 0, "size of every selected workload, instead of its own")
	flag.Float64Var(&o.scale, "scale", 1, "multiply the size of every workload")
	flag.StringVar(&o.out, "o", "", "folder for PERFORMANCE.md and performance/*.svg, instead of docs of the repository; - for standard output, without plots")
	flag.StringVar(&o.profiles, "cpuprofile", "", "folder for CPU profiles of the client processes")
	flag.DurationVar(&o.rtt, "rtt", 40*time.Millisecond, "round trip of the workloads that are about round trips")
	flag.DurationVar(&o.timeout, "timeout", 3*time.Minute, "longest run of one client")
	flag.BoolVar(&o.check, "check", false, "fail if a target is missed")
	flag.BoolVar(&o.gate, "gate", false, "run a few small workloads, and fail if a ratio to go-imap v2 is far beyond the recorded one")
	flag.BoolVar(&o.record, "record", false, "with -gate: record the ratios")
	onReal := flag.Bool("real", false, "measure with real servers and links instead; -n, -clients and -o count")
	var realServers, realJobs, realLinks string
	flag.StringVar(&realServers, "servers", "", "with -real: comma-separated servers (default dovecot,dovecot-maildir,cyrus,mox)")
	flag.StringVar(&realJobs, "jobs", "", "with -real: comma-separated jobs (default all)")
	flag.StringVar(&realLinks, "links", "", "with -real: links with semicolons between them (default all)")
	list := flag.Bool("list", false, "list workloads and clients")
	flag.Parse()
	if flag.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flag.Arg(0))
	}
	if *list {
		for _, s := range workloads(o.rtt) {
			fmt.Printf("%-18s %-26s n = %-9d %s\n", s.Name, s.Group, s.N, s.Title)
		}
		for _, name := range clients {
			fmt.Printf("%-18s %s\n", name, describe(name))
		}
		return nil
	}
	o.workloads, o.clients = split(only), split(names)
	var err error
	if o.source, err = sourceFolder(); err != nil {
		return err
	}
	if o.gate {
		return runGate(&o)
	}
	if *onReal {
		o.real.Servers, o.real.Jobs = split(realServers), split(realJobs)
		o.real.Links = strings.FieldsFunc(realLinks, func(r rune) bool { return r == ';' })
		return runReal(&o)
	}
	if o.out == "" {
		o.out = filepath.Join(o.source, "..", "docs")
	}
	res, err := runAll(&o)
	if err != nil {
		return err
	}
	if err := writeReport(&o, res); err != nil {
		return err
	}
	if list := res.impossible(); len(list) > 0 {
		return fmt.Errorf("figures that cannot be:\n%s", strings.Join(list, "\n"))
	}
	if missed := res.missed(); o.check && missed > 0 {
		return fmt.Errorf("%d targets missed", missed)
	}
	return nil
}

// sourceFolder returns the folder of this program's source, from which the clients
// are built.
func sourceFolder() (string, error) {
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/seed-090b04e4/imap/bench").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("run this in the repository: %w: %s", err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

// runReal measures with real servers and writes PERFORMANCE-REAL.md.
func runReal(o *options) error {
	o.real.N, o.real.Clients, o.real.Source, o.real.Log = o.n, o.clients, filepath.Join(o.source, "real"), os.Stderr
	if o.real.N == 0 {
		o.real.N = real.DefaultN
	}
	if o.out == "-" {
		o.real.Out = os.Stdout
		return real.Run(context.Background(), o.real)
	}
	if o.out == "" {
		o.out = filepath.Join(o.source, "..", "docs")
	}
	var page strings.Builder
	o.real.Out = &page
	if err := real.Run(context.Background(), o.real); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.out, "PERFORMANCE-REAL.md"), []byte(page.String()), 0o644)
}
