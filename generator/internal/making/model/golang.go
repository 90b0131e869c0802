package model

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// Import is a Go package as an emitted file imports it. One path has one name in the whole tree.
type Import struct {
	Name string // "ordersv1": unique among the tree's stubs, and never a name that a template uses for itself
	Path string
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// ExpectedName is the name that an import path leads to expect of its package, and that an import may leave out.
func ExpectedName(importPath string) string {
	if base := path.Base(importPath); !majorVersion.MatchString(base) {
		return base
	}
	return path.Base(path.Dir(importPath))
}

// Type is a Go type in a package of stubs.
type Type struct {
	Import
	Ident string // "GetOrderRequest"
}

// String is the type as an emitted file names it: "ordersv1.GetOrderRequest".
func (t Type) String() string { return t.Name + "." + t.Ident }

// Imports lists the packages of stubs that the host and its RPCs name, by path, each once.
func (h *Host) Imports() []Import {
	imports := []Import{h.Stub}
	for _, rpc := range h.RPCs {
		imports = append(imports, rpc.Request.Import, rpc.Response.Import)
	}
	return unique(imports)
}

// Stubs lists the packages that hold the stubs of the hosts, by path, each once.
func (d *Definition) Stubs() []Import {
	var imports []Import
	for _, h := range d.Hosts {
		imports = append(imports, h.Stub)
	}
	return unique(imports)
}

func unique(imports []Import) []Import {
	slices.SortFunc(imports, func(a, b Import) int { return strings.Compare(a.Path, b.Path) })
	return slices.Compact(imports)
}

// Comment is the text of a proto comment, without its markers.
type Comment string

// Go is the comment as a Go comment, one "// " line for each line of text and no line break at the end; text stands
// in for an empty comment.
func (c Comment) Go(text string) string {
	lines := c.Lines()
	if len(lines) == 0 {
		lines = []string{text}
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight("// "+line, " ")
	}
	return strings.Join(lines, "\n")
}

// Text is the comment without its markers, as it stands in prose.
func (c Comment) Text() string { return strings.Join(c.Lines(), "\n") }

// Lines is the comment's text by line, without blank lines around it and without control characters, which could
// end a comment early or hide text from a reader.
func (c Comment) Lines() []string {
	text := strings.Map(printable, strings.ReplaceAll(string(c), "\r\n", "\n"))
	if text = strings.Trim(text, " \n"); text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSuffix(strings.TrimPrefix(line, " "), " ")
	}
	return lines
}

// printable drops control characters and Unicode's bidirectional overrides (CVE-2021-42574) and keeps line breaks.
func printable(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r == '\t':
		return ' '
	case r < 0x20, r == 0x7f, r >= 0x80 && r < 0xa0, r == '\u2028', r == '\u2029',
		r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\ufeff':
		return -1
	default:
		return r
	}
}
