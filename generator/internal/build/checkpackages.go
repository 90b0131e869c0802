package build

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
)

// checkPackages refuses Go packages that could not be built: two names for one path, two protos for one file, a
// package in a folder that msgen fills itself, and packages that import each other.
func (b *builder) checkPackages() {
	named, written := map[string]string{}, map[string]string{}
	for _, file := range b.Set.Files {
		name := file.GetName()
		pkg := b.packages[name]
		if !pkg.emitted {
			continue
		}
		b.checkFolder(file, pkg)
		if first, ok := named[pkg.path]; !ok {
			named[pkg.path] = name
		} else if other := b.packages[first].name; other != pkg.name {
			b.problemIn(file, goPackageOption, diag.Problem{
				Message: fmt.Sprintf("two names for the Go package %s", pkg.path),
				Found:   pkg.name,
				Want:    fmt.Sprintf("%q, as %s has it", other, b.shownPath(first)),
				Fix:     "give both files the same go_package",
			})
		}
		stub := strings.ToLower(buildable(path.Join(pkg.path, strings.TrimSuffix(path.Base(name), ".proto"))))
		if first, ok := written[stub]; ok {
			b.problemIn(file, syntaxStatement, diag.Problem{
				Message: fmt.Sprintf("same Go file as %s", b.shownPath(first)),
				Found:   path.Base(name),
				Want:    "one base name for each proto file of a Go package",
				Fix:     "rename one of the two files, or give them different packages",
			})
		}
		written[stub] = name
	}
	b.checkCycles()
}

// checkFolder refuses stubs in a folder that holds other emitted code.
func (b *builder) checkFolder(file *descriptorpb.FileDescriptorProto, pkg goPackage) {
	dir := strings.TrimPrefix(strings.TrimPrefix(pkg.path, b.service().Root), "/")
	first, rest, _ := strings.Cut(dir, "/")
	if first == "client" || first == "cmd" || first == "internal" && (rest == "" || ownPackages[path.Base(rest)]) {
		b.problemIn(file, goPackageOption, diag.Problem{
			Message: "go_package names a folder that msgen fills with other code",
			Found:   dir,
			Want:    "a folder of its own",
			Fix:     fmt.Sprintf("write option go_package = %q", path.Join(b.service().Root, "gen", path.Base(pkg.path))),
		})
	}
}

// checkCycles refuses Go packages that import each other, which protos may do as long as no file imports itself.
func (b *builder) checkCycles() {
	edges := map[string]map[string]importStatement{} // importing path -> imported path -> one import that does it
	for _, file := range b.Set.Files {
		from := b.packages[file.GetName()].path
		for i, dependency := range file.GetDependency() {
			if to := b.packages[dependency].path; to != from {
				if edges[from] == nil {
					edges[from] = map[string]importStatement{}
				}
				edges[from][to] = importStatement{file, []int32{3, int32(i)}}
			}
		}
	}
	for _, cycle := range cycles(edges) {
		statement := edges[cycle[0]][cycle[1]]
		b.problemIn(statement.file, statement.path, diag.Problem{
			Message: "import cycle between Go packages",
			Found:   strings.Join(cycle, " -> "),
			Want:    "Go packages that do not import each other",
			Fix:     "move the shared messages to a package of their own, or give the files one go_package",
		})
	}
}

// importStatement is one import of a proto file, with its path in the file's descriptor.
type importStatement struct {
	file *descriptorpb.FileDescriptorProto
	path []int32
}

// cycles walks the graph depth first, in sorted order, and returns the closed path of each back edge.
func cycles[E any](edges map[string]map[string]E) [][]string {
	var found [][]string
	var trail []string
	done := map[string]bool{}
	var visit func(node string)
	visit = func(node string) {
		if i := slices.Index(trail, node); i >= 0 {
			found = append(found, append(slices.Clone(trail[i:]), node))
			return
		}
		if done[node] {
			return
		}
		trail = append(trail, node)
		for _, next := range slices.Sorted(maps.Keys(edges[node])) {
			visit(next)
		}
		trail = trail[:len(trail)-1]
		done[node] = true
	}
	for _, node := range slices.Sorted(maps.Keys(edges)) {
		visit(node)
	}
	return found
}

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
