package handlers

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// transplant is an emitted function as it stands in a file of the user's: with the receiver of its neighbours, and with
// packages by the names that the file has for them.
func (s *splicer) transplant(f *function, into *source, receiver string) string {
	edits := s.qualifiers(f.file, f.decl, into)
	if f.isMethod() {
		recv := f.decl.Recv.List[0]
		edits = append(edits, splice.Edit{
			Start: f.file.Offset(recv.Pos()), End: f.file.Offset(recv.End()), New: withoutClash(receiver, f.decl),
		})
	}
	return f.file.cut(f.start, f.end, edits)
}

// cut is a piece of the file with the edits made that lie in it.
func (s *source) cut(start, end int, edits []splice.Edit) string {
	for i := range edits {
		edits[i].Start -= start
		edits[i].End -= start
	}
	return string(splice.Apply(s.Src[start:end], edits))
}

// withoutClash leaves out the receiver's name where a parameter is called the same.
func withoutClash(receiver string, decl *ast.FuncDecl) string {
	name, typ, named := strings.Cut(receiver, " ")
	for _, field := range decl.Type.Params.List {
		for _, param := range field.Names {
			if named && param.Name == name {
				return strings.TrimSpace(typ)
			}
		}
	}
	return receiver
}

// qualifiers renames the packages in an emitted node to what they are called in a file, which gets the imports that it
// lacks.
func (s *splicer) qualifiers(from *source, node ast.Node, into *source) []splice.Edit {
	var edits []splice.Edit
	for ident, imported := range from.packagesIn(node) {
		if name := s.nameOf(imported, into); name != ident.Name {
			edits = append(edits, splice.Edit{Start: from.Offset(ident.Pos()), End: from.Offset(ident.End()), New: name})
		}
	}
	return edits
}

// packagesIn finds the names of imported packages in a node.
func (s *source) packagesIn(node ast.Node) map[*ast.Ident]splice.Import {
	unresolved := map[*ast.Ident]bool{}
	for _, ident := range s.Unresolved {
		unresolved[ident] = true
	}
	out := map[*ast.Ident]splice.Import{}
	ast.Inspect(node, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if ident, ok := selector.X.(*ast.Ident); ok && unresolved[ident] {
			for _, spec := range s.Imports {
				if i := splice.ImportOf(spec); i.Local() == ident.Name {
					out[ident] = i
				}
			}
		}
		return true
	})
	return out
}

// nameOf is what a file calls a package. One that it does not import gets its usual name, or another where that is taken.
func (s *splicer) nameOf(wanted splice.Import, into *source) string {
	has := slices.Clone(s.wanted[into])
	for _, spec := range into.Imports {
		has = append(has, splice.ImportOf(spec))
	}
	for _, i := range has {
		if local := i.Local(); i.Path == wanted.Path && local != "_" && local != "." {
			return local
		}
	}
	usual := wanted.Local()
	name := usual
	for n := 2; s.taken(name, has); n++ {
		name = fmt.Sprintf("%s%d", usual, n)
	}
	if name != usual {
		wanted.Name = name
	}
	s.wanted[into] = append(s.wanted[into], wanted)
	return name
}

// taken reports whether a name means something else already: in the file, or in all of its package.
func (s *splicer) taken(name string, imports []splice.Import) bool {
	for _, i := range imports {
		if i.Local() == name {
			return true
		}
	}
	return slices.ContainsFunc(s.disk.files, func(f *source) bool { return declares(f, name) })
}

func declares(file *source, name string) bool {
	return file.Scope != nil && file.Scope.Lookup(name) != nil
}
