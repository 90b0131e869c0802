package inputs

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

// Joint loads the protos of several trees into one set, in which each proto has one name for all of them. Its targets are the protos
// of the trees, its dependencies are in the order of the trees. The import paths that earlier runs had come first, in their order.
func Joint(ctx context.Context, view *disk.View, trees []*Loaded, known []string) (*protoload.Set, diag.List) {
	options := protoload.Options{View: view}
	for _, l := range trees {
		for _, file := range l.Protos {
			if !slices.Contains(options.Files, file) { // two services may have one proto
				options.Files = append(options.Files, file)
			}
		}
		options.Skip = l.isCopies
	}
	for _, l := range trees {
		for _, d := range l.protoDependencies() {
			if slices.ContainsFunc(options.Files, func(file string) bool { return view.Abs(file) == view.Abs(d.File) }) {
				d.ImportPaths = nil // it is one of the trees' own
			}
			options.Dependencies = append(options.Dependencies, d)
		}
	}
	if options.ImportPaths = folders(view, known); len(options.ImportPaths) == 0 {
		return protoload.Load(ctx, options)
	}
	set, problems := protoload.Load(ctx, options)
	if !problems.HasErrors() {
		return set, problems
	}
	fresh := options
	fresh.ImportPaths = nil
	implied, more := protoload.Load(ctx, fresh)
	if more.HasErrors() {
		return nil, problems
	}
	options.ImportPaths = folders(view, slices.Concat(known, implied.ImportPaths)) // as a new service needs them
	if set, problems = protoload.Load(ctx, options); !problems.HasErrors() {
		return set, problems
	}
	return implied, more // the trees had different names for one proto
}

// folders are the import paths that exist, each once.
func folders(view *disk.View, paths []string) []string {
	var out []string
	for _, path := range paths {
		info, err := view.Stat(path)
		twice := slices.ContainsFunc(out, func(other string) bool { return view.Abs(other) == view.Abs(path) })
		if err == nil && info.IsDir() && !twice {
			out = append(out, filepath.Clean(path))
		}
	}
	return out
}
