package plan

import (
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Memory is one file of `.msgen/` as it shall be: with Content, or not there at all.
type Memory struct {
	Path    string
	Content []byte
	Gone    bool
}

// memory lists the bases of files that keep one, what bases are no longer needed, the version, and last of all
// state.json, which describes what is then on disk.
func memory(base, next *state.State, bases []Memory) ([]Memory, error) {
	out := slices.Clone(bases)
	for path, was := range base.Files {
		now, stays := next.Files[path]
		if was.Owner != state.Generated && (!stays || now.Owner == state.Generated) {
			out = append(out, Memory{Path: state.BasePath(path), Gone: true})
		}
	}
	slices.SortFunc(out, func(a, b Memory) int { return strings.Compare(a.Path, b.Path) })
	encoded, err := next.Encode()
	if err != nil {
		return nil, err
	}
	return append(out,
		Memory{Path: state.VersionPath, Content: []byte(next.Version + "\n")},
		Memory{Path: state.Path, Content: encoded},
	), nil
}
