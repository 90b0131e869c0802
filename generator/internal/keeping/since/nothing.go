package since

import (
	"maps"
	"path"
	"reflect"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/gobreak"
	"github.com/msgen/msgen/generator/internal/keeping/handlers"
	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/keeping/record"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Nothing is the plan of a run of the same msgen that has nothing to do: the inputs and the disk are as the last run left them.
// It is false when one of them is not, or cannot be told to be; then the whole pipeline decides.
func Nothing(in *inputs.Settled) (*plan.Plan, bool) {
	again, ok := sameInputs(in)
	if !ok {
		return nil, false
	}
	answering := handlers.Tree{Disk: in.Tree, Memory: in.Memory, Root: in.Memory.Inputs.Root}
	answering.Find = again.GoSources(answering.Root, again.GoModules(again.Module, true)).Files
	planned := &plan.Plan{Next: in.Memory}
	var touched []string
	for _, name := range slices.Sorted(maps.Keys(in.Memory.Files)) {
		entry := in.Memory.Files[name]
		kind, ok := standing(in.Tree, name, entry)
		if !ok {
			return nil, false
		}
		planned.Actions = append(planned.Actions, plan.Action{Path: name, Kind: kind, Owner: entry.Owner})
		if kind == plan.Keep {
			touched = append(touched, name)
		}
	}
	return planned, answering.Stand(touched) && len(gobreak.Doubled(in.Tree, in.Memory, twins(in.Memory), planned)) == 0
}

// twins are the Go packages of the last run that the user's Go must not import from elsewhere.
func twins(memory *state.State) map[string]model.Import {
	out := map[string]model.Import{}
	for declared, dir := range memory.Stubs {
		out[declared] = model.Import{Path: path.Join(memory.Inputs.Root, dir)}
	}
	return out
}

// sameInputs reports whether the inputs are, to the byte and by the same names, what the last run remembered.
func sameInputs(in *inputs.Settled) (*inputs.Loaded, bool) {
	if in.Memory.Mixed {
		return nil, false
	}
	again, ok := inputs.Again(in)
	if !ok {
		return nil, false
	}
	if len(again.Unnoticed()) > 0 {
		return nil, false // once the protos are parsed, it may be one that they import
	}
	known := in.Memory.Inputs
	now := record.Of(again, again.Module.Path, "").Inputs
	for name, sum := range known.Sums {
		if _, onDisk := now.Sums[name]; !onDisk && sum == "" {
			now.Sums[name] = ""
		}
	}
	return again, reflect.DeepEqual(now, known)
}

// standing is what the rules of package plan make of a file whose rendered text is what it was: it stays as it is. It
// is false where they might not.
func standing(tree *disk.Tree, name string, entry state.Entry) (plan.Kind, bool) {
	found := tree.Look(name)
	untouched := found.Kind == disk.Regular && entry.Emitted(found.Content)
	switch {
	case untouched:
		return plan.Same, entry.Owner != state.Merged || hasBase(tree, name, entry)
	case entry.Owner == state.Generated:
		return "", false
	default:
		return plan.Keep, found.Kind == disk.Regular || found.Kind == disk.Absent && entry.Deleted
	}
}

func hasBase(tree *disk.Tree, name string, entry state.Entry) bool {
	return len(entry.Bases(tree.Look(state.BasePath(name)).Content)) > 0
}

// Edits is the plan of a check of a tree whose protos are in no file that a run could read: it refuses what is msgen's and not as
// the last run left it, and has no text for it.
func Edits(in *inputs.Settled) *plan.Plan {
	planned := &plan.Plan{Next: in.Memory}
	fix := "restore it from version control"
	if remake := in.Memory.Inputs.Plugin.Remake(); remake != "" {
		fix = "restore it from version control, or delete it and run " + remake
	}
	for _, path := range slices.Sorted(maps.Keys(in.Memory.Files)) {
		entry, found := in.Memory.Files[path], in.Tree.Look(path)
		action := plan.Action{Path: path, Kind: plan.Keep, Owner: entry.Owner, Found: found, New: found.Content}
		switch _, stands := standing(in.Tree, path, entry); {
		case stands:
			action.Kind = plan.Same
		case entry.Owner != state.Generated: // its user may do with it as they like
		case found.Kind == disk.Absent:
			action.Kind, action.Reason, action.Fix = plan.Refuse, "is missing", fix
		default:
			action.Kind, action.Reason, action.Fix = plan.Refuse, "is not as msgen wrote it", fix
		}
		planned.Actions = append(planned.Actions, action)
	}
	return planned
}
