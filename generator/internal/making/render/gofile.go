package render

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/msgen/msgen/generator/internal/making/model"
)

// formatGo formats a file of a tree, with imports for what it uses alone, in three groups: the standard library's, other modules',
// the packages below the tree's own import paths. Templates list every import that they may need: which of them a service needs
// is then read off the code, and nothing is searched for.
func formatGo(src []byte, own ...string) ([]byte, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("%w in\n%s", err, numbered(src))
	}
	if len(file.Imports) == 0 {
		return format.Source(src)
	}
	decl := file.Decls[0].(*ast.GenDecl) // a file with imports begins with them
	var out bytes.Buffer
	out.Write(src[:decl.Pos()-file.FileStart])
	out.WriteString(importBlock(src, file, own))
	out.Write(src[decl.End()-file.FileStart:])
	return format.Source(out.Bytes())
}

// importBlock is the import declaration for what the file uses; empty when it uses nothing.
func importBlock(src []byte, file *ast.File, own []string) string {
	used := map[string]bool{"_": true}
	for _, ident := range file.Unresolved {
		used[ident.Name] = true
	}
	var groups [3][]string
	for _, spec := range file.Imports {
		name, importPath := importName(spec), importPath(spec)
		if !used[name] {
			continue
		}
		line := strconv.Quote(importPath)
		if name != model.ExpectedName(importPath) {
			line = name + " " + line
		}
		if spec.Comment != nil {
			from, to := spec.Comment.Pos()-file.FileStart, spec.Comment.End()-file.FileStart
			line += " " + string(src[from:to])
		}
		if group := group(importPath, own); !slices.Contains(groups[group], line) {
			groups[group] = append(groups[group], line)
		}
	}
	lines := slices.Concat(groups[0], []string{""}, groups[1], []string{""}, groups[2])
	if len(lines) == 2 {
		return ""
	}
	return "import (\n" + strings.Join(lines, "\n") + "\n)"
}

// group is 0 for the standard library, 2 for the tree's own packages, and 1 for the rest.
func group(importPath string, own []string) int {
	first, _, _ := strings.Cut(importPath, "/")
	switch {
	case slices.ContainsFunc(own, func(root string) bool { return strings.HasPrefix(importPath, root+"/") }):
		return 2
	case strings.Contains(first, "."):
		return 1
	default:
		return 0
	}
}

// importName is the name that an import declares in its file.
func importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	return model.ExpectedName(importPath(spec))
}

func importPath(spec *ast.ImportSpec) string {
	unquoted, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
	return unquoted
}

// numbered is src with line numbers, for an error message about a template that does not print Go.
func numbered(src []byte) string {
	lines := strings.Split(string(src), "\n")
	for i, line := range lines {
		lines[i] = fmt.Sprintf("%4d  %s", i+1, line)
	}
	return strings.Join(lines, "\n")
}
