package write

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
)

// sweep removes the temporary files that a killed run left in the folders of the plan. What cannot be removed stays;
// it does no harm.
func (t *Tree) sweep(p *plan.Plan) {
	folders := map[string]bool{}
	for _, a := range p.Actions {
		folders[path.Dir(a.Path)] = true
	}
	for _, m := range p.Memory {
		folders[path.Dir(m.Path)] = true
	}
	for _, folder := range sortedKeys(folders) {
		sweepFolder(t.root, folder)
	}
}

func sweepFolder(root *os.Root, folder string) {
	entries, err := fs.ReadDir(root.FS(), folder)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if entry.Type().IsRegular() && isTemp(entry.Name()) {
			_ = root.Remove(path.Join(folder, entry.Name()))
		}
	}
}

// prune removes folder and the folders above it for as long as they are empty. A symbolic link to an empty folder
// is its user's, and stays.
func prune(root *os.Root, folder string) {
	for ; folder != "."; folder = path.Dir(folder) {
		info, err := root.Lstat(folder)
		if err != nil || !info.IsDir() || root.Remove(folder) != nil {
			return
		}
	}
}

func sortedKeys(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
