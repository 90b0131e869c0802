package build

import (
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
)

// InputOf is what a service is built from as far as its inputs say it.
func InputOf(l *inputs.Loaded) Input {
	in := Input{Set: l.Set, Policy: l.Checked, Module: l.Module, StubFolders: l.Memory.Stubs, EventProtos: map[string]string{}}
	if l.Out != "" {
		in.GoModules = func(inModule bool) *inputs.GoModules { return l.GoModules(l.Module, inModule) }
		in.Stands = func(inTree string) bool { return l.Tree.Look(inTree).Kind == disk.Regular }
	}
	for i, d := range l.Dependencies {
		switch {
		case d.Event != "":
			in.EventProtos[d.Event] = l.Set.Callees[i]
		case d.Index < len(in.Dependencies):
			in.Dependencies[d.Index].Protos = append(in.Dependencies[d.Index].Protos, l.Set.Callees[i])
		default:
			in.Dependencies = append(in.Dependencies, Dependency{Protos: []string{l.Set.Callees[i]}, Policy: d.Checked, Tree: l.TreeOf(d)})
		}
	}
	return in
}
