package generator

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/msgen/msgen/generator/internal/protoload"
	"github.com/msgen/msgen/generator/internal/state"
)

// copiesDir is the folder of the tree for protos that come from outside its repository.
const copiesDir = "proto"

// copyInputs settles how the tree remembers what made it. Inputs of the same repository are remembered by their
// relative paths, others are copied in, so that a tree on its own can always be made again.
func (r *run) copyInputs() error {
	out, err := filepath.Abs(r.inputs.out)
	if err != nil {
		return err
	}
	r.recordProtos(out)
	return r.recordPolicy(out)
}

func (r *run) recordProtos(out string) {
	recorded := &r.inputs.recorded
	sources := map[string]protoload.Source{} // by name
	together := true
	for _, file := range r.set.Files {
		if source, ok := r.set.Source(file.GetName()); ok {
			sources[file.GetName()] = source
			together = together && sameRepository(out, source.Path)
		}
	}
	if !together {
		recorded.ImportPaths = []string{copiesDir}
		for _, name := range r.set.Targets {
			recorded.Protos = append(recorded.Protos, path.Join(copiesDir, name))
		}
		for name, source := range sources {
			r.copyIn(path.Join(copiesDir, name), source.Bytes)
		}
		return
	}
	for _, source := range sources {
		r.copyAgain(relative(out, source.Path), source.Bytes)
	}
	for _, name := range r.set.Targets {
		recorded.Protos = append(recorded.Protos, relative(out, sources[name].Path))
	}
	for _, dir := range r.set.ImportPaths {
		recorded.ImportPaths = append(recorded.ImportPaths, relative(out, dir))
	}
}

func (r *run) recordPolicy(out string) error {
	if r.inputs.policy == "" {
		return nil
	}
	content, err := os.ReadFile(r.inputs.policy)
	if err != nil {
		return fmt.Errorf("cannot copy the policy: %w", err)
	}
	if sameRepository(out, r.inputs.policy) {
		r.inputs.recorded.Policy = relative(out, r.inputs.policy)
		r.copyAgain(r.inputs.recorded.Policy, content)
		return nil
	}
	r.inputs.recorded.Policy = policyName
	r.copyIn(policyName, content)
	return nil
}

// copyIn adds an input to the tree.
func (r *run) copyIn(inTree string, content []byte) {
	r.files = append(r.files, state.File{Path: inTree, Content: content, Owner: state.Generated})
}

// copyAgain keeps a copy that an earlier run made, now that it is the input itself. A file that its user put into the
// tree is not in the state, and stays nobody's but theirs.
func (r *run) copyAgain(inTree string, content []byte) {
	if _, copied := r.base.Files[inTree]; copied {
		r.copyIn(inTree, content)
	}
}

// sameRepository reports whether a file stands in the tree at out, or in the repository around it.
func sameRepository(out, file string) bool {
	abs, err := filepath.Abs(file)
	if err != nil {
		return false
	}
	if inside(out, abs) {
		return true
	}
	repository, ok := above(out, ".git")
	if !ok || !inside(repository, abs) {
		return false
	}
	of, ok := above(filepath.Dir(abs), ".git")
	return ok && of == repository
}

func inside(dir, file string) bool {
	rel, err := filepath.Rel(dir, file)
	return err == nil && filepath.IsLocal(rel)
}

// relative is a path as the tree at out remembers it.
func relative(out, file string) string {
	abs, err := filepath.Abs(file)
	if err != nil {
		return filepath.ToSlash(file)
	}
	rel, err := filepath.Rel(out, abs)
	if err != nil {
		return filepath.ToSlash(file)
	}
	return strings.TrimSuffix(filepath.ToSlash(rel), "/")
}
