// Package protoload turns .proto files into linked, checked descriptors that know where each of their parts stands.
//
// A load goes through four steps: the import paths and the names of the files that the user gave ([Options]); reading
// and parsing them and all that they import; linking in the order of the imports; and the [Set]. The steps of
// protocompile are called one by one instead of through its Compiler, which stops at the first missing import and
// reports a name that two files define at whichever of the two was linked later: here every problem of every file is
// reported, and in the same place in every run.
package protoload

import (
	"context"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// Options say which protos to load and where to look for what they import.
type Options struct {
	// View is the disk.
	View *disk.View
	// Files are the .proto files as the user named them, relative to the view's folder or absolute. One is needed, or a callee.
	Files []string
	// ImportPaths are the folders that imports are looked up in, in order, relative or absolute. Empty means
	// the root of the repository (the nearest parent with a .git) that holds the first file, else that file's folder;
	// without a file, those of the callees alone.
	ImportPaths []string
	// Callees are protos of services that those of Files call. They are linked into the same set and are no targets.
	Callees []Callee
	// Managed are options that the files have beside those in their text, as [Set.Managed] returns them.
	Managed map[string]map[string]any
}

// Callee is the proto of a service that is called.
type Callee struct {
	File        string        // as a user names it, relative or absolute
	At          diag.Position // where it is asked for
	Key         string        // what asks for it, with which problems begin: "dependencies[0].proto"
	ImportPaths []string      // those that the callee's own tree is made with, which name it if it is below one; or nil
}

// Load reads, parses and links the files and everything that they import. The Set is nil when the list holds an
// error; the list may hold warnings about the given files beside a Set.
func Load(ctx context.Context, opts Options) (*Set, diag.List) {
	var problems diag.List
	if len(opts.Files)+len(opts.Callees) == 0 {
		problems.Add(diag.Problem{Message: "no proto was given", Want: "at least one .proto file"})
		return nil, problems
	}
	roots := newImportRoots(opts, &problems)
	if problems.HasErrors() {
		return nil, problems // without the right import paths every later problem would be a guess
	}
	targets := roots.nameTargets(opts.Files, &problems)
	roots, callees := roots.nameCallees(opts.Callees, &problems)

	graph := discover(ctx, roots, targets, callees)
	graph.order()
	graph.link(ctx)
	if err := ctx.Err(); err != nil {
		problems.Errorf(diag.Position{}, "loading protos was interrupted: %v", err)
	}
	graph.report(&problems)
	if problems.HasErrors() {
		return nil, problems
	}
	set := graph.set()
	problems.Merge(set.manage(opts.Managed))
	if problems.HasErrors() {
		return nil, problems
	}
	return set, problems
}
