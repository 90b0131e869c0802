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
	// Files are the .proto files as the user named them, relative to the view's folder or absolute. One is needed, or a dependency.
	Files []string
	// ImportPaths are the folders that imports are looked up in, in order, relative or absolute; NAME=DIR is a folder whose files
	// have names that begin with NAME/. Empty means what the buf.yaml or buf.work.yaml around the first file says, or the root of
	// its repository (the nearest parent with a .git; its folder without one); where these do not find every import, the folders
	// that the imports point to. Without a file, the dependencies bring their own.
	ImportPaths []string
	// Dependencies are protos of services that those of Files call. They are linked into the same set and are no targets.
	Dependencies []Dependency
	// Command is what the user runs to have other import paths, where that is not the command of this run with other flags.
	Command string
	// Skip are folders in which no import is looked for that no import path has.
	Skip func(dir string) bool
	// Replaced are files that no name means, since the run reads what they are copies of; nil: none.
	Replaced func(file string) bool
	// Managed are options that the files have in addition to those in their text, as [Set.Managed] returns them.
	Managed map[string]map[string]any

	known *protoIndex // of the folders that were searched for what is imported
}

// Dependency is the proto of a service that is called.
type Dependency struct {
	File        string        // as a user names it, relative or absolute; empty: there is nothing to load
	At          diag.Position // where it is asked for
	Key         string        // what asks for it, with which problems begin: "dependencies[0].proto"
	ImportPaths []string      // those that the dependency's own tree is made with, which name it if it is below one; or nil
}

// Load reads, parses and links the files and everything that they import. The Set is nil when one of the files, or what
// it imports, has an error. Where only dependencies have, it lacks those, so that the rest can be checked. The list may hold
// warnings about the given files beside a Set.
func Load(ctx context.Context, opts Options) (*Set, diag.List) {
	var problems diag.List
	if len(opts.Files)+len(opts.Dependencies) == 0 {
		problems.Add(diag.Problem{Message: "no proto was given", Want: "at least one .proto file"})
		return nil, problems
	}
	opts.known = &protoIndex{view: opts.View, skip: opts.Skip}
	graph, problems := opts.found(ctx)
	if graph == nil {
		return nil, problems
	}
	complete := len(graph.targets) == len(opts.Files)
	graph.order()
	graph.link(ctx)
	if err := ctx.Err(); err != nil {
		problems.Errorf(diag.Position{}, "loading protos was interrupted: %v", err)
		complete = false
	}
	graph.adviseImports(ctx)
	graph.report(&problems)
	if !complete {
		return nil, problems
	}
	set := graph.set()
	if set != nil {
		problems.Merge(set.manage(opts.Managed))
	}
	return set, problems
}
