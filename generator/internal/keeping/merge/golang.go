package merge

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// Go merges a Go file by declaration: each function, and each group of types, variables or constants, on its own. In
// functions, msgen's statements and arguments come and go one by one. Imports are merged as a set, and what the merged
// code does not use any more goes. Files that do not parse, before or after, are merged by lines.
func Go(base, mine, theirs []byte, keeps Keeps) Result {
	if content, done := settled(base, mine, theirs); done {
		return Result{Content: content}
	}
	b, errBase := parseGo(base)
	m, errMine := parseGo(mine)
	t, errTheirs := parseGo(theirs)
	if errBase != nil || errMine != nil || errTheirs != nil {
		return Lines(base, mine, theirs)
	}
	head := mergeText(b.head, m.head, t.head)
	merge := declMerge{base: b, mine: m, theirs: t, keeps: keeps}
	body := merge.decls()
	if merged := slices.Concat(head, chunks{{lines: []string{m.imports}}}, body); !merged.clean() {
		return merged.result()
	}
	content, err := mergeImports(b, m, t, slices.Concat(head.result().Content, []byte(m.imports)), body.result().Content, merge.imports)
	if err != nil {
		return Lines(base, mine, theirs)
	}
	return Result{Content: alike(mine, content)}
}

// alike formats the merged file if the user's is formatted: a longer name may have come to stand in a literal.
func alike(mine, merged []byte) []byte {
	lf := bytes.ReplaceAll(mine, []byte("\r\n"), []byte("\n"))
	if formatted, err := format.Source(lf); err != nil || !bytes.Equal(formatted, lf) {
		return merged
	}
	formatted, err := format.Source(merged)
	if err != nil {
		return merged
	}
	return checkout.Like(formatted, mine)
}

// goFile is a Go file in pieces that make it up without a gap.
type goFile struct {
	parsed  *splice.File
	head    string // up to the end of the package clause's line
	imports string // up to the end of the last import declaration's line
	decls   []goDecl
	tail    string
}

// goDecl is a declaration with all that stands before it since the last one.
type goDecl struct {
	key  string // "func Server.Get", unique in the file
	text string
	line int // at which text begins, from 0
	at   int // the byte at which it begins
	decl ast.Decl
}

func parseGo(src []byte) (*goFile, error) {
	parsed, err := splice.Parse("", src)
	if err != nil {
		return nil, err
	}
	f := &goFile{parsed: parsed}
	at := 0
	take := func(end token.Pos) string {
		next := parsed.Offset(end)
		if i := bytes.IndexByte(src[next:], '\n'); i >= 0 {
			next += i + 1
		} else {
			next = len(src)
		}
		text := string(src[at:max(at, next)])
		at = max(at, next)
		return text
	}
	f.head = take(parsed.Name.End())
	seen := map[string]int{}
	for _, decl := range parsed.Decls {
		if isImport(decl) {
			f.imports += take(decl.End())
			continue
		}
		key := declKey(decl)
		seen[key]++
		d := goDecl{key: fmt.Sprint(key, " ", seen[key]), line: bytes.Count(src[:at], []byte("\n")), at: at, decl: decl}
		d.text = take(decl.End())
		f.decls = append(f.decls, d)
	}
	f.tail = string(src[at:])
	return f, nil
}

func isImport(decl ast.Decl) bool {
	imports, ok := decl.(*ast.GenDecl)
	return ok && imports.Tok == token.IMPORT
}

// declKey names a declaration by what it declares first.
func declKey(decl ast.Decl) string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		return "func " + splice.Receiver(d) + "." + d.Name.Name
	case *ast.GenDecl:
		if len(d.Specs) == 0 {
			return d.Tok.String()
		}
		switch spec := d.Specs[0].(type) {
		case *ast.TypeSpec:
			return "type " + spec.Name.Name
		case *ast.ValueSpec:
			return d.Tok.String() + " " + spec.Names[0].Name
		}
	}
	return ""
}

// mergeText merges a piece of a file: by lines, and where that does not do loosely.
func mergeText(base, mine, theirs string) chunks {
	if content, done := settled([]byte(base), []byte(mine), []byte(theirs)); done {
		return chunks{{lines: splitLines(string(content))}}
	}
	m := newLineMerge(base, mine, theirs)
	strict := m.merge(exact)
	if strict.clean() {
		return strict
	}
	if relaxed := m.merge(loose); relaxed.clean() {
		return relaxed
	}
	return strict
}

// declMerge merges the declarations of a file.
type declMerge struct {
	base, mine, theirs *goFile

	keeps   Keeps
	imports []splice.Import // that the merged functions need under names of their own
}

