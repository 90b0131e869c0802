package write

import (
	"fmt"
	"path"
	"slices"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// discard removes what stage has put on disk. Its own errors are not worth a word beside the one that led to it: the
// next run sweeps what is left.
func (s *staging) discard() {
	for _, temp := range s.temps {
		_ = s.root.Remove(temp)
	}
	for _, folder := range slices.Backward(s.folders) {
		_ = s.root.Remove(folder) // refused unless it is empty
	}
}

// commit makes the staged work the tree. It stops at the first error, which says how far it got.
func (s *staging) commit() error {
	done, err := s.perform()
	if err == nil {
		return nil
	}
	_ = s.root.Remove(state.JournalPath) // the next run starts over, since the temporary files are gone
	s.discard()
	total := len(s.work.files) + len(s.work.removals)
	return fmt.Errorf("%d of %d changes were made, and every file is whole: %w; generate again", done, total, err)
}

// perform counts the files of the tree that it has written or removed.
func (s *staging) perform() (done int, err error) {
	for _, e := range s.work.files {
		if err := s.rename(e.path); err != nil {
			return done, err
		}
		done++
	}
	for _, r := range s.work.removals {
		if err := remove(s.root, r.path); err != nil {
			return done, fmt.Errorf("cannot remove %s: %w", r.path, disk.Cause(err))
		}
		prune(s.root, path.Dir(r.path))
		done++
	}
	for _, e := range s.work.memory {
		if err := s.rename(e.path); err != nil {
			return done, err
		}
	}
	s.syncFolders()
	if err := remove(s.root, state.JournalPath); err != nil {
		return done, fmt.Errorf("cannot remove %s: %w", state.JournalPath, disk.Cause(err))
	}
	prune(s.root, state.Dir) // of a tree that has ended
	return done, nil
}

func (s *staging) rename(file string) error {
	if err := rename(s.root, s.temps[file], file); err != nil {
		return fmt.Errorf("cannot write %s: %w", file, disk.Cause(err))
	}
	delete(s.temps, file)
	return nil
}
