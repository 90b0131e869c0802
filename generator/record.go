package generator

import (
	"bytes"
	"path"
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// copiesDir is the folder of the tree for protos that come from outside its repository.
const copiesDir = "proto"

// record settles how the tree remembers what made it. Inputs of the same repository are remembered by their relative
// paths; others are copied in, so that a tree on its own can always be made again.
func (r *run) record(root string) error {
	out, err := filepath.Abs(r.inputs.out)
	if err != nil {
		return err
	}
	r.copies, r.edited = nil, nil
	r.inputs.recorded = state.Inputs{Root: root, Sums: map[string]string{}}
	r.recordProtos(out)
	r.recordPolicy(out)
	r.recordCallees(out)
	return nil
}

func (r *run) recordProtos(out string) {
	if !r.set.HasText() {
		return // there is nothing to make the tree from again
	}
	recorded, sources := &r.inputs.recorded, r.set.Sources()
	recorded.CalleeProtos = r.onlyCallees()
	if r.gateway != nil {
		r.recordSystem(out)
		return
	}
	together := true
	for name, source := range sources {
		recorded.Sums[name] = state.Sum(source.Bytes)
		together = together && (sameRepository(out, source.Path) || slices.Contains(recorded.CalleeProtos, name))
	}
	if !together {
		recorded.ImportPaths = []string{copiesDir}
		for _, name := range r.set.Targets {
			recorded.Protos = append(recorded.Protos, path.Join(copiesDir, name))
		}
		for name, source := range sources {
			r.copyIn(path.Join(copiesDir, name), source.Bytes)
		}
		return
	}
	apart := false
	for name, source := range sources {
		if sameRepository(out, source.Path) {
			r.copyAgain(relative(out, source.Path), source.Bytes)
			continue
		}
		apart = true
		r.copyIn(path.Join(copiesDir, name), source.Bytes)
	}
	for _, name := range r.set.Targets {
		recorded.Protos = append(recorded.Protos, relative(out, sources[name].Path))
	}
	for _, dir := range r.set.ImportPaths {
		if movesAlong(out, dir) { // nothing was found in the others, and elsewhere they are not there
			recorded.ImportPaths = append(recorded.ImportPaths, relative(out, dir))
		}
	}
	if apart && !slices.Contains(recorded.ImportPaths, copiesDir) {
		recorded.ImportPaths = append(recorded.ImportPaths, copiesDir)
	}
}

func (r *run) recordPolicy(out string) {
	if r.inputs.policy == "" {
		return
	}
	recorded := &r.inputs.recorded
	recorded.Policy = policyName
	if sameRepository(out, r.inputs.policy) {
		recorded.Policy = relative(out, r.inputs.policy)
		r.copyAgain(recorded.Policy, r.inputs.policySource)
	} else {
		r.copyIn(policyName, r.inputs.policySource)
	}
	recorded.Sums[recorded.Policy] = state.Sum(r.inputs.policySource)
}

// copyIn adds an input to the tree. A file that its user put there is not in the state, and stays nobody's but theirs.
func (r *run) copyIn(inTree string, content []byte) {
	if _, copied := r.base.Files[inTree]; !copied {
		if found := r.disk.Look(inTree); found.Kind == plan.Regular && bytes.Equal(found.Content, content) {
			return
		}
	}
	r.copies = append(r.copies, state.File{Path: inTree, Content: content, Owner: state.Generated})
}

// copyAgain keeps a copy that an earlier run made, now that it is the input itself. One that was edited meanwhile is
// its user's: msgen would lose the edit if it took the file for its own when a run from outside comes.
func (r *run) copyAgain(inTree string, content []byte) {
	switch was, copied := r.base.Files[inTree]; {
	case !copied:
	case was.Sum == state.Sum(content):
		r.copyIn(inTree, content)
	default:
		r.edited = append(r.edited, inTree)
	}
}

// tellEdited says of copies that their users edited what has become of them.
func (r *run) tellEdited(planned *plan.Plan) {
	for i := range planned.Actions {
		action := &planned.Actions[i]
		if action.Kind == plan.Orphan && slices.Contains(r.edited, action.Path) {
			action.Reason, action.Fix = "was edited here: it is what the tree is made from now, and yours", ""
		}
	}
}
