package generator

import (
	"fmt"

	"golang.org/x/mod/semver"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// notOlder refuses a tree that a newer msgen has written: this one would undo what that one does better. Versions that
// are none, as those of builds from a working copy, are not compared.
func (r *run) notOlder() error {
	tree, this := r.base.Version, r.opts.Version
	if !semver.IsValid(tree) || !semver.IsValid(this) || semver.Compare(tree, this) <= 0 {
		return nil
	}
	var problems diag.List
	problems.Add(diag.Problem{
		Position: diag.Position{File: r.inputs.fromTree(state.VersionPath)},
		Message:  "the tree was written by a newer msgen",
		Found:    tree,
		Want:     this + " or older, for this is msgen " + this,
		Fix:      fmt.Sprintf("use msgen %s or a newer one", tree),
	})
	return problems.Err()
}
