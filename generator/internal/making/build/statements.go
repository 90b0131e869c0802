package build

import (
	"slices"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
)

// shownPath is a proto file's path as the user knows it.
func (b *builder) shownPath(name string) string {
	if source, ok := b.Set.Source(name); ok {
		return source.Path
	}
	return name
}

// Paths in a FileDescriptorProto, as SourceCodeInfo.Location has them.
var (
	goPackageOption = []int32{8, 11}
	syntaxStatement = []int32{12}
)

// problemIn adds an error at a statement of a proto file; at the file's first line where it is not written down.
func (b *builder) problemIn(file *descriptorpb.FileDescriptorProto, path []int32, p diag.Problem) {
	p.Position = diag.Position{File: b.shownPath(file.GetName()), Line: 1, Col: 1}
	for _, location := range file.GetSourceCodeInfo().GetLocation() {
		if slices.Equal(location.GetPath(), path) {
			p.Line, p.Col = int(location.GetSpan()[0])+1, int(location.GetSpan()[1])+1
		}
	}
	b.problems.Add(p)
}
