// Package treefiles makes every file of a tree in memory: what templates print, the stubs, go.mod and go.sum.
package treefiles

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/gomod"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/making/render"
	"github.com/msgen/msgen/generator/internal/making/stubs"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/state"
	"github.com/msgen/msgen/internal/parallel"
)

// Input is what files are made from.
type Input struct {
	Made        *build.Result
	GoMod       []byte            // the go.mod of the tree as it stands; nil: none
	ModuleGoMod []byte            // the go.mod of the module that the tree is in, where that is not the tree's own
	GoModules   *inputs.GoModules // that the tree can import from
	UserImports []string          // what Go files import that are not msgen's: go.mod has to go on providing it
}

// Output is what is made.
type Output struct {
	Files []state.File
	Stubs []state.File // another plugin writes them, and they are not among the files
	Notes []string     // one sentence each
	Next  []string     // commands that the tree needs before it builds
}

// Printed makes the files that come from templates, and the stubs. Another plugin writes foreign stubs.
func Printed(made *build.Result, foreignStubs bool) (*Output, error) {
	var rendered []state.File
	var written []stubs.File
	var group parallel.Group
	group.Go(func() (err error) { rendered, err = render.Files(made.Service); return err })
	group.Go(func() (err error) { written, err = stubs.Generate(made.Plugin); return err })
	if err := group.Wait(); err != nil {
		return nil, err
	}
	inTree := stubFiles(made.Service, written)
	if foreignStubs {
		return &Output{Files: rendered, Stubs: inTree}, nil
	}
	return &Output{Files: slices.Concat(rendered, inTree)}, nil
}

// Shared makes the files of a tree that holds the stubs of others, and nothing else.
func Shared(made *build.Result) (*Output, error) {
	written, err := stubs.Generate(made.Plugin)
	return &Output{Files: stubFiles(made.Service, written)}, err
}

// stubFiles places the stubs in the tree: protogen names them by import path.
func stubFiles(service *model.Service, written []stubs.File) []state.File {
	files := make([]state.File, len(written))
	for i, stub := range written {
		inTree := strings.TrimPrefix(strings.TrimPrefix(stub.Name, service.Root), "/")
		files[i] = state.File{Path: inTree, Content: stub.Content, Owner: state.Generated}
	}
	return files
}

// WithGoMod adds go.mod and go.sum, made from the imports of the emitted Go. In somebody else's module the output says which
// requirements are missing instead.
func WithGoMod(in Input, printed *Output) (*Output, error) {
	imports, err := goImports(slices.Concat(printed.Files, printed.Stubs))
	if err != nil {
		return nil, err
	}
	out := *printed
	service := in.Made.Service
	wanted := gomod.Input{Module: service.Module, Imports: slices.Concat(imports, in.untwinned())}
	if !service.OwnModule {
		missing, err := gomod.MissingFrom(in.ModuleGoMod, wanted)
		if err != nil {
			return nil, err
		}
		if len(missing.Pinned) > 0 {
			out.Notes = append(out.Notes, fmt.Sprintf("the tree is part of module %s, whose go.mod lacks requirements", service.Module))
			out.Next = append(out.Next, "go get "+strings.Join(missing.Pinned, " "))
		}
		foreign, _ := in.fromWorkspace(missing.Foreign)
		out.addForeign(unprovided(foreign, in.ModuleGoMod), in.Made)
		return &out, nil
	}
	made, err := gomod.Make(wanted)
	if err != nil {
		return nil, err
	}
	foreign, outsideWorkspace := in.fromWorkspace(made.Foreign)
	if outsideWorkspace {
		out.Next = append(out.Next, "go work use .")
	}
	out.addForeign(unprovided(foreign, in.GoMod), in.Made)
	out.Files = append(slices.Clip(out.Files),
		state.File{Path: "go.mod", Content: made.Mod, Owner: state.Merged},
		state.File{Path: "go.sum", Content: made.Sum, Owner: state.Merged})
	return &out, nil
}

// fromWorkspace leaves the imports that no module of the workspace provides, which go.mod need not require. It reports whether the
// tree is not in the workspace although it imports from it.
func (in Input) fromWorkspace(imports []string) (rest []string, outside bool) {
	for _, imported := range imports {
		if from, listed := in.GoModules.Listed(imported); !from {
			rest = append(rest, imported)
		} else if !listed {
			outside = true
		}
	}
	return rest, outside
}

// untwinned are the imports of the user's Go, except of packages that the tree has itself.
func (in Input) untwinned() []string {
	return slices.DeleteFunc(slices.Clone(in.UserImports), func(imported string) bool {
		_, twin := in.Made.Twins[imported]
		return twin
	})
}

// unprovided leaves the imports that no module of a go.mod can provide.
func unprovided(imports []string, goMod []byte) []string {
	file, err := modfile.ParseLax("go.mod", goMod, nil)
	if err != nil {
		return imports
	}
	return slices.DeleteFunc(slices.Clone(imports), func(imported string) bool {
		return slices.ContainsFunc(file.Require, func(required *modfile.Require) bool {
			path := required.Mod.Path
			return imported == path || strings.HasPrefix(imported, path+"/")
		})
	})
}
