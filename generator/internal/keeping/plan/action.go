package plan

import (
	"cmp"
	"io/fs"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Kind is what becomes of one path.
type Kind string

// The kinds. Only Create, Update, Merge and Remove touch the disk.
const (
	Create Kind = "create" // nothing is there, and the file is written
	Same   Kind = "same"   // what is there is what would be written
	Update Kind = "update" // msgen's last text is there, and the new one replaces it
	Merge  Kind = "merge"  // its user's changes are there, and msgen's come in beside them
	Keep   Kind = "keep"   // what its user made of the path stays, a deletion too
	Remove Kind = "remove" // msgen's last text is there, and msgen emits the file no longer
	Orphan Kind = "orphan" // as Remove, but the file was edited: it stays, and is its user's from now on
	Refuse Kind = "refuse" // going on would lose a user's bytes: the plan must not be written

	// Conflict is a merge that a person has to decide, or has not finished deciding: the plan must not be written.
	Conflict Kind = "conflict"
)

// Action is what a run does with one path.
type Action struct {
	Path  string
	Kind  Kind
	Owner state.Owner

	// Elsewhere is where the file stands that its user has moved out of the tree, relative to the root of the tree; empty: it
	// stands at Path.
	Elsewhere string

	Found disk.Found  // what stands there
	New   []byte      // what the path shall hold; of a Conflict, with markers; nil for Remove and Orphan
	Mode  fs.FileMode // permission bits for Create, never 0 there

	// Reason says in one sentence, without a full stop, why the path is kept, orphaned or refused, and Fix what its
	// user can do. Both are empty where there is nothing to tell, or no longer: a deletion is told once.
	Reason string
	Fix    string

	// Conflicts are the lines of the file on disk, from 1, that the two sides change in different ways, or at which a
	// conflict begins that is not resolved. A Merge has some when it writes markers.
	Conflicts []int
}

// Place is where the file stands, relative to the root of the tree.
func (a Action) Place() string { return cmp.Or(a.Elsewhere, a.Path) }
