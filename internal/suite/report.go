package suite

import (
	"cmp"
	"encoding/json"
	"os"
	"slices"
	"sync"
)

// ReportEnv is the environment variable with the name of the file that a run of the
// suite writes its Report to.
const ReportEnv = "IMAP_SUITE_REPORT"

// Report has the results of a run.
type Report struct {
	mu      sync.Mutex
	Servers []ServerReport
}

// ServerReport has the results of one server.
type ServerReport struct {
	Name, Version string
	Results       []Result
}

// Result is the result of a test.
type Result struct {
	Area, Name string
	Failed     bool        `json:",omitempty"`
	NotOffered string      `json:",omitempty"` // what the server does not offer
	Deviations []Deviation `json:",omitempty"`
}

// Server returns the report of a server, or a new one.
func (r *Report) Server(name string) *ServerReport {
	i := slices.IndexFunc(r.Servers, func(s ServerReport) bool { return s.Name == name })
	if i < 0 {
		i = len(r.Servers)
		r.Servers = append(r.Servers, ServerReport{Name: name})
	}
	return &r.Servers[i]
}

// Result returns the result of a test, nil if it did not run.
func (s *ServerReport) Result(test Test) *Result {
	i := slices.IndexFunc(s.Results, func(r Result) bool { return r.Area == test.Area && r.Name == test.Name })
	if i < 0 {
		return nil
	}
	return &s.Results[i]
}

func (r *Report) add(s *Server, test Test, out *outcome, failed bool) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	report := r.Server(s.Name)
	report.Version = s.Version
	slices.Sort(out.deviations)
	report.Results = append(report.Results, Result{
		Area: test.Area, Name: test.Name, Failed: failed,
		NotOffered: out.notOffered, Deviations: out.deviations,
	})
}

// Write writes the report to a file.
func (r *Report) Write(name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.SortFunc(r.Servers, func(a, b ServerReport) int { return cmp.Compare(a.Name, b.Name) })
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o644)
}

// ReadReport reads what Write wrote.
func ReadReport(name string) (*Report, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	r := &Report{}
	return r, json.Unmarshal(text, r)
}
