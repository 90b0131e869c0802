package write

import (
	"context"
	"fmt"
	"path"
	"slices"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Interrupted reports whether a run was killed in the middle of its writing, so that the tree is neither the old one nor
// the new one before [Tree.Recover]. A run that is still writing has a journal too, so only the lock tells the two apart:
// Interrupted waits for it when there is a journal.
func (t *Tree) Interrupted(ctx context.Context, by Locker) (bool, error) {
	if !t.hasJournal() {
		return false, nil
	}
	unlock, err := by.Lock(ctx, t.dir)
	if err != nil {
		return false, err
	}
	defer unlock()
	j, err := t.readJournal()
	return j != nil, err
}

func (t *Tree) hasJournal() bool { return t.Look(state.JournalPath).Kind != disk.Absent }

// Recover finishes what a killed run has begun. What its user has changed since then stays as it is. Like
// [Tree.Interrupted], it waits for a run that is still writing.
func (t *Tree) Recover(ctx context.Context, by Locker) error {
	if !t.hasJournal() {
		return nil
	}
	unlock, err := by.Lock(ctx, t.dir)
	if err != nil {
		return err
	}
	defer unlock()
	return t.rollForward()
}

// rollForward needs the lock. It takes the steps of [staging.perform] in their order, so that it may be killed as well.
func (t *Tree) rollForward() error {
	j, err := t.readJournal()
	if err != nil || j == nil {
		return err
	}
	listed := t.listed() // before the memory of the run that was killed replaces it
	if err := t.finishAll(j.Renames); err != nil {
		return err
	}
	for _, r := range t.due(j.Removals, listed) {
		if err := remove(t.root, r.Path); err != nil {
			return fmt.Errorf("cannot remove %s: %w", r.Path, disk.Cause(err))
		}
		prune(t.root, path.Dir(r.Path))
	}
	if err := t.finishAll(j.Memory); err != nil {
		return err
	}
	return remove(t.root, state.JournalPath)
}

func (t *Tree) finishAll(renames []journalRename) error {
	for _, r := range renames {
		if err := t.finish(r); err != nil {
			return err
		}
	}
	return nil
}

// finish renames one file, if that has not been done.
func (t *Tree) finish(r journalRename) error {
	if t.Look(r.From).Kind != disk.Regular {
		return nil
	}
	if !t.holds(r.To, r.Was) {
		return remove(t.root, r.From)
	}
	if err := rename(t.root, r.From, r.To); err != nil {
		return fmt.Errorf("cannot write %s: %w", r.To, disk.Cause(err))
	}
	return nil
}

// holds reports whether a file of that sum is at the path; an empty sum stands for nothing at all.
func (t *Tree) holds(file, sum string) bool {
	switch found := t.Look(file); found.Kind {
	case disk.Absent:
		return sum == ""
	case disk.Regular:
		return state.Sum(found.Content) == sum
	default:
		return false
	}
}

// due are the removals that the run had still to make: of files that the tree's memory lists as they stand there, and of that
// memory itself.
func (t *Tree) due(removals []journalRemoval, listed map[string]state.Entry) []journalRemoval {
	return slices.DeleteFunc(slices.Clone(removals), func(r journalRemoval) bool {
		entry, known := listed[r.Path]
		ours := state.Remembered(r.Path) || known && entry.Sum == r.Was
		return !ours || !t.holds(r.Path, r.Was)
	})
}

// listed are the files of the tree by its memory; none where that cannot be read.
func (t *Tree) listed() map[string]state.Entry {
	memory, err := state.Read(t)
	if err != nil {
		return nil
	}
	return memory.Files
}
