package inputs

import (
	"path"
	"path/filepath"

	"golang.org/x/mod/modfile"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// Module is the Go module that a tree stands in. The zero Module is none.
type Module struct {
	Path   string // of the module; empty where no go.mod is at or above the tree
	Dir    string // slash-separated path from its go.mod to the tree; "." when that stands next to it
	Go     string // the release of Go that it asks for at least; empty when it says nothing
	Owned  bool   // msgen wrote that go.mod, with this tree
	Source []byte // of the go.mod

	Unknown bool // nobody knows, for a reason that is reported
}

// ModuleAround is the import path that a folder has in the Go module around it; empty where there is none.
func ModuleAround(view *disk.View, dir string) string {
	above, ok := view.Above(dir, "go.mod")
	if !ok {
		return ""
	}
	source, err := view.ReadFile(filepath.Join(above, "go.mod"))
	if module := modfile.ModulePath(source); err == nil && module != "" {
		return path.Join(module, relative(view, above, dir))
	}
	return ""
}

// findModule finds the go.mod that the tree stands under.
func (in *Settled) findModule() (Module, diag.List) {
	var problems diag.List
	if in.Out == "" {
		return Module{}, problems // a plugin does not know where its answer goes
	}
	dir, ok := in.View.Above(in.Out, "go.mod")
	if !ok {
		return Module{}, problems
	}
	goMod := filepath.Join(dir, "go.mod")
	shown := diag.Position{File: relative(in.View, in.View.Dir(), goMod)}
	src, err := in.View.ReadFile(goMod)
	if err != nil {
		problems.Add(diag.Problem{Position: shown, Message: "cannot be read: " + disk.Cause(err).Error()})
		return Module{Unknown: true}, problems
	}
	module := modfile.ModulePath(src)
	if module == "" {
		problems.Add(diag.Problem{Position: shown, Message: "names no module", Want: "a module directive", Fix: "run go mod init in its folder"})
		return Module{Unknown: true}, problems
	}
	asked := ""
	if file, err := modfile.ParseLax("go.mod", src, nil); err == nil && file.Go != nil {
		asked = file.Go.Version
	}
	inModule := relative(in.View, dir, in.Root())
	_, owned := in.Memory.Files["go.mod"]
	return Module{Path: module, Dir: inModule, Go: asked, Owned: owned && inModule == ".", Source: src}, problems
}
