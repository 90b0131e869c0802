package gobreak

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/keeping/splice"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Planned lists the places of the user's Go that compile now and will not once a plan is performed, and the stubs of another
// plugin are written. Root is the import path of the tree.
func Planned(tree *disk.Tree, memory *state.State, root string, planned *plan.Plan, stubs []state.File) []Break {
	changes := slices.ContainsFunc(planned.Changes(), func(a plan.Action) bool {
		return a.Owner == state.Generated && path.Ext(a.Path) == ".go"
	})
	if len(memory.Files) == 0 || !changes {
		return nil
	}
	before := onDisk(tree, memory, root)
	after := before.with(planned)
	for _, stub := range stubs {
		after.Files[stub.Path] = stub.Content
	}
	return append(New(before, after), former(after, memory.Inputs.Root)...)
}

// former lists the imports of the user's Go that name a package of the tree by the import path that the tree had before.
func former(t Tree, was string) []Break {
	if was == "" || was == t.Root {
		return nil
	}
	folders := map[string]bool{}
	for name := range t.Files {
		folders[path.Join(was, path.Dir(name))] = true
	}
	var out []Break
	for _, name := range slices.Sorted(maps.Keys(t.Users)) {
		file, err := splice.Parse(name, t.Files[name])
		if err != nil || !t.Users[name] {
			continue
		}
		for _, spec := range file.Imports {
			imported := splice.ImportOf(spec).Path
			if below, ok := strings.CutPrefix(imported, was); ok && folders[imported] {
				at := file.Offset(spec.Path.Pos()) - bytes.LastIndexByte(file.Src[:file.Offset(spec.Path.Pos())], '\n')
				out = append(out, Break{name, file.Line(spec.Pos()), at, fmt.Sprintf("imports %q, which is %q now", imported, t.Root+below)})
			}
		}
	}
	return out
}

// with is the Go of a tree once a plan is performed.
func (t Tree) with(planned *plan.Plan) Tree {
	after := Tree{Root: t.Root, Files: maps.Clone(t.Files), Users: maps.Clone(t.Users)}
	for _, a := range planned.Actions {
		switch {
		case path.Ext(a.Path) != ".go":
		case a.Kind == plan.Remove:
			delete(after.Files, a.Path)
		case a.Kind == plan.Orphan:
			after.Users[a.Path] = true
		case a.Kind == plan.Create, a.Kind == plan.Update, a.Kind == plan.Merge:
			after.Files[a.Path] = a.New
			after.Users[a.Path] = a.Owner != state.Generated
		}
	}
	return after
}

// onDisk is the Go of the tree as it stands.
func onDisk(tree *disk.Tree, memory *state.State, root string) Tree {
	out := Tree{Root: root, Files: map[string][]byte{}, Users: map[string]bool{}}
	for _, name := range tree.GoFiles() {
		found := tree.Look(name)
		if found.Kind != disk.Regular {
			continue
		}
		entry, known := memory.Files[name]
		out.Files[name] = found.Content
		out.Users[name] = !known || entry.Owner != state.Generated
	}
	return out
}
