package handlers

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/splice"
)

// constructor brings New in step with what main passes to it. One that takes nothing but what msgen passes gets the
// parameters that are new, and its type the fields to keep them in; what is to be done about another one is told.
func (s *splicer) constructor(mine, was, now *function) {
	missing := slices.DeleteFunc(params(now), func(p param) bool { return has(params(mine), p) })
	if len(missing) == 0 {
		return
	}
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

// sameParams reports whether a function takes all that an emitted one does.
func sameParams(mine, now *function) bool {
	return !slices.ContainsFunc(params(now), func(p param) bool { return !has(params(mine), p) })
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
