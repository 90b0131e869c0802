package protoload

import (
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
)

// Set is the linked protos that a run works on.
type Set struct {
	// Files are the targets and all that they import, imports before importers, as proto_file of a
	// CodeGeneratorRequest holds them. Files that come from disk have positions and comments in source_code_info.
	Files []*descriptorpb.FileDescriptorProto
	// Targets are the names, relative to an import path, of the files that were asked for, in that order, each once.
	Targets []string
	// ImportPaths are the folders that were searched, as a user is told about them: those that were given, or the one
	// that stood in for them.
	ImportPaths []string

	sources map[string]Source // by name; without the files that msgen has in itself
}

// set is what the graph has become. Every unit must be sound.
func (g *graph) set() *Set {
	s := &Set{sources: map[string]Source{}}
	for _, u := range g.ordered {
		s.Files = append(s.Files, u.proto)
		if u.builtin == nil {
			s.sources[u.name] = u.source
		}
	}
	for _, u := range g.targets {
		s.Targets = append(s.Targets, u.name)
	}
	for _, root := range g.roots.roots {
		s.ImportPaths = append(s.ImportPaths, root.shown)
	}
	return s
}

// Source tells where the file of that name came from. It is false for files that msgen has in itself.
func (s *Set) Source(name string) (Source, bool) {
	source, ok := s.sources[name]
	return source, ok
}

// Position is where d is declared: its name, and for a file its first statement. A descriptor that is not written
// down, such as the entry type of a map, has the position of the one around it. d may be of any registry that was made
// from Files. The line is 0 where it is unknown, as in the files that msgen has in itself.
func (s *Set) Position(d protoreflect.Descriptor) diag.Position {
	// name is field 1 of every descriptor, and the name of a file is not in the file.
	return s.PositionIn(d, 1)
}

// PositionIn is the position of a part of the descriptor's proto, given by the field numbers and indices that lead to
// it as in google.protobuf.SourceCodeInfo.Location.path: PositionIn(method, 4, 34) is its idempotency_level. For a
// part that is not written down it is the position of the smallest one around it that is.
func (s *Set) PositionIn(d protoreflect.Descriptor, path ...int32) diag.Position {
	file := d.ParentFile()
	source, ok := s.sources[file.Path()]
	if !ok {
		return diag.Position{File: file.Path()}
	}
	at, ok := location(file.SourceLocations(), d, path)
	if !ok {
		return diag.Position{File: source.Path}
	}
	return source.position(at.StartLine+1, at.StartColumn+1)
}

// location finds the smallest part around the path in d that has a location.
func location(known protoreflect.SourceLocations, d protoreflect.Descriptor, path []int32) (protoreflect.SourceLocation, bool) {
	for ; d != nil; d, path = d.Parent(), []int32{1} {
		whole := known.ByDescriptor(d)
		if len(whole.Path) == 0 && !isFile(d) {
			continue // the zero location: it has none
		}
		for length := len(path); length > 0; length-- {
			part := known.ByPath(append(whole.Path[:len(whole.Path):len(whole.Path)], path[:length]...))
			if len(part.Path) > 0 {
				return part, true
			}
		}
		if isFile(d) {
			return whole, known.Len() > 0
		}
		return whole, true
	}
	return protoreflect.SourceLocation{}, false
}

func isFile(d protoreflect.Descriptor) bool {
	_, ok := d.(protoreflect.FileDescriptor)
	return ok
}
