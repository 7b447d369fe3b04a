// Package api lists the exported API of a package, one declaration a line, so that
// a commit shows how it changes the API. Its test compares the public packages of
// this module with what was recorded in testdata:
//
//	go test ./internal/api           # prints the difference
//	go test ./internal/api -update   # records it
package api

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Packages returns the folders below root of the packages that programs can
// import, relative to root, without examples and modules of their own.
func Packages(root string) ([]string, error) {
	var dirs []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		switch name := d.Name(); {
		case path == root:
		case strings.HasPrefix(name, "."), name == "internal", name == "testdata", name == "examples":
			return fs.SkipDir
		case exists(filepath.Join(path, "go.mod")):
			return fs.SkipDir
		}
		pkg, err := parse(path)
		if err != nil || pkg == nil || pkg.name == "main" {
			return err
		}
		dir, err := filepath.Rel(root, path)
		dirs = append(dirs, dir)
		return err
	})
	return dirs, err
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// List returns the exported declarations of the package in a folder, sorted:
// constants, variables, functions, types, and the exported fields and methods of
// types.
func List(dir string) ([]string, error) {
	pkg, err := parse(dir)
	if err != nil {
		return nil, err
	}
	l := &lister{fset: pkg.fset}
	for _, file := range pkg.files {
		for _, decl := range file.Decls {
			l.decl(decl)
		}
	}
	slices.Sort(l.lines)
	return slices.Compact(l.lines), nil // the same for several operating systems
}

type parsed struct {
	name  string
	fset  *token.FileSet
	files []*ast.File
}

// parse parses the files of a package but for tests. It returns nil if there are
// none.
func parse(dir string) (*parsed, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	pkg := &parsed{fset: token.NewFileSet()}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(pkg.fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		pkg.name = file.Name.Name
		pkg.files = append(pkg.files, file)
	}
	if len(pkg.files) == 0 {
		return nil, nil
	}
	return pkg, nil
}

type lister struct {
	fset  *token.FileSet
	lines []string
}

func (l *lister) addf(format string, args ...any) {
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

// text returns a node on one line.
func (l *lister) text(node ast.Node) string {
	var b bytes.Buffer
	if err := printer.Fprint(&b, l.fset, node); err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (l *lister) decl(decl ast.Decl) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() {
			l.function(d)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.ValueSpec:
				l.values(d.Tok, s)
			case *ast.TypeSpec:
				if s.Name.IsExported() {
					l.typeSpec(s)
				}
			}
		}
	}
}

func (l *lister) function(d *ast.FuncDecl) {
	signature := strings.TrimPrefix(l.text(d.Type), "func")
	if d.Recv == nil {
		l.addf("func %s%s", d.Name, signature)
		return
	}
	receiver := l.text(d.Recv.List[0].Type)
	if ast.IsExported(strings.TrimPrefix(receiver, "*")) {
		l.addf("method (%s) %s%s", receiver, d.Name, signature)
	}
}

func (l *lister) values(tok token.Token, s *ast.ValueSpec) {
	for _, name := range s.Names {
		switch {
		case !name.IsExported():
		case s.Type != nil:
			l.addf("%s %s %s", tok, name, l.text(s.Type))
		default:
			l.addf("%s %s", tok, name)
		}
	}
}

func (l *lister) typeSpec(s *ast.TypeSpec) {
	name := s.Name.Name
	if s.TypeParams != nil {
		var params []string
		for _, f := range s.TypeParams.List {
			for _, n := range f.Names {
				params = append(params, n.Name+" "+l.text(f.Type))
			}
		}
		name += "[" + strings.Join(params, ", ") + "]"
	}
	switch t := s.Type.(type) {
	case *ast.StructType:
		l.addf("type %s struct", name)
		l.members(s.Name.Name, "field", t.Fields)
	case *ast.InterfaceType:
		l.addf("type %s interface", name)
		l.members(s.Name.Name, "interface method", t.Methods)
	default:
		assign := ""
		if s.Assign.IsValid() {
			assign = "= "
		}
		l.addf("type %s %s%s", name, assign, l.text(s.Type))
	}
}

// members lists the exported fields or methods of a type, and what it embeds.
func (l *lister) members(of, kind string, list *ast.FieldList) {
	for _, f := range list.List {
		for _, name := range f.Names {
			if !name.IsExported() {
				continue
			}
			if _, ok := f.Type.(*ast.FuncType); ok && kind != "field" {
				l.addf("%s %s.%s%s", kind, of, name, strings.TrimPrefix(l.text(f.Type), "func"))
			} else {
				l.addf("%s %s.%s %s", kind, of, name, l.text(f.Type))
			}
		}
		if len(f.Names) == 0 {
			l.addf("embedded %s.%s", of, l.text(f.Type))
		}
	}
}
