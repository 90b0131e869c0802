package generator

import (
	"fmt"

	"github.com/msgen/msgen/generator/internal/keeping/write"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
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
	view, err := disk.New()
	if err != nil {
		return err
	}
	if out == "" {
		out = inputs.TreeAround(view, ".")
	}
	tree, err := write.Open(out)
	if err != nil {
		return err
	}
	return tree.Recover()
}

// RecoverSystem does what [Recover] does, for every service of a system.
func RecoverSystem(file string) error {
	view, err := disk.New()
	if err != nil {
		return err
	}
	s, err := readSystem(view, file, Options{})
	if err != nil {
		return err
	}
	if s.gateway != nil {
		s.members = append(s.members, s.gateway)
	}
	return s.each(func(_ int, m *member) error { return Recover(m.dir) })
}
