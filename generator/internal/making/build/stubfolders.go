package build

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/internal/making/model"
)

// folders gives each Go package in the tree its folder, and each file its Go package.
func (b *builder) folders(o *owners) {
	f := stubFolders{builder: b, taken: map[string]bool{}}
	var derived []*owner
	for _, of := range o.all {
		if of.place == moved {
			derived = append(derived, of)
			continue
		}
		declared := of.declared
		declared.emitted = of.place == inside
		f.taken[declared.path] = declared.emitted
		for _, file := range of.files {
			own := declared
			own.name = b.declaredName(file, declared)
			b.packages[file.GetName()] = own
			if own.emitted {
				b.checkFolder(file, own)
			}
		}
	}
	b.result.StubFolders, b.result.Twins = map[string]string{}, map[string]model.Import{}
	slices.SortFunc(derived, f.inOrder)
	for _, of := range derived {
		f.settle(of)
		if of.usable() {
			b.result.Twins[of.declared.path] = twin(of.declared, b.packages[of.lead(b.rank).GetName()])
		}
	}
	b.movedTwins()
}

// twin is how a file that calls a package by the name that is declared imports the one in the tree.
func twin(declared, own goPackage) model.Import {
	if declared.name == own.name {
		return model.Import{Path: own.path}
	}
	return model.Import{Name: declared.name, Path: own.path}
}

// declaredName is the name that a file gives its Go package. Two files may differ, which is a problem of theirs.
func (b *builder) declaredName(file *descriptorpb.FileDescriptorProto, of goPackage) string {
	if _, given := b.givenPackage(file.GetName()); given {
		return of.name
	}
	return b.inTree(declaredPackage(file)).name
}

// stubFolders hands out the folders of the tree for stubs whose go_package is of another module.
type stubFolders struct {
	*builder
	taken map[string]bool // by import path
}

// inOrder sorts the packages by who has the first say: packages with a folder from an earlier run, then by what the run is for. A
// package that comes in later never takes the folder of another.
func (f *stubFolders) inOrder(a, c *owner) int {
	had := func(of *owner) int {
		if f.StubFolders[of.key] != "" {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(had(a), had(c)), cmp.Compare(a.rank, c.rank), strings.Compare(a.key, c.key))
}

func (f *stubFolders) settle(of *owner) {
	if f.Stubs.SourceRelative {
		for _, file := range of.files {
			f.packages[file.GetName()] = f.derivedPackage(file)
		}
		return
	}
	pkg := f.folder(of)
	if of.declared.path != "" { // protos without a go_package are not told apart by it
		f.taken[pkg.path] = true
		f.result.StubFolders[of.key] = f.inRoot(pkg.path)
	}
	for _, file := range of.files {
		f.packages[file.GetName()] = pkg
	}
}

// folder is where the stubs of a package go: where they are, otherwise where the proto package says. Two packages of one proto
// package may want the same folder; the second has one that is named by its go_package.
func (f *stubFolders) folder(of *owner) goPackage {
	wish := f.derivedPackage(of.lead(f.rank))
	if of.declared.path == "" {
		return wish
	}
	if was := f.StubFolders[of.key]; was != "" && !f.taken[path.Join(f.tree().Root, was)] {
		return f.generatedIn(was)
	}
	if !f.taken[wish.path] {
		return wish
	}
	own := f.secondFolder(of.declared.path)
	pkg := f.generatedIn(own)
	for n := 2; f.taken[pkg.path]; n++ {
		pkg = f.generatedIn(fmt.Sprintf("%s%d", own, n))
	}
	return pkg
}

// generatedIn is the Go package of stubs in a folder of the tree.
func (b *builder) generatedIn(dir string) goPackage {
	name := stubName(strings.Split(strings.TrimPrefix(strings.TrimPrefix(dir, b.genDir()), "/"), "/"))
	return goPackage{path: path.Join(b.tree().Root, dir), name: name, emitted: true}
}

// secondFolder is the folder of a Go package whose proto package has one already: gen/github.com/acme/api/v1.
func (b *builder) secondFolder(importPath string) string {
	parts := strings.Split(strings.ToLower(importPath), "/")
	for i, part := range parts {
		parts[i] = folder(part)
	}
	return path.Join(b.genDir(), path.Join(parts...))
}

// lead is the file that the folder of a package is named after.
func (of *owner) lead(rank func(string) rank) *descriptorpb.FileDescriptorProto {
	return slices.MinFunc(of.files, func(a, c *descriptorpb.FileDescriptorProto) int {
		return cmp.Or(cmp.Compare(rank(a.GetName()), rank(c.GetName())), strings.Compare(a.GetName(), c.GetName()))
	})
}
