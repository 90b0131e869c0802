package build

import (
	"go/build/constraint"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
)

// checkDirectives refuses comments that the stubs would repeat as instructions to the Go compiler: it drops a file for a
// build constraint, and does not compile one with an instruction in a place that has no use for it.
func (b *builder) checkDirectives() {
	for _, file := range b.Set.Files {
		if !b.holdsStubs(file.GetName()) {
			continue
		}
		for _, location := range file.GetSourceCodeInfo().GetLocation() {
			if line, ok := directive(location); ok {
				b.problemIn(file, location.GetPath(), diag.Problem{
					Message: "a comment that Go reads as an instruction",
					Found:   "//" + line,
					Want:    "text",
					Fix:     "reword the beginning of that line",
				})
			}
		}
	}
}

// directive returns the first line of a location's comments that stubs repeat and Go obeys.
func directive(location *descriptorpb.SourceCodeInfo_Location) (line string, ok bool) {
	comments := []string{location.GetLeadingComments(), location.GetTrailingComments()}
	header := slices.Equal(location.GetPath(), syntaxStatement) || slices.Equal(location.GetPath(), packageStatement)
	if header { // what stands above the package clause of the stubs
		comments = append(comments, location.GetLeadingDetachedComments()...)
	}
	for line := range strings.Lines(strings.Join(comments, "\n")) {
		if line = strings.TrimRight(line, "\r\n"); obeyed(line, header) {
			return line, true
		}
	}
	return "", false
}

// obeyed reports whether Go does something about a line of a comment: https://pkg.go.dev/cmd/compile#hdr-Compiler_Directives.
func obeyed(line string, header bool) bool {
	switch {
	case strings.HasPrefix(line, "go:generate "):
		return false // done by `go generate` alone
	case strings.HasPrefix(line, "go:"), strings.HasPrefix(line, "line ") && strings.Contains(line, ":"):
		return true
	default:
		return header && constraint.IsPlusBuild("//"+line)
	}
}
