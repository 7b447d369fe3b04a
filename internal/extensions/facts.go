package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// results are those of the behaviour suite: what docs/SERVERS.md shows for each test
// ("Area/Name") and server.
type results struct {
	servers []string // in the order of the page
	cells   map[string]map[string]string
}

// readResults reads docs/SERVERS.md: a heading for each area, and in its table a row for
// each test with a column for each server.
func readResults(top string) (*results, error) {
	text, err := os.ReadFile(filepath.Join(top, "docs", "SERVERS.md"))
	if err != nil {
		return nil, err
	}
	r := &results{cells: make(map[string]map[string]string)}
	area := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if name, is := strings.CutPrefix(line, "### "); is {
			area = name
			continue
		}
		if strings.HasPrefix(line, "## ") {
			area = ""
		}
		if area == "" || !strings.HasPrefix(line, "| ") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if cells[0] == "" {
			r.servers = cells[1:]
			continue
		}
		test := area + "/" + strings.ReplaceAll(cells[0], `\\`, `\`)
		r.cells[test] = make(map[string]string)
		for i, cell := range cells[1:] {
			r.cells[test][r.servers[i]] = cell
		}
	}
	if len(r.cells) == 0 {
		return nil, fmt.Errorf("docs/SERVERS.md has no results")
	}
	return r, nil
}

// verified names the servers on which one of the tests passed and none failed, those with
// a known deviation in parentheses, and reports whether imaptest is one of them.
func (r *results) verified(tests []string) (on string, inProcess bool) {
	var plain, deviating []string
	for _, server := range r.servers {
		passed, failed, deviates := false, false, false
		for _, test := range tests {
			cell := r.cells[test][server]
			_, err := strconv.Atoi(cell)
			passed, failed, deviates = passed || cell == "✓" || err == nil, failed || cell == "✗", deviates || err == nil
		}
		switch {
		case !passed || failed:
		case server == "imaptest":
			inProcess = true
		case deviates:
			deviating = append(deviating, "("+server+")")
		default:
			plain = append(plain, server)
		}
	}
	if len(plain) == len(r.servers)-1 {
		return "all", inProcess
	}
	return strings.Join(append(plain, deviating...), ", "), inProcess
}

// offers are capabilities that imaptest implements, in upper case.
type offers map[string]bool

func (o offers) has(name string) bool {
	name = strings.ToUpper(name)
	if o[name] {
		return true
	}
	if strings.HasSuffix(name, "=") || strings.HasSuffix(name, "-") {
		for have := range o {
			if strings.HasPrefix(have, name) || have+"=" == name {
				return true
			}
		}
	}
	return false
}

// imaptestOffers reads the lists of imaptest: what it offers by default, and what it can
// offer, up to the names that stand for nothing, which follow a blank line.
func imaptestOffers(top string) (offers, error) {
	values, err := capabilityNames(top)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, filepath.Join(top, "imaptest", "session_capability.go"), nil, 0)
	if err != nil {
		return nil, err
	}
	out := offers{"APPENDLIMIT": true}
	ast.Inspect(tree, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || spec.Names[0].Name != "implemented" && spec.Names[0].Name != "optional" {
			return true
		}
		line := 0
		for _, e := range spec.Values[0].(*ast.CompositeLit).Elts {
			at := fset.Position(e.Pos()).Line
			if line > 0 && at > line+1 {
				break
			}
			line = at
			switch e := e.(type) {
			case *ast.SelectorExpr:
				out[strings.ToUpper(values[e.Sel.Name])] = true
			case *ast.BasicLit:
				name, _ := strconv.Unquote(e.Value)
				out[strings.ToUpper(name)] = true
			case *ast.BinaryExpr: // "RIGHTS=" + …
				name, _ := strconv.Unquote(e.X.(*ast.BasicLit).Value)
				out[strings.ToUpper(name)] = true
			}
		}
		return false
	})
	return out, nil
}

// capabilityNames returns the values of the constants of response/capability.go.
func capabilityNames(top string) (map[string]string, error) {
	tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(top, "response", "capability.go"), nil, 0)
	if err != nil {
		return nil, err
	}
	values := make(map[string]string)
	ast.Inspect(tree, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == len(spec.Names) {
			for i, name := range spec.Names {
				if lit, ok := spec.Values[i].(*ast.BasicLit); ok && strings.HasPrefix(name.Name, "Cap") {
					values[name.Name], _ = strconv.Unquote(lit.Value)
				}
			}
		}
		return true
	})
	return values, nil
}
