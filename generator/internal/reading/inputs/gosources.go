package inputs

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// GoSources finds the text of the Go packages that the program of a tree links: in the tree as a run leaves it, in the [GoModules],
// and in the module cache by the versions of go.mod. A module of one version is the same on every machine that has it.
type GoSources struct {
	view    *disk.View
	tree    goModule                     // the tree, as if it were a module
	planned map[string]map[string][]byte // files of the tree by folder and name
	modules *GoModules
}

// GoSources finds packages for a tree with an import path. Planned files of the tree are as the run leaves them.
func (l *Loaded) GoSources(root string, modules *GoModules, planned ...[]state.File) *GoSources {
	s := &GoSources{view: l.View, tree: goModule{path: root, dir: l.Root()}, planned: map[string]map[string][]byte{}, modules: modules}
	for _, file := range slices.Concat(planned...) {
		name := filepath.FromSlash(file.Path)
		if filepath.Ext(name) != ".go" || file.Owner != state.Generated {
			continue
		}
		dir := filepath.Join(l.Root(), filepath.Dir(name))
		if s.planned[dir] == nil {
			s.planned[dir] = map[string][]byte{}
		}
		s.planned[dir][filepath.Base(name)] = file.Content
	}
	return s
}

// Files are the Go files of a package by their slash-separated paths as the working directory sees them; none where nobody has the package.
func (s *GoSources) Files(importPath string) map[string][]byte {
	for _, dir := range s.dirs(importPath) {
		if files := s.folder(dir); len(files) > 0 {
			return files
		}
	}
	return nil
}

// dirs are the folders in which a package may stand, the likeliest first.
func (s *GoSources) dirs(importPath string) []string {
	var dirs []string
	if s.tree.holds(importPath) {
		dirs = append(dirs, s.tree.folderOf(importPath))
	}
	if dir, _, ok := s.modules.dir(importPath); ok {
		dirs = append(dirs, dir)
	}
	return append(dirs, s.cached(importPath)...)
}

// folder are the Go files of a folder.
func (s *GoSources) folder(dir string) map[string][]byte {
	shown := relative(s.view, s.view.Dir(), dir)
	files := map[string][]byte{}
	entries, _ := s.view.ReadDir(dir) // a folder that cannot be read has nothing to import
	for _, entry := range entries {
		if !entry.Type().IsRegular() || filepath.Ext(entry.Name()) != ".go" {
			continue
		}
		if content, err := s.view.ReadFile(filepath.Join(dir, entry.Name())); err == nil {
			files[path.Join(shown, entry.Name())] = content
		}
	}
	for name, content := range s.planned[dir] {
		files[path.Join(shown, name)] = content
	}
	return files
}

// cached are the folders of the module cache in which a package may stand.
func (s *GoSources) cached(importPath string) []string {
	var dirs []string
	for _, required := range s.modules.required() {
		m := goModule{path: required.Path}
		if !m.holds(importPath) {
			continue
		}
		replaced := s.modules.versionOf(required)
		escaped, err := module.EscapePath(replaced.Path)
		version, versionErr := module.EscapeVersion(replaced.Version)
		if err == nil && versionErr == nil {
			m.dir = filepath.Join(s.view.ModuleCache(), filepath.FromSlash(escaped+"@"+version))
			dirs = append(dirs, m.folderOf(importPath))
		}
	}
	return dirs
}

// holds reports whether a package is of the module, by its import path.
func (m goModule) holds(importPath string) bool {
	return m.path != "" && (importPath == m.path || strings.HasPrefix(importPath, m.path+"/"))
}

// folderOf is the folder of a package of the module.
func (m goModule) folderOf(importPath string) string {
	return filepath.Join(m.dir, filepath.FromSlash(strings.TrimPrefix(importPath, m.path)))
}

// required are the modules that the tree and its workspace require: each in the newest version, the longest paths first.
func (g *GoModules) required() []module.Version {
	newest := map[string]string{}
	for _, file := range g.goMods() {
		for _, require := range file.Require {
			if m := require.Mod; semver.Compare(m.Version, newest[m.Path]) > 0 {
				newest[m.Path] = m.Version
			}
		}
	}
	var out []module.Version
	for name, version := range newest {
		out = append(out, module.Version{Path: name, Version: version})
	}
	slices.SortFunc(out, func(a, b module.Version) int {
		return cmp.Or(cmp.Compare(len(b.Path), len(a.Path)), cmp.Compare(a.Path, b.Path))
	})
	return out
}

// versionOf is the module that go.mod puts in the place of another, if it does.
func (g *GoModules) versionOf(m module.Version) module.Version {
	for _, file := range g.goMods() {
		for _, replace := range file.Replace {
			if replace.Old.Path == m.Path && (replace.Old.Version == "" || replace.Old.Version == m.Version) && replace.New.Version != "" {
				return replace.New
			}
		}
	}
	return m
}

// goMods are the go.mod files of the tree and its workspace.
func (g *GoModules) goMods() []*modfile.File {
	var files []*modfile.File
	for _, m := range g.modules {
		if m.where != OwnModule && m.where != Workspace {
			continue
		}
		source, err := g.view.ReadFile(filepath.Join(m.dir, "go.mod"))
		if err != nil {
			continue
		}
		if file, err := modfile.Parse("go.mod", source, nil); err == nil { // the go command says what is wrong with it
			files = append(files, file)
		}
	}
	return files
}
