//go:build unix

package generator

import "syscall"

// umask sets what new files must not have in their modes, and returns what it was.
func umask(mask int) int { return syscall.Umask(mask) }
