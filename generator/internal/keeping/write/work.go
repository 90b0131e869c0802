package write

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/checkout"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// work is a plan's effect on the disk, in the order in which it takes place.
type work struct {
	files    []edit    // of the tree
	removals []removal // of the tree and of msgen's memory
	memory   []edit    // msgen's own; state.json is the last

	// durable work leaves every file whole, old or new, even when the power fails. That of the first run in a
	// folder is not: nothing of it replaces anybody's only copy, and fsync would make 7 ms for 60 files 18.
	durable bool
}

// edit is one file to be written.
type edit struct {
	path     string
	content  []byte
	mode     fs.FileMode
	replaces bool   // a file stands there, whose mode stays; the umask applies to a new one's
	was      string // sum of that file; empty without one
}

// removal is one file that goes.
type removal struct{ path, was string }

func (w *work) empty() bool { return len(w.files)+len(w.removals)+len(w.memory) == 0 }

// paths are all that the work touches.
func (w *work) paths() []string {
	var paths []string
	for _, e := range slices.Concat(w.files, w.memory) {
		paths = append(paths, e.path)
	}
	for _, r := range w.removals {
		paths = append(paths, r.path)
	}
	return paths
}

func (t *Tree) work(p *plan.Plan) (work, error) {
	w := work{durable: t.Look(state.Path).Kind == disk.Regular}
	w.add(slices.DeleteFunc(slices.Clone(p.Actions), elsewhere))
	for _, m := range p.Memory {
		if err := w.remember(m, t.Look(m.Path)); err != nil {
			return work{}, err
		}
	}
	return w, nil
}

// add adds what actions do to files.
func (w *work) add(actions []plan.Action) {
	for _, a := range actions {
		switch a.Kind {
		case plan.Create:
			w.files = append(w.files, edit{path: a.Path, content: a.New, mode: a.Mode.Perm()})
		case plan.Update, plan.Merge:
			w.files = append(w.files, edit{path: a.Path, content: a.New, mode: a.Found.Mode, replaces: true, was: state.Sum(a.Found.Content)})
		case plan.Remove:
			w.removals = append(w.removals, removal{a.Path, state.Sum(a.Found.Content)})
		default: // the disk is left alone there
		}
	}
}

func (w *work) remember(m plan.Memory, found disk.Found) error {
	switch {
	case found.Kind == disk.Special, found.Kind == disk.Blocked:
		return fmt.Errorf("%s %s", m.Path, found.Detail)
	case found.Kind == disk.Absent && !m.Gone:
		w.memory = append(w.memory, edit{path: m.Path, content: m.Content, mode: 0o644})
	case found.Kind == disk.Regular && m.Gone:
		w.removals = append(w.removals, removal{m.Path, state.Sum(found.Content)})
	case found.Kind == disk.Regular && !checkout.Same(found.Content, m.Content):
		w.memory = append(w.memory, edit{path: m.Path, content: m.Content, mode: found.Mode, replaces: true, was: state.Sum(found.Content)})
	}
	return nil
}
