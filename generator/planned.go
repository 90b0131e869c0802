package generator

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/gobreak"
	"github.com/msgen/msgen/generator/internal/keeping/handlers"
	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/keeping/record"
	"github.com/msgen/msgen/generator/internal/keeping/since"
	"github.com/msgen/msgen/generator/internal/making/treefiles"
)

// plan makes every file of a tree in memory, and holds them against the disk and against what an earlier run emitted.
func (ask *request) plan(m *modelled) (*Tree, error) {
	in := m.in
	made, err := ask.emit(m)
	if err != nil {
		return nil, err
	}
	recorded := record.Of(in, m.made.Service.Root, m.system)
	memory := in.Memory.Without(made.Stubs) // which are another plugin's from now on
	opts, err := ask.planning(m, recorded)
	if err != nil {
		return nil, err
	}
	files := slices.Concat(made.Files, recorded.Copies)
	var notes []handlers.Note
	if ask.plugin.WantsProgram() {
		opts.Spliced, notes = handlers.InTree(in.Tree, memory, files)
	}
	planned, err := plan.Make(memory, in.Tree.Look, files, opts)
	if err != nil {
		return nil, err
	}
	unrestored := planned.Unrestored(opts.Restore, in.Out)
	if err := unrestored.Err(); err != nil {
		return nil, err
	}
	uncompiled := gobreak.Planned(in.Tree, memory, m.made.Service.Root, planned, made.Stubs)
	return &Tree{
		Dir: in.Out, Name: m.made.Service.Name, Warnings: m.warnings,
		Notes: slices.Concat(m.notes, made.Notes, located(in.Out, notes), broken(in.Out, uncompiled)),
		Next:  next(made.Next, planned),
		plan:  planned, view: in.View, seen: in.Tree,
	}, nil
}

// emit makes the files.
func (ask *request) emit(m *modelled) (*treefiles.Output, error) {
	printed, err := treefiles.Printed(m.made, ask.plugin.ForeignStubs())
	if err != nil {
		return nil, err
	}
	return treefiles.WithGoMod(treefiles.Input{
		Made:        m.made,
		GoMod:       m.in.Tree.Look("go.mod").Content,
		ModuleGoMod: m.in.Module.Source,
		UserImports: treefiles.UserImports(m.in.Tree, m.in.Memory, printed.Files),
	}, printed)
}

// planning is what a plan needs to know besides the files.
func (ask *request) planning(m *modelled, recorded record.Record) (plan.Options, error) {
	protos, err := since.Protos(m.in)
	if err != nil {
		return plan.Options{}, err
	}
	inputs := recorded.Inputs
	if len(m.warnings) > 0 {
		inputs.Sums = nil // a run that changes nothing reports them again
	}
	opts := plan.Options{
		Version: ask.Version, Inputs: inputs, Protos: protos, Handlers: ask.handlerPackages(m),
		OverwriteGenerated: ask.OverwriteGenerated, Markers: ask.Markers,
		Restore: plan.Restored(ask.Restore), Edited: recorded.Edited, NoRemoval: ask.plugin != nil,
	}
	if ask.plugin != nil && ask.plugin.Only != "" {
		opts.Only = ask.plugin.Wants
	}
	return opts, nil
}

// handlerPackages are where the handlers are now, as a later run will ask.
func (ask *request) handlerPackages(m *modelled) map[string]string {
	if !ask.plugin.WantsProgram() {
		return m.in.Memory.Handlers
	}
	packages := map[string]string{}
	for _, host := range m.made.Service.Hosts {
		packages[host.FullName] = host.Package
	}
	return packages
}

// located are notes on handlers with their places, as problems have theirs.
func located(out string, notes []handlers.Note) []string {
	texts := make([]string, len(notes))
	for i, note := range notes {
		at := filepath.Join(out, filepath.FromSlash(note.Path))
		if note.Line > 0 {
			at = fmt.Sprintf("%s:%d", at, note.Line)
		}
		texts[i] = at + ": " + note.Text
	}
	return texts
}

// broken are notes on the user's Go that does not compile any more.
func broken(out string, places []gobreak.Place) []string {
	texts := make([]string, len(places))
	for i, place := range places {
		texts[i] = fmt.Sprintf("%s:%d:%d: does not compile any more: %s",
			filepath.Join(out, filepath.FromSlash(place.Path)), place.Line, place.Col, place.Message)
	}
	return texts
}

// next are the commands that the tree needs. A go.mod whose versions its user has a say in needs one more: what those
// versions require in turn, msgen does not know.
func next(commands []string, planned *plan.Plan) []string {
	const tidy = "go mod tidy"
	merged := slices.ContainsFunc(planned.Actions, func(a plan.Action) bool { return a.Path == "go.mod" && a.Kind == plan.Merge })
	if merged && !slices.Contains(commands, tidy) {
		return append(slices.Clip(commands), tidy)
	}
	return commands
}
