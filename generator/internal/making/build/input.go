package build

import (
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// InputOf is what a service is built from as far as its inputs say it.
func InputOf(l *inputs.Loaded) Input {
	in := Input{
		Set: l.Set, Policy: l.Checked, Module: l.Module, EventProtos: map[string]string{},
		Dependencies: make([]Dependency, len(l.Checked.Dependencies)), StubFolders: l.Memory.Stubs,
	}
	if l.Out != "" {
		in.InRepository = l.InRepository(l.Root())
		in.GoModules = func(inModule bool) *inputs.GoModules { return l.GoModules(l.Module, inModule) }
		in.Stands = func(inTree string) bool { return l.Tree.Look(inTree).Kind == disk.Regular }
	}
	if l.Plugin != nil {
		in.Stubs = Stubs{Foreign: !l.Plugin.Stubs, SourceRelative: l.Plugin.SourceRelative, Packages: l.Plugin.Packages}
		in.Compiled = compiled(l.Plugin)
	}
	if l.Set == nil {
		return in
	}
	if l.Out != "" {
		in.Watched = l.Watched
	}
	for i, d := range l.Dependencies {
		name := l.Set.Dependencies[i]
		if d.Event != "" {
			if name != "" {
				in.EventProtos[d.Event] = name
			}
			continue
		}
		dependency := &in.Dependencies[d.Index]
		dependency.Policy, dependency.Tree = d.Checked, l.TreeOf(d)
		if name != "" {
			dependency.Protos = append(dependency.Protos, name)
		}
	}
	return in
}

func compiled(plugin *state.Plugin) *model.Compiled {
	return &model.Compiled{By: plugin.Compiler, Remake: plugin.Remake(), ForeignStubs: !plugin.Stubs}
}
