package protoload

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// Set is the linked protos that a run works on.
type Set struct {
	// Files are the targets, the dependencies and all that they import, imports before importers, as proto_file of a
	// CodeGeneratorRequest holds them. Files that come from disk have positions and comments in source_code_info.
	Files []*descriptorpb.FileDescriptorProto
	// Targets are the names, relative to an import path, of the files that were asked for, in that order, each once.
	Targets []string
	// Dependencies are the names of the protos of [Options.Dependencies], in their order; empty for one that has a problem.
	Dependencies []string
	// ImportPaths are the folders that were searched, as a user is told about them: those that were given, or the one
	// that stood in for them.
	ImportPaths []string

	// Notes are decisions about the import paths that the user should know of, one sentence each.
	Notes []string

	sources map[string]Source // by name; without the files that msgen has in itself
	view    *disk.View
}

// set is what the graph has become; nil where a target is not sound, or something that it imports.
func (g *graph) set() *Set {
	s := &Set{sources: map[string]Source{}, view: g.roots.view}
	sound := map[*unit]bool{}
	for _, u := range g.ordered {
		sound[u] = u.proto != nil && !u.failed() && !slices.ContainsFunc(u.imports, func(i importStatement) bool { return !sound[i.unit] })
		if !sound[u] {
			continue
		}
		s.Files = append(s.Files, u.proto)
		if u.builtin == nil {
			s.sources[u.name] = u.source
		}
	}
	for _, u := range g.targets {
		if !sound[u] {
			return nil
		}
		s.Targets = append(s.Targets, u.name)
	}
	for _, u := range g.dependencies {
		name := ""
		if sound[u] {
			name = u.name
		}
		s.Dependencies = append(s.Dependencies, name)
	}
	for _, root := range g.roots.roots {
		s.ImportPaths = append(s.ImportPaths, root.shown)
	}
	s.Notes = g.notes()
	return s
}

// notes report the import paths where the user gave none, unless it is the root of the repository.
func (g *graph) notes() []string {
	var shown []string
	for _, root := range g.base.roots {
		shown = append(shown, root.shown)
	}
	roots := strings.Join(shown, ", ")
	switch {
	case g.inferred:
		return []string{fmt.Sprintf("imports are relative to %s, as the files that have them stand; -I names other folders", roots)}
	case g.base.says != "":
		return []string{fmt.Sprintf("imports are relative to %s, as %s has it; -I names other folders", roots, g.base.says)}
	default:
		return nil
	}
}

// Source tells where the file of that name came from. It is false for files that msgen has in itself.
func (s *Set) Source(name string) (Source, bool) {
	source, ok := s.sources[name]
	return source, ok
}

// Sources are all files that came from disk, by name. The map is the Set's own.
func (s *Set) Sources() map[string]Source { return s.sources }

// HasText reports whether the text of every file is known that msgen does not have in itself. Load knows all of them.
func (s *Set) HasText() bool {
	for _, source := range s.sources {
		if source.Bytes == nil {
			return false
		}
	}
	return true
}

// Services are the full names of the services that the file of that name declares.
func (s *Set) Services(name string) []string {
	var names []string
	for _, file := range s.Files {
		if file.GetName() != name {
			continue
		}
		for _, service := range file.GetService() {
			names = append(names, strings.TrimPrefix(file.GetPackage()+"."+service.GetName(), "."))
		}
	}
	return names
}

// TargetServices are the full names of the services of the targets.
func (s *Set) TargetServices() []string {
	var names []string
	for _, file := range s.Files {
		if slices.Contains(s.Targets, file.GetName()) {
			names = append(names, s.Services(file.GetName())...)
		}
	}
	return names
}
