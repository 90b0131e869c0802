package treefiles

import (
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/state"
)

// attributesHead begins .gitattributes. The last pattern for a path counts, so that users can add lines below.
const attributesHead = `# msgen lists the files that it generates, and keeps your own lines.
# -merge: git keeps the file of your branch and reports a conflict; msgen generate writes the file for both branches.
# merge=union: git keeps the lines of both branches; msgen generate sorts them out.
/.gitattributes merge=union
/.msgen/** linguist-generated merge=union eol=lf
`

const (
	generatedAttributes = " linguist-generated -merge eol=lf\n"
	stubsFolder         = "gen/"
)

// WithAttributes adds .gitattributes: what git has to know of the files of a tree.
func WithAttributes(made *Output) *Output {
	out := *made
	out.Files = append(slices.Clip(out.Files), state.File{
		Path: ".gitattributes", Content: attributes(slices.Concat(made.Files, made.Stubs)), Owner: state.Merged,
	})
	return &out
}

// attributes lists each generated file, since a user may have files of their own in the same folder. Only the folder of the
// stubs is msgen's and of other plugins for protoc.
func attributes(files []state.File) []byte {
	var lines []string
	for _, file := range files {
		switch {
		case file.Path == "go.sum":
			lines = append(lines, "/go.sum merge=union\n")
		case strings.HasPrefix(file.Path, stubsFolder):
			lines = append(lines, "/"+stubsFolder+"**"+generatedAttributes)
		case file.Owner == state.Generated:
			lines = append(lines, pattern("/"+file.Path)+generatedAttributes)
		}
	}
	slices.Sort(lines)
	return []byte(attributesHead + strings.Join(slices.Compact(lines), ""))
}

// pattern is a path as git takes it: in quotes where it has spaces.
func pattern(path string) string {
	if !strings.ContainsAny(path, " \t\"\\") {
		return path
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(path) + `"`
}
