// Package plan decides what a run does with every path of a tree before anything is written: what msgen emitted last
// (the state) x what stands on disk x what msgen renders now -> one [Action] for each path. It is pure; package write
// performs a plan, and `--check` and `--diff` print it.
//
// The rules are in rules.go. Their promise: bytes that msgen did not write are kept or the plan is refused, and one
// refusal means that nothing of the plan is written.
package plan

import (
	"cmp"
	"maps"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/merge"
	"github.com/msgen/msgen/generator/internal/keeping/splice"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Options are what a plan needs to know besides the files.
type Options struct {
	Version string       // of this msgen, to be recorded
	Inputs  state.Inputs // what makes the tree, to be recorded
	Protos  []byte       // the protos as a FileDescriptorSet, to be recorded; nil: none

	// Handlers are the Go packages of the handlers by the full names of their services, to be recorded.
	Handlers map[string]string
	// Stubs are the folders of Go packages of stubs, to be recorded.
	Stubs map[string]string
	// Packages are the Go packages of protos that a shared tree has the say of, to be recorded.
	Packages map[string]string
	// Ends is for a tree that nothing needs any longer: nothing is remembered of it.
	Ends bool

	// OverwriteGenerated lets generated files that were edited by hand be replaced. It never touches a file that
	// the state does not know as generated.
	OverwriteGenerated bool
	// Markers writes a conflict into its file, with markers, instead of stopping at it.
	Markers bool
	// Only picks the rendered files that the run is about; nil: all of them. What the state says of the others stays as
	// it is, and so does what is no longer rendered, since nobody knows which of the two it was.
	Only func(state.File) bool
	// NoRemoval is for what can write files and not remove any: those that are to go stay known until somebody does.
	NoRemoval bool
	// Edited are copies of inputs that their user has edited, and that the tree is made from now.
	Edited []string
	// Restore are the paths of files that are brought back although their user deleted them.
	Restore []string
	// Unresolved are Go files of the user's that have conflict markers. They stop the run, which may not find a handler in them.
	Unresolved []string
	// Elsewhere are the files that their user has moved out of the tree, with where they are now. The Disk has them there.
	Elsewhere map[string]string
	// Spliced are the texts that splicing makes of Go files of the user's, by path. Files that msgen did not emit may be
	// among them.
	Spliced map[string]splice.Text
	// Repoint has a merged Go file import the packages of the runtime where they are now; nil: it does not look.
	Repoint func(name string, src []byte) []byte
	// Keeps reports of a Go package of handlers that its New keeps its user's parameters; nil: none does.
	Keeps merge.Keeps
}

// Plan is what a run does, complete before the first write.
type Plan struct {
	Actions []Action     // one for each path, sorted by path
	Next    *state.State // what the tree's state is once the plan is performed
	Memory  []Memory     // msgen's own files, in the order in which they are written, after every action
}

// Make plans the run that turns the tree on disk into the rendered one. Base is what the tree's state says, never
// nil; look is asked once for each rendered or recorded path. The error is about rendered alone: paths that cannot
// stand side by side in one folder, or that no file may have.
func Make(base *state.State, look Disk, rendered []state.File, opts Options) (*Plan, error) {
	if err := checkFiles(rendered); err != nil {
		return nil, err
	}
	p := &Plan{Next: &state.State{Version: opts.Version, Inputs: opts.Inputs, Handlers: opts.Handlers, Stubs: opts.Stubs, Packages: opts.Packages, Files: map[string]state.Entry{}}}
	left := maps.Clone(base.Files) // what msgen emitted once and does not render now
	var bases []Memory
	for _, file := range rendered {
		was, known := left[file.Path]
		if opts.Only != nil && !opts.Only(file) {
			continue
		}
		delete(left, file.Path)
		c := situation{
			file: file, sum: state.Sum(file.Content),
			found: look(file.Path),
			was:   was, known: known,
			text:      opts.Spliced[file.Path],
			keeps:     opts.Keeps,
			repoint:   opts.Repoint,
			overwrite: opts.OverwriteGenerated, markers: opts.Markers, restore: slices.Contains(opts.Restore, file.Path),
		}
		if known && file.Owner == state.Merged {
			c.bases = was.Bases(look(state.BasePath(file.Path)).Content)
		}
		action := c.action()
		p.Actions = append(p.Actions, action)
		entry, ok := c.entryAfter(action)
		if !ok {
			continue
		}
		p.Next.Files[file.Path] = entry
		if keepsBase(file) && entry.Sum == c.sum && entry.Owner == file.Owner {
			bases = append(bases, Memory{Path: state.BasePath(file.Path), Content: state.EncodeBase(file.Path, file.Content)})
		}
	}
	p.abandonAll(left, look, opts)
	p.mergeOthers(look, opts)
	p.stopAt(opts.Unresolved, look)
	for i, a := range p.Actions {
		p.Actions[i].Elsewhere = opts.Elsewhere[a.Path]
	}
	slices.SortFunc(p.Actions, func(a, b Action) int { return cmp.Compare(a.Path, b.Path) })
	var err error
	if opts.Protos != nil {
		bases = append(bases, Memory{Path: state.DescriptorsPath, Content: opts.Protos})
	}
	p.Memory, err = memory(base, p.Next, bases)
	if opts.Ends {
		for i := range p.Memory {
			p.Memory[i].Gone = true
		}
	}
	return p, err
}

// abandonAll decides on what msgen emitted once and does not render now.
func (p *Plan) abandonAll(left map[string]state.Entry, look Disk, opts Options) {
	for path, was := range left {
		if opts.Only != nil {
			p.Next.Files[path] = was
			continue
		}
		action, ok := abandon(path, was, look(path), opts.Spliced[path])
		if !ok {
			continue
		}
		if action.Kind == Orphan && slices.Contains(opts.Edited, path) {
			action.Reason, action.Fix = "was edited here: it is what the tree is made from now, and yours", ""
		}
		p.Actions = append(p.Actions, action)
		if opts.NoRemoval && action.Kind == Remove {
			p.Next.Files[path] = was
		}
	}
}

// mergeOthers decides on the files that are nobody's but their user's, where splicing has a text for them.
func (p *Plan) mergeOthers(look Disk, opts Options) {
	for path, text := range opts.Spliced {
		if slices.ContainsFunc(p.Actions, func(a Action) bool { return a.Path == path }) {
			continue
		}
		if found := look(path); found.Kind == disk.Regular && text.Changes(found.Content) {
			p.Actions = append(p.Actions, Action{Path: path, Kind: Merge, Owner: state.Yours, Found: found, New: text.Content})
		}
	}
}

// stopAt makes conflicts of files that their user has to finish merging first.
func (p *Plan) stopAt(paths []string, look Disk) {
	for _, path := range paths {
		found := look(path)
		v := unresolved(found)
		action := Action{
			Path: path, Kind: v.kind, Owner: state.Yours, Found: found, New: v.content, Reason: v.reason, Fix: v.fix, Conflicts: v.conflicts,
		}
		if i := slices.IndexFunc(p.Actions, func(a Action) bool { return a.Path == path }); i >= 0 {
			action.Owner = p.Actions[i].Owner
			p.Actions[i] = action
			continue
		}
		p.Actions = append(p.Actions, action)
	}
}

// keepsBase reports whether the last emitted text of a file is kept: a later run holds its user's text against it.
func keepsBase(file state.File) bool { return file.Owner == state.Merged || file.Splice }

// Changes returns the actions whose paths do not hold what msgen would have there: creations, updates, merges,
// removals, refusals and conflicts. A tree without any has not drifted.
func (p *Plan) Changes() []Action {
	return p.of(Create, Update, Merge, Remove, Refuse, Conflict)
}

// Idle reports whether the plan writes nothing at all, msgen's own files included.
func (p *Plan) Idle() bool { return len(p.Memory) == 0 && len(p.Changes()) == 0 }

// Refused returns the actions that stand in the way. A plan with any must not be written.
func (p *Plan) Refused() []Action { return p.of(Refuse, Conflict) }

func (p *Plan) of(kinds ...Kind) []Action {
	var out []Action
	for _, a := range p.Actions {
		if slices.Contains(kinds, a.Kind) {
			out = append(out, a)
		}
	}
	return out
}
