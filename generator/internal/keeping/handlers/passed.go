package handlers

import (
	"go/ast"
	"maps"
	"path"
	"slices"
	"strings"
)

// passed are the folders of the tree whose packages make what main passes on as handlers: what stands in server.Services, and in the
// call of events.NewConsumer.
func (t Tree) passed() []string {
	dirs := map[string]bool{}
	for _, file := range t.mainFiles() {
		m := mainFile{source: newSource(file, succession{}), root: t.Root, seen: map[ast.Node]bool{}, dirs: dirs}
		m.find()
	}
	return slices.Sorted(maps.Keys(dirs))
}

// mainFiles are the files of the program's main package, as far as they parse.
func (t Tree) mainFiles() []parsed {
	var files []parsed
	for name := range t.Memory.Files {
		if isMain, err := path.Match("cmd/*/main.go", name); err == nil && isMain {
			more, _ := parseAll(t.goFiles(path.Dir(name)))
			files = append(files, more...)
		}
	}
	return slices.DeleteFunc(files, func(file parsed) bool { return strings.HasSuffix(file.path, "_test.go") })
}

// mainFile is a file of the main package that is searched.
type mainFile struct {
	*source

	root string
	seen map[ast.Node]bool
	dirs map[string]bool // the result
}

// find looks for the places at which main passes handlers on.
func (m *mainFile) find() {
	ast.Inspect(m.File.File, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if m.selects(n.Type, "internal/server", "Services") {
				m.follow(n)
			}
		case *ast.CallExpr:
			if m.selects(n.Fun, "internal/events", "NewConsumer") {
				for _, argument := range n.Args {
					m.follow(argument)
				}
			}
		}
		return true
	})
}

// selects reports whether an expression is a name of one of the tree's packages.
func (m *mainFile) selects(expr ast.Expr, dir, name string) bool {
	selector, ok := expr.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != name {
		return false
	}
	base, ok := selector.X.(*ast.Ident)
	return ok && m.packages[base].Path == path.Join(m.root, dir)
}

// follow adds the packages of the tree that a piece of code names, also through its variables.
func (m *mainFile) follow(code ast.Node) {
	if m.seen[code] {
		return
	}
	m.seen[code] = true
	ast.Inspect(code, func(n ast.Node) bool {
		ident, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if dir, inTree := strings.CutPrefix(m.packages[ident].Path, m.root+"/"); inTree {
			m.dirs[dir] = true
		} else if ident.Obj != nil && ident.Obj.Kind == ast.Var {
			m.followDeclaration(ident.Obj.Decl)
		}
		return true
	})
}

// followDeclaration follows what a variable is set to where it is declared.
func (m *mainFile) followDeclaration(node any) {
	switch declared := node.(type) {
	case *ast.AssignStmt:
		for _, value := range declared.Rhs {
			m.follow(value)
		}
	case *ast.ValueSpec:
		for _, value := range declared.Values {
			m.follow(value)
		}
	}
}
