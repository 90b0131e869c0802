package generator

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/gomod"
	"github.com/msgen/msgen/generator/internal/making/stubs"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// place finds the go.mod that the tree stands under.
func (r *run) place() (build.Place, error) {
	if r.inputs.out == "" {
		return build.Place{}, nil // a plugin does not know where its answer goes
	}
	abs, err := filepath.Abs(r.inputs.out)
	if err != nil {
		return build.Place{}, err
	}
	dir, ok := above(abs, "go.mod")
	if !ok {
		return build.Place{}, nil
	}
	src, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return build.Place{}, err
	}
	module := modfile.ModulePath(src)
	if module == "" {
		return build.Place{}, noModule(filepath.Join(dir, "go.mod"))
	}
	asked := ""
	if file, err := modfile.ParseLax("go.mod", src, nil); err == nil && file.Go != nil {
		asked = file.Go.Version
	}
	rel, err := filepath.Rel(dir, abs)
	if err != nil {
		return build.Place{}, err
	}
	_, owned := r.base.Files["go.mod"]
	return build.Place{Module: module, Dir: filepath.ToSlash(rel), Go: asked, Owned: owned && rel == "."}, nil
}

// noModule is the problem of a go.mod that cannot say what the packages below it are called.
func noModule(goMod string) error {
	if dir, err := os.Getwd(); err == nil {
		goMod = relative(dir, goMod)
	}
	var problems diag.List
	problems.Add(diag.Problem{
		Position: diag.Position{File: goMod},
		Message:  "names no module",
		Want:     "a module directive",
		Fix:      "run go mod init in its folder",
	})
	return problems.Err()
}

// stubFiles places the stubs in the tree: protogen names them by import path.
func (r *run) stubFiles(written []stubs.File) []state.File {
	files := make([]state.File, len(written))
	for i, stub := range written {
		inTree := strings.TrimPrefix(strings.TrimPrefix(stub.Name, r.result.Service.Root), "/")
		files[i] = state.File{Path: inTree, Content: stub.Content, Owner: state.Generated}
	}
	return files
}

// goMod adds go.mod and go.sum, made from the imports of the emitted Go. In somebody else's module it says which
// requirements are missing instead.
func (r *run) goMod() error {
	imports, err := goImports(slices.Concat(r.files, r.stubs))
	if err != nil {
		return err
	}
	service := r.result.Service
	in := gomod.Input{Module: service.Module, Imports: slices.Concat(imports, r.userImports())}
	if !service.OwnModule {
		return r.missingRequirements(in)
	}
	made, err := gomod.Make(in)
	if err != nil {
		return err
	}
	if foreign := r.unprovided(made.Foreign); len(foreign) > 0 {
		r.notes = append(r.notes, fmt.Sprintf("imports that msgen pins no version of: %s", strings.Join(foreign, ", ")))
		r.next = append(r.next, "go mod tidy")
	}
	r.files = append(r.files,
		state.File{Path: "go.mod", Content: made.Mod, Owner: state.Merged},
		state.File{Path: "go.sum", Content: made.Sum, Owner: state.Merged})
	return nil
}

func (r *run) missingRequirements(in gomod.Input) error {
	abs, err := filepath.Abs(r.inputs.out)
	if err != nil {
		return err
	}
	dir, _ := above(abs, "go.mod")
	src, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return err
	}
	missing, err := gomod.Missing(src, in)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		r.notes = append(r.notes, fmt.Sprintf("the tree is part of module %s, whose go.mod lacks requirements", in.Module))
		r.next = append(r.next, "go get "+strings.Join(missing, " "))
	}
	return nil
}
