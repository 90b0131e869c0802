package generator

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/gobreak"
	"github.com/msgen/msgen/generator/internal/keeping/handlers"
	"github.com/msgen/msgen/generator/internal/keeping/pipelines"
	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/keeping/record"
	"github.com/msgen/msgen/generator/internal/keeping/since"
	"github.com/msgen/msgen/generator/internal/keeping/write"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/making/treefiles"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
)

// Tree is a planned run: what becomes of each path of one emitted service.
type Tree struct {
	Dir      string         // root of the tree, relative to the working directory or absolute
	Name     string         // of the service
	Warnings []diag.Problem // about the inputs, sorted
	Notes    []string       // decisions of msgen's that the user should know of, one sentence each
	Next     []string       // commands that the tree needs before it builds, or before CI finds its pipelines; usually none
	Remake   string         // the command of protoc's or buf's that makes the tree, in its root; empty: msgen generate does

	plan *plan.Plan
	seen *disk.Tree
	view *disk.View
	// repository is the folder around the tree with the files of the plan that were moved out of the tree, absolute.
	repository string
	system     string // the folder of the system that the run is for, which is locked with its trees; empty: of none
	shared     bool   // other trees of the run import what it holds
}

// Action is what becomes of one path.
type Action string

// The actions. Only Create, Update, Merge and Remove touch the disk; one Refuse or Conflict means that nothing is
// written.
const (
	Create   Action = Action(plan.Create)
	Same     Action = Action(plan.Same)
	Update   Action = Action(plan.Update)
	Merge    Action = Action(plan.Merge)
	Keep     Action = Action(plan.Keep)
	Remove   Action = Action(plan.Remove)
	Orphan   Action = Action(plan.Orphan)
	Refuse   Action = Action(plan.Refuse)
	Conflict Action = Action(plan.Conflict)
)

// Change is what becomes of one path, and why where there is something to tell.
type Change struct {
	Path   string `json:"path"` // slash-separated, relative to the root of the tree
	Action Action `json:"action"`
	Owner  string `json:"owner"` // generated, merged or yours
	Reason string `json:"reason,omitempty"`
	Fix    string `json:"fix,omitempty"`

	// Conflicts are the lines of the file on disk, from 1, that its user and msgen have changed in different ways, or at
	// which a conflict begins that is not resolved.
	Conflicts []int  `json:"conflicts,omitempty"`
	Diff      string `json:"diff,omitempty"` // see [Tree.Diffs]
}

// Changes lists every path of the tree, sorted, the unchanged ones too.
func (t *Tree) Changes() []Change {
	changes := make([]Change, len(t.plan.Actions))
	for i, a := range t.plan.Actions {
		changes[i] = changeOf(a)
	}
	return changes
}

func changeOf(a plan.Action) Change {
	return Change{
		Path: a.Place(), Action: Action(a.Kind), Owner: string(a.Owner), Reason: a.Reason, Fix: a.Fix, Conflicts: a.Conflicts,
	}
}

// Diffs lists the paths that the run would change, each with its part of [Tree.Diff].
func (t *Tree) Diffs() []Change {
	changes := []Change{}
	for _, a := range t.plan.Changes() {
		change := changeOf(a)
		change.Diff = a.Diff()
		changes = append(changes, change)
	}
	return changes
}

// Diff writes what the run would change as a unified diff, which git apply takes; with colours, for a terminal.
func (t *Tree) Diff(w io.Writer, colours bool) error { return t.plan.Diff(w, colours) }

// refused is a [RefusedError] when the plan must not be performed.
func (t *Tree) refused() error {
	var refused RefusedError
	for _, action := range t.plan.Refused() {
		refused.Changes = append(refused.Changes, changeOf(action))
	}
	if len(refused.Changes) == 0 {
		return nil
	}
	return &refused
}

// StaleError is a tree that something, another run perhaps, has changed since it was planned. Nothing was written.
type StaleError struct{ Path string }

// Error names the path and says what to do.
func (e *StaleError) Error() string { return (&write.StaleError{Path: e.Path}).Error() }

// RefusedError says which paths stand in the way of a run.
type RefusedError struct{ Changes []Change }

