package inputs

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/diag"
)

// beside are the protos in the folders of the tree's own that are none of these, as paths from the tree, sorted.
func (in *Settled) beside() []string {
	own := in.Protos
	if in.Bare {
		own = nil
		for _, proto := range in.given() {
			own = append(own, in.FromTree(proto))
		}
	}
	var found []string
	for _, proto := range own {
		dir := filepath.Dir(proto)
		entries, _ := in.View.ReadDir(dir) // a folder that cannot be read has nothing to notice
		for _, entry := range entries {
			file := filepath.Join(dir, entry.Name())
			inTree := in.Relative(file)
			if filepath.Ext(file) == ".proto" && !entry.IsDir() && !IsCopy(in.Memory, inTree) && (in.SameRepository(file) || near(inTree)) &&
				!slices.ContainsFunc(own, func(other string) bool { return in.View.Abs(other) == in.View.Abs(file) }) {
				found = append(found, inTree)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// Beside are the protos next to the tree's own that its user has seen and not given, for the tree to remember. Whoever names protos has
// seen the others. Nil: nobody looks at them.
func (l *Loaded) Beside() []string {
	if l.Request != nil || l.System != "" || l.Plugin != nil {
		return nil
	}
	if seen := l.Memory.Inputs.Beside; l.Bare && seen != nil {
		return seen
	}
	return append([]string{}, l.unused(l.beside())...)
}

// Unnoticed warns of protos that have come next to the tree's own since its user named these.
func (l *Loaded) Unnoticed() []diag.Problem {
	seen := l.Memory.Inputs.Beside
	if !l.Bare || seen == nil || l.Plugin != nil || l.System != "" {
		return nil
	}
	var problems []diag.Problem
	for _, proto := range l.unused(l.beside()) {
		if slices.Contains(seen, proto) {
			continue
		}
		with := append(slices.Clone(l.given()), proto)
		problems = append(problems, diag.Problem{
			Severity: diag.Warning,
			Position: diag.Position{File: l.FromTree(proto)},
			Message:  "this proto is next to the ones that the tree is generated from, and is not generated",
			Fix:      fmt.Sprintf("run `%s`, or the same without it to leave it out", l.renewal(with)),
		})
	}
	return problems
}

// unused leaves the protos that the run does not read. They are paths from the tree.
func (l *Loaded) unused(protos []string) []string {
	read := map[string]bool{}
	for _, source := range l.Set.Sources() {
		read[l.Relative(source.Path)] = true
	}
	return slices.DeleteFunc(protos, func(proto string) bool { return read[proto] })
}
