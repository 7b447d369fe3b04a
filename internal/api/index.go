package api

import (
	"go/ast"
	"slices"
	"strings"
)

// Index answers whether names exist in a set of packages: those of a package, and
// the fields and methods of its types, those of embedded types and of the types
// that aliases stand for included.
type Index struct {
	packages map[string]*names
}

// names is what a package exports.
type names struct {
	top   map[string]bool
	types map[string]*typeNames
}

type typeNames struct {
	members map[string]bool
	other   []string // types whose members it has, as "X" or "pkg.X"
}

// NewIndex returns an index of the packages in the folders. The name of a package is
// the one in its source.
func NewIndex(dirs ...string) (*Index, error) {
	x := &Index{packages: map[string]*names{}}
	for _, dir := range dirs {
		pkg, err := parse(dir)
		if err != nil {
			return nil, err
		}
		n := &names{top: map[string]bool{}, types: map[string]*typeNames{}}
		x.packages[pkg.name] = n
		for _, file := range pkg.files {
			for _, decl := range file.Decls {
				n.decl(decl)
			}
		}
	}
	return x, nil
}

func (n *names) typ(name string) *typeNames {
	if n.types[name] == nil {
		n.types[name] = &typeNames{members: map[string]bool{}}
	}
	return n.types[name]
}

func (n *names) decl(decl ast.Decl) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			n.top[d.Name.Name] = true
		} else if d.Name.IsExported() {
			n.typ(base(d.Recv.List[0].Type)).members[d.Name.Name] = true
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.ValueSpec:
				for _, name := range s.Names {
					n.top[name.Name] = true
				}
			case *ast.TypeSpec:
				n.top[s.Name.Name] = true
				n.typeSpec(s)
			}
		}
	}
}

func (n *names) typeSpec(s *ast.TypeSpec) {
	t := n.typ(s.Name.Name)
	var fields *ast.FieldList
	switch typ := s.Type.(type) {
	case *ast.StructType:
		fields = typ.Fields
	case *ast.InterfaceType:
		fields = typ.Methods
	default:
		if s.Assign.IsValid() {
			t.other = append(t.other, base(typ))
		}
		return
	}
	for _, f := range fields.List {
		for _, name := range f.Names {
			if name.IsExported() {
				t.members[name.Name] = true
			}
		}
		if len(f.Names) == 0 {
			of := base(f.Type)
			t.other = append(t.other, of)
			t.members[of[strings.LastIndexByte(of, '.')+1:]] = true
		}
	}
}

// base returns the name of a type without pointers and type arguments.
func base(typ ast.Expr) string {
	switch t := typ.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.StarExpr:
		return base(t.X)
	case *ast.IndexExpr:
		return base(t.X)
	case *ast.SelectorExpr:
		return base(t.X) + "." + t.Sel.Name
	}
	return ""
}

// Package reports whether the index has a package of that name.
func (x *Index) Package(name string) bool { return x.packages[name] != nil }

// Has reports whether a package has an exported name, or a type of it a member:
// "imap.Client", "imap.Client.Close". Without the package, all are looked into.
func (x *Index) Has(path string) bool {
	first, rest, dotted := strings.Cut(path, ".")
	if n := x.packages[first]; n != nil && dotted {
		return x.has(first, rest)
	}
	for pkg := range x.packages {
		if x.has(pkg, path) {
			return true
		}
	}
	return false
}

func (x *Index) has(pkg, path string) bool {
	name, member, dotted := strings.Cut(path, ".")
	n := x.packages[pkg]
	if n == nil || !ast.IsExported(name) || !n.top[name] {
		return false
	}
	return !dotted || x.member(pkg, name, member, 0)
}

// member reports whether a type has a member, or another type that it stands for.
func (x *Index) member(pkg, typ, member string, depth int) bool {
	n := x.packages[pkg]
	if n == nil || n.types[typ] == nil || depth > 8 {
		return false
	}
	if n.types[typ].members[member] {
		return true
	}
	for _, of := range n.types[typ].other {
		in, name, found := strings.Cut(of, ".")
		if !found {
			in, name = pkg, of
		}
		if x.member(in, name, member, depth+1) {
			return true
		}
	}
	return false
}

// HasMember reports whether any type has a member of that name.
func (x *Index) HasMember(name string) bool {
	for _, n := range x.packages {
		for _, t := range n.types {
			if t.members[name] {
				return true
			}
		}
	}
	return false
}

// Names returns what a package exports, sorted: "X", and "X.Member" for the members
// that a type declares itself.
func (x *Index) Names(pkg string) (list []string) {
	n := x.packages[pkg]
	for name := range n.top {
		if !ast.IsExported(name) {
			continue
		}
		list = append(list, name)
		if t := n.types[name]; t != nil {
			for member := range t.members {
				if ast.IsExported(member) {
					list = append(list, name+"."+member)
				}
			}
		}
	}
	slices.Sort(list)
	return list
}
