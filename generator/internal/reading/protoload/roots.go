package protoload

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// importRoots are the folders that the names of protos are relative to, in the order in which they are searched.
type importRoots struct {
	view    *disk.View // paths in diagnostics are relative to its folder
	roots   []importRoot
	implied bool // the user gave none
}

type importRoot struct {
	path  string // absolute and clean
	shown string // as the user wrote it
}

// newImportRoots takes the import paths of opts, or the default one.
func newImportRoots(opts Options, problems *diag.List) importRoots {
	r := importRoots{view: opts.View}
	for _, shown := range opts.ImportPaths {
		path := r.abs(shown)
		if info, err := r.view.Stat(path); err != nil || !info.IsDir() {
			problems.Add(diag.Problem{Message: "an import path is not a folder", Found: "-I " + shown, Want: "an existing folder"})
			continue
		}
		r.roots = append(r.roots, importRoot{path: path, shown: shown})
	}
	if len(opts.ImportPaths) == 0 && len(opts.Files) > 0 {
		path := r.defaultRoot(filepath.Dir(r.abs(opts.Files[0])))
		r.roots, r.implied = []importRoot{{path: path, shown: r.show(path)}}, true
	}
	return r
}

// defaultRoot is the nearest of folder and its parents that holds a .git (a folder, or a file in a worktree), else
// folder itself.
func (r importRoots) defaultRoot(folder string) string {
	if repository, ok := r.view.Above(folder, ".git"); ok {
		return repository
	}
	return folder
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
		path := filepath.Join(root.path, filepath.FromSlash(name))
		if info, err := r.view.Stat(path); err == nil && !info.IsDir() {
			return path, true
		}
	}
	return "", false
}

// nameOf returns the name of the file at path: its path, with forward slashes, relative to the first root that it is
// below.
func (r importRoots) nameOf(path string) (name string, ok bool) {
	for _, root := range r.roots {
		if rel, ok := below(root.path, path); ok && rel != "." {
			return filepath.ToSlash(rel), true
		}
	}
	return "", false
}

// flags lists the roots as the user would pass them: "-I a or -I b".
func (r importRoots) flags() string {
	flags := make([]string, len(r.roots))
	for i, root := range r.roots {
		flags[i] = "-I " + root.shown
	}
	return strings.Join(flags, " or ")
}

// adding is the advice that makes folder an import path. A first -I would take the place of the implied one, which
// then has to be given too.
func (r importRoots) adding(folder string) string {
	if r.implied {
		return fmt.Sprintf("pass -I %s -I %s", r.roots[0].shown, folder)
	}
	return "add -I " + folder
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
