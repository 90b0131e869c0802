package treefiles

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/making/build"
)

// addForeign says what the imports take that neither msgen nor go.mod knows a version of.
func (out *Output) addForeign(imports []string, made *build.Result) {
	if len(imports) == 0 {
		return
	}
	runtime := made.Tree.Runtime()
	stubs := slices.DeleteFunc(slices.Clone(imports), func(imported string) bool { return strings.HasPrefix(imported, runtime+"/") })
	if len(stubs) < len(imports) {
		out.Notes = append(out.Notes, "go.mod does not require the module of the runtime "+runtime)
		out.Next = append(out.Next, "go get "+runtime+"/runtimeapi")
	}
	out.addStubs(stubs, made)
	out.Next = append(out.Next, "go mod tidy")
}

// addStubs says what imports of stubs take, and of other packages for which there is no pin.
func (out *Output) addStubs(imports []string, made *build.Result) {
	if len(imports) == 0 {
		return
	}
	out.Notes = append(out.Notes, "imports that msgen pins no version of: "+strings.Join(imports, ", "))
	if stubs := stubsAmong(imports, made); len(stubs) > 0 {
		out.Notes = append(out.Notes, maybeOlder(stubs))
	}
}

// stubsAmong leaves the imports that are Go packages of the protos.
func stubsAmong(imports []string, made *build.Result) []string {
	return slices.DeleteFunc(slices.Clone(imports), func(imported string) bool {
		for _, file := range made.Plugin.Files {
			if string(file.GoImportPath) == imported {
				return false
			}
		}
		return true
	})
}

// maybeOlder is a note on stubs of which `go mod tidy` is to choose the version: the newest release, which may be older than protos
// of a branch.
func maybeOlder(stubs []string) string {
	const most = 3
	shown, others := stubs[:min(len(stubs), most)], ""
	if left := len(stubs) - len(shown); left > 0 {
		others = fmt.Sprintf(" and %d more like it", left)
	}
	return fmt.Sprintf("go mod tidy may choose stubs that are older than these protos and lack newer names: first run go get %s@VERSION%s, with the version of the protos",
		strings.Join(shown, "@VERSION "), others)
}
