package write

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"slices"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// journal is work of which every byte is on disk.
type journal struct {
	Renames  []journalRename  `json:"renames,omitempty"` // of the tree's files
	Removals []journalRemoval `json:"removals,omitempty"`
	Memory   []journalRename  `json:"memory,omitempty"` // of msgen's own; state.json is last
}

// journalRename puts a temporary file in its place, unless something else than before has come to stand there.
type journalRename struct {
	From string `json:"from"`
	To   string `json:"to"`
	Sum  string `json:"sum"`           // of the new content
	Was  string `json:"was,omitempty"` // sum of what stood there; empty: nothing
}

type journalRemoval struct {
	Path string `json:"path"`
	Was  string `json:"was"`
}

// journal is the staged work as it is written down.
func (s *staging) journal() journal {
	j := journal{Renames: s.renames(s.work.files), Memory: s.renames(s.work.memory)}
	for _, r := range s.work.removals {
		j.Removals = append(j.Removals, journalRemoval{r.path, r.was})
	}
	return j
}

func (s *staging) renames(edits []edit) []journalRename {
	renames := make([]journalRename, len(edits))
	for i, e := range edits {
		renames[i] = journalRename{From: s.temps[e.path], To: e.path, Sum: state.Sum(e.content), Was: e.was}
	}
	return renames
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
		err = rename(s.root, temp, state.JournalPath)
	}
	if err != nil {
		_ = s.root.Remove(temp)
		return fmt.Errorf("cannot write %s: %w", state.JournalPath, disk.Cause(err))
	}
	return nil
}

// syncFolders makes the renames in the folders of the work last, where a file system keeps them in memory.
func (s *staging) syncFolders() {
	if !s.work.durable {
		return
	}
	folders := map[string]bool{}
	for _, e := range slices.Concat(s.work.files, s.work.memory) {
		folders[path.Dir(e.path)] = true
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
