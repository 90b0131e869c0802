package write

import (
	"fmt"
	"os"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/disk"
)

func elsewhere(a plan.Action) bool { return a.Elsewhere != "" }

// Elsewhere performs the actions of a plan on files that their user has moved from the tree to the same paths below another
// folder, and nothing else there. It comes before [Tree.Write]: a run that is killed between the two finds the new text in the
// files, and merges it again.
func Elsewhere(dir string, p *plan.Plan) error {
	actions := slices.DeleteFunc(p.Changes(), func(a plan.Action) bool { return !elsewhere(a) })
	if len(actions) == 0 || len(p.Refused()) > 0 {
		return nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("nothing was written: cannot write to %s: %w", dir, disk.Cause(err))
	}
	defer root.Close()
	w := work{durable: true}
	w.add(actions)
	s, err := stage(root, w)
	if err != nil {
		return fmt.Errorf("nothing was written: %w", err)
	}
	defer s.discard()
	if err := verify(root, actions); err != nil {
		return err
	}
	for _, e := range w.files {
		if err := s.rename(e.path); err != nil {
			return err
		}
	}
	for _, r := range w.removals {
		if err := root.Remove(r.path); err != nil {
			return fmt.Errorf("cannot remove %s: %w", r.path, disk.Cause(err))
		}
	}
	return nil
}
