package protoload

import "github.com/msgen/msgen/generator/diag"

// Locate finds and reads what Load would for files that import the protos of the given names, and parses nothing. The
// Set has no Files; a name that is on no import path has no Source, so that Load would take msgen's own. It is false
// when Load would have a problem with opts or could not read a file.
func Locate(opts Options, names []string) (*Set, bool) {
	var problems diag.List
	if len(opts.Files) == 0 {
		return nil, false
	}
	roots := newImportRoots(opts, &problems)
	targets := roots.nameTargets(opts.Files, &problems)
	roots, callees := roots.nameCallees(opts.Callees, &problems)
	if problems.HasErrors() {
		return nil, false
	}
	s := &Set{sources: map[string]Source{}, view: opts.View}
	for _, root := range roots.roots {
		s.ImportPaths = append(s.ImportPaths, root.shown)
	}
	for _, t := range targets {
		s.Targets = append(s.Targets, t.name)
	}
	for _, c := range callees {
		s.Callees = append(s.Callees, c.name)
	}
	for _, name := range names {
		path, ok := roots.find(name)
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
