package protoload

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
)

// calleeTarget is the proto of a service that is called.
type calleeTarget struct {
	target
	at diag.Position
}

// nameCallees finds out what the protos of callees are called, in their order. One with a problem is left out. The import
// paths of the run come first: a proto that both sides import has one name, or is refused. A callee that stands outside of
// them brings its own, which the roots that are returned have too.
func (r importRoots) nameCallees(callees []Callee, problems *diag.List) (importRoots, []calleeTarget) {
	var named []calleeTarget
	for _, callee := range callees {
		t, root, problem := r.nameCallee(callee)
		if problem != nil {
			problem.Position, problem.Message = callee.At, callee.Key+": "+problem.Message
			if problem.Found == "" {
				problem.Found = callee.File
			}
			problems.Add(*problem)
			continue
		}
		named = append(named, calleeTarget{t, callee.At})
		r = r.with(root)
	}
	return r, named
}

// nameCallee names the proto of a callee, and says which folder the name is relative to.
func (r importRoots) nameCallee(callee Callee) (t target, root string, problem *diag.Problem) {
	path := r.abs(callee.File)
	if problem := r.stat(path, callee.File); problem != nil {
		return target{}, "", problem
	}
	root = r.rootOf(callee, path)
	rel, ok := below(root, path)
	if !ok {
		return target{}, "", &diag.Problem{Message: "the file is outside every import path"}
	}
	name := filepath.ToSlash(rel)
	if !validName(name) {
		return target{}, "", &diag.Problem{Message: "the name of the file cannot be imported", Found: name, Want: "no backslash and no control character"}
	}
	return target{name: name, path: path, shown: callee.File}, root, r.with(root).shadow(name, path)
}

// rootOf is the folder that the name of a callee's proto is relative to: the nearest import path of its own tree, else
// the first of the run's, else the default one.
func (r importRoots) rootOf(callee Callee, path string) string {
	nearest := ""
	for _, shown := range callee.ImportPaths {
		if root := r.abs(shown); holds(root, path) && len(root) > len(nearest) {
			nearest = root
		}
	}
	if nearest != "" {
		return nearest
	}
	for _, root := range r.roots {
		if holds(root.path, path) {
			return root.path
		}
	}
	return r.defaultRoot(filepath.Dir(path))
}

// with are the roots and one more, unless it is among them.
func (r importRoots) with(root string) importRoots {
	if !slices.ContainsFunc(r.roots, func(known importRoot) bool { return known.path == root }) {
		r.roots = append(slices.Clone(r.roots), importRoot{path: root, shown: r.show(root)})
	}
	return r
}

func holds(root, path string) bool {
	_, ok := below(root, path)
	return ok
}

// FindCallees finds the names of the protos of callees in a set that was made from a request, which has no others. The
// names are complete only when the list is empty.
func (s *Set) FindCallees(callees []Callee) ([]string, diag.List) {
	var problems diag.List
	var names []string
	for _, callee := range callees {
		name, ok := s.nameOfFile(callee.File)
		if !ok {
			problems.Add(diag.Problem{
				Position: callee.At,
				Message:  callee.Key + ": the request of protoc's or buf's lacks the proto of the dependency",
				Found:    callee.File,
				Want:     "all protos of dependencies in the request",
				Fix:      "pass it next to the protos of the service; buf does with strategy: all beside the plugin in buf.gen.yaml",
			})
			continue
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
