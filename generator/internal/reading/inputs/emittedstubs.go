package inputs

import (
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// EmittedStub is a Go package with stubs that an earlier run has put into a tree.
type EmittedStub struct {
	Path, Name string // of the Go package
	Proto      string // the name of one of its protos
	File       string // where that proto is, as the user names it; empty where it is no longer there
}

var packageClause = regexp.MustCompile(`(?m)^package (\w+)`)

// EmittedStubs are the stubs that an earlier run has put into the tree, as far as they still stand there.
func (in *Settled) EmittedStubs() []EmittedStub {
	var out []EmittedStub
	for _, name := range slices.Sorted(maps.Keys(in.Memory.Files)) {
		found := in.Tree.Look(name)
		if !IsStub(name) || found.Kind != disk.Regular {
			continue
		}
		source, clause := stubSource.FindSubmatch(found.Content), packageClause.FindSubmatch(found.Content)
		if source == nil || clause == nil {
			continue
		}
		stub := EmittedStub{Path: path.Join(in.Memory.Inputs.Root, path.Dir(name)), Name: string(clause[1]), Proto: string(source[1])}
		for _, dir := range in.Memory.Inputs.ImportPaths {
			file := filepath.Join(in.FromTree(dir), filepath.FromSlash(stub.Proto))
			if stub.File == "" && in.View.Exists(file) {
				stub.File = file
			}
		}
		out = append(out, stub)
	}
	return out
}

// IsStub reports whether a file of a tree has the name of stubs.
func IsStub(inTree string) bool { return strings.HasSuffix(inTree, ".pb.go") }
