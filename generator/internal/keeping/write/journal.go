package write

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// journal is work of which every byte is on disk.
type journal struct {
	Renames  []journalRename  `json:"renames,omitempty"` // in their order; msgen's memory is last
	Removals []journalRemoval `json:"removals,omitempty"`
}

// journalRename puts a temporary file in its place, unless something else than before has come to stand there.
type journalRename struct {
	From string `json:"from"`
	To   string `json:"to"`
	Was  string `json:"was,omitempty"` // sum of what stood there; empty: nothing
}

type journalRemoval struct {
	Path string `json:"path"`
	Was  string `json:"was"`
}

// journal is the staged work as it is written down.
func (s *staging) journal() journal {
	var j journal
	for _, e := range append(append([]edit{}, s.work.files...), s.work.memory...) {
		j.Renames = append(j.Renames, journalRename{s.temps[e.path], e.path, e.was})
	}
	for _, r := range s.work.removals {
		j.Removals = append(j.Removals, journalRemoval{r.path, r.was})
	}
	return j
}

// writeDown puts the journal on disk, whole or not at all: from then on the work is done, by this run or by the next.
func (s *staging) writeDown() error {
	content, err := json.Marshal(s.journal())
	if err != nil {
		return err
	}
	temp := path.Join(state.Dir, tempName())
	err = s.root.Mkdir(state.Dir, 0o755)
	if err == nil {
		s.folders = append(s.folders, state.Dir)
	}
	err = writeTemp(s.root, temp, edit{path: state.JournalPath, content: content, mode: 0o644}, s.work.durable)
	if err == nil {
		err = s.root.Rename(temp, state.JournalPath)
	}
	if err != nil {
		_ = s.root.Remove(temp)
		return fmt.Errorf("cannot write %s: %w", state.JournalPath, disk.Cause(err))
	}
	return nil
}

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
	return t.hasJournal(), nil
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

// rollForward needs the lock.
func (t *Tree) rollForward() error {
	content, err := t.root.ReadFile(state.JournalPath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the run that was writing has ended well
	}
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", state.JournalPath, disk.Cause(err))
	}
	var j journal
	if err := json.Unmarshal(content, &j); err != nil {
		return fmt.Errorf("%s is not readable as msgen's: %w; delete it and generate again", state.JournalPath, err)
	}
	for _, r := range j.Renames {
		if err := t.finish(r); err != nil {
			return err
		}
	}
	for _, r := range j.Removals {
		if t.sum(r.Path) != r.Was {
			continue
		}
		if err := t.root.Remove(r.Path); err != nil {
			return fmt.Errorf("cannot remove %s: %w", r.Path, disk.Cause(err))
		}
		prune(t.root, path.Dir(r.Path))
	}
	return t.root.Remove(state.JournalPath)
}

// finish renames one file, if that has not been done.
func (t *Tree) finish(r journalRename) error {
	if t.Look(r.From).Kind != disk.Regular {
		return nil
	}
	if t.sum(r.To) != r.Was {
		return t.root.Remove(r.From)
	}
	if err := t.root.Rename(r.From, r.To); err != nil {
		return fmt.Errorf("cannot write %s: %w", r.To, disk.Cause(err))
	}
	return nil
}

// sum is the sum of the file at a path; empty where there is none.
func (t *Tree) sum(file string) string {
	found := t.Look(file)
	if found.Kind != disk.Regular {
		return ""
	}
	return state.Sum(found.Content)
}

// syncFolders makes the renames in the folders of the work last, where a file system keeps them in memory.
func (s *staging) syncFolders() {
	if !s.work.durable {
		return
	}
	folders := map[string]bool{}
	for _, r := range s.journal().Renames {
		folders[path.Dir(r.To)] = true
	}
	for folder := range folders {
		syncFolder(s.root, folder)
	}
}

// syncFolder does what it can: not every system syncs a folder.
func syncFolder(root *os.Root, folder string) {
	if dir, err := root.Open(folder); err == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
}
