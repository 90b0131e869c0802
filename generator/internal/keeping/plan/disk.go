package plan

import "github.com/msgen/msgen/generator/internal/reading/disk"

// Disk answers what stands at a path, which is slash-separated and relative to the root of the tree.
type Disk func(path string) Found

// Found is what stands at a path.
type Found = disk.Found

// The kinds of things.
const (
	Absent  = disk.Absent
	Regular = disk.Regular
	Special = disk.Special
	Blocked = disk.Blocked
)
