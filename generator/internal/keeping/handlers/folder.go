package handlers

import (
	"maps"
	"slices"
)

// folder is what the Go files of one folder declare.
type folder struct {
	files []*source              // sorted by path
	funcs map[string][]*function // functions and methods by name, in the order of the files
	types map[string]*typeDecl   // the types that the files declare at their top, tests aside
}

func newFolder(files []parsed, successors succession) *folder {
	f := &folder{funcs: map[string][]*function{}, types: map[string]*typeDecl{}}
	for _, file := range files {
		s := newSource(file, successors)
		f.files = append(f.files, s)
		for _, fn := range s.funcs {
			f.funcs[fn.name()] = append(f.funcs[fn.name()], fn)
		}
		for _, t := range s.types() {
			if !s.isTest() {
				f.types[t.name] = t
			}
		}
	}
	return f
}

// file is the file at path; nil if there is none.
func (f *folder) file(path string) *source {
	i := slices.IndexFunc(f.files, func(s *source) bool { return s.path == path })
	if i < 0 {
		return nil
	}
	return f.files[i]
}

// sortedTypes are the types by name, so that a choice between two does not depend on the order of a map.
func (f *folder) sortedTypes() []*typeDecl {
	var types []*typeDecl
	for _, name := range slices.Sorted(maps.Keys(f.types)) {
		types = append(types, f.types[name])
	}
	return types
}

// hasMethod reports whether some type of the folder has the method.
func (f *folder) hasMethod(name string) bool {
	return slices.ContainsFunc(f.funcs[name], (*function).isMethod)
}

func (f *folder) imports(path string) bool {
	return slices.ContainsFunc(f.files, func(s *source) bool { return s.importOf(path) != nil })
}

// selects reports whether some code of the folder selects something of that name.
func (f *folder) selects(name string) bool {
	return slices.ContainsFunc(f.files, func(s *source) bool { return s.selected[name] })
}

// declared are the names that the files declare at their top.
func (f *folder) declared() map[string]bool {
	names := map[string]bool{}
	for _, file := range f.files {
		for name := range file.Scope.Objects {
			names[name] = true
		}
	}
	return names
}