// Error is the paths with their reasons and ways out, one a line.
func (e *RefusedError) Error() string {
	lines := make([]string, len(e.Changes))
	for i, c := range e.Changes {
		lines[i] = fmt.Sprintf("%s %s; %s", c.Path, c.Reason, c.Fix)
	}
	return strings.Join(lines, "\n")
}

// plan makes every file of a tree in memory, and holds them against the disk and against what an earlier run emitted.
func (ask *request) plan(m *modelled) (*Tree, error) {
	in := m.in
	made, runtime, err := filesOf(m)
	if err != nil {
		return nil, err
	}
	recorded := record.Of(in, m.made.Tree.Root, m.system)
	if !m.made.Tree.OwnRuntime() {
		recorded.Inputs.Runtime = ask.runtime
	}
	memory := in.Memory.Without(made.Stubs) // which are another plugin's from now on
	opts, err := ask.planning(m, recorded)
	if err != nil {
		return nil, err
	}
	files := slices.Concat(made.Files, recorded.Copies)
	var notes []handlers.Note
	if ask.plugin.WantsProgram() {
		opts.Unresolved = handlers.Unresolved(in.Tree, memory, files)
		moved := maps.Clone(runtime)
		maps.Copy(moved, m.made.Twins)
		answering := handlers.Tree{Disk: in.Tree, Memory: memory, Root: m.made.Tree.Root, Twins: moved}
		answering.Find = in.GoSources(answering.Root, goModules(m), files, made.Stubs).Files
		var keeping []string
		opts.Spliced, notes, keeping = answering.Splice(files)
		opts.Keeps = func(importPath string) bool {
			dir, inTree := strings.CutPrefix(importPath, m.made.Tree.Root+"/")
			return inTree && slices.Contains(keeping, dir)
		}
		var repointed []handlers.Note
		opts.Spliced, repointed = handlers.Repoint(in.Tree, memory, files, opts.Spliced, moved)
		notes = append(notes, repointed...)
		opts.Repoint = func(name string, src []byte) []byte { return handlers.Repointed(name, src, runtime) }
	}
	repository, err := in.View.Tree(in.Repository())
	if err != nil {
		return nil, err
	}
	opts.Elsewhere = pipelines.Moved(in.Tree, repository, memory, m.made.Tree)
	planned, err := plan.Make(memory, looking(in.Tree, repository, opts.Elsewhere), files, opts)
	if err != nil {
		return nil, err
	}
	unrestored := planned.Unrestored(opts.Restore, in.Out)
	if err := unrestored.Err(); err != nil {
		return nil, err
	}
	if ask.plugin.WantsProgram() {
		if err := doubled(in.Out, gobreak.Doubled(in.Tree, memory, m.made.Twins, planned)); err != nil {
			return nil, err
		}
	}
	steps, unfound := pipelines.Steps(planned, repository, m.made.Tree)
	uncompiled := gobreak.Planned(in.Tree, memory, m.made.Tree.Root, planned, made.Stubs)
	return &Tree{
		Dir: in.Out, Name: m.made.Tree.Name, Warnings: slices.Concat(m.warnings, in.Stale(), in.Unnoticed()),
		Notes:  slices.Concat(m.notes, made.Notes, unfound, located(in.Out, notes), broken(in.Out, uncompiled)),
		Next:   append(next(ask.others(in, made.Next), made, planned), steps...),
		Remake: in.Plugin.Remake(), plan: planned, view: in.View, seen: in.Tree, repository: in.Repository(),
	}, nil
}

// looking is the disk of a plan, which has some files at the root of the repository.
func looking(tree, repository *disk.Tree, moved map[string]string) plan.Disk {
	return func(path string) disk.Found {
		if moved[path] != "" {
			return repository.Look(path)
		}
		return tree.Look(path)
	}
}

// filesOf makes the files. It returns the packages of the runtime that have moved, too: the user's Go will import them from elsewhere.
func filesOf(m *modelled) (*treefiles.Output, map[string]model.Import, error) {
	printed, err := treefiles.Printed(m.made, m.in.Plugin.ForeignStubs())
	if err != nil {
		return nil, nil, err
	}
	runtime, err := m.movedRuntime()
	if err != nil {
		return nil, nil, err
	}
	made, err := treefiles.WithGoMod(treefiles.Input{
		Made:        m.made,
		GoMod:       m.in.Tree.Look("go.mod").Content,
		ModuleGoMod: m.in.Module.Source,
		GoModules:   goModules(m),
		UserImports: slices.DeleteFunc(treefiles.UserImports(m.in.Tree, m.in.Memory, printed.Files), func(imported string) bool {
			_, moved := runtime[imported]
			return moved
		}),
	}, printed)
	if err != nil {
		return nil, nil, err
	}
	return treefiles.WithAttributes(made), runtime, nil
}

