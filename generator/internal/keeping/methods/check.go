package methods

import (
	"errors"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// Import makes the world the [types.Importer] of its own packages. A package to which no embedding leads gets a stand-in: types
// of that package are in signatures alone.
func (w *world) Import(importPath string) (*types.Package, error) {
	p, known := w.packages[importPath]
	switch {
	case importPath == "unsafe":
		return types.Unsafe, nil
	case !known, len(p.files) == 0 && standard(importPath):
		return w.standIn(importPath), nil
	case p.fault != "":
		return nil, errors.New(p.fault)
	default:
		return w.check(p), nil
	}
}

// check type-checks a package, once. The compiler reports what else is wrong with it.
func (w *world) check(p *pkg) *types.Package {
	if p.checked == nil {
		p.checked = types.NewPackage(p.path, "") // while it is on its way, for imports in a circle
		config := types.Config{Importer: w, FakeImportC: true, IgnoreFuncBodies: true, Error: func(error) {}}
		p.checked, _ = config.Check(p.path, w.fset, p.files, nil)
	}
	return p.checked
}

// standIn is a package that declares a type for every name that is selected from it. No type of the standard library answers an RPC,
// so that a stand-in does for an embedded sync.Mutex as well.
func (w *world) standIn(importPath string) *types.Package {
	out := types.NewPackage(importPath, splice.PackageName(importPath))
	for _, p := range w.packages {
		for _, file := range p.files {
			for _, spec := range file.Imports {
				if i := splice.ImportOf(spec); i.Path == importPath {
					declareSelected(out, file, i.Local())
				}
			}
		}
	}
	out.MarkComplete()
	return out
}

// declareSelected declares the types that a file selects from a package by its name there.
func declareSelected(pkg *types.Package, file *ast.File, local string) {
	arguments := map[*ast.SelectorExpr]int{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			return false // bodies are not checked
		case *ast.IndexExpr:
			if selector, ok := n.X.(*ast.SelectorExpr); ok {
				arguments[selector] = 1
			}
		case *ast.IndexListExpr:
			if selector, ok := n.X.(*ast.SelectorExpr); ok {
				arguments[selector] = len(n.Indices)
			}
		case *ast.SelectorExpr:
			if base, ok := n.X.(*ast.Ident); ok && base.Name == local && pkg.Scope().Lookup(n.Sel.Name) == nil {
				declare(pkg, n.Sel.Name, arguments[n])
			}
		}
		return true
	})
}

// declare adds an empty struct with a number of type parameters.
func declare(pkg *types.Package, name string, parameters int) {
	declared := types.NewTypeName(token.NoPos, pkg, name, nil)
	named := types.NewNamed(declared, types.NewStruct(nil, nil), nil)
	var params []*types.TypeParam
	for range parameters {
		params = append(params, types.NewTypeParam(types.NewTypeName(token.NoPos, pkg, "T", nil), types.Universe.Lookup("any").Type()))
	}
	named.SetTypeParams(params)
	pkg.Scope().Insert(declared)
}

// standard reports whether an import path that no module has is of the standard library.
func standard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}
