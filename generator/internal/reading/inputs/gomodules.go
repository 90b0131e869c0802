package inputs

import (
	"bytes"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// GoModules are the Go modules whose packages a tree can import and whose files are known: the module of the tree, the modules of
// its workspace, modules that its go.mod replaces by folders, and the vendor folder. Nothing is looked up in a module cache:
// on another machine it holds something else.
type GoModules struct {
	view     *disk.View
	modules  []goModule
	vendor   string                // the folder; empty: there is none
	root     string                // the folder of the go.mod of the tree
	work     string                // the folder of the go.work; empty: there is none
	sibling  func(dir string) bool // see [Wanted]
	leaving  func(dir string) bool // see [Wanted]
	unlisted bool                  // there is a go.work, which does not use the module of the tree
}

type goModule struct {
	path, dir string
	where     Where
}

// Where is how a tree comes by a Go package.
type Where string

// The ways to come by a Go package.
const (
	OwnModule Where = "the module of the tree"
	Workspace Where = "a module of the workspace"
	Replaced  Where = "a module that go.mod replaces"
	Vendored  Where = "the vendor folder"
)

// GoPackage is a folder of Go that a tree can import.
type GoPackage struct {
	Dir   string // as the working directory sees it
	Where Where
	Files [][]byte // its Go; none where the folder is missing

	// Coming is a package of another tree that the run makes, whose stubs are as the run makes them.
	Coming bool
}

// GoModules finds the modules. The go.mod around the tree counts if the tree is of its module; a nested module has its own.
func (in *Settled) GoModules(module Module, inModule bool) *GoModules {
	g := &GoModules{view: in.View, sibling: in.Sibling, leaving: in.Leaving}
	if in.Out == "" {
		return g
	}
	own := filepath.Join(in.Root(), filepath.FromSlash(upFrom(module.Dir)))
	if inModule && module.Path != "" {
		g.add(module.Path, own, OwnModule)
		g.replaced(module.Source, own)
	}
	around := own
	if !inModule {
		around = in.Root()
	}
	g.root = around
	if dir, ok := in.View.Above(around, "go.work"); ok {
		g.workspace(dir, around)
		g.work, own = dir, dir
	}
	if vendor := filepath.Join(own, "vendor"); inModule && in.View.Exists(filepath.Join(vendor, "modules.txt")) {
		g.vendor = vendor
	}
	slices.SortStableFunc(g.modules, func(a, b goModule) int { return len(b.path) - len(a.path) })
	return g
}

// upFrom leads from a folder back to where its path starts.
func upFrom(dir string) string {
	if dir == "" || dir == "." {
		return "."
	}
	return strings.Repeat("../", strings.Count(dir, "/")+1)
}

func (g *GoModules) add(modulePath, dir string, where Where) {
	if modulePath != "" && !slices.ContainsFunc(g.modules, func(m goModule) bool { return m.path == modulePath }) {
		g.modules = append(g.modules, goModule{modulePath, dir, where})
	}
}

// replaced adds the modules that a go.mod replaces by folders.
func (g *GoModules) replaced(source []byte, dir string) {
	if !bytes.Contains(source, []byte("replace")) {
		return
	}
	if file, err := modfile.Parse("go.mod", source, nil); err == nil { // the go command says what is wrong with it
		g.replacements(file.Replace, dir)
	}
}

func (g *GoModules) replacements(all []*modfile.Replace, dir string) {
	for _, replace := range all {
		if replace.New.Version == "" {
			g.add(replace.Old.Path, under(dir, replace.New.Path), Replaced)
		}
	}
}

// workspace adds the modules of the go.work in a folder.
func (g *GoModules) workspace(dir, own string) {
	source, err := g.view.ReadFile(filepath.Join(dir, "go.work"))
	if err != nil {
		return
	}
	file, err := modfile.ParseWork("go.work", source, nil)
	if err != nil {
		return // as above
	}
	g.unlisted = true
	for _, use := range file.Use {
		used := under(dir, use.Path)
		if used == own {
			g.unlisted = false
			continue
		}
		goMod, err := g.view.ReadFile(filepath.Join(used, "go.mod"))
		if err == nil {
			g.add(modfile.ModulePath(goMod), used, Workspace)
		}
	}
	g.replacements(file.Replace, dir)
}

func under(dir, name string) string {
	if name = filepath.FromSlash(name); filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}

// libraries are the go.work and the folders of the modules that the tree may import Go of people from, or its runtime, absolute. The
// trees of other services are called over the network.
func (g *GoModules) libraries() []string {
	var paths []string
	if g.work != "" {
		paths = append(paths, filepath.Join(g.work, "go.work"))
	}
	for _, m := range g.modules {
		if m.where != OwnModule && !g.isService(m.dir) {
			paths = append(paths, m.dir)
		}
	}
	return paths
}

// isService reports whether msgen has made a folder as the tree of a service.
func (g *GoModules) isService(dir string) bool {
	tree, err := g.view.Tree(dir)
	if err != nil {
		return false
	}
	memory, err := state.Read(tree)
	return err != nil || len(memory.Files) > 0 && memory.Inputs.Role == ""
}

// None reports whether there is nothing to look at but the module of the tree.
func (g *GoModules) None() bool {
	return g.vendor == "" && !slices.ContainsFunc(g.modules, func(m goModule) bool { return m.where != OwnModule })
}

// FromWorkspace reports whether a module of the workspace provides a package.
func (g *GoModules) FromWorkspace(importPath string) bool {
	m, ok := g.moduleOf(importPath)
	return ok && m.where == Workspace
}

// Unlisted reports whether there is a go.work that does not use the module of the tree: the go command then builds nothing in it.
func (g *GoModules) Unlisted() bool { return g.unlisted }

// vendored is the file of a module or a workspace that lists what its vendor folder has.
var vendored = filepath.Join("vendor", "modules.txt")

// Vendor is the command that writes the vendor folder of the tree's module or workspace; empty where there is none. It reports
// whether the folder lacks one of the packages.
func (g *GoModules) Vendor(importPaths []string) (command string, lacking bool) {
	dir, command := g.root, "go mod vendor"
	if g.work != "" { // where the go command refuses that one
		command = "GOWORK=off go mod vendor"
		if g.view.Exists(filepath.Join(g.work, vendored)) {
			dir, command = g.work, "go work vendor"
		}
	}
	list, err := g.view.ReadFile(filepath.Join(dir, vendored))
	if dir == "" || err != nil {
		return "", false
	}
	return command, slices.ContainsFunc(importPaths, func(imported string) bool { return g.lacks(list, imported) })
}

// lacks reports whether a modules.txt does not list a package of another module.
func (g *GoModules) lacks(list []byte, importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	m, known := g.moduleOf(importPath)
	if !strings.Contains(first, ".") || known && m.where != Replaced {
		return false
	}
	return !bytes.Contains(list, []byte("\n"+importPath+"\n"))
}

// Look finds a package. It is false where nobody can say whether there is one.
func (g *GoModules) Look(importPath string) (GoPackage, bool) {
	dir, where, ok := g.dir(importPath)
	if !ok {
		return GoPackage{}, false
	}
	found := g.folder(dir, where)
	return found, where != Vendored || len(found.Files) > 0 // it holds what is imported already
}

// dir is the folder of a package.
func (g *GoModules) dir(importPath string) (dir string, where Where, ok bool) {
	m, ok := g.moduleOf(importPath)
	switch {
	case g.vendor != "" && (!ok || m.where == Replaced):
		return filepath.Join(g.vendor, filepath.FromSlash(importPath)), Vendored, true
	case !ok:
		return "", "", false
	default:
		return m.folderOf(importPath), m.where, true
	}
}

func (g *GoModules) moduleOf(importPath string) (goModule, bool) {
	i := slices.IndexFunc(g.modules, func(m goModule) bool {
		return importPath == m.path || strings.HasPrefix(importPath, m.path+"/")
	})
	if i < 0 {
		return goModule{}, false
	}
	return g.modules[i], true
}

func (g *GoModules) folder(dir string, where Where) GoPackage {
	pkg := GoPackage{Dir: relative(g.view, g.view.Dir(), dir), Where: where}
	if g.leaving != nil && g.leaving(pkg.Dir) {
		return pkg
	}
	pkg.Coming = g.isSiblings(pkg.Dir) || g.isSiblings(dir)
	entries, _ := g.view.ReadDir(dir) // a folder that cannot be read has nothing to import
	for _, entry := range entries {
		if path.Ext(entry.Name()) != ".go" || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		if content, err := g.view.ReadFile(filepath.Join(dir, entry.Name())); err == nil {
			pkg.Files = append(pkg.Files, content)
		}
	}
	return pkg
}

// isSiblings reports whether a folder is in another tree that the run makes.
func (g *GoModules) isSiblings(dir string) bool {
	for dir = filepath.FromSlash(dir); g.sibling != nil; dir = filepath.Dir(dir) {
		if g.sibling(dir) {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
	return false
}

var stubSource = regexp.MustCompile(`(?m)^// source: (\S+)$`)

// Stubs are the Go files that were generated from a proto. A generator that was started in another folder calls the proto
// otherwise.
func (p GoPackage) Stubs(proto string) [][]byte {
	var same, alike [][]byte
	for _, file := range p.Files {
		header, _, _ := bytes.Cut(file, []byte("\npackage "))
		switch source := stubSource.FindSubmatch(header); {
		case source == nil:
		case string(source[1]) == proto:
			same = append(same, file)
		case path.Base(string(source[1])) == path.Base(proto):
			alike = append(alike, file)
		}
	}
	if len(same) > 0 {
		return same
	}
	return alike
}
