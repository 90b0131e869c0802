package generator

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/checkout"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/state"
	"github.com/msgen/msgen/generator/internal/showing/explain"
	"github.com/msgen/msgen/generator/internal/showing/explaindraw"
	"github.com/msgen/msgen/generator/internal/showing/graph"
	"github.com/msgen/msgen/generator/internal/showing/graphdraw"
	"github.com/msgen/msgen/internal/nearest"
)

// Explanation is what calls of a service do: one method of it, or all.
type Explanation struct {
	Warnings []diag.Problem // about the inputs, sorted

	calls []explain.Call
}

// Text writes it for a terminal.
func (e *Explanation) Text(w io.Writer) error { return explaindraw.Text(w, e.calls) }

// JSON writes it for programs.
func (e *Explanation) JSON(w io.Writer) error { return explaindraw.JSON(w, e.calls) }

// SVG writes it as a picture that needs no other file.
func (e *Explanation) SVG(w io.Writer) error { return explaindraw.SVG(w, e.calls) }

// Explain says what calls of a method really do. The method is named as in a policy, Method or pkg.Service/Method, or
// dependency/Method for how a method of a dependency is called; empty is all methods of the service. Nothing is written. The error is a [diag.ListError] when the inputs have problems, or no such
// method.
func Explain(ctx context.Context, opts Options, method string) (*Explanation, error) {
	m, err := modelOf(ctx, opts)
	if err != nil {
		return nil, err
	}
	declared := func(rpc *model.RPC) (at, idempotency diag.Position) {
		declared := m.made.Declared[rpc]
		return declared.RPC, declared.Idempotency
	}
	all := explain.Calls(m.made.Tree.Client(), declared)
	if label, rest, ok := strings.Cut(method, "/"); ok {
		for _, dependency := range m.made.Tree.Dependencies {
			if dependency.Name == label {
				all, method = explain.Calls(dependency.Client, declared), rest
				break
			}
		}
	}
	calls, err := picked(all, method)
	if err != nil {
		return nil, err
	}
	return &Explanation{Warnings: m.warnings, calls: calls}, nil
}

// picked are the calls of one method, or all of them when method is empty.
func picked(all []explain.Call, method string) ([]explain.Call, error) {
	if method == "" {
		return all, nil
	}
	var found []explain.Call
	var known, fullNames []string
	for _, call := range all {
		_, short, _ := strings.Cut(call.Method, "/")
		known = append(known, short, call.Method)
		if method == short || method == call.Method {
			found = append(found, call)
			fullNames = append(fullNames, call.Method)
		}
	}
	if len(found) == 1 {
		return found, nil
	}
	var problems diag.List
	if len(found) == 0 {
		problems.Add(diag.Problem{Message: "no such method", Found: method, Want: "one of " + strings.Join(known, ", "), Fix: nearest.DidYouMean(method, known)})
	} else {
		problems.Add(diag.Problem{Message: "more than one method of that name", Found: method, Want: fmt.Sprintf("one of %s", strings.Join(fullNames, ", "))})
	}
	return nil, problems.Err()
}

// SystemGraph is who calls whom in a system.
type SystemGraph struct {
	Problems []diag.Problem // of the inputs and of the system, sorted; none of them keeps it from being shown

	graph *graph.Graph
}

// GraphFormats are the formats in which a graph can be shown, the first of them for a terminal.
func GraphFormats() []string {
	var names []string
	for _, format := range graphdraw.Formats {
		names = append(names, string(format))
	}
	return names
}

// Write shows the graph in a format.
func (g *SystemGraph) Write(w io.Writer, format string) error {
	return graphdraw.Write(w, g.graph, graphdraw.Format(format))
}

// GraphSystem makes the graph of a system, with the calls marked that are on cycles. The error is a [diag.ListError] when
// the inputs have errors; problems of the system as a whole do not stop the drawing.
func GraphSystem(ctx context.Context, file string, opts Options) (*SystemGraph, error) {
	s, err := readSystem(ctx, file, opts)
	if err != nil {
		return nil, err
	}
	if err := s.problems.Err(); err != nil {
		return nil, err
	}
	g, found := s.graph()
	s.problems.Merge(found)
	return &SystemGraph{Problems: s.problems.All(), graph: g}, nil
}

