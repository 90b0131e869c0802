package protoload

import (
	"path/filepath"
	"slices"
)

// Part is what Load makes of some of the files and dependencies of the set alone, by the names that they have in it.
func (s *Set) Part(files []string, dependencies []Dependency) *Set {
	part := &Set{sources: map[string]Source{}, view: s.view}
	for _, file := range files {
		if name := s.NameAt(file); !slices.Contains(part.Targets, name) {
			part.Targets = append(part.Targets, name)
		}
	}
	for _, dependency := range dependencies {
		part.Dependencies = append(part.Dependencies, s.NameAt(dependency.File))
	}
	needed := map[string]bool{}
	for _, name := range slices.Concat(part.Targets, part.Dependencies) {
		needed[name] = true
	}
	for _, file := range slices.Backward(s.Files) { // importers before imports
		if needed[file.GetName()] {
			part.Files = append(part.Files, file)
			for _, imported := range file.GetDependency() {
				needed[imported] = true
			}
		}
	}
	slices.Reverse(part.Files)
	for name := range needed {
		if source, onDisk := s.sources[name]; onDisk {
			part.sources[name] = source
		}
	}
	part.ImportPaths = slices.DeleteFunc(slices.Clone(s.ImportPaths), func(root string) bool { return !part.names(root) })
	return part
}

// NameAt is the name of the file of the set that stands at a path; empty where it has none.
func (s *Set) NameAt(path string) string {
	for name, source := range s.sources {
		if path != "" && s.view.Abs(source.Path) == s.view.Abs(path) {
			return name
		}
	}
	return ""
}

// names reports whether an import path is what a file of the set has its name by.
func (s *Set) names(root string) bool {
	for name, source := range s.sources {
		if s.view.Abs(source.Path) == filepath.Join(s.view.Abs(root), filepath.FromSlash(name)) {
			return true
		}
	}
	return false
}
