package build

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"
)

// noteOwners reports where stubs are that are not where their go_package says, and which protos came in by themselves.
func (b *builder) noteOwners(o *owners) {
	var added []string
	var moved []movedStubs
	for _, file := range b.Set.Files {
		name := file.GetName()
		of := o.byFile[name]
		switch {
		case of == nil:
		case of.fixed && !b.Stubs.Foreign && b.rank(name) == asked:
			b.note("%s: its stubs are imported from %s", b.shownPath(name), of.declared.path)
		case !of.isMoved():
		case b.rank(name) == unasked && b.provided(of.declared.path) && !of.absent:
			added = append(added, b.shownPath(name))
		case b.stubStands(b.packages[name].path, file): // an earlier run has reported it
		default:
			moved = append(moved, b.movedNote(movedStubs{proto: name, derived: b.packages[name].path}, b.written(file), of.absent))
		}
	}
	b.noteMoved(moved)
	if len(added) > 0 {
		b.note("also generated, so that the program links no Go package twice: %s", few(added))
	}
}

func (b *builder) note(format string, args ...any) {
	b.result.Notes = append(b.result.Notes, fmt.Sprintf(format, args...))
}

// written is the import path that a file is said to have: by its go_package, or by who knows better.
func (b *builder) written(file *descriptorpb.FileDescriptorProto) string {
	if given, ok := b.givenPackage(file.GetName()); ok {
		return b.inTree(parsePackage(given)).path
	}
	return b.inTree(declaredPackage(file)).path
}

// few lists names, and how many more there are where a line cannot hold them all.
func few(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
