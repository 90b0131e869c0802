package build

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"
)

// noteOwners reports where stubs are that are not where their go_package says, and which protos came in by themselves.
func (b *builder) noteOwners(o *owners) {
	var added []string
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
		default:
			b.note("%s %s: its stubs are in %s", b.shownPath(name), b.whyMoved(file, of), b.packages[name].path)
		}
	}
	if len(added) > 0 {
		b.note("also generated, so that the program links no Go package twice: %s", few(added))
	}
}

func (b *builder) note(format string, args ...any) {
	b.result.Notes = append(b.result.Notes, fmt.Sprintf(format, args...))
}

// whyMoved is why the stubs of a file are not where its go_package says.
func (b *builder) whyMoved(file *descriptorpb.FileDescriptorProto, of *owner) string {
	written := file.GetOptions().GetGoPackage()
	given, isGiven := b.givenPackage(file.GetName())
	if isGiven {
		written = given
	}
	importPath := b.inTree(parsePackage(written)).path
	switch fault := pathFault(importPath); {
	case importPath == "":
		return "has no go_package"
	case fault != "":
		return fmt.Sprintf("has go_package %q, which is %s", importPath, fault)
	case of.absent:
		return fmt.Sprintf("has go_package %q, where nobody has generated stubs of it", importPath)
	default:
		return fmt.Sprintf("has go_package %q, outside %s", importPath, b.service().Root)
	}
}

// few lists names, and how many more there are where a line cannot hold them all.
func few(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
