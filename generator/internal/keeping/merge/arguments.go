package merge

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
)

// call makes in a call of the user's the changes between two calls of msgen's: arguments that come and go.
func (c *change) call(before, mine, now *ast.CallExpr) bool {
	removed, ok := c.removedArguments(before, mine, now)
	if !ok {
		return false
	}
	if !c.removeArguments(mine, removed) {
		return false
	}
	added := map[int][]string{} // new arguments by the index of the user's that they follow; -1: of none
	place := -1
	for _, arg := range now.Args {
		key := c.theirs.argument(arg)
		was, known := argumentOf(c.base, before, key)
		i := slices.IndexFunc(mine.Args, func(a ast.Expr) bool { return c.mine.argument(a) == key })
		switch {
		case i >= 0 && known:
			place = i
			if !c.value(was, mine.Args[i], arg) {
				return false
			}
		case i >= 0:
			place = i
		case !known && c.takes(mine):
			text := c.into.text(c.theirs, arg)
			if spread(now, arg) {
				text, place = text+"...", len(mine.Args)-1
			}
			added[place] = append(added[place], text)
		case known && wordsOf(c.base, was) != wordsOf(c.theirs, arg):
			apart, ok := c.apart(arg)
			if !ok || !c.value(was, apart, arg) {
				return false
			}
		}
	}
	if len(added) > 0 && c.replaced(before, mine, now) {
		return false
	}
	c.addArguments(mine, added, len(removed) == len(mine.Args))
	return true
}

// spread reports whether arg is a slice of arguments, which is the last of a call.
func spread(call *ast.CallExpr, arg ast.Expr) bool {
	return call.Ellipsis.IsValid() && arg == call.Args[len(call.Args)-1]
}

// replaced reports whether both sides have put arguments in the place of one that msgen passed.
func (c *change) replaced(before, mine, now *ast.CallExpr) bool {
	own := slices.ContainsFunc(mine.Args, func(a ast.Expr) bool { return !has(c.base, before, c.mine.argument(a)) })
	return own && slices.ContainsFunc(before.Args, func(was ast.Expr) bool {
		key := c.base.argument(was)
		return !has(c.mine, mine, key) && !has(c.theirs, now, key)
	})
}

func has(f *function, call *ast.CallExpr, key string) bool {
	_, ok := argumentOf(f, call, key)
	return ok
}

// argument is the same for the same argument of two calls, whatever its own arguments or elements are.
func (f *function) argument(arg ast.Expr) string {
	switch arg := arg.(type) {
	case *ast.CallExpr:
		return "call " + wordsOf(f, arg.Fun)
	case *ast.CompositeLit:
		return "literal " + wordsOf(f, arg.Type)
	default:
		return wordsOf(f, arg)
	}
}

func argumentOf(f *function, call *ast.CallExpr, key string) (arg ast.Expr, ok bool) {
	i := slices.IndexFunc(call.Args, func(a ast.Expr) bool { return f.argument(a) == key })
	if i < 0 {
		return nil, false
	}
	return call.Args[i], true
}

// takes reports whether a call can be given another argument.
func (c *change) takes(call *ast.CallExpr) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || c.keeps == nil {
		return true
	}
	pkg, ok := selector.X.(*ast.Ident)
	return !ok || !c.keeps(c.mine.packages[pkg.Name])
}

// value makes the changes between two values of msgen's in the user's: the same call, or a literal of the same type. Where
// the user passes something else, they may have made it before, in a statement of its own.
func (c *change) value(before, mine, now ast.Expr) bool {
	if c.base.argument(before) != c.theirs.argument(now) {
		return true
	}
	if c.mine.argument(mine) != c.theirs.argument(now) {
		if wordsOf(c.base, before) == wordsOf(c.theirs, now) {
			return true
		}
		apart, ok := c.apart(now)
		return !ok || c.value(before, apart, now) // another one is the user's own
	}
	switch now := now.(type) {
	case *ast.CallExpr:
		return c.call(before.(*ast.CallExpr), mine.(*ast.CallExpr), now)
	case *ast.CompositeLit:
		return c.elements(before.(*ast.CompositeLit), mine.(*ast.CompositeLit), now)
	default:
		return true
	}
}

// apart is the one place of the user's function that makes what msgen's text makes in a call.
func (c *change) apart(now ast.Expr) (found ast.Expr, ok bool) {
	key, n := c.theirs.argument(now), 0
	for _, made := range c.mine.made(c.mine.decl) {
		if c.mine.argument(made) == key {
			found = made
			n++
		}
	}
	return found, n == 1
}

// removedArguments are the indices of the user's arguments that msgen no longer passes. It is false where the user has
// changed one.
func (c *change) removedArguments(before, mine, now *ast.CallExpr) (removed []int, ok bool) {
	for _, was := range before.Args {
		key := c.base.argument(was)
		if has(c.theirs, now, key) {
			continue
		}
		i := slices.IndexFunc(mine.Args, func(a ast.Expr) bool { return c.mine.argument(a) == key })
		if i < 0 {
			continue
		}
		if wordsOf(c.base, was) != wordsOf(c.mine, mine.Args[i]) {
			return nil, false
		}
		removed = append(removed, i)
	}
	slices.Sort(removed)
	return removed, true
}

// removeArguments takes out each argument with the comma behind it, or before it if no other follows. It is false where
// that would take a comment along.
func (c *change) removeArguments(call *ast.CallExpr, removed []int) bool {
	for _, i := range removed {
		start, end := c.mine.span(call.Args[i])
		stays := slices.ContainsFunc(call.Args[i+1:], func(a ast.Expr) bool { return !slices.Contains(removed, slices.Index(call.Args, a)) })
		switch {
		case stays:
			end, _ = c.mine.span(call.Args[i+1])
		case i > 0:
			_, start = c.mine.span(call.Args[i-1])
		}
		if len(c.mine.comments(start, end)) > 0 {
			return false
		}
		c.edit(start, end, "")
	}
	return true
}

