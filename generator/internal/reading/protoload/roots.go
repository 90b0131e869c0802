package protoload

import (
	"bytes"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// importRoots are the folders that the names of protos are relative to, in the order in which they are searched.
type importRoots struct {
	view    *disk.View // paths in diagnostics are relative to its folder
	roots   []importRoot
	implied bool   // the user gave none
	says    string // the file that names them; empty: nobody does

	replaced func(file string) bool // see [Options]
	likely   func() []string        // see [Options.likely]; nil where the user gave none
}

type importRoot struct {
	path  string // absolute and clean
	name  string // with which every name below it begins; empty in most
	shown string // as the user wrote it
}

// file is the path of the file of a name, whether it is there or not; false where the root has no file of such a name.
func (r importRoot) file(name string) (path string, ok bool) {
	if r.name != "" {
		if name, ok = strings.CutPrefix(name, r.name+"/"); !ok {
			return "", false
		}
	}
	return filepath.Join(r.path, filepath.FromSlash(name)), true
}

// nameOf is the name of the file at an absolute path; false where it is not below the root.
func (r importRoot) nameOf(file string) (name string, ok bool) {
	rel, ok := below(r.path, file)
	if !ok || rel == "." {
		return "", false
	}
	return path.Join(r.name, filepath.ToSlash(rel)), true
}

// whole is the root as an import path, with its absolute folder.
func (r importRoot) whole() string { return joinImportPath(r.name, r.path) }

// givenRoots are the import paths of opts.
func givenRoots(opts Options, problems *diag.List) importRoots {
	r := importRoots{view: opts.View, replaced: opts.Replaced}
	for _, shown := range opts.ImportPaths {
		root := r.rootAt(shown)
		if info, err := r.view.Stat(root.path); err != nil || !info.IsDir() {
			problems.Add(diag.Problem{Message: "an import path is not a folder", Found: "-I " + shown, Want: "an existing folder"})
			continue
		}
		r.roots = append(r.roots, root)
	}
	return r
}

// rootAt is an import path as a user writes it.
func (r importRoots) rootAt(written string) importRoot {
	name, dir := SplitImportPath(written)
	return importRoot{path: r.abs(dir), name: name, shown: written}
}

// of are the same roots with other import paths, whose folders are absolute.
func (r importRoots) of(paths []string) importRoots {
	r.roots = nil
	for _, path := range paths {
		r = r.with(path)
	}
	return r
}

// paths are the roots as import paths with absolute folders.
func (r importRoots) paths() []string {
	var paths []string
	for _, root := range r.roots {
		paths = append(paths, root.whole())
	}
	return paths
}

func (r importRoots) abs(path string) string { return r.view.Abs(path) }

// show is how a diagnostic names the file at an absolute path: relative to the working directory if it is below it.
func (r importRoots) show(path string) string {
	if rel, ok := below(r.view.Dir(), path); ok {
		return rel
	}
	return path
}

// find returns the file that importing name means: the one in the first root that has it.
func (r importRoots) find(name string) (path string, ok bool) {
	for _, root := range r.roots {
		path, ok := root.file(name)
		if !ok {
			continue
		}
		if info, err := r.view.Stat(path); err == nil && !info.IsDir() && (r.replaced == nil || !r.replaced(path)) {
			return path, true
		}
	}
	return "", false
}

// same reports whether two paths lead to one file, or to two with one text.
func (r importRoots) same(a, b string) bool {
	if r.view.SameFile(a, b) {
		return true
	}
	textA, errA := r.view.ReadFile(a)
	textB, errB := r.view.ReadFile(b)
	return errA == nil && errB == nil && bytes.Equal(textA, textB)
}

// nameOf returns the name of the file at path, by the first root that it is below.
func (r importRoots) nameOf(path string) (name string, ok bool) {
	for _, root := range r.roots {
		if name, ok := root.nameOf(path); ok {
			return name, true
		}
	}
	return "", false
}

// flags lists the roots as the user would pass them: "-I a or -I b".
func (r importRoots) flags(between string) string {
	flags := make([]string, len(r.roots))
	for i, root := range r.roots {
		flags[i] = "-I " + quoted(root.shown)
	}
	return strings.Join(flags, between)
}

// quoted is a path as a shell takes it.
func quoted(path string) string {
	if strings.ContainsAny(path, " '\"\\$`&;()*?<>|") {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}

// below returns path relative to folder, and whether it is folder or something below it. Both must be absolute.
func below(folder, path string) (string, bool) {
	rel, err := filepath.Rel(folder, path)
	return rel, err == nil && filepath.IsLocal(rel)
}

// validName reports whether protoc and the Go tools can live with a file of this name: a slash-separated relative
// path without ".", "..", empty elements, backslashes or control characters.
func validName(name string) bool {
	return fs.ValidPath(name) && !strings.ContainsFunc(name, func(c rune) bool { return c == '\\' || c < ' ' || c == 0x7f })
}
