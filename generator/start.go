package generator

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/since"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/linked"
	"github.com/msgen/msgen/generator/internal/making/treefiles"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
)

// built is what a service is with one choice of import paths.
type built struct {
	loaded  *inputs.Loaded
	result  *build.Result
	notes   []string
	clashes []treefiles.Clash // they keep the program from starting
}

// startable builds a service whose program starts. Where only the names of protos keep it from that, and the run was given no
// import path, the folders around the default one take its place: the names then begin with the folder that the protos are in.
func (ask *request) startable(ctx context.Context, loaded *inputs.Loaded, forward *build.Gateway) (*built, diag.List) {
	made, problems := ask.build(loaded, forward)
	if problems.HasErrors() || len(made.clashes) == 0 {
		return made, problems
	}
	var renamed *built
	var more diag.List
	if ask.stubs == nil { // shared stubs have one name for all services
		renamed, more = ask.renamed(ctx, made, forward)
	}
	if renamed != nil && len(loaded.ImportPaths) == 0 {
		renamed.notes = append(renamed.notes, made.newNames()...)
		made, problems = renamed, more
	}
	problems.Merge(made.unstartable(renamed))
	return made, problems
}

// renamed builds the service with other names for the protos whose names alone keep its program from starting; nil where there are
// none such, or where that does not help, as when other protos import them by the names that they have.
func (ask *request) renamed(ctx context.Context, made *built, forward *build.Gateway) (*built, diag.List) {
	for _, roots := range made.loaded.ImportPathsAbove(made.misnamed()) {
		loaded, problems := made.loaded.Under(roots).WithProtos(ctx)
		if problems.HasErrors() {
			continue
		}
		renamed, unsound := ask.build(loaded, forward)
		problems.Merge(unsound)
		if !problems.HasErrors() && len(renamed.misnamed()) == 0 {
			return renamed, problems
		}
	}
	return nil, diag.List{}
}

// build makes the model of a service from its protos, and finds what keeps its program from starting.
func (ask *request) build(loaded *inputs.Loaded, forward *build.Gateway) (*built, diag.List) {
	result, moved, problems := ask.result(loaded, forward)
	if problems.HasErrors() {
		return nil, problems
	}
	clashes, err := treefiles.Clashes(result, loaded.Plugin.ForeignStubs(), loaded.Tree, loaded.Memory)
	if err != nil {
		problems.Errorf(diag.Position{}, "%v", err)
	}
	return &built{loaded: loaded, result: result, notes: moved, clashes: clashes}, problems
}

// result makes the model of a service. Notes say where handlers have stayed.
func (ask *request) result(loaded *inputs.Loaded, forward *build.Gateway) (*build.Result, []string, diag.List) {
	packages, notes := since.HandlerPackages(loaded)
	input := build.InputOf(loaded)
	input.HandlerPackages, input.Gateway = packages, forward
	input.Shared, input.Former = ask.stubs, formerOf(ask.former, loaded)
	if ask.runtime != nil {
		input.Runtime = ask.runtime.Path
	}
	result, problems := build.Build(input)
	return result, notes, problems
}

// misnamed are the names of the protos that nothing but these keeps from being linked.
func (b *built) misnamed() []string {
	var names []string
	for _, clash := range b.clashes {
		if clash.Kind == linked.OneFileName && clash.Emitted {
			names = append(names, clash.Proto)
		}
	}
	return names
}

// newNames are notes on the protos that are registered by other names than usual.
func (b *built) newNames() []string {
	var notes []string
	for _, clash := range b.clashes {
		if slices.Contains(b.misnamed(), clash.Proto) {
			notes = append(notes, fmt.Sprintf("%s is registered as %s, since %s links %s, which has a file %s too: keep the name of the folder",
				clash.At.File, b.loaded.NameAbove(clash.Proto), clash.Because.What, clash.With.Path, clash.Proto))
		}
	}
	return notes
}

// unstartable are the problems of protos that cannot be linked. Import paths with which the names of files do not clash are the
// advice about these.
func (b *built) unstartable(renamed *built) diag.List {
	var problems diag.List
	for _, clash := range b.clashes {
		fix := clash.Fix(clash.Builtin)
		switch {
		case clash.Kind != linked.OneFileName:
		case renamed != nil && clash.Emitted:
			fix = fmt.Sprintf("pass -I %s: its name is then %s", strings.Join(renamed.loaded.ImportPaths, " -I "), b.loaded.NameAbove(clash.Proto))
		case clash.Emitted:
			fix = fmt.Sprintf("move it into a folder, and import it by that: %q", path.Join("FOLDER", clash.Proto))
		}
		problem := clash.Problem(clash.Because, fix)
		problem.Position = clash.At
		problems.Add(problem)
	}
	return problems
}
