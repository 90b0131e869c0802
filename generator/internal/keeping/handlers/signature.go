package handlers

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// signature brings the types of an edited method in step: where the method has the type that msgen emitted last, it gets
// the one that msgen emits now. Without the last text nothing can be told from the user's own choice.
func (s *splicer) signature(mine, was, now *function) {
	if was == nil {
		return
	}
	if was.kind() != now.kind() {
		s.note(mine.file, mine.decl.Name.Pos(), "%s is %s now, and was %s: its signature has to be %s", mine.decl.Name.Name, now.kind(), was.kind(), now.signatureText())
		return
	}
	mineTypes, wasTypes, nowTypes := mine.types(), was.types(), now.types()
	if len(mineTypes) != len(nowTypes) {
		return // whoever changed the number has the compiler's word already
	}
	for i := range nowTypes {
		wasType, nowType := canonical(was.file, wasTypes[i]), canonical(now.file, nowTypes[i])
		if wasType == nowType {
			continue
		}
		switch mineType := canonical(mine.file, mineTypes[i]); {
		case mineType == nowType || strings.HasSuffix(mineType, "_"+now.decl.Name.Name+"Server"): // the stubs' alias for it
		case mineType == wasType:
			s.retype(mine, mineTypes[i], now, nowTypes[i])
		default:
			s.note(mine.file, mineTypes[i].Pos(), "%s has to have %s here now", mine.decl.Name.Name, now.file.Text(nowTypes[i]))
		}
	}
}

func (s *splicer) retype(mine *function, old ast.Expr, now *function, typ ast.Expr) {
	start, end := now.file.Offset(typ.Pos()), now.file.Offset(typ.End())
	text := now.file.cut(start, end, s.qualifiers(now.file, typ, mine.file))
	s.edit(mine.file, splice.Edit{Start: mine.file.Offset(old.Pos()), End: mine.file.Offset(old.End()), New: text})
	s.note(mine.file, mine.decl.Name.Pos(), "%s has %s in its signature now, where %s was: see that its body agrees",
		mine.decl.Name.Name, strings.TrimPrefix(text, "*"), strings.TrimPrefix(mine.file.Text(old), "*"))
}

// types are the types of a method's parameters and results, one for each.
func (f *function) types() []ast.Expr {
	var out []ast.Expr
	for _, list := range []*ast.FieldList{f.decl.Type.Params, f.decl.Type.Results} {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			for range max(1, len(field.Names)) {
				out = append(out, field.Type)
			}
		}
	}
	return out
}

// kind is the kind of RPC that an emitted method answers, in words.
func (f *function) kind() string {
	types := f.types()
	for _, typ := range types {
		switch text := f.file.Text(typ); {
		case strings.Contains(text, ".ServerStreamingServer["):
			return "server streaming"
		case strings.Contains(text, ".ClientStreamingServer["):
			return "client streaming"
		case strings.Contains(text, ".BidiStreamingServer["):
			return "bidirectional streaming"
		}
	}
	return "unary"
}

// canonical is a type with packages by their paths, the same for the same type in every file.
func canonical(file *source, typ ast.Expr) string {
	start, end := file.Offset(typ.Pos()), file.Offset(typ.End())
	var edits []splice.Edit
	for ident, imported := range file.packagesIn(typ) {
		edits = append(edits, splice.Edit{Start: file.Offset(ident.Pos()), End: file.Offset(ident.End()), New: fmt.Sprintf("%q", imported.Path)})
	}
	return strings.Join(strings.Fields(file.cut(start, end, edits)), " ")
}

// signatureText is an emitted method up to its body: "func (s *Server) Get(...) (...)".
func (f *function) signatureText() string {
	start, end := f.file.Offset(f.decl.Pos()), f.file.Offset(f.decl.Body.Lbrace)
	return strings.TrimSpace(string(f.file.Src[start:end]))
}

func (s *splicer) note(file *source, pos token.Pos, format string, args ...any) {
	s.notes = append(s.notes, Note{file.path, file.Line(pos), fmt.Sprintf(format, args...)})
}
