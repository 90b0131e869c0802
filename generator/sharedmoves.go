package generator

import (
	"path"
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// leave finds the trees from which the run removes stubs: services that share theirs from now on, and a tree with shared
// stubs that the system file does not have any longer. It finds the runtime that the file does not have any longer, too.
func (s *services) leave() error {
	for _, m := range s.all() {
		if m.settled == nil {
			continue
		}
		m.settled.Leaving = s.leaving
		if s.folderOf(state.StubsRole) != "" && m.settled.Memory.Inputs.Stubs == nil {
			s.losing = append(s.losing, m.settled)
		}
		for _, role := range roles {
			if err := s.end(m.settled, role); err != nil {
				return err
			}
		}
	}
	for _, tree := range s.losing {
		s.former = append(s.former, tree.EmittedStubs()...)
	}
	return nil
}

// folderOf is the folder of a shared tree, absolute; empty where the system file has none.
func (s *services) folderOf(role state.Role) string {
	if written := sharedBy(s.written, role); written != nil && written.Dir != "" {
		return s.view.Abs(s.fromFile([]string{written.Dir})[0])
	}
	return ""
}

// end looks for the shared tree that a service imports from, if it is not the one that the system file has.
func (s *services) end(in *inputs.Settled, role state.Role) error {
	known := remembered(in, role)
	if known == nil || s.view.Abs(in.FromTree(known.System)) != s.view.Abs(s.file) {
		return nil
	}
	dir := in.FromTree(known.Dir)
	same := func(tree *inputs.Settled) bool { return s.view.Abs(tree.Out) == s.view.Abs(dir) }
	if s.view.Abs(dir) == s.folderOf(role) || slices.ContainsFunc(s.ending, same) {
		return nil
	}
	tree, err := inputs.Open(s.view, inputs.Wanted{Out: dir, Version: s.opts.Version})
	if err != nil || tree.Memory.Inputs.Role != role {
		return err
	}
	tree.System = s.file
	s.ending = append(s.ending, tree)
	if role == state.StubsRole {
		s.losing = append(s.losing, tree)
	}
	return nil
}

// leaving reports whether the run removes all Go of a folder from a tree.
func (s *services) leaving(dir string) bool {
	for _, tree := range s.losing {
		rel, err := filepath.Rel(tree.Root(), s.view.Abs(dir))
		if err != nil || !filepath.IsLocal(rel) {
			continue
		}
		return !slices.ContainsFunc(tree.Tree.Files(filepath.ToSlash(rel)), func(name string) bool {
			_, emitted := tree.Memory.Files[name]
			return path.Ext(name) == ".go" && !emitted
		})
	}
	return false
}

// formerOf gives stubs the names that their protos have in a tree now.
func formerOf(former []inputs.EmittedStub, in *inputs.Loaded) []inputs.EmittedStub {
	if in.Set == nil {
		return nil // the protos do not link
	}
	var out []inputs.EmittedStub
	for _, stub := range former {
		if name := in.Set.NameAt(stub.File); name != "" {
			stub.Proto = name
		}
		out = append(out, stub)
	}
	return out
}
