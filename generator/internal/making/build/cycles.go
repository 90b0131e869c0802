package build

import (
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
)

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
				edges[from][to] = importStatement{file, []int32{importField, int32(i)}}
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
