package methods

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// world is the packages that embedding leads to.
type world struct {
	find     Find
	fset     *token.FileSet
	texts    map[string][]byte // of the files that were parsed
	packages map[string]*pkg   // by import path; one without files was looked for, and not found
}

// pkg is a package as it is written.
type pkg struct {
	path    string
	files   []*ast.File
	types   map[string]declaration
	reached map[string]bool
	fault   string // why its types cannot be known: completing "which"
	fix     string

	checked *types.Package
}

// declaration is a type where it is declared.
type declaration struct {
	pkg  *pkg
	file *ast.File
	spec *ast.TypeSpec
}

func newWorld(importPath string, files map[string][]byte, find Find) *world {
	w := &world{find: find, fset: token.NewFileSet(), texts: map[string][]byte{}, packages: map[string]*pkg{}}
	w.packages[importPath] = w.parse(importPath, files)
	return w
}

// load reads a package once.
func (w *world) load(importPath string) *pkg {
	p, known := w.packages[importPath]
	if !known {
		p = w.parse(importPath, w.find(importPath))
		w.packages[importPath] = p
	}
	return p
}

// parse reads the files of a package that a build takes.
func (w *world) parse(importPath string, files map[string][]byte) *pkg {
	p := &pkg{path: importPath, types: map[string]declaration{}, reached: map[string]bool{}}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(name, "_test.go") || !splice.Built(name, files[name]) {
			continue
		}
		file, err := parser.ParseFile(w.fset, name, files[name], parser.SkipObjectResolution)
		if err != nil {
			p.fault, p.fix = "stands in a package that does not parse: "+err.Error(), "fix that"
		}
		if file == nil {
			continue
		}
		w.texts[name] = files[name]
		p.files = append(p.files, file)
		p.declare(file)
	}
	if len(p.files) == 0 {
		p.fault, p.fix = "is in no package that msgen finds", "run go mod download in the folder of go.mod, or go mod vendor if there is a vendor folder"
	}
	return p
}

// declare lists the types that a file declares at its top.
func (p *pkg) declare(file *ast.File) {
	for _, decl := range file.Decls {
		if gen, ok := decl.(*ast.GenDecl); ok && gen.Tok == token.TYPE {
			for _, spec := range gen.Specs {
				spec := spec.(*ast.TypeSpec)
				p.types[spec.Name.Name] = declaration{p, file, spec}
			}
		}
	}
}

// reach reads the packages to which a type leads.
func (w *world) reach(importPath, name string) {
	p := w.load(importPath)
	declared, ok := p.types[name]
	if !ok || p.reached[name] {
		return
	}
	p.reached[name] = true
	for _, expr := range embedded(declared.spec.Type) {
		if path, name := w.named(declared, expr); path != "" && !unsafeStub.MatchString(name) {
			w.reach(path, name)
		}
	}
}

// unsafeStub is an interface of the stubs that keeps a server from compiling without all of its RPCs, and that has none of them. Most
// servers embed one, and reading all stubs for it takes time.
var unsafeStub = regexp.MustCompile(`^Unsafe\w*Server$`)

// named is the package and the name of a type that a file names; the path is empty for a type of the language.
func (w *world) named(from declaration, expr ast.Expr) (importPath, name string) {
	switch e := expr.(type) {
	case *ast.Ident:
		if _, local := from.pkg.types[e.Name]; local {
			return from.pkg.path, e.Name
		}
		return w.dotted(from.file, e.Name), e.Name
	case *ast.SelectorExpr:
		if base, ok := e.X.(*ast.Ident); ok {
			return w.imported(from.file, base.Name), e.Sel.Name
		}
	}
	return "", ""
}

// dotted is the package with a type of that name which the file imports with a dot.
func (w *world) dotted(file *ast.File, name string) string {
	for _, spec := range file.Imports {
		if i := splice.ImportOf(spec); i.Name == "." {
			if _, ok := w.load(i.Path).types[name]; ok {
				return i.Path
			}
		}
	}
	return ""
}

// imported is the import path of the package that a file calls by a name. Only the package itself says how it is called where the
// import does not.
func (w *world) imported(file *ast.File, name string) string {
	var unsure []string
	for _, spec := range file.Imports {
		switch i := splice.ImportOf(spec); {
		case i.Local() == name:
			return i.Path
		case i.Name == "":
			unsure = append(unsure, i.Path)
		}
	}
	for _, path := range unsure {
		if p := w.load(path); len(p.files) > 0 && p.files[0].Name.Name == name {
			return path
		}
	}
	return ""
}
