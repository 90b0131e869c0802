package gomod

import (
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sourcePackage is what the Go files of one folder import, the standard library left out.
type sourcePackage struct {
	imports, tests []string
}

// pkg returns the module's package at importPath, or nil if it has none.
func (src *source) pkg(t *testing.T, importPath string) *sourcePackage {
	t.Helper()
	if p, ok := src.scanned[importPath]; ok {
		return p
	}
	files, err := filepath.Glob(filepath.Join(src.Dir, strings.TrimPrefix(importPath, src.Path), "*.go"))
	require.NoError(t, err)
	var p *sourcePackage
	if len(files) > 0 && within(src.Path, importPath) {
		p = scan(t, files)
	}
	src.scanned[importPath] = p
	return p
}

// scan reads the imports as `go mod tidy` does: of the files for all systems and all build tags, but "ignore".
func scan(t *testing.T, files []string) *sourcePackage {
	t.Helper()
	imports, tests := make(map[string]bool), make(map[string]bool)
	for _, name := range files {
		if base := filepath.Base(name); base[0] == '_' || base[0] == '.' {
			continue
		}
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly|parser.ParseComments)
		require.NoError(t, err)
		if isIgnored(file) {
			continue
		}
		into := imports
		if strings.HasSuffix(name, "_test.go") {
			into = tests
		}
		for _, spec := range file.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			if !isStandard(p) {
				into[p] = true
			}
		}
	}
	return &sourcePackage{slices.Sorted(maps.Keys(imports)), slices.Sorted(maps.Keys(tests))}
}

// isIgnored reports whether no choice of build tags would let the file in, where nobody chooses "ignore". A
// //go:build line makes the older // +build lines count for nothing.
func isIgnored(file *ast.File) bool {
	var old []string
	for _, group := range file.Comments {
		for _, c := range group.List {
			switch {
			case c.Pos() > file.Package:
			case constraint.IsGoBuild(c.Text):
				return !canHold(c.Text)
			case constraint.IsPlusBuild(c.Text):
				old = append(old, c.Text)
			}
		}
	}
	return slices.ContainsFunc(old, func(line string) bool { return !canHold(line) })
}

func canHold(line string) bool {
	expr, err := constraint.Parse(line)
	return err == nil && canBe(true, expr)
}

// canBe reports whether expr can be want when each tag but "ignore" may hold in one place and not in another.
func canBe(want bool, expr constraint.Expr) bool {
	switch x := expr.(type) {
	case *constraint.TagExpr:
		return !want || x.Tag != "ignore"
	case *constraint.NotExpr:
		return canBe(!want, x.X)
	case *constraint.AndExpr:
		if want {
			return canBe(true, x.X) && canBe(true, x.Y)
		}
		return canBe(false, x.X) || canBe(false, x.Y)
	case *constraint.OrExpr:
		if want {
			return canBe(true, x.X) || canBe(true, x.Y)
		}
		return canBe(false, x.X) && canBe(false, x.Y)
	default:
		return false
	}
}
