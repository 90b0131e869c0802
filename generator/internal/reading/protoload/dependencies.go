package protoload

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
)

// dependencyTarget is the proto of a service that is called.
type dependencyTarget struct {
	target
	at      diag.Position
	ownRoot string // the import path that it brings, with its absolute folder
}

// nameDependencies finds out what the protos of dependencies are called, in their order. One with a problem has no name. The import
// paths of the run come first: a proto that both sides import has one name, or is refused. A dependency that stands outside of
// them brings its own, which the roots that are returned have too.
func (r importRoots) nameDependencies(dependencies []Dependency, problems *diag.List) (importRoots, []dependencyTarget) {
	var named []dependencyTarget
	for _, dependency := range dependencies {
		if dependency.File == "" {
			named = append(named, dependencyTarget{})
			continue
		}
		t, problem := r.nameDependency(dependency, named)
		if problem != nil {
			problem.Position, problem.Message = dependency.At, dependency.Key+": "+problem.Message
			if problem.Found == "" {
				problem.Found = dependency.File
			}
			problems.Add(*problem)
			named = append(named, dependencyTarget{})
			continue
		}
		named = append(named, t)
		r = r.with(t.ownRoot)
	}
	return r, named
}

// nameDependency names the proto of a dependency, after the protos of others.
func (r importRoots) nameDependency(dependency Dependency, others []dependencyTarget) (dependencyTarget, *diag.Problem) {
	t := dependencyTarget{target: target{path: r.abs(dependency.File), shown: dependency.File}, at: dependency.At}
	if problem := r.stat(t.path, dependency.File); problem != nil {
		return t, problem
	}
	t.ownRoot = r.rootOf(dependency, t.path)
	own := r.rootAt(t.ownRoot)
	var ok bool
	if t.name, ok = own.nameOf(t.path); !ok {
		return t, &diag.Problem{Message: "the file is outside every import path"}
	}
	if !validName(t.name) {
		return t, &diag.Problem{Message: "the name of the file cannot be imported", Found: t.name, Want: "no backslash and no control character"}
	}
	free := func(name string) bool {
		return r.with(t.ownRoot).shadow(name, t.path) == nil && !slices.ContainsFunc(others, func(other dependencyTarget) bool {
			return other.name == name && !r.same(other.path, t.path)
		})
	}
	if !free(t.name) {
		t.name = longerName(t.target, own.path, free)
	}
	return t, r.with(t.ownRoot).shadow(t.name, t.path)
}

// longerName is the first free name of a dependency's proto that is relative to a folder above its import path: services of
// different repositories may all have an api.proto. It stays as it is where there is none.
func longerName(t target, ownRoot string, free func(name string) bool) string {
	for dir := filepath.Dir(ownRoot); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		rel, _ := below(dir, t.path)
		if name := filepath.ToSlash(rel); free(name) && validName(name) {
			return name
		}
	}
	return t.name
}

// rootOf is the import path that names a dependency's proto: the nearest one of its own tree, otherwise the first of the run's,
// otherwise the default one.
func (r importRoots) rootOf(dependency Dependency, path string) string {
	var nearest importRoot
	for _, shown := range dependency.ImportPaths {
		if root := r.rootAt(shown); holds(root.path, path) && len(root.path) > len(nearest.path) {
			nearest = root
		}
	}
	if nearest.path != "" {
		return nearest.whole()
	}
	for _, root := range r.roots {
		if holds(root.path, path) {
			return root.whole()
		}
	}
	return r.defaultRoot(filepath.Dir(path))
}

// with are the roots and one more, unless it is among them.
func (r importRoots) with(whole string) importRoots {
	root := r.rootAt(whole)
	root.shown = joinImportPath(root.name, r.show(root.path))
	if !slices.ContainsFunc(r.roots, func(known importRoot) bool { return known.whole() == root.whole() }) {
		r.roots = append(slices.Clone(r.roots), root)
	}
	return r
}

func holds(root, path string) bool {
	_, ok := below(root, path)
	return ok
}

// FindDependencies finds the names of the protos of dependencies in a set that was made from a request, which has no others; empty for
// a dependency with a problem.
func (s *Set) FindDependencies(dependencies []Dependency) ([]string, diag.List) {
	var problems diag.List
	var names []string
	for _, dependency := range dependencies {
		if dependency.File == "" {
			names = append(names, "")
			continue
		}
		name, ok := s.nameOfFile(dependency.File)
		if !ok {
			problems.Add(diag.Problem{
				Position: dependency.At,
				Message:  dependency.Key + ": the request of protoc's or buf's lacks the proto of the dependency",
				Found:    dependency.File,
				Want:     "all protos of dependencies in the request",
				Fix:      "pass it next to the protos of the service; buf does with strategy: all beside the plugin in buf.gen.yaml",
			})
		}
		names = append(names, name)
	}
	return names, problems
}

// nameOfFile is the name of the file of the set that stands at a path, or whose name the path ends with.
func (s *Set) nameOfFile(path string) (name string, ok bool) {
	abs := s.view.Abs(path)
	for _, file := range s.Files {
		source, onDisk := s.sources[file.GetName()]
		if !onDisk {
			continue
		}
		if s.view.Abs(source.Path) == abs {
			return file.GetName(), true
		}
		if strings.HasSuffix(filepath.ToSlash(abs), "/"+file.GetName()) && len(file.GetName()) > len(name) {
			name, ok = file.GetName(), true
		}
	}
	return name, ok
}
