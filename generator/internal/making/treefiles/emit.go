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

	Runtime []state.File // another tree has them, by their paths in it, and they are not among the files
	Notes   []string     // one sentence each
	Next    []string     // commands that the tree needs before it builds

	Vendor     string // the command that brings the vendor folder up to date with go.mod; empty: there is no such folder
	Unvendored bool   // it lacks a package that the files import
}

// Printed makes the files that come from templates, and the stubs. Another plugin writes foreign stubs.
func Printed(made *build.Result, foreignStubs bool) (*Output, error) {
	var rendered []state.File
	var written []stubs.File
	runtime, err := render.Runtime(made.Tree)
	if err != nil {
		return nil, err
	}
	var group parallel.Group
	group.Go(func() (err error) { rendered, err = render.Files(made.Tree); return err })
	group.Go(func() (err error) { written, err = stubs.Generate(made.Plugin); return err })
	if err := group.Wait(); err != nil {
		return nil, err
	}
	inTree := stubFiles(made.Tree, written)
	if foreignStubs {
		return &Output{Files: rendered, Stubs: inTree, Runtime: runtime}, nil
	}
	return &Output{Files: slices.Concat(rendered, inTree), Runtime: runtime}, nil
}

// Shared makes the files of a tree that holds the stubs of others, and nothing else.
func Shared(made *build.Result) (*Output, error) {
	written, err := stubs.Generate(made.Plugin)
	return &Output{Files: stubFiles(made.Tree, written)}, err
}

// Runtime makes the files of a tree that holds the runtime of several services, and nothing else: what any of them needs.
func Runtime(services []*model.Tree) (*Output, error) {
	files, err := render.Runtime(services...)
	return &Output{Files: files}, err
}

// stubFiles places the stubs in the tree: protogen names them by import path.
func stubFiles(service *model.Tree, written []stubs.File) []state.File {
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
	service := in.Made.Tree
	wanted := gomod.Input{Module: service.Module, Imports: slices.Concat(imports, in.untwinned())}
	out.Vendor, out.Unvendored = in.GoModules.Vendor(wanted.Imports)
	if in.GoModules.Unlisted() {
		out.Next = append(out.Next, "go work use "+service.ContextFromTree())
	}
	if !service.OwnModule {
		missing, err := gomod.MissingFrom(in.ModuleGoMod, wanted)
		if err != nil {
			return nil, err
		}
		if len(missing.Pinned) > 0 {
			out.Notes = append(out.Notes, fmt.Sprintf("the tree is part of module %s, whose go.mod lacks requirements", service.Module))
			out.Next = append(out.Next, "go get "+strings.Join(missing.Pinned, " "))
		}
		out.addForeign(unprovided(in.outsideWorkspace(missing.Foreign), in.ModuleGoMod), in.Made)
		return &out, nil
	}
	made, err := gomod.Make(wanted)
	if err != nil {
		return nil, err
	}
	out.addForeign(unprovided(in.outsideWorkspace(made.Foreign), in.GoMod), in.Made)
	out.Files = append(slices.Clip(out.Files),
		state.File{Path: "go.mod", Content: made.Mod, Owner: state.Merged},
		state.File{Path: "go.sum", Content: made.Sum, Owner: state.Merged})
	return &out, nil
}

// outsideWorkspace leaves the imports that no module of the workspace provides: go.mod need not require the others.
func (in Input) outsideWorkspace(imports []string) []string {
	return slices.DeleteFunc(slices.Clone(imports), in.GoModules.FromWorkspace)
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
