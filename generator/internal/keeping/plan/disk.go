package plan

import "github.com/msgen/msgen/generator/internal/reading/disk"

// Disk answers what stands at a path, which is slash-separated and relative to the root of the tree.
type Disk func(path string) disk.Found
