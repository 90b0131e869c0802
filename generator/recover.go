package generator

import (
	"context"
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
	return tree.Recover(context.Background(), write.Locker{})
}

// notInterrupted is an [InterruptedError] where a run was killed while it wrote the tree at dir.
func notInterrupted(tree *write.Tree, dir string) error {
	interrupted, err := tree.Interrupted(context.Background(), write.Locker{})
	if err == nil && interrupted {
		err = &InterruptedError{Dir: dir}
	}
	return err
}