// goModules are the modules whose Go the tree can import.
func goModules(m *modelled) *inputs.GoModules {
	return m.in.GoModules(m.in.Module, !m.made.Tree.OwnModule || m.in.Module.Owned)
}

// planning is what a plan needs to know in addition to the files.
func (ask *request) planning(m *modelled, recorded record.Record) (plan.Options, error) {
	protos, err := since.Protos(m.in)
	if err != nil {
		return plan.Options{}, err
	}
	inputs := recorded.Inputs
	if len(m.warnings) > 0 || m.made.Outside {
		inputs.Sums = nil // a run that changes nothing reports them again, or looks at the stubs again
	}
	opts := plan.Options{
		Version: ask.Version, Inputs: inputs, Protos: protos, Handlers: ask.handlerPackages(m), Stubs: m.made.StubFolders,
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
	for _, host := range m.made.Tree.Hosts {
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

// broken are notes on the user's Go that does not compile any more: for each file the names that it misses, and the first few
// other places.
func broken(out string, places []gobreak.Break) []string {
	const most = 4
	var texts []string
	for len(places) > 0 {
		name := places[0].Path
		n := slices.IndexFunc(places, func(p gobreak.Break) bool { return p.Path != name })
		if n < 0 {
			n = len(places)
		}
		merged := gobreak.Merged(places[:n])
		places = places[n:]
		shown := merged
		if len(merged) > most {
			shown = merged[:most-1]
		}
		for _, place := range shown {
			texts = append(texts, fmt.Sprintf("%s:%d:%d: does not compile any more: %s",
				filepath.Join(out, filepath.FromSlash(place.Path)), place.Line, place.Col, place.Message))
		}
		if more := len(merged) - len(shown); more > 0 {
			texts = append(texts, fmt.Sprintf("%s: does not compile in %d more places", filepath.Join(out, filepath.FromSlash(name)), more))
		}
	}
	return texts
}

// others are the commands, and the one by which other plugins write their stubs: the command line does not.
func (ask *request) others(in *inputs.Loaded, commands []string) []string {
	if remake := in.Plugin.Remake(); ask.plugin == nil && in.Plugin.ForeignStubs() && remake != "" {
		return append([]string{remake}, commands...)
	}
	return commands
}

// doubled is the error of places where the user's Go imports a Go package that the tree has too.
func doubled(out string, places []gobreak.Double) error {
	var problems diag.List
	for _, double := range places {
		problems.Add(diag.Problem{
			Position: diag.Position{File: filepath.Join(out, filepath.FromSlash(double.Path)), Line: double.Line, Col: double.Col},
			Message:  "imports a Go package whose stubs this tree has too: a program that links both panics when it starts",
			Found:    double.Imported,
			Want:     fmt.Sprintf("%q", double.InTree),
			Fix:      fmt.Sprintf("import %q here", double.InTree),
		})
	}
	return problems.Err()
}

// next are the commands that the tree needs. A go.mod whose versions its user has a say in needs one more: what those
// versions require in turn, msgen does not know. A vendor folder follows them.
func next(commands []string, made *treefiles.Output, planned *plan.Plan) []string {
	const tidy = "go mod tidy"
	i := slices.IndexFunc(planned.Actions, func(a plan.Action) bool { return a.Path == "go.mod" })
	merged := i >= 0 && planned.Actions[i].Kind == plan.Merge
	changed := merged || i >= 0 && slices.Contains([]plan.Kind{plan.Create, plan.Update}, planned.Actions[i].Kind)
	out := slices.Clone(commands)
	if merged && !slices.Contains(out, tidy) {
		out = append(out, tidy)
	}
	if made.Vendor != "" && (changed || made.Unvendored || len(out) > 0) {
		out = append(out, made.Vendor)
	}
	return out
}
