package handlers

import (
	"bytes"
	"go/ast"
	"slices"
	"strings"
)

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
		typ, text := f.file.canonical(field.Type), f.file.Text(field.Type)
		for _, name := range field.Names {
			out = append(out, param{f.file, field, typ, name.Name + " " + text})
		}
		if len(field.Names) == 0 {
			out = append(out, param{f.file, field, typ, "_ " + text})
		}
	}
	return out
}

// name is the name of an emitted parameter, which has its own.
func (p param) name() string { return p.field.Names[0].Name }

// in is the parameter among others that has its type; ok is false where none has.
func (p param) in(all []param) (found param, ok bool) {
	i := slices.IndexFunc(all, func(other param) bool { return other.typ == p.typ })
	if i < 0 {
		return param{}, false
	}
	return all[i], true
}

// without are the parameters that are not among others.
func without(all, others []param) []param {
	return slices.DeleteFunc(slices.Clone(all), func(p param) bool { _, ok := p.in(others); return ok })
}

// lacking are the parameters of another function that a function does not have.
func lacking(f, other *function) []param { return without(params(other), params(f)) }

// added are the parameters that a function gets: emitted ones that neither it nor its last emitted text has. Its user has
// taken out what the last text had, in main too. A nil was had none.
func added(mine, was, now *function) []param {
	missing := lacking(mine, now)
	if was == nil {
		return missing
	}
	return without(missing, params(was))
}

func texts(params []param) string {
	var all []string
	for _, p := range params {
		all = append(all, p.text)
	}
	return strings.Join(all, " and ")
}

// extend brings New in step with what main passes to it and it lacks. An untouched New is replaced, and its type gets
// the fields. A New that takes nothing but what msgen passes gets the parameters; another one stays, and is reported.
func (s *sides) extend(mine, now *function, missing []param, untouched bool) changes {
	if len(lacking(now, mine)) > 0 || mine.decl.Type.TypeParams != nil {
		left := note(mine.file, mine.decl.Name.Pos(),
			"New has parameters of yours, so that main does not pass %s: where a method needs it, add it to the parameters here and to the arguments in main", texts(missing))
		left.keeps = true
		return left
	}
	if untouched {
		if fields, ok := s.keep(missing); ok {
			return fields.and(s.replace(mine, now))
		}
	}
	return s.addParams(mine, now, missing).and(
		note(mine.file, mine.decl.Name.Pos(), "New has %s now, which main passes: keep it for the methods that need it", texts(missing)))
}

// addParams gives New the parameters that it lacks, in the order in which main passes them.
func (s *sides) addParams(mine, now *function, missing []param) changes {
	var list []string
	var all text
	for _, p := range params(now) {
		if own, ok := p.in(params(mine)); ok {
			list = append(list, own.text)
		} else if _, ok := p.in(missing); ok {
			adapted := s.adapt(now.file, p.field, mine.file)
			list = append(list, adapted.code)
			all.imports = append(all.imports, adapted.imports...)
		}
	}
	all.code = strings.Join(list, ", ")
	fields := mine.decl.Type.Params
	return put(mine.file, mine.file.Offset(fields.Opening)+1, mine.file.Offset(fields.Closing), all)
}

// keep gives the server the fields in which the emitted one keeps the parameters. It is false where the server is no
// struct, or has a field of that name.
func (s *sides) keep(missing []param) (changes, bool) {
	t, body := s.server.decl, s.server.body()
	if body == nil || slices.ContainsFunc(missing, func(p param) bool { return s.server.fields()[p.name()] != nil }) {
		return changes{}, false
	}
	var all text
	for _, p := range missing {
		adapted := s.adapt(p.file, p.field, t.file)
		all.code += "\n\t" + adapted.code
		all.imports = append(all.imports, adapted.imports...)
	}
	closing := t.file.Offset(body.Fields.Closing)
	at := beforeSpace(t.file.Src, closing)
	all.code = "\n" + all.code
	if !strings.Contains(string(t.file.Src[at:closing]), "\n") {
		all.code += "\n"
	}
	return put(t.file, at, at, all), true
}

// deprive takes out of an untouched New, and of the type that it makes, what main no longer passes. If the rest of the
// folder uses some of it, all of it stays, and is reported.
func (s *sides) deprive(mine, now *function, surplus []param) changes {
	var decided changes
	t := s.server.decl
	for _, p := range surplus {
		field := s.server.fields()[p.name()]
		if field == nil || len(field.Names) > 1 || s.disk.selects(p.name()) {
			return note(mine.file, mine.decl.Name.Pos(), "main does not pass %s to New any more: take it out, and what uses it", p.text)
		}
		start, end := t.lineOf(field)
		decided = decided.and(put(t.file, start, end, text{}))
	}
	return decided.and(s.replace(mine, now))
}

// lineOf is a field with the line end before it; the last field with all blank lines before it.
func (t *typeDecl) lineOf(field *ast.Field) (start, end int) {
	src := t.file.Src
	start, end = t.file.span(field)
	closing := t.file.Offset(t.spec.End()) - 1
	if len(bytes.TrimSpace(src[end:closing])) == 0 {
		return beforeSpace(src, start), end
	}
	for newline := false; start > 0 && isSpace(src[start-1]) && !newline; start-- {
		newline = src[start-1] == '\n'
	}
	if start > 0 && src[start-1] == '\r' {
		start-- // of that line break
	}
	return start, end
}
