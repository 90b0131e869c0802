package plan

import (
	"path"
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/diag"
)

// Restored are the paths to bring back, as a user wrote them, as a tree names them.
func Restored(written []string) []string {
	paths := make([]string, len(written))
	for i, name := range written {
		paths[i] = path.Clean(filepath.ToSlash(name))
	}
	return paths
}

// Unrestored are the problems of paths that there is nothing to bring back at, in a plan for the tree at out.
func (p *Plan) Unrestored(paths []string, out string) diag.List {
	var problems diag.List
	for _, name := range paths {
		i := slices.IndexFunc(p.Actions, func(a Action) bool { return a.Path == name })
		switch {
		case i < 0:
			problems.Add(diag.Problem{
				Message: "cannot restore a file that is not emitted", Found: name,
				Want: "a path below " + out, Fix: "msgen status lists them",
			})
		case p.Actions[i].Kind != Create:
			problems.Add(diag.Problem{
				Message: "cannot restore a file that is there", Found: name,
				Fix: "move it away to have msgen's text in its place",
			})
		}
	}
	return problems
}
