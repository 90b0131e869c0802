// Package state holds what msgen emits and what it remembers of that: `.msgen/`, which is committed with the service.
//
//	.msgen/state.json        what made the tree, and owner and hash of every emitted file, one line for each
//	.msgen/version           the version of the msgen that wrote it, alone in its file
//	.msgen/descriptors.b64   the protos that made it, to tell what a change of theirs breaks, one line for each
//	.msgen/base/<path>       the last emitted text of every file that is merged or spliced, in one line (as a constant, for Go)
//
// A line is whole in itself, so that a merge of two branches can do no more than keep it, drop it, or have the lines of both.
// The readers here take two lines for one thing, with or without git's marks around them, and the next run settles it: the
// protos and the policy decide what a tree is, so that nobody has to merge this folder by hand.
//
// The package reads and encodes; package write puts it on disk together with the files that it describes.
package state

import (
	"maps"

	"github.com/msgen/msgen/internal/shellword"
)

// Dir is the folder of msgen's memory, relative to the root of the tree. All that stands in it is msgen's.
const Dir = ".msgen"

// The files of msgen's memory.
const (
	Path        = Dir + "/state.json"
	VersionPath = Dir + "/version"

	// DescriptorsPath holds the protos that the tree was made from last, see package since.
	DescriptorsPath = Dir + "/descriptors.b64"

	// JournalPath holds the work of a run that writes, so that the next run can finish it if this one is killed. It
	// exists only meanwhile.
	JournalPath = Dir + "/journal.json"
)

// State is msgen's memory of one tree. The zero State is that of a tree which msgen has not written.
type State struct {
	Version string           // of the msgen that wrote the tree; empty when that is unknown
	Inputs  Inputs           // what made the tree
	Files   map[string]Entry // every emitted file by its path; nil reads as empty

	// Handlers are the Go packages of the handlers, below internal/, by the full names of their services.
	Handlers map[string]string

	// Stubs are the folders of Go packages that the tree holds although their go_package puts them elsewhere, by what tells
	// them apart.
	Stubs map[string]string

	// Packages are the Go packages of the protos of whose stubs a shared tree has the say, by the names of the protos, each as
	// "import/path;name".
	Packages map[string]string

	// Mixed reports that no single run has left the memory as it is: two branches were merged since. The inputs in it are
	// then no proof that the tree is up to date.
	Mixed bool
}

// Without is the memory of a tree in which files are another's from now on.
func (s *State) Without(files []File) *State {
	out := *s
	out.Files = maps.Clone(s.Files)
	for _, file := range files {
		delete(out.Files, file.Path)
	}
	return &out
}

// Inputs says what a tree is made from. Its paths are slash-separated and relative to the root of the tree; they may
// begin with "../".
type Inputs struct {
	Protos      []string `json:"protos,omitempty"`
	ImportPaths []string `json:"importPaths,omitempty"`
	Policy      string   `json:"policy,omitempty"` // empty: no policy
	Root        string   `json:"root,omitempty"`   // import path of the tree

	// InRepository leads from the root of the repository to the tree; empty: the tree is the root.
	InRepository string `json:"inRepository,omitempty"`

	System string  `json:"system,omitempty"` // the system file, of a gateway or a shared tree; empty: the tree is neither
	Role   Role    `json:"role,omitempty"`   // of a shared tree; empty: the tree is a service
	Stubs  *Shared `json:"stubs,omitempty"`  // the tree that has the stubs of this one; nil: it has its own

	Runtime *Shared `json:"runtime,omitempty"` // the tree that has the runtime of this one; nil: it has its own

	Plugin *Plugin `json:"plugin,omitempty"` // nil: the command line makes the tree

	Dependencies []Dependency `json:"dependencies,omitempty"` // in the order of the policy
	OthersProtos []string     `json:"calleeProtos,omitempty"` // the names of those in Sums that only dependencies need, sorted

	// Originals are the files that inputs were copied from, by their copies, where these are near the tree: a run of the tree
	// alone says when they have changed.
	Originals map[string]string `json:"originals,omitempty"`
	// Beside are protos in the folders of Protos that the tree is not made from, since its user has named the others. Nil: nobody
	// has looked for any.
	Beside []string `json:"beside,omitzero"`

	// Sums holds the [Sum] of every proto by the name under which it is imported, and of the policy by its path. The
	// sum of a proto that msgen has in itself is empty. Sums is nil when the inputs had warnings, which a run must
	// tell again.
	Sums map[string]string `json:"sums,omitempty"`
}

// Role is what a tree holds for the trees of services.
type Role string

// The roles.
const (
	StubsRole   Role = "stubs"   // the stubs of all services
	RuntimeRole Role = "runtime" // the packages that no proto and no policy changes
)

// Shared is a tree with something that a tree of a service imports in place of having it.
type Shared struct {
	Dir    string `json:"dir,omitempty"`    // empty: a policy names the tree by its import path
	System string `json:"system,omitempty"` // the system file that says so; empty: a policy does
	Path   string `json:"path,omitempty"`   // import path of a runtime
}

// The compilers that run msgen as their plugin.
const (
	Protoc = "protoc"
	Buf    = "buf"
)

// Plugin is how a compiler has had a tree made, as far as neither the protos nor the policy say it.
type Plugin struct {
	Compiler string `json:"compiler"`
	// Dir is the folder that the compiler runs in, relative to the root of the tree; empty where the way from the one to
	// the other is not the same on every machine.
	Dir     string `json:"dir,omitempty"`
	Command string `json:"command,omitempty"` // what runs the compiler, in Dir; empty: its user has not said

	Stubs          bool              `json:"stubs"` // msgen writes the stubs; otherwise other plugins do
	Module         string            `json:"module,omitempty"`
	SourceRelative bool              `json:"sourceRelative,omitempty"` // stubs stand where the names of their protos say
	Packages       map[string]string `json:"packages,omitempty"`       // the Go packages of protos that an M has named

	// Managed are the file options that buf has set beside those in the text of the protos, by the names of file and option.
	Managed map[string]map[string]any `json:"managed,omitempty"`
}

// ForeignStubs reports whether other plugins write the stubs.
func (p *Plugin) ForeignStubs() bool { return p != nil && !p.Stubs }

// Remake is the shell command that regenerates the tree, run in its root; empty where nobody knows it.
func (p *Plugin) Remake() string {
	if p == nil || p.Dir == "" {
		return ""
	}
	command := p.Command
	if command == "" && p.Compiler == Buf {
		command = "buf generate"
	}
	if command == "" || p.Dir == "." {
		return command
	}
	return "(cd " + shellword.Quote(p.Dir) + " && " + command + ")"
}

// Dependency is where the proto, the policy and the tree of a dependency are.
type Dependency struct {
	Name   string `json:"name"`
	Proto  Source `json:"proto"`
	Policy Source `json:"policy,omitzero"`
	Tree   string `json:"tree,omitempty"` // its tree, relative to the root of this one, whose compose.yaml runs it here too
}

// Source is an input that the policy names by a path of its own.
type Source struct {
	Written string `json:"written"` // as in the policy, relative to that
	Path    string `json:"path"`    // relative to the root of the tree
}
