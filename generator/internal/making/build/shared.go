package build

import (
	"google.golang.org/protobuf/compiler/protogen"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

// SharedStubs are the stubs that one tree of a Go module has for the trees of several services.
type SharedStubs struct {
	Root string // import path of the tree
	// Packages are the Go packages of the protos by name, as "import/path;name": the packages in the tree, and the packages that
	// its stubs import from elsewhere.
	Packages map[string]string
}

// packageOf is the Go package of a proto. It is false where the services have no shared stubs, or these do not have the proto.
func (s *SharedStubs) packageOf(proto string) (goPackage, bool) {
	if s == nil {
		return goPackage{}, false
	}
	pkg, ok := s.Packages[proto]
	return parsePackage(pkg), ok
}

// holds reports whether the tree has the stubs of a proto in it.
func (s *SharedStubs) holds(proto string) bool {
	pkg, ok := s.packageOf(proto)
	return ok && within(s.Root, pkg.path)
}

// movedTwins adds to the twins what the user's Go imports stubs by that another tree has now, or another folder of this one: the
// paths that go_package declares, and those at which an earlier run has put them.
func (b *builder) movedTwins() {
	for _, file := range b.Set.Files {
		declared := b.inTree(declaredPackage(file))
		if now := b.packages[file.GetName()]; b.Shared.holds(file.GetName()) && pathFault(declared.path) == "" && declared.path != now.path {
			b.result.Twins[declared.path] = twin(declared, now)
		}
	}
	for _, former := range b.Former {
		now, known := b.packages[former.Proto]
		if known && now.path != former.Path {
			b.result.Twins[former.Path] = twin(goPackage{path: former.Path, name: former.Name}, now)
		}
	}
}

// SharedTree is what a tree with the stubs of several services is made from.
type SharedTree struct {
	Set         *protoload.Set // the protos of all of them; its dependencies belong to services outside
	Module      inputs.Module
	Packages    map[string]string // the Go packages of protos that policies say, as "import/path;name"
	StubFolders map[string]string // as [Input] has them
	GoModules   *inputs.GoModules
}

// Shared settles the Go packages of the protos of several services, and makes the model of a tree that holds the stubs of them. Its
// Tree has no more than a name for the tree. The Result is nil when one of the problems is an error.
func Shared(in SharedTree) (*Result, diag.List) {
	b := &builder{
		Input: Input{
			Set: in.Set, Policy: policy.Default(), Module: in.Module, StubFolders: in.StubFolders,
			Stubs: Stubs{Packages: in.Packages}, GoModules: func(bool) *inputs.GoModules { return in.GoModules },
		},
		sharing: &in, told: map[string]bool{}, aliases: new(aliases), doubts: newDoubts(),
	}
	b.result.Tree = &model.Tree{Definition: &model.Definition{Policy: b.Policy}}
	b.module()
	b.plugin()
	if b.problems.HasErrors() || b.result.Plugin == nil {
		return nil, b.problems
	}
	b.result.Packages = map[string]string{}
	for _, file := range in.Set.Files {
		if _, known := b.owner(file); !known {
			pkg := b.packages[file.GetName()]
			b.result.Packages[file.GetName()] = pkg.path + ";" + pkg.name
		}
	}
	return &b.result, b.problems
}

// SharedRuntime makes the model of a tree that holds a runtime. Its Tree has no more than a name for the tree, of which the default
// of its module is made. The flag --module says which one is wanted.
func SharedRuntime(name string, module inputs.Module, wanted string) (*Result, diag.List) {
	b := &builder{Input: Input{Policy: policy.Default(), Module: module}, doubts: newDoubts(), moduleFlag: "--module"}
	b.Policy.Service.Module = wanted
	b.result.Tree, b.result.Plugin = &model.Tree{Definition: &model.Definition{Name: name, Policy: b.Policy}}, new(protogen.Plugin)
	b.module()
	return &b.result, b.problems
}

// GivenStubs are the Go packages that the policy of a service says hold the stubs of others' protos, by the names of the protos.
// [Build] reports problems with them.
func GivenStubs(in Input) map[string]string {
	b := &builder{Input: in, doubts: newDoubts(), told: map[string]bool{}, aliases: new(aliases)}
	b.result.Tree = &model.Tree{Definition: &model.Definition{Policy: in.Policy}}
	b.module()
	b.dependencyStubs()
	return b.given
}
