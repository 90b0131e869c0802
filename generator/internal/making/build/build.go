// Package build makes the model of a service from linked descriptors and a checked policy. Every check that needs
// both stands here, and so does every decision about a name: templates only print.
package build

import (
	"google.golang.org/protobuf/compiler/protogen"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

// Input is what a service is built from.
type Input struct {
	Set    *protoload.Set
	Policy *policy.Policy
	Module inputs.Module // that the tree will stand in
	Stubs  Stubs

	// HandlerPackages are Go packages in which handlers stay, by the full names of their services, whatever they would be called.
	HandlerPackages map[string]string
	// GoModules are the modules whose packages the tree can import; inModule says whether it is of the module around it. Nil: nobody knows.
	GoModules func(inModule bool) *inputs.GoModules
	// Stands reports whether the tree has a file now; nil: nobody knows.
	Stands func(inTree string) bool
	// StubFolders are where an earlier run put Go packages that are declared to be outside of the tree, as [Result] has them.
	StubFolders map[string]string
	// Dependencies are what the policy has under dependencies, in its order.
	Dependencies []Dependency
	// EventProtos are the names in the Set of the protos that topics name, by the topic's path: "events.publish[0]".
	EventProtos map[string]string
	// Gateway is what makes the service the gateway of a system; nil: it is none.
	Gateway *Gateway
}

// Dependency is what a service is called by.
type Dependency struct {
	Protos []string       // the names of its protos in the Set: one, but for those that a gateway has without its policy's naming them
	Policy *policy.Policy // its own; nil where msgen did not make it
	Tree   string         // its tree, as seen from that of the service; empty where that is not known
}

// Stubs say where the Go packages of the protos are, beside what the protos say. The zero Stubs leave it to these.
type Stubs struct {
	// Foreign stubs are written by another generator, to where the go_package of each proto says. The Plugin of the Result
	// has those that stand in the tree all the same, for what they import and declare.
	Foreign bool
	// SourceRelative stubs stand in the folder of the tree in which the name of their proto has it.
	SourceRelative bool
	// Packages are the Go packages of protos by name, as "import/path" or "import/path;name". They win over go_package,
	// and outside of the tree they are taken to be there.
	Packages map[string]string
}

// Result is a finished model with what the stubs are made from.
type Result struct {
	Service *model.Service
	Plugin  *protogen.Plugin // its files marked Generate are those whose stubs stand in the tree
	Notes   []string         // decisions that the user should know of, one sentence each

	// Outside reports whether stubs are imported because they exist in another folder, which a later run has to look at again.
	Outside bool
	// StubFolders are the folders of Go packages in the tree that their go_package puts elsewhere, by what tells them apart. Only a
	// later run reads them.
	StubFolders map[string]string
	// Twins are the Go packages in the tree by the import paths that their go_package declares, of which there must be no second one
	// in the program. Each has the name that is declared, if its own is another.
	Twins map[string]model.Import

	// Declared is where the proto says what each RPC is.
	Declared map[*model.RPC]Declared
}

// Declared is where the proto declares an RPC, and its idempotency_level: the same place where it has none.
type Declared struct{ RPC, Idempotency diag.Position }

// Build makes the model. It returns every problem that it finds; the Result is nil when one of them is an error.
func Build(in Input) (*Result, diag.List) {
	b := &builder{Input: in, methods: map[*model.RPC]*protogen.Method{}, told: map[string]bool{}, aliases: new(aliases)}
	b.result.Declared = map[*model.RPC]Declared{}
	b.result.Service = &model.Service{Policy: in.Policy}
	b.name()
	b.service().Registered = b.service().Name
	b.module()
	b.deploy()
	b.plugin()
	if b.problems.HasErrors() {
		return nil, b.problems
	}
	b.hosts()
	b.dependencies()
	b.gateway()
	if !b.problems.HasErrors() {
		b.checkRegistries()
	}
	b.events()
	b.resilience()
	b.calls()
	b.checkIdentifiers()
	b.checkOwnership()
	b.checkEdge()
	if b.problems.HasErrors() {
		return nil, b.problems
	}
	return &b.result, b.problems
}

type builder struct {
	Input
	result   Result
	problems diag.List
	packages map[string]goPackage             // by proto file name
	names    map[protogen.GoImportPath]string // of the Go packages with stubs
	aliases  *aliases
	modules  *inputs.GoModules // nil until they are asked for
	methods  map[*model.RPC]*protogen.Method
	told     map[string]bool   // faults of resilience.defaults, by place and check
	given    map[string]string // by proto file name: the Go packages that the policy says hold the stubs of callees
	callee   *callee           // the service whose calls are settled is a dependency; else nil
}

func (b *builder) service() *model.Service { return b.result.Service }

// problem adds an error at a descriptor's place in its proto file.
func (b *builder) problem(at positioned, p diag.Problem) {
	p.Position = b.Set.Position(at)
	b.problems.Add(p)
}

// policyProblem adds a problem at the policy's value for a dotted path.
func (b *builder) policyProblem(path string, p diag.Problem) {
	p.Position = b.Policy.At(path)
	b.problems.Add(p)
}
