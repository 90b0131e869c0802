// Package linked knows which protos a program registers before its main function runs: all whose stubs it links. Two of one file name, of one full name, or of one extension number end each start of the program in a panic
// (https://protobuf.dev/reference/go/faq#namespace-conflict), which neither the compiler nor go vet sees.
//
// table.txt holds what the pinned modules register; a test surveys them and compares.
package linked

import (
	"slices"

	"google.golang.org/protobuf/types/descriptorpb"
)

// Owner is the linked file that a given one is, or is a version of: it has everything that the given one declares, so that its
// stubs serve for both. The names of the two may differ.
func Owner(file *descriptorpb.FileDescriptorProto) (*File, bool) {
	return embedded().owner(file)
}

func (t *table) owner(file *descriptorpb.FileDescriptorProto) (*File, bool) {
	candidates := t.inside[file.GetPackage()]
	if len(candidates) == 0 {
		return nil, false
	}
	all := declarations(file)
	for _, known := range candidates {
		same := known.Proto == file.GetName() || len(all) > 0
		if _, other := known.lacks(all); same && !other && known.importable() {
			return known, true
		}
	}
	return nil, false
}

// lacks finds the first of several declarations that the file does not have just so.
func (f *File) lacks(all []declaration) (declaration, bool) {
	i := slices.IndexFunc(all, func(d declaration) bool { return !f.has(d) })
	if i < 0 {
		return declaration{}, false
	}
	return all[i], true
}

// Reach lists the Go packages with protos that imports bring along, each with the imports that lead to it.
func Reach(imports []string) map[string][]string { return embedded().reach(imports) }

func (t *table) reach(imports []string) map[string][]string {
	by := map[string][]string{}
	for _, imported := range imports {
		seen := map[string]bool{}
		var visit func(path string)
		visit = func(path string) {
			if seen[path] {
				return
			}
			seen[path] = true
			if t.registers[path] {
				by[path] = append(by[path], imported)
			}
			for _, next := range t.links[path] {
				visit(next)
			}
		}
		visit(imported)
	}
	return by
}
