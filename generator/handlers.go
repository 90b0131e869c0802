package generator

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/internal/keeping/handlers"
	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/keeping/splice"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// handlers works out what the rendered handlers mean for the Go that their user has made of the last ones: the texts of
// files, and what to report.
func (r *run) handlers() (spliced map[string]splice.Text, notes []string) {
	folders := map[string]map[string][]byte{}
	for _, file := range r.files {
		if dir := path.Dir(file.Path); file.Splice {
			if folders[dir] == nil {
				folders[dir] = map[string][]byte{}
			}
			folders[dir][file.Path] = file.Content
		}
	}
	spliced = map[string]splice.Text{}
	for _, dir := range slices.Sorted(maps.Keys(folders)) {
		result := handlers.Splice(r.handlersIn(dir, folders[dir]))
		maps.Copy(spliced, result.Texts)
		for _, note := range result.Notes {
			notes = append(notes, r.located(note))
		}
	}
	return spliced, notes
}

// handlersIn is a folder of handlers that are rendered now.
func (r *run) handlersIn(dir string, rendered map[string][]byte) handlers.Package {
	p := handlers.Package{Base: map[string][]byte{}, Disk: map[string][]byte{}, New: rendered}
	for _, inTree := range r.goFilesIn(dir) {
		if found := r.disk.Look(inTree); found.Kind == plan.Regular {
			p.Disk[inTree] = found.Content
		}
	}
	for inTree, entry := range r.base.Files {
		if path.Dir(inTree) != dir || path.Ext(inTree) != ".go" {
			continue
		}
		for _, at := range []string{state.BasePath(inTree), inTree} {
			if text := r.disk.Look(at); text.Kind == plan.Regular && state.Sum(text.Content) == entry.Sum {
				p.Base[inTree] = text.Content
				break
			}
		}
	}
	return p
}

// goFilesIn are the Go files of a folder of the tree. The path of the tree may have anything in it, and is no pattern.
func (r *run) goFilesIn(dir string) []string {
	entries, _ := os.ReadDir(filepath.Join(r.inputs.out, filepath.FromSlash(dir))) // a folder that is not there has none
	var files []string
	for _, entry := range entries {
		if path.Ext(entry.Name()) == ".go" {
			files = append(files, path.Join(dir, entry.Name()))
		}
	}
	return files
}

// located is a note with its place, as problems have theirs.
func (r *run) located(note handlers.Note) string {
	at := filepath.Join(r.inputs.out, filepath.FromSlash(note.Path))
	if note.Line > 0 {
		at = fmt.Sprintf("%s:%d", at, note.Line)
	}
	return at + ": " + note.Text
}

// handlersStand reports whether the handlers that their user has touched have all that msgen's last text for them asks.
func (r *run) handlersStand(touched []string) bool {
	dirs := map[string]bool{}
	for _, file := range touched {
		if path.Ext(file) == ".go" && r.disk.Look(state.BasePath(file)).Kind == plan.Regular {
			dirs[path.Dir(file)] = true
		}
	}
	for dir := range dirs {
		p := r.handlersIn(dir, nil)
		p.New = p.Base
		if !handlers.Current(p) {
			return false
		}
	}
	return true
}
