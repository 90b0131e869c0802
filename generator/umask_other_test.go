//go:build !unix

package generator

// umask does nothing where there is no such thing.
func umask(mask int) int { return mask }
