//go:build !lean

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// result is what all rounds of one client in one workload gave.
type result struct {
	outcomes []outcome
	failure  string
	missing  string // the library can't
}

// measured is one workload with the results of its clients.
type measured struct {
	spec    spec
	server  serverInfo
	clients []string // in the order of the report
	results map[string]*result
}

// results is everything that was measured.
type results struct {
	workloads []*measured
	rounds    int
	started   time.Time
	took      time.Duration
}

// runAll measures the selected workloads.
func runAll(o *options) (*results, error) {
	res := &results{rounds: o.rounds, started: time.Now()}
	all := workloads(o.rtt)
	for _, name := range o.workloads {
		if !slices.ContainsFunc(all, func(s spec) bool { return s.selected(name) }) {
			return nil, fmt.Errorf("no workload %q; see -list", name)
		}
	}
	dir, err := os.MkdirTemp("", "imap-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := buildClients(o, dir); err != nil {
		return nil, err
	}
	for _, s := range all {
		if len(o.workloads) > 0 && !slices.ContainsFunc(o.workloads, s.selected) {
			continue
		}
		if o.n > 0 {
			s.N = o.n
		}
		s.N = max(1, int(float64(s.N)*o.scale))
		m, err := runWorkload(o, s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		res.workloads = append(res.workloads, m)
	}
	res.took = time.Since(res.started)
	return res, nil
}

// selected reports whether name means the workload, by its name or its group.
func (s *spec) selected(name string) bool {
	return name == s.Name || strings.EqualFold(name, s.Group)
}

func selectClients(o *options, s *spec) []string {
	var out []string
	for _, name := range clients {
		wanted := slices.Contains(o.clients, name)
		if len(o.clients) == 0 {
			wanted = name != clientResponse
		}
		if s.Only != nil && !slices.Contains(s.Only, name) {
			wanted = false
		}
		if wanted {
			out = append(out, name)
		}
		if wanted && name == clientImap && s.noisy() {
			out = append(out, clientAgain)
		}
	}
	return out
}

// runWorkload measures one workload: the clients one after the other, each in a
// process of its own, and that as often as there are rounds, each round
// beginning with another client.
func runWorkload(o *options, s spec) (*measured, error) {
	m := &measured{spec: s, clients: selectClients(o, &s), results: map[string]*result{}}
	srv, err := startServer(&s)
	if err != nil {
		return nil, err
	}
	defer srv.stop()
	m.server = srv.info
	rounds := o.rounds
	if s.Rounds > 0 {
		rounds = min(rounds, s.Rounds)
	}
	m.run(o, 0, rounds)
	return m, nil
}

// run runs the rounds up to last.
func (m *measured) run(o *options, first, last int) {
	for round := first; round < last; round++ {
		for i := range m.clients {
			name := m.clients[(i+round)%len(m.clients)]
			r := m.results[name]
			if r == nil {
				r = new(result)
				m.results[name] = r
			}
			if r.failure == "" && r.missing == "" {
				runOnce(o, m, name, round, r)
			}
		}
	}
}

func runOnce(o *options, m *measured, name string, round int, r *result) {
	ctx, cancel := context.WithTimeout(context.Background(), o.timeout)
	defer cancel()
	program := name
	if name == clientAgain {
		program = clientImap
	}
	j := &job{Client: program, Spec: m.spec, Server: m.server}
	if o.profiles != "" && round == 0 && name != clientAgain {
		j.Profile = filepath.Join(o.profiles, m.spec.Name+"-"+name+".pprof")
	}
	var out *outcome
	var err error
	if name == clientImaplib {
		path, _ := python()
		if path == "" {
			r.missing = "no python3 here"
			return
		}
		out, err = runImaplib(ctx, path, j)
	} else {
		out, err = runProgram(ctx, o.programs[program], j)
	}
	switch {
	case ctx.Err() != nil:
		r.failure = fmt.Sprintf("no end within %v", o.timeout)
	case err != nil:
		r.failure = err.Error()
	case out.Unsupported != "":
		r.missing = out.Unsupported
	case out.Err != "":
		r.failure = out.Err
	default:
		r.outcomes = append(r.outcomes, *out)
	}
	progress(m, name, round, r)
}

func progress(m *measured, name string, round int, r *result) {
	what := r.failure
	if r.missing != "" {
		what = "– " + r.missing
	} else if what == "" {
		out := r.outcomes[len(r.outcomes)-1]
		units := m.spec.units()
		agreeing, all, differing := out.Sums.difference(&m.server.Expect, out.Hidden)
		what = fmt.Sprintf("%9.3f s CPU %9.3f s wall %9.3f µs a %s %8.3f allocs %6.1f MiB, %d/%d sums",
			out.CPU.Seconds(), out.Wall.Seconds(), out.CPU.Seconds()*1e6/units, m.spec.Unit, float64(out.Allocs)/units, float64(out.RSS)/(1<<20), agreeing, all)
		if name != clientFloor && len(differing) > 0 {
			what += ", differing: " + strings.Join(differing, ", ")
		}
	}
	fmt.Fprintf(os.Stderr, "%-17s %d %-9s %s\n", m.spec.Name, round+1, name, what)
}

// runProgram runs a job in a fresh process.
func runProgram(ctx context.Context, program string, j *job) (*outcome, error) {
	in, err := json.Marshal(j)
	if err != nil {
		return nil, err
	}
	return runProcess(exec.CommandContext(ctx, program, roleClient), in)
}

// buildClients builds the program of each client into dir, without C, whose
// library would count as the client's memory.
func buildClients(o *options, dir string) error {
	o.programs = map[string]string{}
	for _, name := range clients {
		if name == clientImaplib || len(o.clients) > 0 && !slices.Contains(o.clients, name) {
			continue
		}
		o.programs[name] = filepath.Join(dir, name)
		build := exec.Command("go", "build", "-tags", "lean,"+name, "-o", o.programs[name], ".")
		build.Dir = o.source
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		out, err := build.CombinedOutput()
		if err != nil {
			return fmt.Errorf("building the client %s: %w\n%s", name, err, out)
		}
	}
	return nil
}

// serverProcess is a running server.
type serverProcess struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	info serverInfo
}

func startServer(s *spec) (*serverProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &serverProcess{cmd: exec.Command(self, roleServer)}
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := json.NewEncoder(p.in).Encode(s); err != nil {
		p.stop()
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &p.info)
	}
	if err != nil {
		p.stop()
		return nil, errors.Join(errors.New("the server did not start"), err)
	}
	return p, nil
}

// stop ends the server, which ends with its input.
func (p *serverProcess) stop() {
	p.in.Close()
	_ = p.cmd.Wait() // the exit status means nothing
}
