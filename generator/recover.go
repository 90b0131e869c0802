package generator

import (
	"fmt"

	"github.com/msgen/msgen/generator/internal/keeping/write"
)

// InterruptedError is a tree that a run was writing when it was killed. Each of its files is whole; [Recover] makes it the
// tree that the run would have made.
type InterruptedError struct{ Dir string }

// Error says what to do.
func (e *InterruptedError) Error() string {
	return fmt.Sprintf("%s: a run was interrupted while it wrote this tree; msgen generate finishes it", e.Dir)
}

// Recover finishes the writing of a run that was killed in the tree at out, which means what [Options].Out does. It does
// nothing where there was none.
func Recover(out string) error {
	if out == "" {
		out = treeAround(".")
	}
	tree, err := write.Open(out)
	if err != nil {
		return err
	}
	return tree.Recover()
}
