// Command serverdoc runs the behaviour suite against every server that is installed
// and writes the results to docs/SERVERS.md, and with them docs/EXTENSIONS.md. It is run in the module's root:
//
//	go run ./internal/servers/cmd/serverdoc [-o docs/SERVERS.md] [-report FILE]
//
// With -report it takes the results of an earlier run.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/seed-090b04e4/imap/internal/suite"
)

func main() {
	out := flag.String("o", filepath.Join("docs", "SERVERS.md"), "file to write")
	report := flag.String("report", "", "file with the results of an earlier run")
	flag.Parse()
	if err := run(*out, *report); err != nil {
		fmt.Fprintln(os.Stderr, "serverdoc:", err)
		os.Exit(1)
	}
}

func run(out, report string) error {
	if report == "" {
		dir, err := os.MkdirTemp("", "serverdoc")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		report = filepath.Join(dir, "report.json")
		if err := runSuite(report); err != nil {
			return err
		}
	}
	r, err := suite.ReadReport(report)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(out, document(r), 0o644); err != nil {
		return err
	}
	cmd := exec.Command("go", "run", "./internal/extensions") // docs/EXTENSIONS.md has the results too
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// runSuite runs the tests. Failures of single tests are part of the results.
func runSuite(report string) error {
	cmd := exec.Command("go", "test", "./internal/conformance", "-run", "^TestServers$", "-count=1", "-timeout=15m")
	cmd.Env = append(os.Environ(), "IMAP_EXTENDED_SERVERS=1", suite.ReportEnv+"="+report)
	output, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	os.Stderr.Write(output)
	if _, statErr := os.Stat(report); statErr != nil {
		return err
	}
	return nil
}
