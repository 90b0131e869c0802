//go:build !unix && !windows

package write

import "os"

// Where no file can be locked, [Tree.Write] alone notices a run that writes at the same time.

func lockPath(dir string) string { return dir }

func openLock(dir string) (*os.File, error) { return os.Open(dir) }

func clearLock(string) {}

const closingRemoves = false

func pruneLock(string) {}

func tryLock(*os.File) (free bool, err error) { return true, nil }
