package treefiles

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/linked"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Clash is what keeps a tree from starting: a proto that cannot be linked together with what its imports bring along.
type Clash struct {
	build.Clash
	Because linked.Reason
}

// Clashes are the clashes of a model with what its tree links. The imports decide that, so the files are printed where the model
// has clashes at all.
func Clashes(made *build.Result, foreignStubs bool, tree *disk.Tree, memory *state.State) ([]Clash, error) {
	if len(made.Clashes) == 0 {
		return nil, nil
	}
	printed, err := Printed(made, foreignStubs)
	if err != nil {
		return nil, err
	}
	imports, err := goImports(slices.Concat(printed.Files, printed.Stubs, printed.Runtime))
	if err != nil {
		return nil, err
	}
	for _, file := range made.Plugin.Files {
		imports = append(imports, string(file.GoImportPath)) // which the stubs import, whoever has these
	}
	outside := slices.DeleteFunc(slices.Concat(imports, UserImports(tree, memory, printed.Files)), func(imported string) bool {
		return imported == made.Tree.Root || strings.HasPrefix(imported, made.Tree.Root+"/") || strings.HasPrefix(imported, made.Tree.Runtime()+"/")
	})
	reached := linked.Reach(outside)
	var clashes []Clash
	seen := map[string]bool{}
	for _, clash := range made.Clashes {
		key := fmt.Sprintf("%s %d %s", clash.Proto, clash.Kind, clash.Found)
		if by, ok := reached[clash.With.Path]; ok && !seen[key] { // one linked file is reason enough
			seen[key] = true
			clashes = append(clashes, Clash{clash, linked.Because(made.Tree, by)})
		}
	}
	return clashes, nil
}
