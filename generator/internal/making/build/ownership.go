package build

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/linked"
)

// linkedOwner is the Go package of a file that has a well-known one: msgen has the file in itself, or a tree may come to link
// it. A copy of it in the tree would panic when the service starts
// (https://protobuf.dev/reference/go/faq#namespace-conflict), so the owner is imported instead, whatever the policy chooses.
func linkedOwner(file *descriptorpb.FileDescriptorProto) (goPackage, bool) {
	if own, err := protoregistry.GlobalFiles.FindFileByPath(file.GetName()); err == nil {
		return declaredPackage(protodesc.ToFileDescriptorProto(own)), true
	}
	owner, ok := linked.Owner(file)
	if !ok || isBuiltin(owner.Proto) {
		return goPackage{}, false // of a copy of a file that msgen has, the real one can be imported
	}
	return goPackage{path: owner.Path, name: owner.Name}, true
}

func isBuiltin(proto string) bool {
	_, err := protoregistry.GlobalFiles.FindFileByPath(proto)
	return err == nil
}

// linkedServices are the proto services that every emitted server registers itself.
var linkedServices = map[string]string{
	"grpc.health.v1.Health":                    "health",
	"grpc.reflection.v1.ServerReflection":      "reflection",
	"grpc.reflection.v1alpha.ServerReflection": "reflection",
}

// Clash is what keeps a proto from being linked together with a Go package that the tree may come to link.
type Clash struct {
	linked.Clash
	Proto   string // the name of the file
	At      diag.Position
	Emitted bool // the stubs of the file are emitted, in this tree or in a shared one
	Builtin bool // an import of the linked file needs no import path
}

// clashes finds what the protos have in common with what some tree links. Whether this one does follows from its imports.
func (b *builder) clashes() {
	for _, file := range b.result.Plugin.Files {
		if _, owned := b.owner(file.Proto); owned {
			continue
		}
		for _, clash := range linked.Compare(file.Proto) {
			found := Clash{
				Clash: clash, Proto: file.Desc.Path(), At: b.Set.PositionIn(file.Desc, clash.Path...),
				Emitted: b.packages[file.Desc.Path()].emitted || b.Shared.holds(file.Desc.Path()), Builtin: isBuiltin(clash.With.Proto),
			}
			imports := b.importsOf(file.Desc.Path())
			if clash.Kind != linked.Copy || !found.Builtin || len(imports) == 0 {
				b.result.Clashes = append(b.result.Clashes, found)
				continue
			}
			for _, found.At = range imports { // where the advice is followed
				b.result.Clashes = append(b.result.Clashes, found)
			}
		}
	}
}

// importsOf are the places where protos import the file of that name.
func (b *builder) importsOf(name string) []diag.Position {
	var places []diag.Position
	for _, file := range b.result.Plugin.Files {
		if i := slices.Index(file.Proto.GetDependency(), name); i >= 0 {
			places = append(places, b.Set.PositionIn(file.Desc, dependencyField, int32(i)))
		}
	}
	return places
}

// owner is the well-known Go package of a file. A tree that is to hold that package itself is its owner. The stubs that another
// plugin writes into the tree stand there whether they have one or not.
func (b *builder) owner(file *descriptorpb.FileDescriptorProto) (goPackage, bool) {
	owner, ok := linkedOwner(file)
	if ok && within(b.tree().Root, owner.path) {
		return goPackage{}, false
	}
	if ok && b.Stubs.Foreign && !isBuiltin(file.GetName()) && within(b.tree().Root, b.statedPackage(file).path) {
		return goPackage{}, false
	}
	return owner, ok
}

// noteOwner reports that a file which was to be generated from has its stubs elsewhere, or is known there by another name.
func (b *builder) noteOwner(file *descriptorpb.FileDescriptorProto, owner goPackage) {
	name := file.GetName()
	if known, ok := linked.Owner(file); ok && known.Proto != name {
		b.result.Notes = append(b.result.Notes, fmt.Sprintf("%s is %s of %s, which is imported: server reflection has the file by that name alone",
			b.shownPath(name), known.Proto, known.Path))
	} else if slices.Contains(b.Set.Targets, name) && declaredPackage(file).path != owner.path {
		b.result.Notes = append(b.result.Notes, fmt.Sprintf("%s: its stubs are imported from %s, which pinned modules link too", b.shownPath(name), owner.path))
	}
}
