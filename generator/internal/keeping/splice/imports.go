package splice

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// File is a Go file that is to be edited.
type File struct {
	Src []byte
	*ast.File

	tokens *token.File
}

// Parse reads a Go file with its comments; identifiers are resolved, so that [ast.File.Unresolved] tells what a file
// takes from elsewhere.
func Parse(name string, src []byte) (*File, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	return &File{Src: src, File: file, tokens: fset.File(file.FileStart)}, nil
}

// Offset is the byte at which pos stands.
func (f *File) Offset(pos token.Pos) int { return f.tokens.Offset(pos) }

// Line is the line of pos, from 1, whatever line directives say.
func (f *File) Line(pos token.Pos) int { return f.tokens.PositionFor(pos, false).Line }

// Text is the source of a node.
func (f *File) Text(node ast.Node) string {
	return string(f.Src[f.Offset(node.Pos()):f.Offset(node.End())])
}

// Import is one import of a file.
type Import struct {
	Name string // as written; empty when the path's own name is used
	Path string
}

// Local is the name by which the file calls the package: "_" and "." are no names to call it by.
func (i Import) Local() string {
	if i.Name != "" {
		return i.Name
	}
	return PackageName(i.Path)
}

// Spec is the import as it is written in a block.
func (i Import) Spec() string {
	if i.Name == "" {
		return strconv.Quote(i.Path)
	}
	return i.Name + " " + strconv.Quote(i.Path)
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// PackageName is the name that an import path leads to expect of its package.
func PackageName(importPath string) string {
	if base := path.Base(importPath); !majorVersion.MatchString(base) {
		return base
	}
	return path.Base(path.Dir(importPath))
}

// ImportOf reads an import spec.
func ImportOf(spec *ast.ImportSpec) Import {
	unquoted, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
	i := Import{Path: unquoted}
	if spec.Name != nil {
		i.Name = spec.Name.Name
	}
	return i
}

// Used are the names that the file takes from its imports or from other files of its package.
func (f *File) Used() map[string]bool {
	used := map[string]bool{}
	for _, ident := range f.Unresolved {
		used[ident.Name] = true
	}
	return used
}

// ChangeImports is the file with imports that it does not have, and without those that are gone. One comes in before
// another goes, beside which it may belong.
func (f *File) ChangeImports(added []Import, gone func(Import) bool) ([]byte, error) {
	src := Apply(f.Src, f.addImports(added))
	more, err := Parse("", src)
	if err != nil {
		return nil, err
	}
	return Apply(src, more.removeImports(gone)), nil
}

// addImports makes room for imports that the file does not have, with the least change: in its first block, behind
// the import that sorts before it, else in a block of their own.
func (f *File) addImports(imports []Import) []Edit {
	if len(imports) == 0 {
		return nil
	}
	imports = slices.Clone(imports)
	slices.SortFunc(imports, func(a, b Import) int {
		if standard(a.Path) != standard(b.Path) {
			if standard(a.Path) {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Path, b.Path)
	})
	block := f.importBlock()
	if block == nil {
		return []Edit{f.newBlock(imports)}
	}
	var edits []Edit
	for _, i := range imports {
		edits = append(edits, f.addTo(block, i))
	}
	return edits
}

func (f *File) addTo(block *ast.GenDecl, i Import) Edit {
	at, text := f.Offset(block.Rparen), "\t"+i.Spec()+"\n"
	if next := neighbour(block, i); next != nil {
		if ImportOf(next).Path < i.Path {
			at, text = f.endOfLine(next), "\n\t"+i.Spec()
		} else {
			at, text = f.Offset(next.Pos()), i.Spec()+"\n\t"
		}
	}
	return Edit{at, at, text}
}

// importBlock is the first import declaration in parentheses that has more than cgo in it.
func (f *File) importBlock() *ast.GenDecl {
	for _, decl := range f.Decls {
		imports, ok := decl.(*ast.GenDecl)
		if !ok || imports.Tok != token.IMPORT {
			break
		}
		if imports.Lparen.IsValid() && f.Line(imports.Lparen) != f.Line(imports.Rparen) && !isC(imports) {
			return imports
		}
	}
	return nil
}

func isC(decl *ast.GenDecl) bool {
	return len(decl.Specs) == 1 && decl.Specs[0].(*ast.ImportSpec).Path.Value == `"C"`
}

// neighbour is the spec of the block beside which an import belongs: of those whose paths are most like its own the last
// that sorts before it, else the first. It is nil where the block has none of its kind.
func neighbour(block *ast.GenDecl, i Import) *ast.ImportSpec {
	var best *ast.ImportSpec
	most := -1
	for _, spec := range block.Specs {
		spec := spec.(*ast.ImportSpec)
		other := ImportOf(spec)
		if standard(other.Path) != standard(i.Path) {
			continue
		}
		if n := commonElements(other.Path, i.Path); n > most || n == most && other.Path < i.Path {
			best, most = spec, n
		}
	}
	return best
}

// commonElements counts the elements that two paths begin with.
func commonElements(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	return n
}

func standard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

// endOfLine is where the line of a spec ends, behind its comment.
func (f *File) endOfLine(spec *ast.ImportSpec) int {
	end := spec.End()
	if spec.Comment != nil {
		end = spec.Comment.End()
	}
	return f.Offset(end)
}

// newBlock is an import block behind everything that is imported so far, or behind the package clause.
func (f *File) newBlock(imports []Import) Edit {
	at := f.Offset(f.Name.End())
	for _, decl := range f.Decls {
		if imported, ok := decl.(*ast.GenDecl); ok && imported.Tok == token.IMPORT {
			at = f.Offset(imported.End())
		}
	}
	for at < len(f.Src) && f.Src[at] != '\n' && f.Src[at] != '\r' { // behind a comment or a semicolon
		at++
	}
	var text strings.Builder
	text.WriteString("\n\nimport (\n")
	for n, i := range imports {
		if n > 0 && standard(imports[n-1].Path) && !standard(i.Path) {
			text.WriteString("\n")
		}
		text.WriteString("\t" + i.Spec() + "\n")
	}
	text.WriteString(")")
	return Edit{at, at, text.String()}
}

// removeImports takes imports out by their paths, and an import declaration that nothing is left in.
func (f *File) removeImports(gone func(Import) bool) []Edit {
	var edits []Edit
	for _, decl := range f.Decls {
		imports, ok := decl.(*ast.GenDecl)
		if !ok || imports.Tok != token.IMPORT {
			break
		}
		var leaving []*ast.ImportSpec
		for _, spec := range imports.Specs {
			if s := spec.(*ast.ImportSpec); gone(ImportOf(s)) {
				leaving = append(leaving, s)
			}
		}
		if len(leaving) > 0 && len(leaving) == len(imports.Specs) && !f.hasComments(imports) {
			edits = append(edits, wholeLines(f.Src, Edit{f.Offset(imports.Pos()), f.Offset(imports.End()), ""}))
			continue
		}
		edits = append(edits, f.removeSpecs(leaving)...)
	}
	return edits
}

// removeSpecs takes out lines of a block, and where a group of imports goes as a whole, one of the blank lines around
// it. Comments on and above the lines are whoever's wrote them, and stay.
func (f *File) removeSpecs(specs []*ast.ImportSpec) []Edit {
	var edits []Edit
	for _, s := range specs {
		e := wholeLines(f.Src, Edit{f.Offset(s.Pos()), f.Offset(s.End()), ""})
		if last := len(edits) - 1; last >= 0 && edits[last].End == e.Start {
			edits[last].End = e.End
		} else {
			edits = append(edits, e)
		}
	}
	for i := range edits {
		edits[i] = closeGap(f.Src, edits[i])
		if i > 0 { // two groups may have one blank line between them
			edits[i].Start = max(edits[i].Start, edits[i-1].End)
		}
	}
	return edits
}

// hasComments reports whether something is said in a declaration, or on its last line.
func (f *File) hasComments(decl *ast.GenDecl) bool {
	return slices.ContainsFunc(f.Comments, func(c *ast.CommentGroup) bool {
		return c.Pos() > decl.Pos() && f.Line(c.Pos()) <= f.Line(decl.End())
	})
}
