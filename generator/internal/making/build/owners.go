package build

import (
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"google.golang.org/protobuf/types/descriptorpb"
)

// owner is a Go package as the protos tell Go packages apart: by go_package. The stubs of all its files are in one place: a
// program that links a proto twice panics when it starts (https://protobuf.dev/reference/go/faq#namespace-conflict).
type owner struct {
	key      string
	declared goPackage // what go_package says, or who knows better; its path is empty where nobody says
	files    []*descriptorpb.FileDescriptorProto
	place    place
	fixed    bool // it is imported, whatever imports it or is imported by it
	rank     rank // the best of its files
	absent   bool // go_package names a package in which there are no stubs of it
}

// place is where the stubs of a Go package are.
type place int

const (
	imported place = iota // elsewhere, under the path that is declared
	inside                // in the tree, under the path that is declared
	moved                 // in the tree, under a path that msgen derives
)

// rank is how near a proto is to what the run is for.
type rank int

const (
	asked   rank = iota // of the service itself
	called              // of a service that it calls, or of its events
	unasked             // a proto that others import
)

func (b *builder) rank(name string) rank {
	switch {
	case slices.Contains(b.Set.Targets, name):
		return asked
	case b.isOthers(name):
		return called
	default:
		return unasked
	}
}

// owners are the Go packages of the protos, in the order of the files. Files with a well-known Go package are not among them.
type owners struct {
	all    []*owner
	byFile map[string]*owner
}

// newOwners groups files by their Go packages.
func newOwners(files []*descriptorpb.FileDescriptorProto, declared func(*descriptorpb.FileDescriptorProto) (goPackage, bool)) *owners {
	out := &owners{byFile: map[string]*owner{}}
	byKey := map[string]*owner{}
	for _, file := range files {
		pkg, ok := declared(file)
		if !ok {
			continue
		}
		key := ownerKey(pkg.path, file)
		of := byKey[key]
		if of == nil {
			of = &owner{key: key, declared: pkg}
			byKey[key] = of
			out.all = append(out.all, of)
		}
		of.files = append(of.files, file)
		out.byFile[file.GetName()] = of
	}
	return out
}

// ownerKey is what two files of one Go package have in common. A path that Go does not import says little of its own: many
// protos have "pb".
func ownerKey(importPath string, file *descriptorpb.FileDescriptorProto) string {
	if pathFault(importPath) == "" {
		return importPath
	}
	return importPath + " " + file.GetPackage()
}

// pathFault is why no package can have an import path; empty where one can.
func pathFault(importPath string) string {
	switch {
	case importPath == "":
		return "empty"
	case !strings.ContainsAny(importPath, "./"):
		return "a single word, not an import path"
	case module.CheckImportPath(importPath) != nil:
		return "not an import path"
	default:
		return ""
	}
}

// imports are the other Go packages that the stubs of one import.
func (o *owners) imports(of *owner) []*owner {
	var out []*owner
	for _, file := range of.files {
		for _, name := range file.GetDependency() {
			if other := o.byFile[name]; other != nil && other != of && !slices.Contains(out, other) {
				out = append(out, other)
			}
		}
	}
	return out
}

// pullIn moves packages that are imported and import in turn one that was moved: whoever made their stubs made them import
// the package under its declared path, and the program would link it twice.
func (o *owners) pullIn() {
	for again := true; again; {
		again = false
		for _, of := range o.all {
			if of.place == imported && !of.fixed && slices.ContainsFunc(o.imports(of), (*owner).isMoved) {
				of.place, again = moved, true
			}
		}
	}
}

func (of *owner) isMoved() bool { return of.place == moved }

// usable reports whether go_package is what tells the package apart.
func (of *owner) usable() bool { return pathFault(of.declared.path) == "" }
