package generator

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/msgen/msgen/generator/internal/keeping/write"
)

// Write performs plans that were made by one call, several at a time. It keeps other runs from all their trees meanwhile. The
// error is a [StaleError], and nothing was written, when a file that the plans follow from has changed since, or that of the
// context. Otherwise each tree has its own error: a [RefusedError], and it is as it was, when its plan has a refusal or a
// conflict.
func Write(ctx context.Context, trees []*Tree, locks Locks) ([]error, error) {
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
	errs := make([]error, len(trees))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, tree := range trees {
		group.Go(func() error {
			errs[i] = tree.write()
			return nil
		})
	}
	_ = group.Wait() // each has its own error
	return errs, nil
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
	err = disk.Write(t.plan)
	if stale, ok := errors.AsType[*write.StaleError](err); ok {
		err = &StaleError{stale.Path}
	}
	return errors.Join(err, disk.Close())
}
