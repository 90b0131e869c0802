package generator

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/gobreak"
	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// tellBroken notes every place of the user's Go that compiles now, and will not once the plan is performed.
func (r *run) tellBroken(planned *plan.Plan) {
	changes := slices.ContainsFunc(planned.Changes(), func(a plan.Action) bool {
		return a.Owner == state.Generated && path.Ext(a.Path) == ".go"
	})
	if len(r.base.Files) == 0 || !changes {
		return
	}
	before := r.goOnDisk()
	after := gobreak.Tree{Root: r.result.Service.Root, Files: maps.Clone(before.Files), Users: maps.Clone(before.Users)}
	for _, stub := range r.stubs {
		after.Files[stub.Path] = stub.Content
	}
	for _, a := range planned.Actions {
		switch {
		case path.Ext(a.Path) != ".go":
		case a.Kind == plan.Remove:
			delete(after.Files, a.Path)
		case a.Kind == plan.Create, a.Kind == plan.Update, a.Kind == plan.Merge:
			after.Files[a.Path] = a.New
			after.Users[a.Path] = a.Owner != state.Generated
		}
	}
	for _, place := range gobreak.New(before, after) {
		r.notes = append(r.notes, fmt.Sprintf("%s:%d:%d: does not compile any more: %s",
			filepath.Join(r.inputs.out, filepath.FromSlash(place.Path)), place.Line, place.Col, place.Message))
	}
}

// goOnDisk is the Go of the tree as it stands.
func (r *run) goOnDisk() gobreak.Tree {
	tree := gobreak.Tree{Root: r.result.Service.Root, Files: map[string][]byte{}, Users: map[string]bool{}}
	for _, name := range goFilesBelow(r.inputs.out) {
		src, err := os.ReadFile(filepath.Join(r.inputs.out, filepath.FromSlash(name)))
		if err != nil {
			continue
		}
		entry, known := r.base.Files[name]
		tree.Files[name] = src
		tree.Users[name] = !known || entry.Owner != state.Generated
	}
	return tree
}
