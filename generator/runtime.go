package generator

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/making/render"
	"github.com/msgen/msgen/generator/internal/making/treefiles"
	"github.com/msgen/msgen/generator/internal/reading/checkout"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// PlanRuntime decides what a run does to a tree with the whole runtime, which policies name by service.runtime. It
// reads no protos and no policy, whatever the options name. An empty module is that around the folder, otherwise
// example.com/ and the name of the folder.
func PlanRuntime(ctx context.Context, opts Options, module string) (*Tree, error) {
	return fresh(ctx, func(view *disk.View) (*Tree, error) {
		ask := request{Options: opts}
		in, err := inputs.Open(view, ask.wanted())
		if err != nil {
			return nil, err
		}
		if err := settled(ctx, in.Tree, opts.Locks); err != nil {
			return nil, err
		}
		if len(in.Memory.Files) > 0 && !in.HoldsRuntime() {
			var problems diag.List
			problems.Add(diag.Problem{
				Position: diag.Position{File: in.FromTree(state.Path)}, Message: "the folder holds another tree", Found: in.Out,
				Want: "a folder for the runtime alone", Fix: "name another folder: -o DIR",
			})
			return nil, problems.Err()
		}
		return ask.planRuntime(in, module)
	})
}

// planRuntime is the plan of a tree with the whole runtime.
func (ask *request) planRuntime(in *inputs.Settled, module string) (*Tree, error) {
	l, problems := inputs.Policies(in)
	made, unsound := build.SharedRuntime(build.ServiceName(filepath.Base(in.Root())), l.Module, module)
	problems.Merge(unsound)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	files, err := render.WholeRuntime(made.Tree.Root)
	if err != nil {
		return nil, err
	}
	tree := sharedTree{role: state.RuntimeRole, in: l, made: made}
	return tree.plan(ask.Options, &treefiles.Output{Files: files})
}

// namedRuntime takes the runtime that the policy names.
func (ask *request) namedRuntime(in *inputs.Loaded) diag.List {
	const key = "service.runtime"
	named := in.Checked.Service.Runtime
	var problems diag.List
	switch {
	case named == "" || !in.Checked.Sound(key):
		return problems
	case ask.runtime != nil:
		problems.Add(diag.Problem{
			Position: in.Checked.At(key), Message: key + ": the system has one tree for the runtime of all services", Found: named,
			Want: fmt.Sprintf("%q", ask.runtime.Path), Fix: "remove it here, or runtime from the system file",
		})
		return problems
	case policy.IsFolder(named):
		dir := filepath.Join(filepath.Dir(in.Policy), filepath.FromSlash(named))
		if named = inputs.ModuleAround(in.View, dir); named == "" {
			problems.Add(diag.Problem{
				Position: in.Checked.At(key), Message: key + ": no go.mod is in or around the folder", Found: dir,
				Want: "a runtime that msgen has made", Fix: "msgen runtime -o " + dir,
			})
			return problems
		}
	}
	ask.runtime = &state.Shared{Path: named}
	return problems
}

// unfitRuntime are the problems of a service with the runtime that another tree has for it.
func (ask *request) unfitRuntime(in *inputs.Loaded, service *model.Tree) diag.List {
	switch {
	case service.OwnRuntime():
		return diag.List{}
	case ask.runtime.System == "":
		return ask.unfitNamed(in, service)
	case ask.whole:
		return diag.List{} // which the run makes
	default:
		return ask.staleRuntime(in, service)
	}
}

// unfitNamed looks at the runtime that a policy names, where its files can be found without a module cache.
func (ask *request) unfitNamed(in *inputs.Loaded, service *model.Tree) diag.List {
	var problems diag.List
	p := diag.Problem{Position: in.Checked.At("service.runtime"), Found: service.Runtime()}
	if visible, _, hidden := strings.Cut(service.Runtime()+"/", "/internal/"); hidden && service.Root != visible && !strings.HasPrefix(service.Root, visible+"/") {
		p.Message, p.Want, p.Fix = "service.runtime: Go does not let the service import it: the folder is below a folder internal", "a folder outside of internal", "make the runtime in a folder outside of internal, and name that in service.runtime"
		problems.Add(p)
		return problems
	}
	modules := in.GoModules(in.Module, !service.OwnModule || in.Module.Owned)
	api, found := modules.Look(path.Join(service.Runtime(), "runtimeapi"))
	if !found {
		return problems // go.mod requires it, or the summary says how it can
	}
	dir := filepath.Dir(api.Dir)
	tree, err := in.View.Tree(dir)
	if err != nil {
		return problemsOf(err)
	}
	memory, err := state.Read(tree)
	if err != nil {
		return problemsOf(err)
	}
	serves := slices.ContainsFunc(api.Files, func(file []byte) bool { return bytes.Contains(file, []byte("const "+service.RuntimeAPI()+" ")) })
	switch {
	case len(api.Files) == 0:
		p.Message, p.Want = "service.runtime: no runtime is in the folder", "a runtime that msgen has made"
	case !serves:
		p.Message, p.Want = "service.runtime: the runtime does not serve trees of this msgen", "a runtime that this msgen has made"
	case memory.Version != ask.Version && memory.Version != "":
		p.Severity, p.Message, p.Found, p.Want = diag.Warning, "service.runtime: another msgen has made the runtime", memory.Version, ask.Version
	default:
		return problems
	}
	p.Fix = remake(dir, memory.Inputs)
	problems.Add(p)
	return problems
}

// remake says how a policy comes by a runtime of this msgen, by what the folder of its runtime was made from.
func remake(dir string, made state.Inputs) string {
	switch {
	case made.Role != state.RuntimeRole && made.Root != "":
		return "name another folder: this one holds another tree"
	case made.System != "":
		return "msgen generate " + filepath.Join(dir, filepath.FromSlash(made.System))
	default:
		return "msgen runtime -o " + dir
	}
}

// staleRuntime is the problem of a service whose shared runtime is not what this msgen would have it import: a run for one service does
// not write it.
func (ask *request) staleRuntime(in *inputs.Loaded, service *model.Tree) diag.List {
	var problems diag.List
	files, err := render.Runtime(service)
	if err != nil {
		return problemsOf(err)
	}
	tree, err := in.View.Tree(in.FromTree(ask.runtime.Dir))
	if err != nil {
		return problemsOf(err)
	}
	stale := slices.DeleteFunc(files, func(file state.File) bool {
		return checkout.Same(tree.Look(file.Path).Content, file.Content)
	})
	if len(stale) == 0 {
		return problems
	}
	p := diag.Problem{
		Position: diag.Position{File: filepath.Join(tree.Dir(), filepath.FromSlash(stale[0].Path))},
		Message:  "the shared runtime does not have this file as the service needs it", Want: "the file as this msgen writes it",
		Fix: "msgen generate " + in.FromTree(ask.runtime.System),
	}
	if more := len(stale) - 1; more > 0 {
		p.Message += fmt.Sprintf(", nor %d more", more)
	}
	problems.Add(p)
	return problems
}
