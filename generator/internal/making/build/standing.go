package build

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// standing is what is known of the stubs of a Go package outside of the tree.
type standing int

const (
	unknown standing = iota // nobody can say: its module is in a cache at best
	absent                  // there are none
	there                   // they can be imported
)

// standing finds out whether the stubs of a Go package exist where its go_package says. Stubs that do not serve are a problem, and
// there.
func (b *builder) standing(of *owner) standing {
	if b.GoModules == nil || !of.usable() || of.place == inside {
		return unknown
	}
	pkg, known := b.goModules().Look(of.declared.path)
	if !known {
		return unknown
	}
	if pkg.Coming {
		return there // what stands there may be of an earlier run
	}
	s := stubsThere{builder: b, of: of, pkg: pkg}
	has := func(file *descriptorpb.FileDescriptorProto) bool { return len(pkg.Stubs(file.GetName())) > 0 }
	if !slices.ContainsFunc(of.files, has) {
		return absent
	}
	for _, file := range of.files {
		s.check(file)
	}
	return there
}

// goModules are the modules that the tree can import.
func (b *builder) goModules() *inputs.GoModules {
	if b.modules == nil {
		b.modules = b.GoModules(!b.tree().OwnModule || b.Module.Owned)
	}
	return b.modules
}

// stubsThere are stubs that other tools have made.
type stubsThere struct {
	*builder
	of  *owner
	pkg inputs.GoPackage
}

// check refuses stubs that the tree cannot be built with.
func (s stubsThere) check(file *descriptorpb.FileDescriptorProto) {
	var messages, grpc []byte
	for _, stub := range s.pkg.Stubs(file.GetName()) {
		if bytes.Contains(stub, []byte("protoimpl.")) || bytes.Contains(stub, []byte("ProtoReflect()")) {
			messages = stub
		}
		if bytes.Contains(stub, []byte("grpc.ServiceDesc{")) {
			grpc = stub
		}
	}
	switch {
	case len(s.pkg.Stubs(file.GetName())) == 0:
		s.refuse(file, "holds stubs of other files of this Go package, and none of this one", "stubs of all of them", "protoc-gen-go")
	case messages == nil:
		s.refuse(file, "holds stubs of this file that are too old, or of another generator", "stubs of protoc-gen-go 1.20 or newer", "protoc-gen-go")
	case len(file.GetService()) == 0 || s.rank(file.GetName()) == unasked:
	case grpc == nil:
		s.refuse(file, "holds the messages of this file without its gRPC stubs", "stubs of protoc-gen-go-grpc too", "protoc-gen-go-grpc")
	default:
		s.checkServices(file, grpc)
	}
}

// exportedDesc is what protoc-gen-go-grpc has since 1.1.
var exportedDesc = regexp.MustCompile(`(?m)^var \w+_ServiceDesc = grpc\.ServiceDesc\{`)

func (s stubsThere) checkServices(file *descriptorpb.FileDescriptorProto, stub []byte) {
	streams := false
	for _, service := range file.GetService() {
		for _, rpc := range service.GetMethod() {
			streams = streams || rpc.GetClientStreaming() || rpc.GetServerStreaming()
			if !regexp.MustCompile(`(Method|Stream)Name:\s+"` + regexp.QuoteMeta(rpc.GetName()) + `"`).Match(stub) {
				s.refuse(file, "holds gRPC stubs of this file that lack the RPC "+rpc.GetName(), "stubs of the proto as it is", "protoc-gen-go-grpc")
				return
			}
		}
	}
	switch {
	case !exportedDesc.Match(stub):
		s.refuse(file, "holds gRPC stubs of this file that are too old", "stubs of protoc-gen-go-grpc 1.1 or newer", "protoc-gen-go-grpc")
	case streams && !bytes.Contains(stub, []byte("SupportPackageIsVersion9")):
		s.refuse(file, "holds gRPC stubs of this file that are too old for its streams", "stubs of protoc-gen-go-grpc 1.5 or newer", "protoc-gen-go-grpc")
	}
}

func (s stubsThere) refuse(file *descriptorpb.FileDescriptorProto, message, want, tool string) {
	fix := fmt.Sprintf("generate them there with a current %s", tool)
	if s.pkg.Where != inputs.OwnModule && s.pkg.Where != inputs.Workspace {
		fix += ", or write service.stubs: tree to have msgen generate them in the tree"
	}
	s.problemIn(file, goPackageOption, diag.Problem{
		Message: fmt.Sprintf("the Go package of go_package, in %s, %s", s.pkg.Where, message), Found: s.pkg.Dir, Want: want, Fix: fix,
	})
}

// useStanding has the tree import stubs that exist, and generate stubs that go_package promises and nobody has generated.
func (b *builder) useStanding(of *owner) {
	wanted := b.Policy.Service.Stubs
	state := b.standing(of)
	of.absent = state == absent
	switch {
	case of.place == inside && wanted == policy.StubsModule && of.rank == asked:
		b.stubsProblem(of, "names stubs of a module, and go_package is in the tree, where msgen writes them", policy.StubsTree)
	case of.place == inside:
	case wanted == policy.StubsTree && of.rank == asked:
		b.refuseDouble(of, state)
	case state == there, wanted == policy.StubsModule && of.rank == asked && state == unknown && b.provided(of.declared.path):
		of.place, of.fixed = imported, true
		b.result.Outside = b.result.Outside || state == there
	case wanted == policy.StubsModule && of.rank == asked:
		b.stubsProblem(of, "there are no stubs of this file in the Go package that go_package names", policy.StubsAuto)
	case of.absent:
		of.place = moved
	}
}

// refuseDouble refuses stubs in the tree that its module or its workspace has already: a program of any of the two may come to
// link both.
func (b *builder) refuseDouble(of *owner, state standing) {
	if state != there {
		return
	}
	if pkg, _ := b.goModules().Look(of.declared.path); pkg.Where == inputs.OwnModule || pkg.Where == inputs.Workspace {
		b.stubsProblem(of, fmt.Sprintf("%s has the stubs already, in %s", pkg.Where, pkg.Dir), policy.StubsAuto)
	}
}

func (b *builder) stubsProblem(of *owner, message string, instead policy.StubsPlace) {
	b.policyProblem("service.stubs", diag.Problem{
		Message: "service.stubs: " + message + ": " + b.shownPath(of.lead(b.rank).GetName()),
		Found:   of.declared.path,
		Want:    "one Go package for each proto",
		Fix:     fmt.Sprintf("write service.stubs: %s", instead),
	})
}
