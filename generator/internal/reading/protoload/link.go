package protoload

import (
	"context"
	"fmt"

	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/options"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/sourceinfo"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
)

const descriptorProto = "google/protobuf/descriptor.proto"

// linking is what the files of one load have in common while they are linked.
type linking struct {
	symbols *linker.Symbols // of all files, so that no two define the same name
	options []options.InterpreterOption
}

// link links the units in order and then, in parallel, makes the descriptors of those that are sound. It stops early
// when ctx ends.
func (g *graph) link(ctx context.Context) {
	l := &linking{symbols: &linker.Symbols{}}
	for _, u := range g.ordered {
		if ctx.Err() != nil {
			return
		}
		l.link(u)
	}
	each(g.ordered, (*unit).complete)
}

func (l *linking) link(u *unit) {
	defer u.guard()
	files, sound, intact := u.dependencies()
	if files == nil {
		return // what it imports has an error that would only be repeated here as unknown names
	}
	if u.builtin != nil {
		if intact {
			u.useBuiltin(files)
			return
		}
		// The user's own copy of a file that it imports is linked into it.
		u.parsed = parser.ResultWithoutAST(protodesc.ToFileDescriptorProto(u.builtin))
	}
	if u.parsed == nil {
		return
	}
	linked, err := linker.Link(u.parsed, files, l.symbols, u.handler())
	u.failUnlessRaised(err)
	if linked == nil {
		return // it defines names that another file has defined
	}
	u.file = linked // with errors too: what it defines is known to its importers
	if !sound {
		return // its options may be of types that are unknown themselves
	}
	u.failUnlessRaised(l.interpretOptions(u, linked))
	u.sound = !u.failed()
	if u.name == descriptorProto {
		l.options = append(l.options, options.WithOverrideDescriptorProto(linked))
	}
}

// dependencies returns the linked files that u imports, nil if one is missing; whether all of them are sound; and
// whether all of them are intact.
func (u *unit) dependencies() (files linker.Files, sound, intact bool) {
	files, sound, intact = linker.Files{}, true, true
	for _, imp := range u.imports {
		if imp.unit == nil || imp.unit.file == nil {
			return nil, false, false
		}
		files = append(files, imp.unit.file)
		sound = sound && imp.unit.sound
		intact = intact && imp.unit.intact
	}
	return files, sound, intact
}

func (u *unit) useBuiltin(imports linker.Files) {
	file, err := linker.NewFile(u.builtin, imports)
	u.failUnlessRaised(err)
	u.file, u.intact, u.sound = file, true, err == nil
}

// failUnlessRaised keeps an error of the compiler that it did not report with a position, of which none is known.
func (u *unit) failUnlessRaised(err error) {
	if err != nil && !u.failed() {
		u.fail(diag.Problem{Position: diag.Position{File: u.source.Path}, Message: err.Error()})
	}
}

// interpretOptions gives the options of a linked file their types and checks what depends on them.
func (l *linking) interpretOptions(u *unit, linked linker.Result) (err error) {
	handler := u.handler()
	u.options, err = options.InterpretOptions(linked, handler, l.options...)
	if err != nil || u.failed() {
		return err
	}
	if err := linked.ValidateOptions(handler, l.symbols); err != nil {
		return err
	}
	linked.CheckForUnusedImports(handler)
	return nil
}

// complete makes the descriptor of a sound unit, with the positions and comments of its source.
func (u *unit) complete() {
	switch {
	case !u.sound:
	case u.intact:
		u.proto = protodesc.ToFileDescriptorProto(u.builtin)
	default:
		var err error
		if u.proto, err = retypeOptions(u.parsed.FileDescriptorProto()); err != nil {
			u.failUnlessRaised(fmt.Errorf("the descriptor cannot be encoded: %w", err))
			return
		}
		if tree := u.parsed.AST(); tree != nil {
			u.proto.SourceCodeInfo = sourceinfo.GenerateSourceInfo(tree, u.options)
		}
	}
}

// retypeOptions returns a copy in which the values of custom options, which the compiler makes of types of its own, are
// what a plugin gets from protoc: of the Go types where these are linked into msgen, unknown fields elsewhere.
func retypeOptions(fdp *descriptorpb.FileDescriptorProto) (*descriptorpb.FileDescriptorProto, error) {
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(fdp)
	if err != nil {
		return nil, err
	}
	typed := &descriptorpb.FileDescriptorProto{}
	return typed, proto.Unmarshal(data, typed)
}
