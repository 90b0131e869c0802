package protoload

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/internal/nearest"
)

// target is a file that the user gave.
type target struct {
	name  string // its path relative to its import root
	path  string // absolute
	shown string // as the user wrote it
}

// nameTargets finds out what the files that the user gave are called, in their order. A file with a problem is left
// out.
func (r importRoots) nameTargets(files []string, problems *diag.List) []target {
	var targets []target
	given := map[string]string{} // name to how the user wrote it first
	for _, shown := range files {
		t, problem := r.nameTarget(shown)
		if problem == nil {
			if first, twice := given[t.name]; twice {
				problem = &diag.Problem{Message: "the same file is given twice", Found: first + " and " + shown, Fix: "give it once"}
			}
		}
		if problem != nil {
			problem.File = shown
			problems.Add(*problem)
			continue
		}
		given[t.name] = shown
		targets = append(targets, t)
	}
	return targets
}

func (r importRoots) nameTarget(shown string) (target, *diag.Problem) {
	path := r.abs(shown)
	if problem := r.stat(path, shown); problem != nil {
		return target{}, problem
	}
	name, ok := r.nameOf(path)
	if !ok {
		return target{}, &diag.Problem{Message: "the file is outside every import path", Want: "a file below " + r.flags(" or "),
			Fix: r.reaching(path)}
	}
	if !validName(name) {
		return target{}, &diag.Problem{Message: "the name of the file cannot be imported", Found: name,
			Want: "no backslash and no control character"}
	}
	return target{name: name, path: path, shown: shown}, r.shadow(name, path)
}

// stat looks at a file that should be a proto.
func (r importRoots) stat(path, shown string) *diag.Problem {
	info, err := r.view.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &diag.Problem{Message: "no such file", Fix: r.nearestFile(path)}
	case err != nil:
		return &diag.Problem{Message: fmt.Sprintf("the file cannot be read: %v", errors.Unwrap(err))}
	case info.IsDir():
		return &diag.Problem{Message: "this is a folder", Want: "a .proto file",
			Fix: fmt.Sprintf("name the files in it, such as %s", filepath.Join(shown, "*.proto"))}
	case filepath.Ext(path) != ".proto":
		return &diag.Problem{Message: "this is not a proto", Found: filepath.Base(path), Want: `a file whose name ends in ".proto"`}
	}
	return nil
}

// shadow is the problem that importing name would mean another file than the one at path, or nil.
func (r importRoots) shadow(name, path string) *diag.Problem {
	other, ok := r.find(name)
	if !ok || r.same(path, other) {
		return nil
	}
	return &diag.Problem{
		Message: fmt.Sprintf("the file is hidden by %s, which has the same name in an earlier import path", r.show(other)),
		Found:   name,
		Fix:     "change the order of the import paths, or give the other file",
	}
}

// nearestFile is the advice to take the .proto in the folder of path whose name is nearest; empty if none is near.
func (r importRoots) nearestFile(path string) string {
	folder, base := filepath.Split(path)
	entries, _ := r.view.ReadDir(folder) // a folder that cannot be read has nothing to advise
	var protos []string
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) == ".proto" {
			protos = append(protos, entry.Name())
		}
	}
	best, ok := nearest.Of(base, protos)
	if !ok {
		return ""
	}
	return fmt.Sprintf("did you mean %s?", r.show(filepath.Join(folder, best)))
}
