package protoload

import (
	"slices"

	"github.com/msgen/msgen/generator/diag"
)

// Locate finds and reads what Load would for files that import the protos of the given names, and parses nothing. The
// Set has no Files; a name that is on no import path has no Source, so that Load would take msgen's own. It is false
// when Load would have a problem with opts or could not read a file.
func Locate(opts Options, names []string) (*Set, bool) {
	if len(opts.Files) == 0 {
		return nil, false
	}
	var problems diag.List
	candidates := []importRoots{givenRoots(opts, &problems)}
	if len(opts.ImportPaths) == 0 {
		candidates = impliedRoots(opts)
	}
	if problems.HasErrors() {
		return nil, false
	}
	for _, roots := range candidates {
		if s, ok := locate(opts, roots, names); ok {
			return s, true
		}
	}
	return nil, false
}

// locate is false where a target or a dependency has none of the names, too.
func locate(opts Options, roots importRoots, names []string) (*Set, bool) {
	var problems diag.List
	targets := roots.nameTargets(opts.Files, &problems)
	roots, dependencies := roots.nameDependencies(opts.Dependencies, &problems)
	if problems.HasErrors() {
		return nil, false
	}
	s := &Set{sources: map[string]Source{}, view: opts.View}
	for _, root := range roots.roots {
		s.ImportPaths = append(s.ImportPaths, root.shown)
	}
	paths := map[string]string{} // of the files that were asked for, which need not be below an import path
	for _, c := range dependencies {
		s.Dependencies, paths[c.name] = append(s.Dependencies, c.name), c.path
	}
	for _, t := range targets {
		s.Targets, paths[t.name] = append(s.Targets, t.name), t.path
	}
	for name := range paths {
		if !slices.Contains(names, name) {
			return nil, false
		}
	}
	for _, name := range names {
		path, ok := paths[name]
		if !ok {
			path, ok = roots.find(name)
		}
		if !ok {
			continue
		}
		content, err := opts.View.ReadFile(path)
		if err != nil {
			return nil, false
		}
		s.sources[name] = Source{Path: roots.show(path), Bytes: content}
	}
	return s, true
}
