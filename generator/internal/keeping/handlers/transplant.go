package handlers

import (
	"go/ast"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// adapt is an emitted node as it reads in a file of the user's: with packages by the names that the file has for them.
func (s *sides) adapt(from *source, node ast.Node, into *source) text {
	edits, imports := s.qualify(from, node, into)
	start, end := from.span(node)
	return text{from.cut(start, end, edits), imports}
}

// transplant is an emitted function as it reads in a file of the user's: as adapt has it, with the receiver of its
// neighbours.
func (s *sides) transplant(f *function, into *source, receiver string) text {
	edits, imports := s.qualify(f.file, f.decl, into)
	if f.isMethod() {
		start, end := f.file.span(f.decl.Recv.List[0])
		edits = append(edits, splice.Edit{Start: start, End: end, New: withoutClash(receiver, f.decl)})
	}
	return text{f.file.cut(f.start, f.end, edits), imports}
}

// qualify renames the packages in an emitted node to what they are called in a file, and lists those that the file
// lacks.
func (s *sides) qualify(from *source, node ast.Node, into *source) (edits []splice.Edit, lacks []splice.Import) {
	names := s.namingIn(into)
	for _, ident := range from.packagesIn(node) {
		called := names[from.packages[ident].Path]
		if name := called.Local(); name != ident.Name {
			start, end := from.span(ident)
			edits = append(edits, splice.Edit{Start: start, End: end, New: name})
		}
		if called.lacking {
			lacks = append(lacks, called.Import)
		}
	}
	return edits, lacks
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
