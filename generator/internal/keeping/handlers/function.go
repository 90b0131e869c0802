package handlers

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// function is a function or a method of a file.
type function struct {
	file       *source
	decl       *ast.FuncDecl
	recv       string // name of the receiver's type; empty for a function
	start, end int    // with the comment before it
}

func newFunction(file *source, decl *ast.FuncDecl) *function {
	start, end := file.span(decl)
	if decl.Doc != nil {
		start = file.Offset(decl.Doc.Pos())
	}
	return &function{file, decl, splice.Receiver(decl), start, end}
}

func (f *function) name() string { return f.decl.Name.Name }

func (f *function) isMethod() bool { return f.decl.Recv != nil }

func (f *function) isConstructor() bool { return !f.isMethod() && f.name() == "New" }

func (f *function) isTest() bool {
	return !f.isMethod() && strings.HasPrefix(f.name(), "Test") && f.file.isTest()
}

// receiver is the receiver as it is written: "s *Server".
func (f *function) receiver() string {
	if !f.isMethod() || len(f.decl.Recv.List) == 0 {
		return ""
	}
	return f.file.Text(f.decl.Recv.List[0])
}

// endOfLine is where the line ends on which the function does.
func (f *function) endOfLine() int { return f.file.endOfLine(f.end) }

// fields are the fields of the parameters and of the results.
func (f *function) fields() []*ast.Field {
	fields := slices.Clone(f.decl.Type.Params.List)
	if f.decl.Type.Results != nil {
		fields = append(fields, f.decl.Type.Results.List...)
	}
	return fields
}

// types are the types of a method's parameters and results, one for each.
func (f *function) types() []ast.Expr {
	var types []ast.Expr
	for _, field := range f.fields() {
		for range max(1, len(field.Names)) {
			types = append(types, field.Type)
		}
	}
	return types
}

// signatureText is an emitted method up to its body: "func (s *Server) Get(...) (...)".
func (f *function) signatureText() string {
	start, end := f.file.Offset(f.decl.Pos()), f.file.Offset(f.decl.Body.Lbrace)
	return strings.TrimSpace(string(f.file.Src[start:end]))
}

// canonical is a type with packages by their paths, the same for the same type in every file.
func (s *source) canonical(typ ast.Expr) string {
	var edits []splice.Edit
	for _, ident := range s.packagesIn(typ) {
		start, end := s.span(ident)
		edits = append(edits, splice.Edit{Start: start, End: end, New: fmt.Sprintf("%q", s.packages[ident].Path)})
	}
	start, end := s.span(typ)
	return strings.Join(strings.Fields(s.cut(start, end, edits)), " ")
}
