package build

import (
	"go/build/constraint"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// withoutDirectives are the files with comments that Go reads as text alone. The Go compiler leaves out a file for a build
// constraint, which go/printer moves to its top from wherever it stands, and does not compile one with an instruction in a place
// that has no use for it. The proto may be somebody else's, so its comments are changed in the Go files and not refused.
func withoutDirectives(files []*descriptorpb.FileDescriptorProto) []*descriptorpb.FileDescriptorProto {
	out := make([]*descriptorpb.FileDescriptorProto, len(files))
	for i, file := range files {
		out[i] = file
		if hasDirective(file) {
			out[i] = proto.CloneOf(file)
			eachComment(out[i], asText)
		}
	}
	return out
}

func hasDirective(file *descriptorpb.FileDescriptorProto) bool {
	found := false
	eachComment(file, func(comment string) string {
		found = found || asText(comment) != comment
		return comment
	})
	return found
}

// eachComment replaces every comment of a file by what change makes of it.
func eachComment(file *descriptorpb.FileDescriptorProto, change func(string) string) {
	for _, location := range file.GetSourceCodeInfo().GetLocation() {
		for _, comment := range []*string{location.LeadingComments, location.TrailingComments} {
			if comment == nil {
				continue
			}
			if changed := change(*comment); changed != *comment {
				*comment = changed
			}
		}
		for i, comment := range location.LeadingDetachedComments {
			if changed := change(comment); changed != comment {
				location.LeadingDetachedComments[i] = changed
			}
		}
	}
}

// asText is a comment without lines that Go obeys: https://pkg.go.dev/cmd/compile#hdr-Compiler_Directives.
func asText(comment string) string {
	if !strings.Contains(comment, "go:") && !strings.Contains(comment, "line ") && !strings.Contains(comment, "+build") {
		return comment
	}
	var text strings.Builder
	for line := range strings.Lines(comment) {
		switch {
		case strings.HasPrefix(line, "go:generate "): // done by `go generate` alone
		case strings.HasPrefix(line, "go:"), strings.HasPrefix(line, "line ") && strings.Contains(line, ":"):
			text.WriteString(" ") // no instruction begins with a space
		case constraint.IsPlusBuild("//" + line):
			line = strings.Replace(line, "+build", "+ build", 1) // go vet wants the word nowhere above the package clause
		}
		text.WriteString(line)
	}
	return text.String()
}
