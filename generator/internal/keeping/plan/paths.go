package plan

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/state"
)

// checkFiles returns every fault of the rendered files that no tree could hold.
func checkFiles(files []state.File) error {
	var faults []error
	names := spellings{}
	for _, f := range files {
		switch {
		case !state.Emittable(f.Path):
			faults = append(faults, fmt.Errorf("cannot emit a file at %q: the path is not inside the tree, or is msgen's own", f.Path))
			continue
		case !f.Owner.Valid():
			faults = append(faults, fmt.Errorf("cannot emit %s: unknown owner %q", f.Path, f.Owner))
		}
		if err := names.add(f.Path); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// spellings holds every file and folder under its lower-case name. Where names differ in case only, file systems
// that ignore it (the default on macOS and Windows) would make one of the two.
type spellings map[string]spelling

type spelling struct {
	name   string
	folder bool
}

// add returns an error when path, or a folder on the way to it, cannot stand beside what was added before.
func (s spellings) add(file string) error {
	for name := file; name != "."; name = path.Dir(name) {
		now := spelling{name: name, folder: name != file}
		was, taken := s[strings.ToLower(name)]
		switch {
		case !taken:
			s[strings.ToLower(name)] = now
		case was.name != now.name:
			return fmt.Errorf("%s and %s differ in case only, and would be one on file systems that ignore it", was.name, now.name)
		case was.folder != now.folder:
			return fmt.Errorf("%s would be both a file and a folder", name)
		case !now.folder:
			return fmt.Errorf("%s would be emitted twice", name)
		default:
			return nil // a folder that is known, and so all above it
		}
	}
	return nil
}
