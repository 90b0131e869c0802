package inputs

import (
	"path/filepath"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/gitindex"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Lost refuses a folder that is empty, or not there, where git has a tree of msgen's: somebody has deleted it, with the files
// that are theirs, as buf does with --clean.
func Lost(view *disk.View, dir string) diag.List {
	var problems diag.List
	if entries, err := view.ReadDir(dir); err == nil && len(entries) > 0 {
		return problems
	}
	memory := filepath.Join(dir, filepath.FromSlash(state.Path))
	if _, tracked := gitindex.Around(view, dir).Find(memory)[memory]; !tracked {
		return problems
	}
	problems.Add(diag.Problem{
		Position: diag.Position{File: dir},
		Message:  "the folder of the tree is empty, and git has one there with files that are yours",
		Fix:      "run git restore " + dir + ", and then this again",
	})
	return problems
}
