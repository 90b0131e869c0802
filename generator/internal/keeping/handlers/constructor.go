package handlers

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// constructor brings New in step with what main passes to it. One that takes nothing but what msgen passes gets the
// parameters that are new, and its type the fields to keep them in; what is to be done about another one is told.
func (s *splicer) constructor(mine, was, now *function) {
	missing := added(mine, was, now)
	var names []string
	for _, p := range missing {
		names = append(names, p.text)
	}
	if strange := slices.ContainsFunc(params(mine), func(p param) bool { return !has(params(now), p) }); strange || mine.decl.Type.TypeParams != nil {
		s.note(mine.file, mine.decl.Name.Pos(), "main passes %s to New now: add it to the parameters", strings.Join(names, " and "))
		return
	}
	if was != nil && mine.same(was) && s.keep(missing) {
		s.replace(mine, now)
		return
	}
	var list []string
	for _, p := range params(now) {
		if i := slices.IndexFunc(params(mine), func(other param) bool { return other.typ == p.typ }); i >= 0 {
			p = params(mine)[i]
			list = append(list, p.text)
			continue
		}
		if !has(missing, p) {
			continue
		}
		start, end := now.file.Offset(p.field.Pos()), now.file.Offset(p.field.End())
		list = append(list, now.file.cut(start, end, s.qualifiers(now.file, p.field, mine.file)))
	}
	fields := mine.decl.Type.Params
	s.edit(mine.file, splice.Edit{Start: mine.file.Offset(fields.Opening) + 1, End: mine.file.Offset(fields.Closing), New: strings.Join(list, ", ")})
	s.note(mine.file, mine.decl.Name.Pos(), "New has %s now, which main passes: keep it for the methods that need it", strings.Join(names, " and "))
}

// param is a parameter of a function.
type param struct {
	file  *source
	field *ast.Field
	typ   string // the same for the same type in every file
	text  string // as its file has it
}

func params(f *function) []param {
	var out []param
	for _, field := range f.decl.Type.Params.List {
		text := f.file.Text(field.Type)
		for _, name := range field.Names {
			out = append(out, param{f.file, field, canonical(f.file, field.Type), name.Name + " " + text})
		}
		if len(field.Names) == 0 {
			out = append(out, param{f.file, field, canonical(f.file, field.Type), "_ " + text})
		}
	}
	return out
}

// added are the parameters that a function gets: those that its text of now has, and neither it nor its text of before. What
// was there and is not any more, its user has taken out, along with what main passes; a nil was had none.
func added(mine, was, now *function) []param {
	missing := lacking(mine, now)
	if was == nil {
		return missing
	}
	return slices.DeleteFunc(missing, func(p param) bool { return has(params(was), p) })
}

// lacking are the parameters of another function that a function does not have.
func lacking(f, other *function) []param {
	return slices.DeleteFunc(params(other), func(p param) bool { return has(params(f), p) })
}

func has(all []param, p param) bool {
	return slices.ContainsFunc(all, func(other param) bool { return other.typ == p.typ })
}

// keep gives the type that New makes the fields that the emitted one keeps the parameters in. It is false where the type
// is not a struct, or has a field of that name.
func (s *splicer) keep(missing []param) bool {
	mine := s.disk.server(s.next)
	if mine.spec == nil {
		return false
	}
	body, ok := mine.spec.Type.(*ast.StructType)
	if !ok {
		return false
	}
	for _, field := range body.Fields.List {
		for _, name := range field.Names {
			if slices.ContainsFunc(missing, func(p param) bool { return p.field.Names[0].Name == name.Name }) {
				return false
			}
		}
	}
	into := s.disk.file(mine.file.path)
	var fields strings.Builder
	for _, p := range missing {
		start, end := p.file.Offset(p.field.Pos()), p.file.Offset(p.field.End())
		fields.WriteString("\n\t" + p.file.cut(start, end, s.qualifiers(p.file, p.field, into)))
	}
	at := into.Offset(body.Fields.Closing)
	for at > 0 && (into.Src[at-1] == '\n' || into.Src[at-1] == '\r' || into.Src[at-1] == '\t' || into.Src[at-1] == ' ') {
		at--
	}
	text := "\n" + fields.String()
	if into.Src[at] == '}' || !strings.Contains(string(into.Src[at:into.Offset(body.Fields.Closing)]), "\n") {
		text += "\n"
	}
	s.edit(into, splice.Edit{Start: at, End: at, New: text})
	return true
}

// deprive takes out of an untouched New, and of the type that it makes, what main passes no more. What the rest of the
// folder uses stays, and is told of.
func (s *splicer) deprive(mine, was, now *function) {
	server := s.disk.server(s.next)
	var edits []splice.Edit
	for _, p := range lacking(now, was) {
		name := p.field.Names[0].Name
		field := server.field(name)
		if field == nil || s.disk.selects(name) {
			s.note(mine.file, mine.decl.Name.Pos(), "main does not pass %s to New any more: take it out, and what uses it", p.text)
			return
		}
		start, end := server.file.Offset(field.Pos()), server.file.Offset(field.End())
		last := server.file.Offset(server.spec.End())-1 == skipSpace(server.file.Src, end)
		for newline := false; start > 0 && isSpace(server.file.Src[start-1]) && (last || !newline); start-- {
			newline = server.file.Src[start-1] == '\n'
		}
		if start > 0 && server.file.Src[start-1] == '\r' {
			start-- // of that line break
		}
		edits = append(edits, splice.Edit{Start: start, End: end})
	}
	for _, edit := range edits {
		s.edit(server.file, edit)
	}
	s.replace(mine, now)
}

// skipSpace is where the first byte from there on is that is no space.
func skipSpace(text []byte, at int) int {
	for at < len(text) && isSpace(text[at]) {
		at++
	}
	return at
}

// field is the field of that one name of a struct; nil where there is none.
func (t *server) field(name string) *ast.Field {
	if t.spec == nil {
		return nil
	}
	body, ok := t.spec.Type.(*ast.StructType)
	if !ok {
		return nil
	}
	for _, field := range body.Fields.List {
		if len(field.Names) == 1 && field.Names[0].Name == name {
			return field
		}
	}
	return nil
}

// selects reports whether some code of the folder selects something of that name.
func (f *folder) selects(name string) bool {
	for _, file := range f.files {
		found := false
		ast.Inspect(file.File.File, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			found = found || ok && selector.Sel.Name == name
			return !found
		})
		if found {
			return true
		}
	}
	return false
}
