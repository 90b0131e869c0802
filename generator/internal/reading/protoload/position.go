package protoload

import (
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/msgen/msgen/generator/diag"
)

// nameField is the field number of the name in the proto of every kind of descriptor.
const nameField = 1

// Position is where d is declared: its name, and for a file its first statement. A descriptor that is not written
// down, such as the entry type of a map, has the position of the one around it. d may be of any registry that was made
// from Files. The line is 0 where it is unknown, as in the files that msgen has in itself.
func (s *Set) Position(d protoreflect.Descriptor) diag.Position {
	return s.PositionIn(d, nameField)
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

// location finds the smallest part around the path in d that has a location. It is false when the file has none at all.
func location(known protoreflect.SourceLocations, d protoreflect.Descriptor, path []int32) (protoreflect.SourceLocation, bool) {
	for ; d != nil; d, path = d.Parent(), []int32{nameField} {
		whole := known.ByDescriptor(d)
		isFile := d.Parent() == nil
		if len(whole.Path) == 0 && !isFile {
			continue // the zero location: d is not written down
		}
		for length := len(path); length > 0; length-- {
			part := known.ByPath(append(slices.Clone(whole.Path), path[:length]...))
			if len(part.Path) > 0 {
				return part, true
			}
		}
		return whole, known.Len() > 0
	}
	return protoreflect.SourceLocation{}, false
}
