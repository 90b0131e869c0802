package write

import (
	"errors"

	"golang.org/x/sys/windows"
)

// inUse reports whether a step failed since another program has the file open. Windows denies access too while one that has it
// open has removed it.
func inUse(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION) ||
		errors.Is(err, windows.ERROR_ACCESS_DENIED)
}
