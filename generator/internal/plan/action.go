package plan

import (
	"io/fs"

	"github.com/msgen/msgen/generator/internal/state"
)

// Kind is what becomes of one path.
type Kind string

// The kinds. Only Create, Update and Remove touch the disk.
const (
	Create Kind = "create" // nothing is there, and the file is written
	Same   Kind = "same"   // what is there is what would be written
	Update Kind = "update" // msgen's last text is there, and the new one replaces it
	Keep   Kind = "keep"   // what its user made of the path stays, a deletion too
	Remove Kind = "remove" // msgen's last text is there, and msgen emits the file no longer
	Orphan Kind = "orphan" // as Remove, but the file was edited: it stays, and is its user's from now on
	Refuse Kind = "refuse" // going on would lose a user's bytes: the plan must not be written
)

// Action is what a run does with one path.
type Action struct {
	Path  string
	Kind  Kind
	Owner state.Owner

	Found Found       // what stands at the path
	New   []byte      // what msgen renders for the path; nil for Remove and Orphan
	Mode  fs.FileMode // permission bits for Create, never 0 there

	// Reason says in one sentence, without a full stop, why the path is kept, orphaned or refused, and Fix what its
	// user can do. Both are empty where there is nothing to tell, or no longer: a deletion is told once.
	Reason string
	Fix    string
}