// Condition is how a file stands beside what msgen wrote last.
type Condition string

// The conditions of an emitted file.
const (
	Untouched Condition = "untouched" // as msgen wrote it
	Edited    Condition = "edited"    // its user has changed it
	Deleted   Condition = "deleted"   // its user has deleted it, which is theirs to decide
	Missing   Condition = "missing"   // it is gone, and the next run writes it again
	Unmerged  Condition = "unmerged"  // it has conflict markers: the next run regenerates a generated file, and stops at any other
	Blocked   Condition = "blocked"   // something else stands in its place: a folder, a link
)

// FileStatus is one emitted file of a tree.
type FileStatus struct {
	Path      string    `json:"path"`
	Owner     string    `json:"owner"` // generated, merged or yours
	Condition Condition `json:"condition"`
}

// TreeStatus is a tree as it stands, without a look at what it is made from.
type TreeStatus struct {
	Dir     string       `json:"dir"`
	Version string       `json:"version"` // of the msgen that wrote it
	Files   []FileStatus `json:"files"`   // sorted by path

	Compiler     string `json:"compiler,omitempty"`     // protoc or buf, whose plugin msgen was; empty: the command line made the tree
	Remake       string `json:"remake,omitempty"`       // the command that regenerates such a tree, run in its root; empty: not known
	ForeignStubs bool   `json:"foreignStubs,omitempty"` // other plugins write the stubs, which are not among the files
}

// Status looks at the tree at or around dir; an empty dir is the working directory.
func Status(ctx context.Context, dir string) (*TreeStatus, error) {
	if dir == "" {
		dir = "."
	}
	return fresh(ctx, func(view *disk.View) (*TreeStatus, error) {
		tree, err := view.Tree(inputs.TreeAround(view, dir))
		if err != nil {
			return nil, err
		}
		if err := settled(ctx, tree, Locks{}); err != nil {
			return nil, err
		}
		memory, err := state.Read(tree)
		if err != nil {
			return nil, err
		}
		if len(memory.Files) == 0 {
			return nil, noTree(dir)
		}
		return statusOf(tree, memory), nil
	})
}

// Shared reports whether the tree in a folder holds what trees of services import: it has to be up to date before they are.
func Shared(dir string) bool {
	view, err := disk.New()
	if err != nil {
		return false
	}
	defer view.Close()
	tree, err := view.Tree(dir)
	if err != nil {
		return false
	}
	memory, err := state.Read(tree)
	return err == nil && memory.Inputs.Role != "" // a run in the folder reports what is wrong with it
}

func statusOf(tree *disk.Tree, memory *state.State) *TreeStatus {
	status := &TreeStatus{Dir: tree.Dir(), Version: memory.Version}
	if by := memory.Inputs.Plugin; by != nil {
		status.Compiler, status.Remake, status.ForeignStubs = by.Compiler, by.Remake(), by.ForeignStubs()
	}
	for _, path := range slices.Sorted(maps.Keys(memory.Files)) {
		entry := memory.Files[path]
		status.Files = append(status.Files, FileStatus{path, string(entry.Owner), condition(entry, tree.Look(path))})
	}
	return status
}

func noTree(dir string) error {
	var problems diag.List
	problems.Add(diag.Problem{
		Message: "no tree of msgen's around " + dir, Want: "a folder with " + state.Path, Fix: "name one: msgen status DIR",
	})
	return problems.Err()
}

func condition(entry state.Entry, found disk.Found) Condition {
	switch {
	case found.Kind == disk.Absent && entry.Owner == state.Generated:
		return Missing
	case found.Kind == disk.Absent:
		return Deleted
	case found.Kind != disk.Regular:
		return Blocked
	case entry.Emitted(found.Content):
		return Untouched
	case checkout.Conflict(found.Content) > 0:
		return Unmerged
	default:
		return Edited
	}
}
