package protoload

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// maxIndexed bounds the search for the files that imports mean: files and folders looked at below each folder.
const maxIndexed = 200_000

// protoIndex knows the protos below folders. Each folder is walked once.
type protoIndex struct {
	view  *disk.View
	skip  func(dir string) bool // folders that are passed over
	below map[string][]string   // absolute paths by folder
}

func (x *protoIndex) protos(folder string) []string {
	if files, ok := x.below[folder]; ok {
		return files
	}
	var files []string
	eachProto(x.view, folder, maxIndexed, x.skip, func(_, file string) { files = append(files, file) })
	if x.below == nil {
		x.below = map[string][]string{}
	}
	x.below[folder] = files
	return files
}

// elsewhere is the folder in the repository of the importing file that has what it imports: the one that is nearest to
// it. There is none where two are as near and have different files.
func (g *graph) elsewhere(m missing) (string, bool) {
	folders := g.holding(m)
	if len(folders) == 0 {
		return "", false
	}
	name, near := filepath.FromSlash(m.imp.name), shared(folders[0], m.importer.path)
	for _, other := range folders[1:] {
		if shared(other, m.importer.path) == near && !g.roots.same(filepath.Join(folders[0], name), filepath.Join(other, name)) {
			return "", false
		}
	}
	return folders[0], true
}

// holding are the folders in the repository of the importing file that have what it imports, the nearest first.
func (g *graph) holding(m missing) []string {
	var folders []string
	for _, file := range g.opts.known.protos(g.searched(m.importer.path)) {
		if folder, ok := strings.CutSuffix(filepath.ToSlash(file), "/"+m.imp.name); ok && file != m.importer.path {
			folders = append(folders, filepath.FromSlash(folder))
		}
	}
	slices.SortStableFunc(folders, func(a, b string) int {
		return cmp.Or(cmp.Compare(shared(b, m.importer.path), shared(a, m.importer.path)), cmp.Compare(depth(a), depth(b)), cmp.Compare(a, b))
	})
	return folders
}

// shared is how many elements two paths have in common at their beginning.
func shared(a, b string) int {
	count := 0
	separator := string(filepath.Separator)
	inB := strings.Split(b, separator)
	for i, element := range strings.Split(a, separator) {
		if i == len(inB) || inB[i] != element {
			break
		}
		count++
	}
	return count
}

// depth is how many elements a path has.
func depth(path string) int {
	if path = filepath.Clean(path); path == "." {
		return 0
	}
	return 1 + strings.Count(path, string(filepath.Separator))
}
