package handlers

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/build/constraint"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// source is one Go file, as it means what it says once the stubs have their new place and names.
type source struct {
	parsed

	imports  []splice.Import              // one for each spec of the file
	packages map[*ast.Ident]splice.Import // what names of packages stand for, wherever something is selected from one
	renamed  map[*ast.Ident]string        // what names that are selected from the stubs are called now, if they change
	selected map[string]bool              // every name that is selected from something
	funcs    []*function
}

func newSource(file parsed, successors succession) *source {
	s := &source{parsed: file, packages: map[*ast.Ident]splice.Import{}, renamed: map[*ast.Ident]string{}, selected: map[string]bool{}}
	for _, spec := range file.Imports {
		s.imports = append(s.imports, successors.moved(splice.ImportOf(spec)))
	}
	s.readSelectors(successors)
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok {
			s.funcs = append(s.funcs, newFunction(s, f))
		}
	}
	return s
}

// readSelectors finds what the file takes from the packages that it imports, in one walk.
func (s *source) readSelectors(successors succession) {
	unresolved := make(map[*ast.Ident]bool, len(s.Unresolved))
	for _, ident := range s.Unresolved {
		unresolved[ident] = true
	}
	byName := map[string]splice.Import{}
	for _, i := range s.imports {
		byName[i.Local()] = i
	}
	ast.Inspect(s.File.File, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		s.selected[selector.Sel.Name] = true
		ident, isName := selector.X.(*ast.Ident)
		if !isName || !unresolved[ident] {
			return true
		}
		imported, isPackage := byName[ident.Name]
		if !isPackage {
			return true
		}
		s.packages[ident] = imported
		if name := successors.renamed(imported, selector.Sel.Name); name != selector.Sel.Name {
			s.renamed[selector.Sel] = name
		}
		return true
	})
}

// packagesIn are the names of imported packages in a node, in their order.
func (s *source) packagesIn(node ast.Node) []*ast.Ident {
	var idents []*ast.Ident
	ast.Inspect(node, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok && s.packages[ident].Path != "" {
			idents = append(idents, ident)
		}
		return true
	})
	return idents
}

// selectedBy is the name that an expression selects from something, as it is called now: "T" of "pkg.T". It is empty for
// other expressions.
func (s *source) selectedBy(expr ast.Expr) string {
	selector, ok := expr.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	return cmp.Or(s.renamed[selector.Sel], selector.Sel.Name)
}

// importOf is the file's import of a path; nil if it has none.
func (s *source) importOf(path string) *splice.Import {
	i := slices.IndexFunc(s.imports, func(i splice.Import) bool { return i.Path == path })
	if i < 0 {
		return nil
	}
	return &s.imports[i]
}

// all is the functions of a file that may not be known.
func (s *source) all() []*function {
	if s == nil {
		return nil
	}
	return s.funcs
}

// named is the function of a file that is called as f is; nil if there is none.
func (s *source) named(f *function) *function {
	i := slices.IndexFunc(s.all(), func(other *function) bool { return other.isMethod() == f.isMethod() && other.name() == f.name() })
	if i < 0 {
		return nil
	}
	return s.funcs[i]
}

// span is where a node starts and ends.
func (s *source) span(node ast.Node) (start, end int) {
	return s.Offset(node.Pos()), s.Offset(node.End())
}

// cut is a piece of the file with the edits made that lie in it.
func (s *source) cut(start, end int, edits []splice.Edit) string {
	shifted := make([]splice.Edit, len(edits))
	for i, e := range edits {
		shifted[i] = splice.Edit{Start: e.Start - start, End: e.End - start, New: e.New}
	}
	return string(splice.Apply(s.Src[start:end], shifted))
}

// endOfLine is where the line ends on which the byte stands.
func (s *source) endOfLine(at int) int {
	line, _, found := bytes.Cut(s.Src[at:], []byte("\n"))
	if !found {
		return len(s.Src)
	}
	return at + len(bytes.TrimSuffix(line, []byte("\r")))
}

// beforeSpace is where the white space begins that ends at a byte.
func beforeSpace(text []byte, at int) int {
	for at > 0 && isSpace(text[at-1]) {
		at--
	}
	return at
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

func (s *source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// constrained reports whether some builds leave the file out.
func (s *source) constrained() bool {
	for _, group := range s.Comments {
		if group.Pos() > s.Package {
			break
		}
		if slices.ContainsFunc(group.List, func(c *ast.Comment) bool { return constraint.IsGoBuild(c.Text) }) {
			return true
		}
	}
	name := strings.TrimSuffix(s.path, ".go")
	_, suffix, found := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], "_")
	return found && suffix != "test" && slices.Contains(platforms(), suffix[strings.LastIndexByte(suffix, '_')+1:])
}

// platforms are the systems and processors by which a file's name may constrain it.
func platforms() []string {
	return strings.Fields("aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 " +
		"windows 386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm")
}
