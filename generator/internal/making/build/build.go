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
	Set    *protoload.Set // nil: the protos do not link, which whoever has loaded them reports
	Policy *policy.Policy
	Module inputs.Module // that the tree will stand in
	Stubs  Stubs
	// Shared are the stubs that another tree has for this one; nil: the tree has its own.
	Shared *SharedStubs
	// Runtime is the import path of a runtime that another tree has for this one; empty: the tree has its own.
	Runtime string
	// Former are the Go packages in which the stubs of protos of the Set have been until now, and are not when the run is done.
	Former []inputs.EmittedStub
	// InRepository leads from the root of the repository to the tree; empty: nobody knows.
	InRepository string
	// Watched are what the service depends on in other folders of the repository, as the model has them; inModule as for GoModules. Nil:
	// nobody knows.
	Watched func(inModule bool) []string
	// Compiled is how protoc or buf has the tree made; nil: the command line makes it.
	Compiled *model.Compiled

	// HandlerPackages are Go packages in which handlers stay, by the full names of their services, whatever they would be called.
	HandlerPackages map[string]string
	// GoModules are the modules whose packages the tree can import; inModule says whether it is of the module around it. Nil: nobody knows.
	GoModules func(inModule bool) *inputs.GoModules
	// Stands reports whether the tree has a file now; nil: nobody knows.
	Stands func(inTree string) bool
	// StubFolders are where an earlier run put Go packages that are declared to be outside of the tree, as [Result] has them.
	StubFolders map[string]string
	// Dependencies are what the policy has under dependencies, in its order: the zero Dependency where the proto of one is
	// not in the Set, which whoever has loaded it reports.
	Dependencies []Dependency
	// EventProtos are the names in the Set of the protos that topics name, by the topic's path: "events.publish[0]". Protos
	// that are not in the Set are left out.
	EventProtos map[string]string
	// Gateway is what makes the service the gateway of a system; nil: it is none.
	Gateway *Gateway
}

// Dependency is what a service is called by.
type Dependency struct {
	Protos []string       // the names of its protos in the Set: one, or more where only the system file names it
	Policy *policy.Policy // its own; nil where msgen did not make it
	Tree   string         // the path of its tree from the tree of the service; empty: unknown
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
	Tree   *model.Tree
	Plugin *protogen.Plugin // its files marked Generate have their stubs in the tree
	Notes  []string         // decisions that the user should know of, one sentence each

	// Clashes are what the protos have in common with what some tree links; this one may not link that.
	Clashes []Clash
	// Outside reports whether stubs are imported because they exist in another folder, which a later run has to look at again.
	Outside bool
	// StubFolders are the folders of Go packages in the tree that their go_package puts elsewhere, by what tells them apart. Only a
	// later run reads them.
	StubFolders map[string]string
	// Twins are the Go packages in the tree by the import paths that their go_package declares, of which there must be no second one
	// in the program. Each has the name that is declared, if its own is another. Of stubs that have moved, the former import paths
	// are among them.
	Twins map[string]model.Import
	// Packages are the Go packages of all protos whose stubs a shared tree has the say of, as [SharedStubs] has them.
	Packages map[string]string

	// Declared is where the proto says what each RPC is.
	Declared map[*model.RPC]Declared
}

// Declared is where the proto declares an RPC, and its idempotency_level: the same place where it has none.
type Declared struct{ RPC, Idempotency diag.Position }

// Build makes the model. It returns every problem that it finds; the Result is nil when one of them is an error.
//
// The policy may have faults, which whoever has loaded it reports. Build checks what is sound all the same, so that one run
// reports all problems, and none that follows from such a fault: [policy.Policy.Sound] is how each check knows. The Result
// is then nothing to go on with.
func Build(in Input) (*Result, diag.List) {
	b := &builder{Input: in, methods: map[*model.RPC]*protogen.Method{}, told: map[string]bool{}, aliases: new(aliases)}
	b.doubts = newDoubts()
	b.result.Declared = map[*model.RPC]Declared{}
	b.result.Tree = &model.Tree{Definition: &model.Definition{Policy: in.Policy}, Compiled: in.Compiled, SharedRuntime: in.Runtime}
	b.name()
	b.module()
	b.deploy()
	if in.Set == nil {
		return nil, b.problems // what is left to check needs the protos
	}
	b.plugin()
	if b.result.Plugin == nil {
		return nil, b.problems
	}
	b.hosts()
	b.validation()
	b.dependencies()
	b.gateway()
	b.checkRegistries()
	b.events()
	b.resilience()
	b.calls()
	b.checkIdentifiers()
	b.clashes()
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
	sharing  *SharedTree       // the tree holds the stubs of others, and nothing else; nil: the tree is for a service
	calling  *calling          // the service whose calls are settled is a dependency; nil: it is the service itself
	doubts   doubts

	moduleFlag string // the flag that says the module, where no policy does; empty: the policy does
}

// doubts are what is not known because of a problem that is reported. Checks that depend on it are left out.
type doubts struct {
	name     bool                // the service's
	root     bool                // the import path of the tree
	stubs    bool                // the Go packages: each proto has one that stands in for its own
	hosts    bool                // which of the service's Hosts it has
	methods  bool                // what a name under resilience.methods means
	messages bool                // which messages there are
	called   map[string]bool     // which of its Hosts a dependency has, by its name
	ofMethod map[*model.RPC]bool // what the policy has for an RPC
}

func newDoubts() doubts { return doubts{called: map[string]bool{}, ofMethod: map[*model.RPC]bool{}} }

func (b *builder) tree() *model.Tree { return b.result.Tree }

// client is the client whose calls are settled.
func (b *builder) client() *model.Client {
	if b.calling != nil {
		return b.calling.client
	}
	return b.tree().Client()
}

// problem adds an error at a descriptor's place in its proto file.
func (b *builder) problem(at positioned, p diag.Problem) {
	p.Position = b.Set.Position(at)
	b.problems.Add(p)
}

// policyProblem adds a problem with the policy's value for a dotted path. Nobody knows what is meant by a value that has a
// fault already: nothing more is said of it.
func (b *builder) policyProblem(path string, p diag.Problem) {
	if !b.Policy.Faulty(path) {
		b.keyProblem(path, p)
	}
}

// keyProblem adds a problem with the key at a dotted path, whatever its value.
func (b *builder) keyProblem(path string, p diag.Problem) {
	p.Position = b.Policy.At(path)
	b.problems.Add(p)
}
