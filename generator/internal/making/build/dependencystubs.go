package build

import (
	"fmt"
	"path"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
)

// dependencyStubs finds out which Go packages hold the stubs that the policy says stand elsewhere: those of a dependency's
// proto, and of what it imports. To hold a second copy of one of them would end every start of the program in a panic.
func (b *builder) dependencyStubs() {
	b.given = map[string]string{}
	for i, in := range b.Dependencies {
		for _, proto := range in.Protos {
			b.stubsAt(fmt.Sprintf("dependencies[%d].stubs", i), b.Policy.Dependencies[i].Stubs, proto)
		}
	}
	if b.Policy.Events == nil {
		return
	}
	for i, p := range b.Policy.Events.Publish {
		path := fmt.Sprintf("events.publish[%d]", i)
		b.stubsAt(path+".stubs", p.Stubs, b.EventProtos[path])
	}
	for i, s := range b.Policy.Events.Subscribe {
		path := fmt.Sprintf("events.subscribe[%d]", i)
		b.stubsAt(path+".stubs", s.Stubs, b.EventProtos[path])
	}
}

// stubsAt takes the stubs of a proto from a package that the policy names; empty: it names none.
func (b *builder) stubsAt(at, stubs, proto string) {
	if stubs == "" || proto == "" || b.doubts.root {
		return
	}
	if within(b.tree().Root, stubs) {
		b.policyProblem(at, diag.Problem{
			Message: at + ": names a package of this tree, which holds no other service's stubs but those that msgen writes",
			Found:   stubs,
			Want:    "a Go package of another tree",
			Fix:     "remove it: the stubs are then generated here",
		})
		return
	}
	s := stubSource{builder: b, at: at, stubs: stubs, files: map[string]*descriptorpb.FileDescriptorProto{}}
	for _, file := range b.Set.Files {
		s.files[file.GetName()] = file
	}
	s.owners = s.ownersThere(s.files[proto])
	s.take(s.files[proto], s.files[proto], map[string]bool{})
}

// stubSource is the Go package that holds the stubs of one dependency's proto.
type stubSource struct {
	*builder
	at     string // the path of the key in the policy
	stubs  string
	files  map[string]*descriptorpb.FileDescriptorProto
	owners *owners // the Go packages of the protos, as the tree with the stubs has them
}

// ownersThere are the Go packages of the protos as a tree has them that is made from one of them.
func (s *stubSource) ownersThere(of *descriptorpb.FileDescriptorProto) *owners {
	o := newOwners(s.Set.Files, func(file *descriptorpb.FileDescriptorProto) (goPackage, bool) {
		_, linked := linkedOwner(file)
		return declaredPackage(file), !linked
	})
	if own := o.byFile[of.GetName()]; own != nil && own.declared.path != s.stubs {
		own.place = moved
	}
	o.pullIn()
	return o
}

// take settles the Go package of a file, and of what it imports.
func (s *stubSource) take(file, of *descriptorpb.FileDescriptorProto, seen map[string]bool) {
	name := file.GetName()
	if seen[name] {
		return
	}
	seen[name] = true
	if _, linked := linkedOwner(file); linked {
		return
	}
	if importPath := s.holder(file, of); importPath != "" {
		if shared, ok := s.Shared.packageOf(name); ok && shared.path != importPath {
			s.policyProblem(s.at, diag.Problem{
				Message: fmt.Sprintf("%s: the stubs of %s are in the tree that the services of the system share", s.at, s.shownPath(name)),
				Found:   importPath,
				Want:    fmt.Sprintf("%q", shared.path),
				Fix:     "remove it: the shared stubs are imported",
			})
			return
		}
		full := importPath + ";" + stubName(strings.Split(importPath, "/"))
		if other, taken := s.given[name]; taken && other != full {
			first, _, _ := strings.Cut(other, ";")
			s.policyProblem(s.at, diag.Problem{
				Message: fmt.Sprintf("%s: another dependency has the stubs of %s from another Go package", s.at, s.shownPath(name)),
				Found:   importPath,
				Want:    fmt.Sprintf("%q", first),
				Fix:     "write the same package for both: a program cannot link two",
			})
			return
		}
		s.given[name] = full
	}
	for _, imported := range file.GetDependency() {
		s.take(s.files[imported], of, seen)
	}
}

// holder is the Go package with the stubs of a file: that of the dependency for the files of its Go package, and the
// one next to it in which msgen puts those of another. Empty leaves it to the file's own go_package.
func (s *stubSource) holder(file, of *descriptorpb.FileDescriptorProto) string {
	declared := declaredPackage(file)
	sameProtoPackage := file.GetPackage() == of.GetPackage()
	if s.owners.byFile[file.GetName()] == s.owners.byFile[of.GetName()] || declared.path == "" && sameProtoPackage {
		return s.stubs
	}
	root, made := strings.CutSuffix(s.stubs, s.derivedBelow(of))
	switch {
	case s.provided(declared.path) && !within(s.tree().Root, declared.path) && !s.owners.byFile[file.GetName()].isMoved():
		return ""
	case made && sameProtoPackage:
		return path.Join(root, s.secondFolder(declared.path))
	case made:
		return root + s.derivedBelow(file)
	default:
		s.policyProblem(s.at, diag.Problem{
			Message: fmt.Sprintf("%s: the stubs there import those of %s, and nobody says where they are", s.at, s.shownPath(file.GetName())),
			Want:    "an option go_package in that file, which names a package of another module",
			Fix:     "write one, or leave stubs out to have all of them generated here",
		})
		return ""
	}
}

// derivedBelow is where msgen puts the stubs of a file that has no go_package, below the root of a tree: "/gen/shop/v1".
func (b *builder) derivedBelow(file *descriptorpb.FileDescriptorProto) string {
	return strings.TrimPrefix(path.Clean(b.derivedPackage(file).path), b.tree().Root)
}
