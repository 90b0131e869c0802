// Package gobreak finds the places of the user's Go that a regeneration keeps from compiling: a field that has left a
// message, a type that an RPC has no longer. It type-checks the tree as it was and as it will be, and tells what is new.
// Packages from outside the tree are not read, so that it needs neither them nor the go command; what hangs on them alone
// is taken for right.
package gobreak

import (
	"bytes"
	"cmp"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// Tree is the Go of a tree at one time.
type Tree struct {
	Root  string            // import path of the tree
	Files map[string][]byte // every Go file by its path, slash-separated
	Users map[string]bool   // those that are not msgen's to rewrite
}

// Break is where a file of the user's does not compile.
type Break struct {
	Path      string
	Line, Col int
	Message   string
}

// New lists the places that compiled before and do not any more, sorted by path and line.
func New(before, after Tree) []Break {
	known := map[string]int{}
	for _, place := range check(before) {
		known[place.key(before)]++
	}
	var out []Break
	for _, place := range check(after) {
		if key := place.key(after); known[key] > 0 {
			known[key]--
			continue
		}
		out = append(out, place)
	}
	return out
}

// Merged joins the undefined names of a file into one Break, at the first of their places. The other places stay as they are.
func Merged(places []Break) []Break {
	const undefined = "undefined: "
	var merged []Break
	missing := -1
	for _, place := range places {
		name, found := strings.CutPrefix(place.Message, undefined)
		switch {
		case !found:
			merged = append(merged, place)
		case missing < 0:
			missing = len(merged)
			merged = append(merged, place)
		case !slices.Contains(strings.Split(strings.TrimPrefix(merged[missing].Message, undefined), ", "), name):
			merged[missing].Message += ", " + name
		}
	}
	return merged
}

// key is the same for the same fault of a line that has moved.
func (p Break) key(t Tree) string {
	lines := bytes.Split(t.Files[p.Path], []byte("\n"))
	text := ""
	if p.Line <= len(lines) {
		text = strings.TrimSpace(string(lines[p.Line-1]))
	}
	return p.Path + "\n" + text + "\n" + p.Message
}

// check type-checks the packages that the user has files in.
func check(t Tree) []Break {
	c := &checker{tree: t, fset: token.NewFileSet(), done: map[string]*types.Package{}}
	dirs := map[string]bool{}
	for name := range t.Files {
		if t.Users[name] {
			dirs[path.Dir(name)] = true
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		c.folder(dir)
	}
	slices.SortFunc(c.places, func(a, b Break) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(c.places)
}

type checker struct {
	tree   Tree
	fset   *token.FileSet
	done   map[string]*types.Package // by folder; nil while one is on its way
	places []Break
}

// folder checks a folder's package with its tests, and the package of tests beside it.
func (c *checker) folder(dir string) {
	files := c.parse(dir, true)
	var inside, outside []*ast.File
	for _, file := range files {
		if strings.HasSuffix(file.Name.Name, "_test") {
			outside = append(outside, file)
		} else {
			inside = append(inside, file)
		}
	}
	for _, pkg := range [][]*ast.File{inside, outside} {
		config := c.config(false)
		config.Error = c.found
		_, _ = config.Check(path.Join(c.tree.Root, dir), c.fset, pkg, nil) // its errors are found
	}
}

func (c *checker) config(ignoreBodies bool) types.Config {
	return types.Config{Importer: c, FakeImportC: true, IgnoreFuncBodies: ignoreBodies, Error: func(error) {}}
}

// found keeps what is wrong with a file of the user's.
func (c *checker) found(err error) {
	fault, ok := errors.AsType[types.Error](err)
	if !ok || strings.HasPrefix(fault.Msg, "could not import") {
		return
	}
	at := c.fset.PositionFor(fault.Pos, false)
	if c.tree.Users[at.Filename] {
		c.places = append(c.places, Break{at.Filename, at.Line, at.Column, oneLine(fault.Msg)})
	}
}

// oneLine puts what the type checker says on lines of their own behind what it says first: what a call has and wants.
func oneLine(message string) string {
	first, rest, found := strings.Cut(message, "\n\t")
	if !found {
		return message
	}
	return first + ": " + strings.ReplaceAll(rest, "\n\t", ", ")
}

// Import is the checker's [types.Importer]: the tree's own packages are read from their files.
func (c *checker) Import(importPath string) (*types.Package, error) {
	dir, inTree := strings.CutPrefix(importPath, c.tree.Root+"/")
	if !inTree {
		return nil, errors.New("outside the tree")
	}
	if pkg, ok := c.done[dir]; ok {
		if pkg == nil {
			return nil, errors.New("import cycle")
		}
		return pkg, nil
	}
	c.done[dir] = nil
	files := c.parse(dir, false)
	if len(files) == 0 {
		return nil, errors.New("no Go files")
	}
	config := c.config(true)
	pkg, _ := config.Check(importPath, c.fset, files, nil) // what is wrong in it is told where it is looked at
	c.done[dir] = pkg
	return pkg, nil
}

// parse reads the files of a folder that a build on Linux takes. Those that do not parse are left out: the compiler has
// told of them before.
func (c *checker) parse(dir string, tests bool) []*ast.File {
	var files []*ast.File
	for _, name := range slices.Sorted(maps.Keys(c.tree.Files)) {
		if path.Dir(name) != dir || !tests && strings.HasSuffix(name, "_test.go") {
			continue
		}
		if !splice.Built(name, c.tree.Files[name]) {
			continue
		}
		if file, err := parser.ParseFile(c.fset, name, c.tree.Files[name], 0); err == nil {
			nameImports(file)
			files = append(files, file)
		}
	}
	return files
}
