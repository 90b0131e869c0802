package merge

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// step is a statement that makes something, with the statements that follow from it: the check of its error, and the deferred
// calls.
//
//	deps, err := clients.New(tel)
//	if err != nil {
//		return err
//	}
//	defer func() { _ = deps.Close() }()
type step struct {
	lead  ast.Stmt
	rest  []ast.Stmt
	block []ast.Stmt // that it stands in
}

func (s step) all() []ast.Stmt { return append([]ast.Stmt{s.lead}, s.rest...) }

// stepsOf cuts a list of statements into steps.
func stepsOf(list []ast.Stmt) []step {
	var steps []step
	for _, stmt := range list {
		if last := len(steps) - 1; last >= 0 && steps[last].precedes(stmt) {
			steps[last].rest = append(steps[last].rest, stmt)
			continue
		}
		steps = append(steps, step{lead: stmt, block: list})
	}
	return steps
}

// deepSteps are the steps of a block and of all blocks in it.
func deepSteps(body *ast.BlockStmt) []step {
	var steps []step
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			steps = append(steps, stepsOf(n.List)...)
		case *ast.CaseClause:
			steps = append(steps, stepsOf(n.Body)...)
		case *ast.CommClause:
			steps = append(steps, stepsOf(n.Body)...)
		}
		return true
	})
	return steps
}

// precedes reports whether the statement follows from what the step has assigned.
func (s step) precedes(stmt ast.Stmt) bool {
	switch stmt := stmt.(type) {
	case *ast.IfStmt:
		return stmt.Init == nil && len(s.rest) == 0 && s.assigns(stmt.Cond)
	case *ast.DeferStmt:
		return s.assigns(stmt)
	default:
		return false
	}
}

// assigns reports whether a node uses what the step's first statement assigns.
func (s step) assigns(node ast.Node) bool {
	assigned := s.assigned()
	return slices.ContainsFunc(namesIn(node), func(ident *ast.Ident) bool { return slices.Contains(assigned, ident.Name) })
}

// assigned are the names on the left side of the step's first statement; others are "".
func (s step) assigned() []string {
	assign, ok := s.lead.(*ast.AssignStmt)
	if !ok {
		return nil
	}
	names := make([]string, len(assign.Lhs))
	for i, left := range assign.Lhs {
		if ident, ok := left.(*ast.Ident); ok {
			names[i] = ident.Name
		}
	}
	return names
}

// call is the call that the step is about; nil if it is about something else.
func (s step) call() *ast.CallExpr {
	var exprs []ast.Expr
	switch lead := s.lead.(type) {
	case *ast.AssignStmt:
		exprs = lead.Rhs
	case *ast.ReturnStmt:
		exprs = lead.Results
	case *ast.ExprStmt:
		exprs = []ast.Expr{lead.X}
	}
	if len(exprs) != 1 {
		return nil
	}
	call, _ := exprs[0].(*ast.CallExpr)
	return call
}

// key is the same for the same step of two files, whatever it passes to its call.
func (f *function) key(s step) string {
	if call := s.call(); call != nil {
		return "call " + wordsOf(f, call.Fun)
	}
	return "text " + wordsOf(f, s.lead)
}

// byKey are the steps of a function by their keys; ok is false where two have the same key.
func (f *function) byKey() (steps map[string]step, ok bool) {
	steps = map[string]step{}
	for _, s := range f.steps {
		key := f.key(s)
		if _, twice := steps[key]; twice {
			return nil, false
		}
		steps[key] = s
	}
	return steps, true
}

// find is the one step that has the key.
func (f *function) find(key string) (found step, ok bool) {
	n := 0
	for _, s := range f.steps {
		if f.key(s) == key {
			found = s
			n++
		}
	}
	return found, n == 1
}

// top is where a statement begins with the comment right above it.
func (f *function) top(stmt ast.Stmt) int {
	src := f.file.Src
	start, _ := f.span(stmt)
	at := lineBefore(src, start)
	if strings.TrimSpace(string(src[at:start])) != "" {
		return start // behind another statement
	}
	for at > 0 {
		above := lineBefore(src, at-1)
		if !strings.HasPrefix(strings.TrimSpace(string(src[above:at])), "//") {
			break
		}
		at = above
	}
	return at
}

// linesOf is where the lines of a statement begin and end, with the comment above it.
func (f *function) linesOf(stmt ast.Stmt) (start, end int) {
	_, end = f.span(stmt)
	return lineBefore(f.file.Src, f.top(stmt)), lineAfter(f.file.Src, end)
}

// commentsOf are the comments on the lines of statements.
func (f *function) commentsOf(stmts []ast.Stmt) []string {
	var all []string
	for _, stmt := range stmts {
		start, end := f.linesOf(stmt)
		all = append(all, f.comments(start, end)...)
	}
	return all
}

// lines is the text of a step, from the comment above it to the end of its last line, as it reads in another function.
func (f *function) lines(s step, into *translation) string {
	last := s.all()[len(s.rest)]
	start := f.top(s.lead)
	_, end := f.span(last)
	end = lineAfter(f.file.Src, end)
	var edits []splice.Edit
	for _, stmt := range s.all() {
		edits = append(edits, into.edits(f, stmt)...)
	}
	return cut(f.file.Src, start, end, edits)
}

// cut is a piece of a text with the edits made that lie in it.
func cut(src []byte, start, end int, edits []splice.Edit) string {
	return string(splice.Apply(src[start:end], shifted(edits, -start)))
}

// shifted are the edits of a text that begins by so many bytes later.
func shifted(edits []splice.Edit, by int) []splice.Edit {
	out := make([]splice.Edit, len(edits))
	for i, e := range edits {
		out[i] = splice.Edit{Start: e.Start + by, End: e.End + by, New: e.New}
	}
	return out
}
