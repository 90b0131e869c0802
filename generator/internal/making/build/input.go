package build

import "github.com/msgen/msgen/generator/internal/reading/inputs"

// InputOf is what a service is built from as far as its inputs say it.
func InputOf(l *inputs.Loaded) Input {
	in := Input{
		Set: l.Set, Policy: l.Checked, Module: l.Module, EventProtos: map[string]string{},
		Dependencies: make([]Dependency, len(l.Checked.Dependencies)),
	}
	if l.Set == nil {
		return in
	}
	for i, d := range l.Dependencies {
		name := l.Set.Callees[i]
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
