package generator

import (
	"context"
	"maps"
	"slices"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/merge"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Condition is how a file stands beside what msgen wrote last.
type Condition string

// The conditions of an emitted file.
const (
	Untouched Condition = "untouched" // as msgen wrote it
	Edited    Condition = "edited"    // its user has changed it
	Deleted   Condition = "deleted"   // its user has deleted it, which is theirs to decide
	Missing   Condition = "missing"   // it is gone, and the next run writes it again
	Unmerged  Condition = "unmerged"  // it has conflict markers, which keep the next run from writing
	Blocked   Condition = "blocked"   // something else stands in its place: a folder, a link
)

// FileStatus is one emitted file of a tree.
type FileStatus struct {
	Path      string    `json:"path"`
	Owner     string    `json:"owner"` // generated, merged or yours
	Condition Condition `json:"condition"`
}

// TreeStatus is a tree as it stands, without a look at what it is made from.
type TreeStatus struct {
	Dir     string       `json:"dir"`
	Version string       `json:"version"` // of the msgen that wrote it
	Files   []FileStatus `json:"files"`   // sorted by path
}

// Status looks at the tree at or around dir; an empty dir is the working directory.
func Status(ctx context.Context, dir string) (*TreeStatus, error) {
	if dir == "" {
		dir = "."
	}
	return fresh(func(view *disk.View) (*TreeStatus, error) {
		tree, err := view.Tree(inputs.TreeAround(view, dir))
		if err != nil {
			return nil, err
		}
		if err := settled(ctx, tree, Locks{}); err != nil {
			return nil, err
		}
		memory, err := state.Read(tree)
		if err != nil {
			return nil, err
		}
		if len(memory.Files) == 0 {
			return nil, noTree(dir)
		}
		return statusOf(tree, memory), nil
	})
}

func statusOf(tree *disk.Tree, memory *state.State) *TreeStatus {
	status := &TreeStatus{Dir: tree.Dir(), Version: memory.Version}
	for _, path := range slices.Sorted(maps.Keys(memory.Files)) {
		entry := memory.Files[path]
		status.Files = append(status.Files, FileStatus{path, string(entry.Owner), condition(entry, tree.Look(path))})
	}
	return status
}

func noTree(dir string) error {
	var problems diag.List
	problems.Add(diag.Problem{
		Message: "no tree of msgen's around " + dir, Want: "a folder with " + state.Path, Fix: "name one: msgen status DIR",
	})
	return problems.Err()
}

func condition(entry state.Entry, found disk.Found) Condition {
	switch {
	case found.Kind == disk.Absent && entry.Owner == state.Generated:
		return Missing
	case found.Kind == disk.Absent:
		return Deleted
	case found.Kind != disk.Regular:
		return Blocked
	case state.Sum(found.Content) == entry.Sum:
		return Untouched
	case merge.Marker(found.Content) > 0:
		return Unmerged
	default:
		return Edited
	}
}
