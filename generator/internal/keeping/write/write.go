package write

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// StaleError is a plan that was made for another tree: something has changed the disk since then.
type StaleError struct{ Path string }

// Error names the path.
func (e *StaleError) Error() string {
	return fmt.Sprintf("nothing was written: %s was changed by something else meanwhile; generate again", e.Path)
}

// Write performs the plan, which must not refuse anything and must have been made for this tree. The caller holds the lock
// of the tree. Write first writes every new content to a temporary file next to its target, then checks that the files are
// still what the plan was made for, then writes the journal, and only then renames, removes, and at the very end renames
// msgen's own memory. So each file is whole at any time, old or new; an error before the journal (a full disk, a folder
// that is read-only) leaves the tree as it was, and a run that is killed after it is finished by the next. Files that are
// equal are not touched.
func (t *Tree) Write(p *plan.Plan) error {
	if refused := p.Refused(); len(refused) > 0 {
		return fmt.Errorf("nothing was written: %s %s", refused[0].Path, refused[0].Reason)
	}
	if err := t.openRoot(); err != nil {
		return err
	}
	if t.hasJournal() { // of a run that was killed since the plan was made
		return &StaleError{state.JournalPath}
	}
	t.sweep(p)
	w, err := t.work(p)
	if err == nil {
		err = t.astray(w)
	}
	if err != nil {
		return fmt.Errorf("nothing was written: %w", err)
	}
	if w.empty() {
		return nil
	}
	return t.perform(p, w)
}

// perform needs the lock.
func (t *Tree) perform(p *plan.Plan, w work) error {
	s, err := stage(t.root, w)
	if err != nil {
		return fmt.Errorf("nothing was written: %w", err)
	}
	if err := t.verify(p); err != nil {
		s.discard()
		return err
	}
	if err := s.writeDown(); err != nil {
		s.discard()
		return fmt.Errorf("nothing was written: %w", err)
	}
	return s.commit()
}

// openRoot opens a folder that [Locker.Lock] has created since the tree was opened.
func (t *Tree) openRoot() error {
	if t.root != nil {
		return nil
	}
	root, err := os.OpenRoot(t.dir)
	if err != nil {
		return fmt.Errorf("cannot write to %s: %w", t.dir, disk.Cause(err))
	}
	t.root = root
	return nil
}

// verify finds what was changed on disk since the plan was made, by an editor or by another run.
func (t *Tree) verify(p *plan.Plan) error {
	return verify(t.root, slices.DeleteFunc(slices.Clone(p.Actions), elsewhere))
}

// verify is [Tree.verify] of some actions, for files below a root.
func verify(root *os.Root, actions []plan.Action) error {
	for _, a := range actions {
		if !slices.Contains([]plan.Kind{plan.Create, plan.Update, plan.Merge, plan.Remove}, a.Kind) {
			continue // the disk is left alone there
		}
		now := disk.Look(root, a.Path)
		if now.Kind != a.Found.Kind || !bytes.Equal(now.Content, a.Found.Content) {
			return &StaleError{a.Path}
		}
	}
	return nil
}
