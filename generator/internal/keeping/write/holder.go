package write

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Holder is a run that holds a lock.
type Holder struct {
	PID     int    `json:"pid"`     // of its process; 0: nothing is known of the run
	Command string `json:"command"` // as its user typed it; may be empty
}

// String is "process 4711 (msgen generate)", or "another run" when nothing is known.
func (h Holder) String() string {
	switch {
	case h.PID == 0:
		return "another run"
	case h.Command == "":
		return fmt.Sprintf("process %d", h.PID)
	default:
		return fmt.Sprintf("process %d (%s)", h.PID, h.Command)
	}
}

// note is a file outside every tree that says which folders a run has locked. The run locks the note too, so a note that
// a killed run left behind cannot pass for the note of a living run. Without a note, other runs do not know whom they wait for.
type note struct{ file *os.File } // nil: not written yet, or it cannot be

// noted is what a note says.
type noted struct {
	Holder
	Folders []string `json:"folders"` // absolute, without symbolic links
}

const noteNames = "*.json"

// notesDir is the folder of the notes of this user's runs.
func notesDir() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "msgen", "locks"), err
}

// write replaces what the note says. A note is a courtesy: no run fails for want of it.
func (n *note) write(command string, folders []string) {
	content, err := json.Marshal(noted{Holder{os.Getpid(), command}, folders})
	if err != nil || len(folders) == 0 {
		return
	}
	if n.file == nil {
		n.file = newNote()
	}
	if n.file == nil || n.file.Truncate(0) != nil {
		return
	}
	_, _ = n.file.WriteAt(content, 0)
}

// newNote is an empty note that is locked; nil where there can be none.
func newNote() *os.File {
	dir, err := notesDir()
	if err != nil || os.MkdirAll(dir, 0o700) != nil {
		return nil
	}
	file, err := os.CreateTemp(dir, noteNames)
	if err != nil {
		return nil
	}
	if free, err := tryLock(file); err != nil || !free {
		removeNote(file)
		return nil
	}
	return file
}

func (n *note) remove() {
	if n.file != nil {
		removeNote(n.file)
	}
}

// removeNote closes first: Windows removes no file that is open.
func removeNote(file *os.File) {
	_ = file.Close()
	_ = os.Remove(file.Name())
}

// holderOf is the run that has locked a folder.
func holderOf(folder string) Holder {
	dir, err := notesDir()
	if err != nil {
		return Holder{}
	}
	names, _ := filepath.Glob(filepath.Join(dir, noteNames)) // without a folder there is no note
	for _, name := range names {
		if n := readNote(name); slices.Contains(n.Folders, folder) {
			return n.Holder
		}
	}
	return Holder{}
}

// readNote is what the note of a living run says. It removes the note of a killed run.
func readNote(name string) (n noted) {
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return noted{} // the run has just ended
	}
	switch free, err := tryLock(file); {
	case err != nil:
		_ = file.Close()
		return noted{}
	case free:
		removeNote(file)
		return noted{}
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(file)
	if err != nil || json.Unmarshal(content, &n) != nil { // the run is writing it
		return noted{}
	}
	return n
}
