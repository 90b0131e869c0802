package handlers

import (
	"go/ast"
	"regexp"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// rename is a name of the stubs' that a file has to call differently.
type rename struct {
	file *source
	name *ast.Ident
	was  string
}

// renameStubs follows a service that is called differently now: names that its stubs have after it get the new one, in
// every file of the folder, so that the type which embeds one of them is known as the service's.
func (s *splicer) renameStubs() {
	from, to := s.base.service(), s.next.service()
	if from == "" || to == "" || from == to {
		return
	}
	stubs := s.next.stubs()
	named := regexp.MustCompile(`^(Unsafe|Unimplemented|New|Register|)` + from + `(Server|Client|_\w+)$`)
	for _, file := range s.disk.files {
		imported := file.packagesIn(file.File.File)
		ast.Inspect(file.File.File, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, isName := selector.X.(*ast.Ident)
			if isName && imported[pkg].Path == stubs && named.MatchString(selector.Sel.Name) {
				s.renames = append(s.renames, rename{file, selector.Sel, selector.Sel.Name})
				selector.Sel.Name = named.ReplaceAllString(selector.Sel.Name, "${1}"+to+"${2}")
			}
			return true
		})
	}
}

// renameRest makes edits of the renames in all text that stays.
func (s *splicer) renameRest() {
	for _, r := range s.renames {
		start := r.file.Offset(r.name.Pos())
		replaced := slices.ContainsFunc(s.edits[r.file], func(e splice.Edit) bool { return e.Start <= start && start < e.End })
		if !replaced {
			s.edit(r.file, splice.Edit{Start: start, End: start + len(r.was), New: r.name.Name})
		}
	}
}
