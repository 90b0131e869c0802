package mutation

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// rewriter makes the mutants of one file.
type rewriter struct {
	fset    *token.FileSet
	src     []byte
	mutants *[]Mutant
	sites   func(*rewriter, ast.Node) *site // finds a place to change, or nil
}

// site is a place in a file with all its mutants.
type site struct {
	kind   Kind
	before string                  // stands in front of what is changed
	parts  []ast.Node              // of the node, whose own sites are kept
	text   func([]string) string   // the node, from the texts of its parts
	to     []func([]string) string // what it becomes
	lazy   bool                    // whether a mutant must not be evaluated unless it is switched on
	typ    string                  // of the result; empty: inferred
}

// rewrite returns the file with all its mutants, which are added to the list.
func rewrite(name string, src []byte, mutants *[]Mutant, sites func(*rewriter, ast.Node) *site, importPath string) ([]byte, error) {
	r := &rewriter{fset: token.NewFileSet(), src: src, mutants: mutants, sites: sites}
	file, err := parser.ParseFile(r.fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	before := len(*mutants)
	body := r.node(file)
	if len(*mutants) == before {
		return src, nil
	}
	packageEnd := r.offset(file.Name.End()) - r.offset(file.FileStart)
	return []byte(body[:packageEnd] + "\n\nimport \"" + importPath + "\"\n" + body[packageEnd:]), nil
}

func (r *rewriter) offset(pos token.Pos) int { return r.fset.Position(pos).Offset }

// text is a node as it was emitted.
func (r *rewriter) text(n ast.Node) string {
	if n == nil || n == ast.Expr(nil) {
		return ""
	}
	from, to := r.span(n)
	return string(r.src[from:to])
}

// span is where a node stands in the source; that of a file is the whole of it.
func (r *rewriter) span(n ast.Node) (from, to int) {
	if _, ok := n.(*ast.File); ok {
		return 0, len(r.src)
	}
	return r.offset(n.Pos()), r.offset(n.End())
}

// node is the text of a node with the mutants in it.
func (r *rewriter) node(n ast.Node) string {
	if s := r.sites(r, n); s != nil {
		return r.mutate(n, s)
	}
	from, to := r.span(n)
	var out strings.Builder
	for _, child := range children(n) {
		childFrom, childTo := r.span(child)
		out.Write(r.src[from:childFrom])
		out.WriteString(r.node(child))
		from = childTo
	}
	out.Write(r.src[from:to])
	return out.String()
}

// children are the nodes right under n that a mutant may change, in the order of the text. Constants have to stay so.
func children(n ast.Node) []ast.Node {
	if function, ok := n.(*ast.FuncDecl); ok {
		return []ast.Node{function.Body}
	}
	var found []ast.Node
	ast.Inspect(n, func(child ast.Node) bool {
		if child == n {
			return true
		}
		if decl, ok := child.(*ast.GenDecl); ok && decl.Tok != token.VAR || child == nil {
			return false
		}
		found = append(found, child)
		return false
	})
	slices.SortFunc(found, func(a, b ast.Node) int { return int(a.Pos() - b.Pos()) })
	return found
}

// mutate is the text of a node that is, by the environment, itself or one of its mutants.
func (r *rewriter) mutate(n ast.Node, s *site) string {
	parts := make([]string, len(s.parts))
	plain := make([]string, len(s.parts))
	for i, part := range s.parts {
		parts[i], plain[i] = r.node(part), r.text(part)
	}
	text := s.text(parts)
	for i, to := range s.to {
		id := len(*r.mutants) + 1
		m := Mutant{ID: id, Kind: s.kind, Position: r.fset.Position(n.Pos()), From: s.text(plain), To: to(plain)}
		if s.kind == Removal {
			m.From, m.To = plain[i], "nothing"
		}
		*r.mutants = append(*r.mutants, m)
		switch {
		case s.lazy:
			text = fmt.Sprintf("func() %s { if mutant.On(%d) { return %s }; return %s }()", s.typ, id, to(parts), text)
		case s.typ != "":
			text = fmt.Sprintf("mutant.Pick[%s](%d, %s, %s)", s.typ, id, to(parts), text)
		default:
			text = fmt.Sprintf("mutant.Pick(%d, %s, %s)", id, to(parts), text)
		}
	}
	return s.before + text
}

// binary is the site of two parts and what stands between them.
func binary(kind Kind, x, y ast.Node, op token.Token, others []token.Token) *site {
	join := func(op token.Token) func([]string) string {
		return func(parts []string) string { return parts[0] + " " + op.String() + " " + parts[1] }
	}
	s := &site{kind: kind, parts: []ast.Node{x, y}, text: join(op)}
	for _, other := range others {
		s.to = append(s.to, join(other))
	}
	return s
}

// fixed is the site of a text without parts.
func fixed(kind Kind, text string, others ...string) *site {
	is := func(text string) func([]string) string { return func([]string) string { return text } }
	s := &site{kind: kind, text: is(text)}
	for _, other := range others {
		s.to = append(s.to, is(other))
	}
	return s
}

// neighbours are the numbers next to one, in the notation of Go.
func neighbours(literal string) []string {
	if whole, err := strconv.Atoi(literal); err == nil {
		return []string{strconv.Itoa(whole + 1), strconv.Itoa(whole - 1)}
	}
	number, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return nil
	}
	return []string{strconv.FormatFloat(number*1.25, 'g', -1, 64), strconv.FormatFloat(number*0.75, 'g', -1, 64)}
}
