package state

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// Owner says who may change an emitted file, and so what a later run does with it.
type Owner string

// The owners. A Generated file is msgen's and rewritten, a Merged one is shared between msgen and its user, and a
// file that is Yours is created once and then the user's.
const (
	Generated Owner = "generated"
	Merged    Owner = "merged"
	Yours     Owner = "yours"
)

// Valid reports whether o is one of the three owners.
func (o Owner) Valid() bool { return o == Generated || o == Merged || o == Yours }

// File is one file as msgen renders it, in memory.
type File struct {
	Path    string // slash-separated, relative to the root of the tree
	Content []byte
	Owner   Owner
	Mode    fs.FileMode // permission bits of a file that is created; 0 means 0o644
	Splice  bool        // with Yours: rewritten for as long as its user has not touched it (Go handlers)
	Deploy  bool        // it is part of how the service is deployed, not of its program
}

// Sum is how the state remembers content: its SHA-256 in lower-case hexadecimal, for a text with the line endings of the
// repository whatever the checkout has made of them.
func Sum(content []byte) string {
	sum := sha256.Sum256(checkout.LF(content))
	return hex.EncodeToString(sum[:])
}
