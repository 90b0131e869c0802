package generator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/msgen/msgen/generator/internal/keeping/write"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Write performs plans that were made by one call, several at a time. It keeps other runs from all their trees meanwhile. The
// error is a [StaleError], and nothing was written, when a file that the plans follow from has changed since, or when the context has ended. Otherwise each tree has its own error: a [RefusedError], and it is as it was, when its plan has a refusal or a
// conflict.
func Write(ctx context.Context, trees []*Tree, locks Locks) ([]error, error) {
	if !slices.ContainsFunc(trees, func(t *Tree) bool { return !t.plan.Idle() }) {
		return make([]error, len(trees)), nil
	}
	var dirs []string
	for _, tree := range trees {
		dirs = append(dirs, tree.Dir)
		if tree.system != "" {
			dirs = append(dirs, tree.system)
		}
	}
	unlock, err := locks.locker().Lock(ctx, dirs...)
	if err != nil {
		return nil, fmt.Errorf("nothing was written: %w", err)
	}
	defer unlock()
	for i, tree := range trees {
		if i > 0 && tree.view == trees[0].view {
			continue // one call has one view
		}
		if changed := tree.view.Changed(); changed != "" {
			return nil, &StaleError{changed}
		}
	}
	return writeAll(trees), nil
}

// writeAll needs the locks. A tree that others import from comes before them, and where it cannot be written, neither are they: what
// they would remove is still needed.
func writeAll(trees []*Tree) []error {
	errs := make([]error, len(trees))
	var failed error
	for i, tree := range trees {
		if tree.shared {
			errs[i] = tree.write()
			failed = cmp.Or(failed, errs[i])
		}
	}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, tree := range trees {
		if tree.shared {
			continue
		}
		group.Go(func() error {
			if errs[i] = failed; failed == nil {
				errs[i] = tree.write()
			}
			return nil
		})
	}
	_ = group.Wait() // each has its own error
	return errs
}

// write needs the lock of the tree.
func (t *Tree) write() error {
	if err := t.refused(); err != nil {
		return err
	}
	disk, err := write.Open(t.Dir)
	if err != nil {
		return err
	}
	if err = write.Elsewhere(t.repository, t.plan); err == nil {
		err = disk.Write(t.plan)
	}
	if stale, ok := errors.AsType[*write.StaleError](err); ok {
		err = &StaleError{stale.Path}
	}
	return errors.Join(err, disk.Close())
}

// Locks say how a run waits for others that write to the same trees. The zero Locks wait in silence.
type Locks struct {
	Command string // of this run, as its user typed it: others show it while they wait for this one

	// Waiting learns of a folder that another run has locked for more than a second, and of that run: "process 4711
	// (msgen generate)". Nil: nobody wants to know.
	Waiting func(dir, holder string)
}

func (l Locks) locker() write.Locker {
	locker := write.Locker{Command: l.Command}
	if l.Waiting != nil {
		locker.Waiting = func(dir string, holder write.Holder) { l.Waiting(dir, holder.String()) }
	}
	return locker
}

// InterruptedError is a tree that a run was writing when it was killed. Each of its files is whole; [Recover] makes it the
// tree that the run would have made.
type InterruptedError struct{ Dir string }

// Error says what to do.
func (e *InterruptedError) Error() string {
	return fmt.Sprintf("%s: a run was interrupted while it wrote this tree; msgen generate finishes it", e.Dir)
}

// Recover finishes the writing of a run that was killed in the tree at dir. It does nothing where there was none.
func Recover(ctx context.Context, dir string, locks Locks) error {
	tree, err := write.Open(dir)
	if err != nil {
		return err
	}
	return tree.Recover(ctx, locks.locker())
}

// writingError is a tree that another run wrote while this one looked at it.
type writingError struct{ dir string }

func (e *writingError) Error() string { return (&StaleError{e.dir}).Error() }

// settled returns an error where the tree is not one that a run has left whole. It waits for a run that is writing it.
func settled(ctx context.Context, tree *disk.Tree, locks Locks) error {
	if tree.Look(state.JournalPath).Kind == disk.Absent {
		return nil
	}
	now, err := write.Open(tree.Dir())
	if err != nil {
		return err
	}
	interrupted, err := now.Interrupted(ctx, locks.locker())
	switch {
	case err != nil:
		return err
	case interrupted:
		return &InterruptedError{Dir: tree.Dir()}
	default:
		return &writingError{tree.Dir()}
	}
}

// fresh does something with a view of the disk, and again with another view when a run has been writing what it saw: what
// seems to be wrong then is half of a change.
func fresh[T any](ctx context.Context, do func(view *disk.View) (T, error)) (T, error) {
	for {
		view, err := disk.New()
		if err != nil {
			var none T
			return none, err
		}
		out, err := do(view)
		_, writing := errors.AsType[*writingError](err)
		if !writing && (err == nil || view.Changed() == "") || ctx.Err() != nil {
			return out, err
		}
		view.Close()
	}
}
