package merge

import (
	"fmt"
	"go/ast"
	"path"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// translation turns msgen's text into text for a function of the user's, who may have renamed variables, and may import
// packages by other names.
type translation struct {
	mine      *function
	variables map[string]string // the user's names by msgen's, where they differ
	packages  map[string]string // the user's names of packages by their paths
	imports   []splice.Import   // that the user's file does not have, and gets under another name than the usual one
}

// translate compares two texts of one function: the parameters have the same types, and steps that make the same call
// assign the same variables.
func translate(base, mine *function) *translation {
	t := &translation{mine: mine, variables: map[string]string{}, packages: map[string]string{}}
	for name, importPath := range mine.packages {
		t.packages[importPath] = name
	}
	was, has := paramsOf(base), paramsOf(mine)
	for typ, name := range was {
		if now := has[typ]; name != "" && now != "" {
			t.rename(name, now)
		}
	}
	for _, s := range base.steps {
		if m, ok := mine.find(base.key(s)); ok && s.call() != nil && len(m.assigned()) == len(s.assigned()) {
			for i, name := range m.assigned() {
				t.rename(s.assigned()[i], name)
			}
		}
	}
	return t
}

// rename notes what a variable is called, the first time that it is seen.
func (t *translation) rename(from, to string) {
	if _, known := t.mine.calls[to]; from == "" || to == "" || from == "_" || to == "_" || known || t.variables[from] != "" {
		return
	}
	t.variables[from] = to
	t.mine.calls[to] = from
}

// paramsOf are the names of a function's parameters by their types; "" where a type has more than one.
func paramsOf(f *function) map[string]string {
	names := map[string]string{}
	for _, field := range f.decl.Type.Params.List {
		for _, ident := range field.Names {
			typ := wordsOf(f, field.Type)
			if _, twice := names[typ]; twice {
				names[typ] = ""
			} else {
				names[typ] = ident.Name
			}
		}
	}
	return names
}

// bringIn settles the names of what a step of msgen's declares anew: another one where the user's function has that name.
func (t *translation) bringIn(s step) {
	taken := t.mine.declares()
	for _, name := range s.assigned() {
		if name == "" || name == "_" || name == "err" || t.variables[name] != "" {
			continue
		}
		now := numbered(name, func(name string) bool { return taken[name] || t.mine.packages[name] != "" && name != s.qualifier() })
		t.variables[name] = now
	}
}

// qualifier is the package of the step's call, as its file calls it.
func (s step) qualifier() string {
	if call := s.call(); call != nil {
		if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
			if ident, ok := selector.X.(*ast.Ident); ok {
				return ident.Name
			}
		}
	}
	return ""
}

// numbered is a name, or the first of name2, name3 and so on that is not taken.
func numbered(name string, taken func(string) bool) string {
	free := name
	for n := 2; taken(free); n++ {
		free = fmt.Sprintf("%s%d", name, n)
	}
	return free
}

// edits are the changes of names in a node of another function.
func (t *translation) edits(from *function, node ast.Node) []splice.Edit {
	var edits []splice.Edit
	for _, ident := range namesIn(node) {
		name := t.variables[ident.Name]
		if importPath, ok := from.packages[ident.Name]; ok {
			name = t.packageName(importPath, ident.Name)
		}
		if name != "" && name != ident.Name {
			start, end := from.span(ident)
			edits = append(edits, splice.Edit{Start: start, End: end, New: name})
		}
	}
	return edits
}

// packageName is the user's name of a package; of one that comes in, the usual name where that is free.
func (t *translation) packageName(importPath, usual string) string {
	if name, ok := t.packages[importPath]; ok {
		return name
	}
	taken := t.mine.declares()
	name := numbered(usual, func(name string) bool { return t.mine.packages[name] != "" || taken[name] })
	t.packages[importPath] = name
	i := splice.Import{Path: importPath}
	if name != path.Base(importPath) {
		i.Name = name
	}
	if !slices.Contains(t.imports, i) && i.Name != "" {
		t.imports = append(t.imports, i)
	}
	return name
}

// text is a node of another function as it reads in the user's.
func (t *translation) text(from *function, node ast.Node) string {
	start, end := from.span(node)
	return cut(from.file.Src, start, end, t.edits(from, node))
}
