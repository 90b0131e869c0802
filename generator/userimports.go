package generator

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/msgen/msgen/generator/internal/reading/state"
)

// userImports lists what the Go files that are not msgen's import: go.mod has to go on providing it. A file that does not
// parse imports nothing; the compiler tells where.
func (r *run) userImports() []string {
	rendered := map[string]state.Owner{}
	for _, file := range r.files {
		rendered[file.Path] = file.Owner
	}
	var imports []string
	for _, name := range goFilesBelow(r.inputs.out) {
		was, known := r.base.Files[name]
		owner, stays := rendered[name]
		if owner == state.Generated || !stays && was.Owner == state.Generated {
			continue
		}
		src, err := os.ReadFile(filepath.Join(r.inputs.out, filepath.FromSlash(name)))
		if err != nil || known && !stays && state.Sum(src) == was.Sum { // it goes in this run
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ImportsOnly)
		if err != nil {
			continue
		}
		for _, spec := range file.Imports {
			if imported, err := strconv.Unquote(spec.Path.Value); err == nil {
				imports = append(imports, imported)
			}
		}
	}
	return imports
}

// goFilesBelow lists the Go files of the module at dir by the rules of the go command, slash-separated and relative to
// dir. A folder that cannot be read has none.
func goFilesBelow(dir string) []string {
	var files []string
	_ = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		switch base := entryName(entry); {
		case err != nil:
			return nil //nolint:nilerr // see above
		case name == dir:
		case entry.IsDir() && (ignoredByGo(base) || exists(filepath.Join(name, "go.mod"))):
			return fs.SkipDir
		case entry.Type().IsRegular() && filepath.Ext(base) == ".go" && !ignoredByGo(base):
			if rel, err := filepath.Rel(dir, name); err == nil {
				files = append(files, filepath.ToSlash(rel))
			}
		}
		return nil
	})
	return files
}

// entryName is the entry's name; there is no entry for a folder that is not there.
func entryName(entry fs.DirEntry) string {
	if entry == nil {
		return ""
	}
	return entry.Name()
}

func ignoredByGo(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor"
}

// unprovided leaves the imports that no module of the go.mod on disk can provide.
func (r *run) unprovided(imports []string) []string {
	file, err := modfile.ParseLax("go.mod", r.disk.Look("go.mod").Content, nil)
	if err != nil {
		return imports
	}
	return slices.DeleteFunc(slices.Clone(imports), func(imported string) bool {
		return slices.ContainsFunc(file.Require, func(required *modfile.Require) bool {
			path := required.Mod.Path
			return imported == path || strings.HasPrefix(imported, path+"/")
		})
	})
}
