package protoload

import (
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// byModule is the import path NAME=DIR that finds an import which begins with the path of a Go module around the importing file, or
// with the end of that path: as in a GOPATH, or as in the folder around a checkout.
func (g *graph) byModule(m missing) (string, bool) {
	top := g.searched(m.importer.path)
	for dir := filepath.Dir(m.importer.path); ; dir = filepath.Dir(dir) {
		for _, name := range g.namesOfModule(dir) {
			root := importRoot{path: dir, name: name}
			if file, ok := root.file(m.imp.name); ok && g.isFile(file) {
				return root.whole(), true
			}
		}
		if dir == top || dir == filepath.Dir(dir) {
			return "", false
		}
	}
}

// namesOfModule are the path of the module whose go.mod stands in a folder and the ends of that path, the longest first, each
// with and without a version such as v2.
func (g *graph) namesOfModule(dir string) []string {
	source, err := g.roots.view.ReadFile(filepath.Join(dir, "go.mod"))
	path := modfile.ModulePath(source)
	if err != nil || path == "" {
		return nil
	}
	names := []string{path}
	if prefix, version, ok := module.SplitPathVersion(path); ok && version != "" {
		names = append(names, prefix)
	}
	for _, whole := range slices.Clone(names) {
		for _, rest, more := strings.Cut(whole, "/"); more; _, rest, more = strings.Cut(rest, "/") {
			names = append(names, rest)
		}
	}
	return names
}
