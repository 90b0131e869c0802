package gomod

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// modFile is the go.mod of the module at path, printed as `go mod tidy` prints it.
func (r *resolution) modFile(path string) ([]byte, error) {
	var file modfile.File
	if err := file.AddModuleStmt(path); err != nil {
		return nil, err
	}
	if err := file.AddGoStmt(r.goVersion); err != nil {
		return nil, err
	}
	var reqs []*modfile.Require
	for _, m := range r.requiredModules() {
		reqs = append(reqs, &modfile.Require{Mod: m, Indirect: !r.direct[m.Path]})
	}
	file.SetRequireSeparateIndirect(reqs)
	file.Cleanup()
	return file.Format()
}

// sumFile is the go.sum.
func (r *resolution) sumFile() ([]byte, error) {
	all := maps.Clone(r.zipSums)
	maps.Copy(all, r.modSums)
	modules := slices.Collect(maps.Keys(all))
	module.Sort(modules)

	var out bytes.Buffer
	for _, m := range modules {
		mod, err := r.table.module(m)
		if err != nil {
			return nil, err
		}
		if r.zipSums[m] {
			fmt.Fprintf(&out, "%s %s %s\n", m.Path, m.Version, mod.zip)
		}
		if r.modSums[m] {
			fmt.Fprintf(&out, "%s %s/go.mod %s\n", m.Path, m.Version, mod.mod)
		}
	}
	return out.Bytes(), nil
}
