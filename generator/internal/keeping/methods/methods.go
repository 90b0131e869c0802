// Package methods finds out which methods a type has, declared or by embedding, as Go has it. It reads
// the packages that the embedding leads to, and no others: what else a package imports says nothing about the names of its methods.
//
//	reach.go    follows embedded types, aliases and definitions through the syntax, and reads the packages on the way
//	check.go    type-checks these packages
//	unknown.go  finds embedded types of which nothing is known
package methods

import (
	"go/ast"
	"go/types"
)

// Find gives the Go files of an import path, by the paths under which the user knows them; none where nobody knows them.
type Find func(importPath string) map[string][]byte

// Kind says whether a type has a method.
type Kind int

// The kinds of answers.
const (
	None      Kind = iota
	Has            // the type has it
	Ambiguous      // several embedded types have it at one depth, so that the type does not
	Unknown        // an embedded type cannot be read, and may have it
)

// Method is what a type has by one name.
type Method struct {
	Kind     Kind
	Receiver string // the name of the type that declares it; empty in an interface
	Path     string // the file that declares it
	Src      []byte // the text of that file
	Unknown  Gap    // of an Unknown
}

// Gap is an embedded type that cannot be read.
type Gap struct {
	Path   string // the file that embeds it
	Line   int
	In     string // the name of the type that embeds it
	Type   string // as it is written there
	Reason string // completing "it embeds ..., which": "is in no package that msgen finds"
	Fix    string

	endless bool // looking for methods of the type would not end
}

// Set is the methods of one type.
type Set struct {
	world *world
	pkg   *types.Package
	named types.Type // nil: the package has no such type
	gap   *Gap
}

// Of finds the methods of a type that a package declares. Test files of the package do not count, and neither do files that a
// build leaves out.
func Of(importPath string, files map[string][]byte, name string, find Find) *Set {
	w := newWorld(importPath, files, find)
	w.reach(importPath, name)
	s := &Set{world: w, pkg: w.check(w.packages[importPath])}
	if declared, ok := s.pkg.Scope().Lookup(name).(*types.TypeName); ok {
		s.named = declared.Type()
		s.gap = w.gapIn(declared)
	}
	return s
}

// Method is the method of a name.
func (s *Set) Method(name string) Method {
	var found types.Object
	var index []int
	if s.named != nil && (s.gap == nil || !s.gap.endless) {
		found, index, _ = types.LookupFieldOrMethod(s.named, true, s.pkg, name)
	}
	method, isMethod := found.(*types.Func)
	switch {
	case isMethod:
		return s.declared(method)
	case s.gap != nil:
		return Method{Kind: Unknown, Unknown: *s.gap}
	case found == nil && index != nil:
		return Method{Kind: Ambiguous}
	default:
		return Method{}
	}
}

// declared says where a method is declared.
func (s *Set) declared(method *types.Func) Method {
	m := Method{Kind: Has, Path: s.world.fset.PositionFor(method.Pos(), false).Filename}
	m.Src = s.world.texts[m.Path]
	receiver := method.Origin().Signature().Recv().Type()
	if pointer, ok := receiver.(*types.Pointer); ok {
		receiver = pointer.Elem()
	}
	if named, ok := receiver.(*types.Named); ok && !types.IsInterface(named) {
		m.Receiver = named.Obj().Name()
	}
	return m
}

// embedded are the types whose methods a type expression promotes, or is: embedded fields, elements of an interface, and what an
// alias or a definition names.
func embedded(expr ast.Expr) []ast.Expr {
	switch e := expr.(type) {
	case *ast.Ident, *ast.SelectorExpr:
		return []ast.Expr{e}
	case *ast.StarExpr:
		return embedded(e.X)
	case *ast.ParenExpr:
		return embedded(e.X)
	case *ast.IndexExpr:
		return embedded(e.X)
	case *ast.IndexListExpr:
		return embedded(e.X)
	case *ast.StructType:
		return embeddedIn(e.Fields)
	case *ast.InterfaceType:
		return embeddedIn(e.Methods)
	default:
		return nil
	}
}

func embeddedIn(fields *ast.FieldList) []ast.Expr {
	var out []ast.Expr
	for _, field := range fields.List {
		if len(field.Names) == 0 {
			out = append(out, embedded(field.Type)...)
		}
	}
	return out
}
