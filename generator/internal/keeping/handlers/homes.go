package handlers

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// homeless reports whether msgen has emitted handlers into the folder, and no type of it answers any more.
func (s *sides) homeless() bool { return len(s.base.files) > 0 && s.server.decl == nil }

// home is a folder to which handlers may have been moved.
type home struct {
	p Package
	s *sides
}

// homes are the folders to which handlers may have been moved: the one whose type main passes on; if it passes none on, all
// whose types embed the stubs of the service.
func (t Tree) homes(s *sides, p Package) []home {
	passed := t.readAll(p, t.passed())
	for _, fits := range []func(*sides) bool{(*sides).embedsStubs, (*sides).answersSome} {
		if fitting := of(passed, fits); len(fitting) == 1 {
			return fitting
		}
	}
	return of(t.readAll(p, t.mentioning(s)), (*sides).embedsStubs)
}

func of(homes []home, fits func(*sides) bool) []home {
	return slices.DeleteFunc(slices.Clone(homes), func(h home) bool { return !fits(h.s) })
}

// readAll reads a folder's handlers as if they stood in other folders.
func (t Tree) readAll(p Package, dirs []string) []home {
	var homes []home
	for _, dir := range dirs {
		if dir == p.Dir || t.isGenerated(dir) {
			continue
		}
		moved := Package{
			Dir: dir, Base: inDir(p.Base, dir), Disk: t.goFiles(dir), New: inDir(p.New, dir),
			Path: path.Join(t.Root, dir), Find: p.Find, Moved: true,
		}
		if s, faults := read(moved); len(faults) == 0 {
			homes = append(homes, home{moved, s})
		}
	}
	return homes
}

// inDir are files as if they stood in another folder.
func inDir(files map[string][]byte, dir string) map[string][]byte {
	out := map[string][]byte{}
	for name, content := range files {
		out[path.Join(dir, path.Base(name))] = content
	}
	return out
}

// isGenerated reports whether msgen writes files of a folder.
func (t Tree) isGenerated(dir string) bool {
	for name, entry := range t.Memory.Files {
		if entry.Owner == state.Generated && path.Dir(name) == dir && path.Ext(name) == ".go" {
			return true
		}
	}
	return false
}

// embedsStubs reports whether the type that answers embeds the stubs of the service.
func (s *sides) embedsStubs() bool {
	t := s.server.decl
	return t != nil && s.stubs.service != "" && t.embeds(stubNames(s.stubs.service)...) && s.disk.imports(s.stubs.path)
}

// answersSome reports whether a type has one of the methods.
func (s *sides) answersSome() bool {
	for name := range s.disk.funcs {
		if (s.next.hasMethod(name) || s.base.hasMethod(name)) && slices.ContainsFunc(s.disk.funcs[name], s.server.has) {
			return true
		}
	}
	return false
}

// mentioning are the folders of the tree with Go that mentions the stubs which a server embeds.
func (t Tree) mentioning(s *sides) []string {
	dirs := map[string]bool{}
	for _, service := range []string{s.stubs.service, s.formerly} {
		for _, name := range t.Disk.GoFiles() {
			if service == "" || dirs[path.Dir(name)] || strings.HasSuffix(name, "_test.go") {
				continue
			}
			text := string(t.Disk.Look(name).Content)
			dirs[path.Dir(name)] = slices.ContainsFunc(stubNames(service), func(stub string) bool { return strings.Contains(text, stub) })
		}
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(dirs)), func(dir string) bool { return !dirs[dir] })
}

// spliceMoved is the result for handlers that have moved here from where msgen has emitted them.
func (h home) spliceMoved(from Package) Result {
	result := h.s.splice()
	for name, text := range result.Texts {
		if text.Kind == splice.Absent { // its user has another file for that
			delete(result.Texts, name)
		}
	}
	for name := range from.New {
		result.Texts[name] = splice.Text{Kind: splice.Absent, Moved: h.p.Dir}
	}
	return result
}
