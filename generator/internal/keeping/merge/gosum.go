package merge

import (
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// Sum merges a go.sum as a set. No line that either side has is lost: a checksum too many does no harm, and one that
// is missing keeps a module from building.
func Sum(base, mine, theirs []byte) Result {
	if content, done := settled(base, mine, theirs); done {
		return Result{Content: content}
	}
	end := "\n"
	if checkout.CRLF(mine) {
		end = "\r\n"
	}
	lines := map[module.Version]string{}
	var keys []module.Version
	for _, side := range [][]byte{theirs, mine} { // mine last: what it says of a module stands
		for line := range strings.Lines(string(side)) {
			key, ok := sumKey(line)
			if !ok {
				continue
			}
			if _, known := lines[key]; !known {
				keys = append(keys, key)
			}
			lines[key] = strings.TrimRight(line, "\r\n")
		}
	}
	module.Sort(keys)
	var out strings.Builder
	for _, key := range slices.Compact(keys) {
		out.WriteString(lines[key] + end)
	}
	return Result{Content: []byte(out.String())}
}

// sumKey is the module that a line is about; the version of a line about a go.mod ends in "/go.mod". Anything else
// is no line of go.sum.
func sumKey(line string) (module.Version, bool) {
	fields := strings.Fields(line)
	if len(fields) != 3 {
		return module.Version{}, false
	}
	return module.Version{Path: fields[0], Version: fields[1]}, true
}
