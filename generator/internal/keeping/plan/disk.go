package plan

import "io/fs"

// Disk answers what stands at a path, which is slash-separated and relative to the root of the tree.
type Disk func(path string) Found

// Found is what stands at a path. The zero Found is nothing at all.
type Found struct {
	Kind    FoundKind
	Content []byte      // of a Regular
	Mode    fs.FileMode // permission bits of a Regular
	Detail  string      // of a Special or Blocked, completing "the path ...": "is a folder"
}

// FoundKind is the kind of thing that stands at a path.
type FoundKind int

// The kinds of things.
const (
	Absent  FoundKind = iota
	Regular           // a file that can be read
	Special           // something that is neither read nor replaced: a folder, a symbolic link, an unreadable file
	Blocked           // nothing can stand there: a parent is a file, or leads out of the tree
)
