package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// site is a place in a file with a change of it.
type site struct {
	path       string // of the file, as it is read
	file       string // base name
	function   string
	line       int
	start, end int    // offsets of what is replaced
	text       string // what it is replaced by
	was        string
	source     string // the line without its indentation
}

func (s site) String() string {
	return fmt.Sprintf("%s:%d: %s → %s in %q", s.path, s.line, quoted(s.was), quoted(s.text), s.source)
}

// key identifies a change while lines move.
func (s site) key() string {
	return fmt.Sprintf("%s %s: %s → %s: %s", s.file, s.function, quoted(s.was), quoted(s.text), s.source)
}

// quoted returns code on one line, or "nothing".
func quoted(code string) string {
	if code == "" {
		return "nothing"
	}
	code = strings.Join(strings.Fields(code), " ")
	if len(code) > 60 {
		code = strings.ToValidUTF8(code[:60], "") + "…"
	}
	return code
}

// swapped are operators with what each of them is replaced by.
var swapped = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL, token.LAND: token.LOR, token.LOR: token.LAND,
	token.ADD: token.SUB, token.SUB: token.ADD, token.INC: token.DEC, token.DEC: token.INC,
	token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
	token.SHL: token.SHR, token.SHR: token.SHL, token.AND: token.OR, token.OR: token.AND,
}

// finder collects the sites of a file.
type finder struct {
	fset     *token.FileSet
	path     string
	file     string
	source   []byte
	lines    []string
	function string
	found    []site
}

// findSites returns the changes that are possible in the functions of a file.
func findSites(path, file string, source []byte) ([]site, error) {
	f := &finder{fset: token.NewFileSet(), path: path, file: file, source: source, lines: strings.Split(string(source), "\n")}
	parsed, err := parser.ParseFile(f.fset, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, decl := range parsed.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil {
			f.function = fn.Name.Name
			ast.Inspect(fn.Body, f.visit)
		}
	}
	return f.found, nil
}

func (f *finder) offset(pos token.Pos) int { return f.fset.Position(pos).Offset }

// replace adds the change of what is between two positions.
func (f *finder) replace(from, to token.Pos, text string) {
	start, end := f.offset(from), f.offset(to)
	line := f.fset.Position(from).Line
	f.found = append(f.found, site{
		path: f.path, file: f.file, function: f.function, line: line, start: start, end: end,
		text: text, was: string(f.source[start:end]), source: strings.TrimSpace(f.lines[line-1]),
	})
}

// operator adds the change of an operator, if there is one.
func (f *finder) operator(pos token.Pos, op token.Token) {
	if other, ok := swapped[op]; ok {
		f.replace(pos, pos+token.Pos(len(op.String())), other.String())
	}
}

func (f *finder) visit(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.BinaryExpr:
		f.operator(n.OpPos, n.Op)
	case *ast.IncDecStmt:
		f.operator(n.TokPos, n.Tok)
	case *ast.AssignStmt:
		f.operator(n.TokPos, n.Tok)
	case *ast.IfStmt:
		// The condition stays, as what it uses must be used.
		cond := string(f.source[f.offset(n.Cond.Pos()):f.offset(n.Cond.End())])
		f.replace(n.Cond.Pos(), n.Cond.End(), "("+cond+") && false")
		f.replace(n.Cond.Pos(), n.Cond.End(), "("+cond+") || true")
	case *ast.BasicLit:
		if v, err := strconv.ParseInt(n.Value, 0, 64); n.Kind == token.INT && err == nil {
			f.replace(n.Pos(), n.End(), strconv.FormatInt(v+1, 10))
		}
	case *ast.Ident:
		switch n.Name {
		case "true":
			f.replace(n.Pos(), n.End(), "false")
		case "false":
			f.replace(n.Pos(), n.End(), "true")
		}
	case *ast.ReturnStmt:
		if len(n.Results) > 0 {
			if last, ok := n.Results[len(n.Results)-1].(*ast.Ident); ok && last.Name == "err" {
				f.replace(last.Pos(), last.End(), "nil")
			}
		}
	case *ast.BlockStmt:
		f.statements(n.List)
	case *ast.CaseClause:
		f.statements(n.Body)
	case *ast.CommClause:
		f.statements(n.Body)
	}
	return true
}

// statements adds the removal of statements that declare nothing.
func (f *finder) statements(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ExprStmt, *ast.DeferStmt, *ast.SendStmt:
			f.replace(s.Pos(), s.End(), "")
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				f.replace(s.Pos(), s.End(), "")
			}
		}
	}
}
