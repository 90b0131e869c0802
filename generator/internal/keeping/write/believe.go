package write

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/gitindex"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// readJournal is the journal of a run that was killed; nil where there is none. A checkout may be a stranger's, and bring a
// journal with it that no run has written. So nothing is done by a journal that git tracks, nor by one that speaks of anything
// but msgen's own temporary files and of where msgen may put them.
func (t *Tree) readJournal() (*journal, error) {
	found := t.Look(state.JournalPath)
	if found.Kind == disk.Absent {
		return nil, nil
	}
	file := filepath.Join(t.dir, filepath.FromSlash(state.JournalPath))
	if found.Kind != disk.Regular {
		return nil, fmt.Errorf("%s %s; delete it and regenerate", file, found.Detail)
	}
	tracked, err := t.tracked(state.JournalPath)
	if err != nil {
		return nil, err
	}
	if len(tracked) > 0 {
		return nil, fmt.Errorf("%s is in git, where no run of msgen's puts it; run git rm -f %s and regenerate", file, file)
	}
	j := new(journal)
	err = json.Unmarshal(found.Content, j)
	if err == nil {
		err = t.believe(j)
	}
	if err != nil {
		return nil, fmt.Errorf("%s is not a journal of msgen's: %w; delete it and regenerate", file, err)
	}
	return j, nil
}

// believe returns what no run of msgen's would have written down.
func (t *Tree) believe(j *journal) error {
	for _, r := range j.Renames {
		if err := t.believeRename(r, state.Emittable); err != nil {
			return err
		}
	}
	for _, r := range j.Memory {
		if err := t.believeRename(r, state.Remembered); err != nil {
			return err
		}
	}
	var files []string
	for _, r := range j.Removals {
		if err := t.believeRemoval(r); err != nil {
			return err
		}
		files = append(files, r.Path)
	}
	tracked, err := t.tracked(files...)
	if err != nil {
		return err
	}
	for file, entry := range tracked {
		if !entry.Ordinary() {
			return fmt.Errorf("it removes %q, and git has something else than a file there", file)
		}
	}
	return nil
}

func (t *Tree) believeRename(r journalRename, target func(string) bool) error {
	switch {
	case !target(r.To):
		return fmt.Errorf("it writes %q, where msgen writes nothing", r.To)
	case path.Dir(r.From) != path.Dir(r.To) || !isTemp(path.Base(r.From)):
		return fmt.Errorf("it takes %q for %s, which is not a temporary file of msgen's next to it", r.From, r.To)
	}
	if err := t.straight(r.To); err != nil {
		return err
	}
	switch found := t.Look(r.From); {
	case found.Kind == disk.Absent: // that was done
		return nil
	case found.Kind != disk.Regular || state.Sum(found.Content) != r.Sum:
		return fmt.Errorf("%s is not what the run wrote for %s", r.From, r.To)
	}
	return nil
}

func (t *Tree) believeRemoval(r journalRemoval) error {
	if !state.Emittable(r.Path) && !state.Remembered(r.Path) {
		return fmt.Errorf("it removes %q, where msgen writes nothing", r.Path)
	}
	if _, err := hex.DecodeString(r.Was); err != nil || r.Was == "" {
		return fmt.Errorf("it removes %s, and does not say what stood there", r.Path)
	}
	return t.straight(r.Path)
}

// straight is the error of a path with a symbolic link on the way.
func (t *Tree) straight(file string) error {
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		if info, err := t.root.Lstat(dir); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return fmt.Errorf("%s leads through the symbolic link %s", file, dir)
		}
	}
	return nil
}

// tracked are the files among these that git tracks, and how.
func (t *Tree) tracked(files ...string) (map[string]gitindex.Entry, error) {
	dir, err := realPath(t.dir)
	if err != nil {
		return nil, disk.Cause(err)
	}
	return gitindex.Around(disk.From(dir), ".").Find(files...), nil
}