func (c *change) addArguments(call *ast.CallExpr, added map[int][]string, alone bool) {
	for place, texts := range added {
		all := strings.Join(texts, ", ")
		switch {
		case place >= 0:
			_, at := c.mine.span(call.Args[place])
			c.edit(at, at, ", "+all)
		case alone:
			at := c.mine.file.Offset(call.Lparen) + 1
			c.edit(at, at, all)
		default:
			at, _ := c.mine.span(call.Args[0])
			c.edit(at, at, all+", ")
		}
	}
}

// elements makes in a literal of the user's the changes between two literals of msgen's, by the names of their fields.
func (c *change) elements(before, mine, now *ast.CompositeLit) bool {
	was, own, next := fieldsOf(before), fieldsOf(mine), fieldsOf(now)
	renamed := c.renamedFields(was, next)
	place := -1
	for _, element := range now.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		field := nameOf(pair)
		old := field
		if from, ok := renamed[field]; ok {
			old = from
		}
		switch there := own[old]; {
		case there != nil:
			place = slices.Index(mine.Elts, ast.Expr(there))
			if !c.element(was[old], there, pair) {
				return false
			}
		case was[old] == nil:
			c.addElement(mine, place, field+": "+c.into.text(c.theirs, pair.Value))
		}
	}
	for _, field := range slices.Sorted(maps.Keys(was)) {
		if next[field] == nil && !slices.Contains(slices.Collect(maps.Values(renamed)), field) && own[field] != nil && !c.removeElement(was[field], own[field]) {
			return false
		}
	}
	return true
}

// element brings one element in step; a nil before is one that its user has added before msgen did.
func (c *change) element(before, mine, now *ast.KeyValueExpr) bool {
	if before == nil {
		return true
	}
	if nameOf(mine) != nameOf(now) {
		start, end := c.mine.span(mine.Key)
		c.edit(start, end, nameOf(now))
	}
	return c.value(before.Value, mine.Value, now.Value)
}

// renamedFields are the old names of fields by the new ones: msgen gives one the same value under both.
func (c *change) renamedFields(was, next map[string]*ast.KeyValueExpr) map[string]string {
	byValue := map[string][]string{} // fields that are new
	for field, pair := range next {
		if was[field] == nil {
			value := wordsOf(c.theirs, pair.Value)
			byValue[value] = append(byValue[value], field)
		}
	}
	renamed := map[string]string{}
	for field, pair := range was {
		if now := byValue[wordsOf(c.base, pair.Value)]; next[field] == nil && len(now) == 1 {
			renamed[now[0]] = field
		}
	}
	return renamed
}

// addElement puts an element behind the user's at the index, or before all of them.
func (c *change) addElement(literal *ast.CompositeLit, place int, text string) {
	opening, closing := c.mine.file.Offset(literal.Lbrace), c.mine.file.Offset(literal.Rbrace)
	src := c.mine.file.Src
	at, end := opening+1, opening+1
	if place >= 0 {
		_, at = c.mine.span(literal.Elts[place])
		end = at
		if i := strings.IndexByte(string(src[at:closing]), ','); i >= 0 && strings.TrimSpace(string(src[at:at+i])) == "" {
			end = at + i + 1
		}
	}
	multiline := strings.Contains(string(src[opening:closing]), "\n")
	switch {
	case multiline && (end > at || place < 0):
		at = endOfLine(src, end)
		c.edit(at, at, "\n"+c.indentOf(literal)+text+",")
	case place >= 0:
		c.edit(at, at, ", "+text)
	case len(literal.Elts) > 0:
		c.edit(at, at, text+", ")
	default:
		c.edit(at, at, text)
	}
}

// indentOf is how the elements of a literal begin that stand on lines of their own.
func (c *change) indentOf(literal *ast.CompositeLit) string {
	src := c.mine.file.Src
	start := lineBefore(src, c.mine.file.Offset(literal.Rbrace))
	line := string(src[start:])
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))] + "\t"
}

// endOfLine is where the line of a byte ends.
func endOfLine(src []byte, at int) int {
	end := lineAfter(src, at)
	return at + len(strings.TrimRight(string(src[at:end]), "\r\n"))
}

// removeElement takes out an element that is as msgen wrote it.
func (c *change) removeElement(was, mine *ast.KeyValueExpr) bool {
	start, end := c.mine.span(mine)
	src := c.mine.file.Src
	if i := strings.IndexByte(string(src[end:]), ','); i >= 0 && strings.TrimSpace(string(src[end:end+i])) == "" {
		end += i + 1
	}
	if wordsOf(c.base, was.Value) != wordsOf(c.mine, mine.Value) || len(c.mine.comments(start, lineAfter(src, end))) > 0 {
		return false
	}
	if from, to := lineBefore(src, start), lineAfter(src, end); strings.TrimSpace(string(src[from:start])+string(src[end:to])) == "" {
		start, end = from, to
	}
	c.edit(start, end, "")
	return true
}

func nameOf(pair *ast.KeyValueExpr) string {
	if ident, ok := pair.Key.(*ast.Ident); ok {
		return ident.Name
	}
	return ""
}

// fieldsOf are the elements of a literal by the names of their fields.
func fieldsOf(literal *ast.CompositeLit) map[string]*ast.KeyValueExpr {
	fields := map[string]*ast.KeyValueExpr{}
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			fields[nameOf(pair)] = pair
		}
	}
	return fields
}
