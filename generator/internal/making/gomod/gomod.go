// Package gomod writes the go.mod and go.sum of an emitted tree from what its Go files import: complete, offline and
// byte for byte what `go mod tidy` leaves, so that the tree builds at once and requires only what it uses.
//
// It is a `go mod tidy` for a closed world. table.txt holds that world: the modules that msgen pins, each at one
// version, what their packages import, and every checksum. `make pins` writes the table: msgen's own go.mod gives the
// versions, and the imports of pins.go and of the runtime in templates/service give the packages. Nothing but the imports
// decides what a tree requires, not even its go directive.
package gomod

import (
	"fmt"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// Input is what the two files follow from.
type Input struct {
	Module  string   // path of the emitted tree's module
	Imports []string // import paths of all its Go files and tests; the standard library's and its own are ignored
}

// Files are the two files of a module root.
type Files struct {
	Mod []byte
	Sum []byte // empty when nothing is required: such a module has no go.sum

	// Foreign are the imports, sorted, that no pinned module provides. While there are any, Mod and Sum cover the
	// other imports alone and the tree needs one `go mod tidy`.
	Foreign []string
}

// Make returns the files of a new module. It fails on an invalid module path.
func Make(in Input) (Files, error) {
	if err := module.CheckImportPath(in.Module); err != nil {
		return Files{}, fmt.Errorf("module path: %w", err)
	}
	res, err := resolve(readTable(embeddedTable), in.thirdParty())
	if err != nil {
		return Files{}, err
	}
	mod, err := res.modFile(in.Module)
	if err != nil {
		return Files{}, err
	}
	sum, err := res.sumFile()
	if err != nil {
		return Files{}, err
	}
	return Files{Mod: mod, Sum: sum, Foreign: res.foreign}, nil
}

// Missing is what an existing go.mod must still require before the imports build in it.
type Missing struct {
	Pinned  []string // sorted arguments for `go get`: "path@version" of each pinned module that is not required or too low
	Foreign []string // the imports, sorted, that no pinned module provides; the go.mod may or may not do so
}

// MissingFrom compares the go.mod of an existing module with the imports. What the missing modules require in turn, `go get`
// adds. It fails when existing does not parse.
func MissingFrom(existing []byte, in Input) (Missing, error) {
	has, err := requirements(existing)
	if err != nil {
		return Missing{}, err
	}
	res, err := resolve(readTable(embeddedTable), in.thirdParty())
	if err != nil {
		return Missing{}, err
	}
	missing := Missing{Foreign: res.foreign}
	for path := range res.direct {
		if want := res.required[path]; semver.Compare(has[path], want) < 0 {
			missing.Pinned = append(missing.Pinned, path+"@"+want)
		}
	}
	slices.Sort(missing.Pinned)
	return missing, nil
}

// requirements returns the versions that a go.mod requires, by module path.
func requirements(goMod []byte) (map[string]string, error) {
	file, err := modfile.ParseLax("go.mod", goMod, nil)
	if err != nil {
		return nil, err
	}
	versions := make(map[string]string)
	for _, r := range file.Require {
		versions[r.Mod.Path] = r.Mod.Version
	}
	return versions, nil
}
