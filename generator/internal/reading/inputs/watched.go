package inputs

import (
	"path/filepath"
	"slices"
)

// Watched are what the tree is made and built from in other folders of the repository, as paths from its root, sorted: protos,
// policies, the system file, go.work, and the folders of Go modules, which end in a slash. inModule says whether the tree is of
// the module around it.
func (l *Loaded) Watched(inModule bool) []string {
	var watched []string
	for _, file := range l.files() {
		if file != "" && !inside(l.Root(), l.View.Abs(file)) && l.SameRepository(file) {
			watched = append(watched, l.InRepository(file))
		}
	}
	for _, path := range l.GoModules(l.Module, inModule).libraries() {
		if inside(l.Root(), path) || !l.SameRepository(path) {
			continue
		}
		name := l.InRepository(path)
		if filepath.Base(path) != "go.work" {
			name += "/"
		}
		watched = append(watched, name)
	}
	slices.Sort(watched)
	return slices.Compact(watched)
}

// files are all inputs. A run that has no text of a proto has no file of it.
func (l *Loaded) files() []string {
	files := []string{l.Policy, l.System}
	for _, source := range l.Set.Sources() {
		files = append(files, source.Path)
	}
	for _, d := range l.Dependencies {
		files = append(files, d.Policy.Path)
	}
	return files
}
