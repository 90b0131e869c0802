//go:build !unix && !windows

package write

// lock does nothing where folders cannot be locked: there [Tree.verify] alone tells of a run that writes at the same time.
func (t *Tree) lock() (unlock func(), err error) { return func() {}, nil }
