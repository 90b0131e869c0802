package merge

import (
	"cmp"
	"go/ast"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// Keeps reports whether the New of a package, by its import path, keeps the parameters that its user gave it: then what
// msgen would pass in addition is not passed, since the call would not compile.
type Keeps func(importPath string) bool

// spliced is a function of the user's with msgen's changes in it.
type spliced struct {
	text    string
	edits   int             // how many there are
	imports []splice.Import // that the text needs under names of their own
}

// spliceFunction makes in the user's function the changes between two texts of msgen's, whatever the user has written
// between its statements, and however they have renamed its variables. It is false where a change does not find its
// place, or would take out what the user has written: then the lines decide.
func spliceFunction(base, mine, theirs *function, keeps Keeps) (out spliced, ok bool) {
	base.steps, theirs.steps, mine.steps = stepsOf(base.decl.Body.List), stepsOf(theirs.decl.Body.List), deepSteps(mine.decl.Body)
	if wordsOf[ast.Node](base, base.decl.Type) != wordsOf[ast.Node](theirs, theirs.decl.Type) {
		return spliced{}, false
	}
	c := change{base: base, mine: mine, theirs: theirs, into: translate(base, mine), keeps: keeps}
	if !c.steps() {
		return spliced{}, false
	}
	slices.SortStableFunc(c.edits, func(a, b splice.Edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	for i := range c.edits {
		if i > 0 && c.edits[i].Start < c.edits[i-1].End {
			return spliced{}, false // two on one line
		}
	}
	start, end := mine.span(mine.decl)
	return spliced{cut(mine.file.Src, start, end, c.edits), len(c.edits), c.into.imports}, true
}

// change is what has to be done to a function of the user's.
type change struct {
	base, mine, theirs *function

	into  *translation
	keeps Keeps
	edits []splice.Edit
}

func (c *change) edit(start, end int, text string) {
	c.edits = append(c.edits, splice.Edit{Start: start, End: end, New: text})
}

// steps makes the changes. It is false where one cannot be made.
func (c *change) steps() bool {
	was, unique := c.base.byKey()
	next, uniqueToo := c.theirs.byKey()
	if !unique || !uniqueToo {
		return false
	}
	for i, now := range c.theirs.steps {
		key := c.theirs.key(now)
		before, known := was[key]
		mine, has := c.mine.find(key)
		switch {
		case !known && has: // its user has been faster
		case !known:
			if !c.insert(now, c.theirs.steps[i+1:]) {
				return false
			}
		case wordsOf(c.base, before.all()...) == wordsOf(c.theirs, now.all()...):
		case !has || !c.update(before, mine, now):
			return false
		}
	}
	for _, before := range c.base.steps {
		key := c.base.key(before)
		if _, stays := next[key]; stays {
			continue
		}
		if mine, has := c.mine.find(key); has && !c.remove(before, mine) {
			return false
		}
	}
	return true
}

// insert puts a step before the next step of msgen's text that the user still has.
func (c *change) insert(now step, following []step) bool {
	for _, s := range following {
		anchor, ok := c.mine.find(c.theirs.key(s))
		if !ok {
			continue
		}
		c.into.bringIn(now)
		before := c.firstUse(anchor, following)
		at := c.mine.top(before)
		start, _ := c.mine.span(before)
		indent := string(c.mine.file.Src[lineBefore(c.mine.file.Src, start):start])
		if strings.TrimSpace(indent) != "" {
			return false // behind another statement
		}
		c.edit(at, at, indented(c.theirs.lines(now, c.into), indent))
		return true
	}
	return false
}

// firstUse is the statement before which a step of msgen's comes in: the anchor, or an earlier statement in which the user makes
// an argument of a following step.
func (c *change) firstUse(anchor step, following []step) ast.Stmt {
	passed := map[string]bool{}
	for _, s := range following {
		for _, key := range c.theirs.passed(s) {
			passed[key] = true
		}
	}
	for _, stmt := range anchor.block {
		if stmt == anchor.lead {
			break
		}
		if slices.ContainsFunc(c.mine.made(stmt), func(made ast.Expr) bool { return passed[c.mine.argument(made)] }) {
			return stmt
		}
	}
	return anchor.lead
}

// passed are what a step makes for its call, as [function.argument] has it.
func (f *function) passed(s step) []string {
	var keys []string
	if call := s.call(); call != nil {
		for _, arg := range call.Args {
			for _, made := range f.made(arg) {
				keys = append(keys, f.argument(made))
			}
		}
	}
	return keys
}

// made lists the calls and literals in a node.
func (f *function) made(node ast.Node) []ast.Expr {
	var all []ast.Expr
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			all = append(all, n)
		case *ast.CompositeLit:
			all = append(all, n)
		}
		return true
	})
	return all
}

// indented is a text of a function's own block as it stands in a block with another indent.
func indented(text, indent string) string {
	if indent == "\t" {
		return text
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			line = indent + strings.TrimPrefix(line, "\t")
		}
		out.WriteString(line)
	}
	return out.String()
}

// update changes what a step passes to its call.
func (c *change) update(before, mine, now step) bool {
	if before.call() == nil || wordsOf(c.base, before.rest...) != wordsOf(c.theirs, now.rest...) ||
		!slices.Equal(before.assigned(), now.assigned()) {
		return false
	}
	return c.call(before.call(), mine.call(), now.call())
}

// remove takes out a step that msgen's text no longer has. The step goes with the call that it is about, and so do plain
// checks of its error. Anything else that its user has written there stays, and the lines decide.
func (c *change) remove(before, mine step) bool {
	gone := mine.all()
	if before.call() == nil && wordsOf(c.base, before.lead) != wordsOf(c.mine, mine.lead) {
		return false
	}
	for _, was := range before.rest {
		if apart, ok := c.mine.find("text " + wordsOf(c.base, was)); ok { // behind a statement of the user's
			gone = append(gone, apart.all()...)
		}
	}
	for _, stmt := range gone[1:] {
		same := func(was ast.Stmt) bool { return wordsOf(c.base, was) == wordsOf(c.mine, stmt) }
		if !plainCheck(stmt) && !slices.ContainsFunc(before.rest, same) {
			return false
		}
	}
	known := c.base.commentsOf(before.all())
	for _, stmt := range gone {
		for _, comment := range c.mine.commentsOf([]ast.Stmt{stmt}) {
			if !slices.Contains(known, comment) {
				return false
			}
		}
		start, end := c.mine.linesOf(stmt)
		c.edit(start, end, "")
	}
	return true
}

// plainCheck reports whether a statement does nothing but end the function when a step has failed.
func plainCheck(stmt ast.Stmt) bool {
	check, ok := stmt.(*ast.IfStmt)
	if !ok || check.Else != nil || len(check.Body.List) != 1 {
		return false
	}
	_, returns := check.Body.List[0].(*ast.ReturnStmt)
	return returns
}
