package build

import (
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// InputOf is what a service is built from as far as its inputs say it.
func InputOf(l *inputs.Loaded) Input {
	in := Input{Set: l.Set, Policy: l.Checked, Module: l.Module, EventProtos: map[string]string{}}
	if l.Plugin != nil {
		in.Stubs = Stubs{Foreign: !l.Plugin.Stubs, SourceRelative: l.Plugin.SourceRelative, Packages: l.Plugin.Packages}
		in.Compiled = compiled(l.Plugin)
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

func compiled(plugin *state.Plugin) *model.Compiled {
	return &model.Compiled{By: plugin.Compiler, Remake: plugin.Remake(), ForeignStubs: !plugin.Stubs}
}
