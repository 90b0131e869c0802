package generator

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Unreleased is the version of a build that no version names. Two such builds may emit different trees.
const Unreleased = "devel"

// unchanged is the tree of a run that has nothing to do: the msgen, the inputs and the disk are those of the last run.
// It is false when one of them is not, or cannot be told to be; then the whole pipeline decides.
func (r *run) unchanged() (*Tree, bool) {
	version := r.opts.Version
	if r.inputs.system != "" || r.opts.Full || len(r.opts.Restore) > 0 || version == "" || version == Unreleased || version != r.base.Version || !r.sameInputs() {
		return nil, false
	}
	planned := &plan.Plan{Next: r.base}
	var touched []string
	for _, path := range slices.Sorted(maps.Keys(r.base.Files)) {
		entry := r.base.Files[path]
		kind, ok := r.standing(path, entry)
		if !ok {
			return nil, false
		}
		planned.Actions = append(planned.Actions, plan.Action{Path: path, Kind: kind, Owner: entry.Owner})
		if kind == plan.Keep {
			touched = append(touched, path)
		}
	}
	if !r.handlersStand(touched) {
		return nil, false
	}
	return &Tree{Dir: r.inputs.out, plan: planned, disk: r.disk}, true
}

// sameInputs reports whether the inputs are, to the byte and by the same names, what the last run remembered.
func (r *run) sameInputs() bool {
	known := r.base.Inputs
	var names []string
	for name := range known.Sums {
		if strings.HasSuffix(name, ".proto") {
			names = append(names, name)
		}
	}
	place, err := r.place()
	if err != nil || !place.Owned || len(names) == 0 {
		return false
	}
	if r.inputs.readPolicy() != nil || r.inputs.policy != "" && state.Sum(r.inputs.policySource) != known.Sums[known.Policy] || !r.rememberedCallees() {
		return false
	}
	set, ok := protoload.Locate(protoload.Options{
		Files: r.inputs.protos, ImportPaths: r.inputs.importPaths, Callees: r.calleeProtos(),
	}, names)
	if !ok {
		return false
	}
	r.set = set
	if err := r.record(place.Module); err != nil {
		return false
	}
	for name, sum := range known.Sums {
		if _, onDisk := r.inputs.recorded.Sums[name]; !onDisk && sum == "" {
			r.inputs.recorded.Sums[name] = ""
		}
	}
	return reflect.DeepEqual(r.inputs.recorded, known)
}

// standing is what the rules of package plan make of a file whose rendered text is what it was: it stays as it is. It
// is false where they might not.
func (r *run) standing(path string, entry state.Entry) (plan.Kind, bool) {
	found := r.disk.Look(path)
	untouched := found.Kind == plan.Regular && state.Sum(found.Content) == entry.Sum
	switch {
	case untouched:
		return plan.Same, entry.Owner != state.Merged || r.hasBase(path, entry)
	case entry.Owner == state.Generated:
		return "", false
	default:
		return plan.Keep, found.Kind == plan.Regular || found.Kind == plan.Absent && entry.Deleted
	}
}

func (r *run) hasBase(path string, entry state.Entry) bool {
	base := r.disk.Look(state.BasePath(path))
	return base.Kind == plan.Regular && state.Sum(base.Content) == entry.Sum
}
