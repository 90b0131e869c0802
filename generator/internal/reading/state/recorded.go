package state

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/msgen/msgen/generator/diag"
)

// recorded is a value of state.json that a run goes by.
type recorded struct {
	name  string // what it is
	value string
	sound func(string) bool
	want  string
}

const (
	wantInput   = "a relative path, with nothing but leading ../ that leads out of the tree"
	wantHandler = "a folder below internal/"
	wantStubs   = "a folder inside the tree and outside " + Dir
	wantPlace   = "the folder of the tree in its repository"
	wantText    = "text without control characters"
)

// checkRecorded finds what leads a run astray although it decodes: a checkout is a stranger's, and so is the state in it.
func (s *State) checkRecorded() diag.List {
	var faults diag.List
	version := recorded{VersionPath, s.Version, printable, wantText}
	for _, r := range slices.Concat([]recorded{version}, s.Inputs.recorded(), s.folders()) {
		if r.value != "" && !r.sound(r.value) {
			faults.Add(diag.Problem{Position: diag.Position{File: Path}, Message: r.name, Found: r.value, Want: r.want, Fix: recovery})
		}
	}
	return faults
}

func (i Inputs) recorded() []recorded {
	all := []recorded{
		{"inputs.policy", i.Policy, InputPath, wantInput},
		{"inputs.system", i.System, InputPath, wantInput},
		{"inputs.root", i.Root, printable, wantText},
		{"inputs.inRepository", i.InRepository, Emittable, wantPlace},
	}
	all = append(all, i.Stubs.recorded("stubs")...)
	all = append(all, i.Runtime.recorded("runtime")...)
	for _, copied := range slices.Sorted(maps.Keys(i.Originals)) {
		all = append(all,
			recorded{"a copy of an input", copied, Emittable, wantStubs},
			recorded{"the original of " + copied, i.Originals[copied], InputPath, wantInput})
	}
	for _, file := range i.Beside {
		all = append(all, recorded{"inputs.beside", file, InputPath, wantInput})
	}
	for _, file := range i.Protos {
		all = append(all, recorded{"inputs.protos", file, InputPath, wantInput})
	}
	for _, dir := range i.ImportPaths {
		all = append(all, recorded{"inputs.importPaths", dir, importPath, wantInput})
	}
	for _, d := range i.Dependencies {
		all = append(all,
			recorded{"proto of the dependency " + d.Name, d.Proto.Path, InputPath, wantInput},
			recorded{"policy of the dependency " + d.Name, d.Policy.Path, InputPath, wantInput},
			recorded{"tree of the dependency " + d.Name, d.Tree, InputPath, wantInput})
	}
	if p := i.Plugin; p != nil {
		all = append(all,
			recorded{"inputs.plugin.dir", p.Dir, InputPath, wantInput},
			recorded{"inputs.plugin.compiler", p.Compiler, printable, wantText},
			recorded{"inputs.plugin.command", p.Command, printable, wantText},
			recorded{"inputs.plugin.module", p.Module, printable, wantText})
	}
	return all
}

func (s *Shared) recorded(what string) []recorded {
	if s == nil {
		return nil
	}
	return []recorded{
		{"folder of the shared " + what, s.Dir, InputPath, wantInput},
		{"system file of the shared " + what, s.System, InputPath, wantInput},
		{"import path of the shared " + what, s.Path, printable, wantText},
	}
}

func (s *State) folders() []recorded {
	var all []recorded
	for _, service := range slices.Sorted(maps.Keys(s.Handlers)) {
		all = append(all, recorded{"folder of the handlers of " + service, s.Handlers[service], Emittable, wantHandler})
	}
	for _, declared := range slices.Sorted(maps.Keys(s.Stubs)) {
		all = append(all, recorded{"folder of the stubs of " + declared, s.Stubs[declared], Emittable, wantStubs})
	}
	return all
}

// importPath reports whether an input can be found by a path: a folder, or NAME=DIR.
func importPath(written string) bool {
	_, dir, named := strings.Cut(written, "=")
	return InputPath(written) || named && InputPath(dir)
}

func printable(text string) bool { return !strings.ContainsFunc(text, unicode.IsControl) }