// decls keeps the user's order. What msgen adds comes behind the declaration that it follows in msgen's text.
func (g *declMerge) decls() chunks {
	was, next, has := g.base.byKey(), g.theirs.byKey(), g.mine.byKey()
	var order []string
	merged := map[string]chunks{}
	for _, d := range g.mine.decls {
		order = append(order, d.key)
		merged[d.key] = g.declaration(was[d.key], d, next[d.key])
	}
	place := 0
	for _, d := range g.theirs.decls {
		if i := slices.Index(order, d.key); i >= 0 {
			place = i + 1
		}
		_, inBase := was[d.key]
		if _, inMine := has[d.key]; inMine || inBase && was[d.key].text == d.text {
			continue
		}
		if key, text, ok := g.renamed(was[d.key], d); ok {
			merged[key] = text
			continue
		}
		order = slices.Insert(order, place, d.key)
		place++
		merged[d.key] = mergeText(was[d.key].text, "", d.text)
	}
	var out chunks
	for _, key := range order {
		out = append(out, merged[key].ended()...)
	}
	return append(out, mergeText(g.base.tail, g.mine.tail, g.theirs.tail)...)
}

// declaration merges one that the user has: a function by its statements, if that does.
func (g *declMerge) declaration(was, mine, next goDecl) chunks {
	if _, done := settled([]byte(was.text), []byte(mine.text), []byte(next.text)); !done {
		if text, edits := g.function(was, mine, next); edits >= 0 {
			return text
		}
	}
	return mergeText(was.text, mine.text, next.text).movedBy(mine.line)
}

// renamed merges a function that the user's file has under another name.
func (g *declMerge) renamed(was, next goDecl) (key string, text chunks, ok bool) {
	known := g.base.byKey()
	for _, d := range g.mine.decls {
		if _, old := known[d.key]; old {
			continue
		}
		if text, edits := g.function(was, d, next); edits > 0 {
			return d.key, text, true
		}
	}
	return "", nil, false
}

// function merges a function by its statements, and what stands before and behind it by lines. Edits is how many places
// of the function have changed; it is negative where the statements do not do.
func (g *declMerge) function(was, mine, next goDecl) (text chunks, edits int) {
	b, okBase := was.decl.(*ast.FuncDecl)
	m, okMine := mine.decl.(*ast.FuncDecl)
	t, okTheirs := next.decl.(*ast.FuncDecl)
	if !okBase || !okMine || !okTheirs || b.Body == nil || m.Body == nil || t.Body == nil {
		return nil, -1
	}
	out, ok := spliceFunction(newFunction(g.base.parsed, b), newFunction(g.mine.parsed, m), newFunction(g.theirs.parsed, t), g.keeps)
	above := mergeText(was.above(g.base), mine.above(g.mine), next.above(g.theirs))
	if !ok || !above.clean() {
		return nil, -1
	}
	g.imports = append(g.imports, out.imports...)
	_, end := newFunction(g.mine.parsed, m).span(m)
	whole := string(above.result().Content) + out.text + mine.text[end-mine.at:]
	return chunks{{lines: splitLines(whole)}}, out.edits
}

// above is what stands before a declaration.
func (d goDecl) above(in *goFile) string { return d.text[:in.parsed.Offset(d.decl.Pos())-d.at] }

func (f *goFile) byKey() map[string]goDecl {
	out := map[string]goDecl{}
	for _, d := range f.decls {
		out[d.key] = d
	}
	return out
}

// movedBy shifts the places of conflicts by lines.
func (cs chunks) movedBy(lines int) chunks {
	for i := range cs {
		cs[i].at += lines
	}
	return cs
}

// ended sees to it that the last line of a declaration ends, now that another may follow.
func (cs chunks) ended() chunks {
	for _, c := range slices.Backward(cs) {
		if n := len(c.lines); n > 0 && !c.conflict {
			if !strings.HasSuffix(c.lines[n-1], "\n") {
				c.lines[n-1] += "\n"
			}
			break
		}
	}
	return cs
}

// mergeImports puts a file together and gives it the imports that both sides want of it: those of mine and those that
// theirs has added. One that either side has dropped goes, unless the merged code still needs it.
func mergeImports(base, mine, theirs *goFile, front, body []byte, named []splice.Import) ([]byte, error) {
	src := slices.Concat(front, body)
	merged, err := splice.Parse("", src)
	if err != nil {
		return nil, err
	}
	used := merged.Used()
	has, was, next := mine.importSet(), base.importSet(), theirs.importSet()
	missing := slices.Clone(named)
	for _, i := range slices.Concat(theirs.importList(), base.importList()) {
		added := next[i] && !was[i] && nameless(i) // the others come with their use
		if !has[i] && (added || used[i.Local()]) && !slices.Contains(missing, i) {
			missing = append(missing, i)
		}
	}
	out, err := merged.ChangeImports(missing, func(i splice.Import) bool {
		return was[i] && (nameless(i) && !next[i] || !nameless(i) && !used[i.Local()])
	})
	if err != nil {
		return nil, err
	}
	_, err = splice.Parse("", out)
	return out, err
}

// nameless reports whether code uses an import without calling it by a name.
func nameless(i splice.Import) bool { return i.Name == "_" || i.Name == "." || i.Path == "C" }

func (f *goFile) importList() []splice.Import {
	var out []splice.Import
	for _, spec := range f.parsed.Imports {
		out = append(out, splice.ImportOf(spec))
	}
	return out
}

func (f *goFile) importSet() map[splice.Import]bool {
	out := map[splice.Import]bool{}
	for _, i := range f.importList() {
		out[i] = true
	}
	return out
}
