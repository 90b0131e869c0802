package generator

import (
	"path"
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/plan"
)

// restored is the paths to bring back as the tree names them.
func (r *run) restored() []string {
	paths := make([]string, len(r.opts.Restore))
	for i, name := range r.opts.Restore {
		paths[i] = path.Clean(filepath.ToSlash(name))
	}
	return paths
}

// checkRestored finds the paths that there is nothing to bring back at.
func (r *run) checkRestored(planned *plan.Plan) error {
	var problems diag.List
	for _, name := range r.restored() {
		i := slices.IndexFunc(planned.Actions, func(a plan.Action) bool { return a.Path == name })
		switch {
		case i < 0:
			problems.Add(diag.Problem{
				Message: "cannot restore a file that is not emitted", Found: name,
				Want: "a path below " + r.inputs.out, Fix: "msgen status lists them",
			})
		case planned.Actions[i].Kind != plan.Create:
			problems.Add(diag.Problem{
				Message: "cannot restore a file that is there", Found: name,
				Fix: "move it away to have msgen's text in its place",
			})
		}
	}
	return problems.Err()
}
