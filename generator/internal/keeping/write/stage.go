package write

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// workers write at the same time. They wait for the disk, not for a processor: on two processors 60 files with fsync
// took 31 ms with one worker, 19 with four and 18 with eight; without fsync 9, 7 and 8.
const workers = 8

// staging is work of which every byte is on disk, under temporary names beside the targets: in the same folder,
// because a rename is atomic only within one file system, and because the folder decides on group and labels.
type staging struct {
	root    *os.Root
	work    work
	folders []string          // that were created for it, parents first
	temps   map[string]string // the temporary name of each file to be written, by its path
}

// stage leaves nothing behind when it returns an error.
func stage(root *os.Root, w work) (*staging, error) {
	s := &staging{root: root, work: w, temps: map[string]string{}}
	edits := slices.Concat(w.files, w.memory)
	for _, e := range edits {
		s.temps[e.path] = path.Join(path.Dir(e.path), tempName())
	}
	err := s.makeFolders(edits)
	if err == nil {
		err = s.writeTemps(edits)
	}
	if err != nil {
		s.discard()
		return nil, err
	}
	return s, nil
}

func (s *staging) makeFolders(edits []edit) error {
	for _, folder := range foldersOf(edits) {
		err := s.root.Mkdir(folder, 0o755)
		switch {
		case err == nil:
			s.folders = append(s.folders, folder)
		case !errors.Is(err, fs.ErrExist): // a file in its place is found out by what is written below it
			return fmt.Errorf("cannot create the folder %s: %w", folder, disk.Cause(err))
		}
	}
	return nil
}

// foldersOf returns every folder that the files need, parents first.
func foldersOf(edits []edit) []string {
	needed := map[string]bool{}
	for _, e := range edits {
		for folder := path.Dir(e.path); folder != "." && !needed[folder]; folder = path.Dir(folder) {
			needed[folder] = true
		}
	}
	return sortedKeys(needed)
}

func (s *staging) writeTemps(edits []edit) error {
	var group errgroup.Group
	group.SetLimit(workers)
	for _, e := range edits {
		group.Go(func() error {
			if err := writeTemp(s.root, s.temps[e.path], e, s.work.durable); err != nil {
				return fmt.Errorf("cannot write %s: %w", e.path, disk.Cause(err))
			}
			return nil
		})
	}
	return group.Wait()
}

// writeTemp writes e under the temporary name. The content of a durable file is on the medium before the rename that
// follows: without that, a power failure may leave an empty file where a whole one was.
func writeTemp(root *os.Root, name string, e edit, durable bool) (err error) {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, e.mode)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, f.Close()) }()
	if _, err := f.Write(e.content); err != nil {
		return err
	}
	if e.replaces { // the umask is for new files
		if err := f.Chmod(e.mode); err != nil {
			return err
		}
	}
	if durable {
		return f.Sync()
	}
	return nil
}
