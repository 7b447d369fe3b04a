package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/internal/servers"
	"github.com/seed-090b04e4/imap/internal/suite"
)

// titles are the servers' display names, in the order of the columns.
var titles = []struct{ name, title string }{
	{"imaptest", "imaptest"},
	{"dovecot", "Dovecot 2.3"},
	{"dovecot24", "Dovecot 2.4"},
	{"cyrus", "Cyrus 3.6"},
	{"cyrus312", "Cyrus 3.12"},
	{"courier", "Courier"},
	{"mox", "mox"},
	{"imap4d", "imap4d"},
	{"gomem", "go-imap"},
	{"gluon", "gluon"},
	{"maddy", "maddy"},
}

const intro = `# Servers

<!-- Written by go run ./internal/servers/cmd/serverdoc: do not edit. -->

The behaviour suite in internal/suite is one set of tests for every server. They
ask for capabilities, never for a server's name. This page shows the results of
a run: what passed, what the server does not offer, and where it deviates from
the RFCs or from what it says of itself.

| | |
|---|---|
| ✓ | passed |
| – | not offered: the server does not list the capability, or has no such thing. If the client then does something else, as without MOVE, that was tested |
| a number | passed but for a known deviation of the server, explained [below](#deviations) |
| ✗ | failed |
| blank | not run |

`

// document writes the results as Markdown.
func document(r *suite.Report) []byte {
	var b bytes.Buffer
	b.WriteString(intro)
	writeServers(&b, r)
	numbers := make(map[suite.Deviation]int)
	for _, d := range suite.Deviations() {
		if len(deviating(r, d)) > 0 {
			numbers[d] = len(numbers) + 1
		}
	}
	writeResults(&b, r, numbers)
	writeDeviations(&b, r, numbers)
	return b.Bytes()
}

func writeServers(b *bytes.Buffer, r *suite.Report) {
	b.WriteString("## Versions\n\n| server | version | set | passed | with deviations | not offered | failed |\n|---|---|---|---|---|---|---|\n")
	for _, t := range titles {
		s := r.Server(t.name)
		var passed, deviates, not, failed int
		for _, res := range s.Results {
			switch {
			case res.Failed:
				failed++
			case res.NotOffered != "":
				not++
			case len(res.Deviations) > 0:
				deviates++
			default:
				passed++
			}
		}
		if len(s.Results) == 0 {
			fmt.Fprintf(b, "| %s | not run | %s | | | | |\n", t.title, set(t.name))
			continue
		}
		version := s.Version
		if t.name == "imaptest" {
			version = "in this module"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %d | %d | %d | %d |\n", t.title, version, set(t.name), passed, deviates, not, failed)
	}
	b.WriteByte('\n')
}

// set returns the name of the set that a server belongs to.
func set(name string) string {
	switch {
	case name == "imaptest":
		return "always"
	case slices.Contains(servers.Standard(), name):
		return "standard"
	default:
		return "extended"
	}
}

func writeResults(b *bytes.Buffer, r *suite.Report, numbers map[suite.Deviation]int) {
	b.WriteString("## Results\n")
	area := ""
	for _, test := range suite.Tests() {
		if test.Area != area {
			area = test.Area
			fmt.Fprintf(b, "\n### %s\n\n|", area)
			for _, t := range titles {
				fmt.Fprintf(b, " | %s", t.title)
			}
			b.WriteString(" |\n|---|" + strings.Repeat(":-:|", len(titles)) + "\n")
		}
		fmt.Fprintf(b, "| %s", strings.ReplaceAll(test.Name, "\\", "\\\\"))
		for _, t := range titles {
			fmt.Fprintf(b, " | %s", cell(r.Server(t.name).Result(test), numbers))
		}
		b.WriteString(" |\n")
	}
	b.WriteByte('\n')
}

func cell(res *suite.Result, numbers map[suite.Deviation]int) string {
	switch {
	case res == nil:
		return ""
	case res.Failed:
		return "✗"
	case res.NotOffered != "":
		return "–"
	case len(res.Deviations) == 0:
		return "✓"
	}
	var at []string
	for _, d := range res.Deviations {
		at = append(at, fmt.Sprint(numbers[d]))
	}
	return strings.Join(at, ", ")
}

// writeDeviations writes the table of deviations, with the servers that have
// them in that run.
func writeDeviations(b *bytes.Buffer, r *suite.Report, numbers map[suite.Deviation]int) {
	b.WriteString("## Deviations\n\nWhere a deviation can be seen at each run, the test fails once it is gone, so that\nthis table stays true.\n\n| | what the server does | servers |\n|---|---|---|\n")
	for _, d := range suite.Deviations() {
		if names := deviating(r, d); len(names) > 0 {
			fmt.Fprintf(b, "| %d | %s | %s |\n", numbers[d], d.Reason(), strings.Join(names, ", "))
		}
	}
}

// deviating returns the titles of the servers that have a deviation.
func deviating(r *suite.Report, d suite.Deviation) []string {
	var names []string
	for _, t := range titles {
		if slices.ContainsFunc(r.Server(t.name).Results, func(res suite.Result) bool { return slices.Contains(res.Deviations, d) }) {
			names = append(names, t.title)
		}
	}
	return names
}
