package methods

import (
	"go/ast"
	"go/token"
	"go/types"
)

// most is how many types are looked at. A type that embeds itself with ever longer type arguments, which does not compile, has more.
const most = 300

// gapIn is an embedded type, at any depth, that cannot be read; nil if all can.
func (w *world) gapIn(declared *types.TypeName) *Gap {
	return w.gap(declared.Type(), declared, map[types.Type]bool{})
}

func (w *world) gap(t types.Type, in *types.TypeName, seen map[types.Type]bool) *Gap {
	t = types.Unalias(t)
	if pointer, ok := t.(*types.Pointer); ok {
		t = types.Unalias(pointer.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		in = named.Obj()
	}
	switch {
	case seen[t]:
		return nil
	case len(seen) == most:
		return &Gap{Path: w.fset.Position(in.Pos()).Filename, Line: w.fset.Position(in.Pos()).Line, In: in.Name(), Type: in.Name(),
			Reason: "embeds itself with other type arguments, without end", Fix: "remove that", endless: true}
	}
	seen[t] = true
	switch u := t.Underlying().(type) {
	case *types.Struct:
		return w.gapInStruct(u, in, seen)
	case *types.Interface:
		return w.gapInInterface(u, in, seen)
	case *types.Basic:
		if u.Kind() == types.Invalid {
			return w.gapAt(in.Pos(), in.Name())
		}
	}
	return nil
}

func (w *world) gapInStruct(t *types.Struct, in *types.TypeName, seen map[types.Type]bool) *Gap {
	for field := range t.Fields() {
		if !field.Embedded() {
			continue
		}
		if invalid(field.Type()) {
			return w.gapAt(field.Pos(), in.Name())
		}
		if gap := w.gap(field.Type(), in, seen); gap != nil {
			return gap
		}
	}
	return nil
}

func (w *world) gapInInterface(t *types.Interface, in *types.TypeName, seen map[types.Type]bool) *Gap {
	for element := range t.EmbeddedTypes() {
		if invalid(element) {
			return w.gapAt(in.Pos(), in.Name())
		}
		if gap := w.gap(element, in, seen); gap != nil {
			return gap
		}
	}
	return nil
}

func invalid(t types.Type) bool {
	t = types.Unalias(t)
	if pointer, ok := t.(*types.Pointer); ok {
		t = types.Unalias(pointer.Elem())
	}
	basic, ok := t.(*types.Basic)
	return ok && basic.Kind() == types.Invalid
}

// gapAt describes the gap at an embedded field, or in the declaration of a type.
func (w *world) gapAt(pos token.Pos, in string) *Gap {
	at := w.fset.PositionFor(pos, false)
	gap := &Gap{Path: at.Filename, Line: at.Line, In: in, Type: in, Reason: "names a type that is not declared", Fix: "declare it"}
	from, ok := w.at(pos)
	if expr := embeddedAt(from.file, pos); ok && expr != nil {
		gap.Type = types.ExprString(expr)
		w.explain(gap, from, expr, map[ast.Expr]bool{})
	}
	return gap
}

// at is the package and the file of a position.
func (w *world) at(pos token.Pos) (declaration, bool) {
	for _, p := range w.packages {
		for _, file := range p.files {
			if file.FileStart <= pos && pos < file.FileEnd {
				return declaration{pkg: p, file: file}, true
			}
		}
	}
	return declaration{}, false
}

// embeddedAt is the embedded type, or the type that a declaration gives a name, at a position.
func embeddedAt(file *ast.File, pos token.Pos) ast.Expr {
	var found ast.Expr
	if file == nil {
		return nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		switch n := n.(type) {
		case *ast.TypeSpec:
			if n.Name.Pos() == pos {
				found = n.Type
			}
		case *ast.Field:
			found = n.Type
		}
		return true
	})
	return found
}

// explain says why nothing is known of a type expression: the fault of the package that it leads to.
func (w *world) explain(gap *Gap, from declaration, expr ast.Expr, seen map[ast.Expr]bool) {
	for _, leaf := range embedded(expr) {
		importPath, name := w.named(from, leaf)
		p := w.packages[importPath]
		switch {
		case p == nil, seen[leaf], p.fault != "" && standard(importPath):
		case p.fault != "":
			gap.Reason, gap.Fix = p.fault, p.fix
		default:
			seen[leaf] = true
			if declared, ok := p.types[name]; ok {
				w.explain(gap, declared, declared.spec.Type, seen)
			}
		}
	}
}
