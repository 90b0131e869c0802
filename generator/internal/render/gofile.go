package render

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// formatGo drops the imports that the file does not use, and formats the rest. Templates list every import that they
// may need: which of them a service needs is then read off the code, and nothing is searched for.
func formatGo(src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("%w in\n%s", err, numbered(src))
	}
	return format.Source(cut(src, unusedImports(fset, file)))
}

// span is a half-open range of bytes.
type span struct{ from, to int }

// unusedImports returns the lines of the imports whose name the file never uses, and of those that stand twice.
func unusedImports(fset *token.FileSet, file *ast.File) []span {
	used := map[string]bool{}
	for _, ident := range file.Unresolved {
		used[ident.Name] = true
	}
	var spans []span
	seen := map[string]bool{}
	for _, spec := range file.Imports {
		name := importName(spec)
		if used[name] && !seen[name] || name == "_" {
			seen[name] = true
			continue
		}
		from, to := fset.Position(spec.Pos()), fset.Position(spec.End())
		spans = append(spans, span{from.Offset, to.Offset})
	}
	return spans
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// importName is the name that an import declares in its file: its own, or the one that its path leads to expect.
func importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	importPath, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
	if base := path.Base(importPath); !majorVersion.MatchString(base) {
		return base
	}
	return path.Base(path.Dir(importPath))
}

// cut removes spans, which are in order, each with the line that it leaves blank.
func cut(src []byte, spans []span) []byte {
	if len(spans) == 0 {
		return src
	}
	var out bytes.Buffer
	at := 0
	for _, s := range spans {
		from := bytes.LastIndexByte(src[:s.from], '\n') + 1
		to := s.to + bytes.IndexByte(src[s.to:], '\n') + 1
		out.Write(src[at:from])
		at = to
	}
	out.Write(src[at:])
	return out.Bytes()
}

// numbered is src with line numbers, for an error message about a template that does not print Go.
func numbered(src []byte) string {
	lines := strings.Split(string(src), "\n")
	for i, line := range lines {
		lines[i] = fmt.Sprintf("%4d  %s", i+1, line)
	}
	return strings.Join(lines, "\n")
}
