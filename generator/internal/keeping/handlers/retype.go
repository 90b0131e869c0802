package handlers

import (
	"go/ast"
	"strings"
)

// retype brings the types of an edited method in step: where the method has the type that msgen emitted last, it gets
// the one that msgen emits now.
func (s *sides) retype(mine, was, now *function) changes {
	if was.kind() != now.kind() {
		return note(mine.file, mine.decl.Name.Pos(), "%s is %s now, and was %s: its signature has to be %s",
			mine.name(), now.kind(), was.kind(), now.signatureText())
	}
	mineTypes, wasTypes, nowTypes := mine.types(), was.types(), now.types()
	if len(mineTypes) != len(nowTypes) {
		return changes{} // whoever changed the number has the compiler's word already
	}
	var decided changes
	for i, typ := range nowTypes {
		has, had, wants := mine.file.canonical(mineTypes[i]), was.file.canonical(wasTypes[i]), now.file.canonical(typ)
		isAlias := strings.HasSuffix(has, "_"+now.name()+"Server") // the stubs declare one, and keep it in step
		switch {
		case wants == had, wants == has, isAlias:
		case has == had:
			decided = decided.and(s.replaceType(mine, mineTypes[i], now, typ))
		default:
			decided = decided.and(note(mine.file, mineTypes[i].Pos(), "%s has to have %s here now", mine.name(), now.file.Text(typ)))
		}
	}
	return decided
}

func (s *sides) replaceType(mine *function, old ast.Expr, now *function, typ ast.Expr) changes {
	adapted := s.adapt(now.file, typ, mine.file)
	start, end := mine.file.span(old)
	return put(mine.file, start, end, adapted).and(
		note(mine.file, mine.decl.Name.Pos(), "%s has %s in its signature now, where %s was: see that its body agrees",
			mine.name(), strings.TrimPrefix(adapted.code, "*"), strings.TrimPrefix(mine.file.Text(old), "*")))
}

// kind is the kind of RPC that an emitted method answers, in words.
func (f *function) kind() string {
	for _, typ := range f.types() {
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
