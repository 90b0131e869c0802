package protoload

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"
	"github.com/bufbuild/protocompile/sourceinfo"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// unit is one proto file on its way to a descriptor. It comes from disk (path is set) or is linked into msgen
// (builtin is set).
type unit struct {
	name    string
	path    string // absolute
	view    *disk.View
	builtin protoreflect.FileDescriptor
	source  Source // its Path is the name if the file is builtin
	target  bool
	ownRoot string        // the import path of its own that the dependency has which it belongs to; empty: it is the run's
	asked   diag.Position // where it was asked for first: at an import, or on the command line

	imports  []importStatement
	parsed   parser.Result                     // nil until it is parsed, and when its syntax is wrong
	file     linker.File                       // nil until it is linked; complete only if the unit is sound
	intact   bool                              // builtin, and so is all that it imports: its descriptor is used as it is
	sound    bool                              // neither the file nor what it imports has an error
	options  sourceinfo.OptionIndex            // where the options stand
	proto    *descriptorpb.FileDescriptorProto // nil unless sound
	problems []diag.Problem                    // as the compiler words them
}

// importStatement is an import in a file. Its unit is nil when no such file was found.
type importStatement struct {
	name   string
	public bool
	at     diag.Position
	unit   *unit
}

func (u *unit) fail(p diag.Problem) {
	p.Severity = diag.Error
	u.problems = append(u.problems, p)
}

// failed reports whether the file itself has an error.
func (u *unit) failed() bool {
	return slices.ContainsFunc(u.problems, func(p diag.Problem) bool { return p.Severity == diag.Error })
}

// at is where the compiler says that something in the file stands.
func (u *unit) at(pos ast.SourcePos) diag.Position { return u.source.position(pos.Line, pos.Col) }

// handler collects what the compiler has to say about u. Warnings about files that the user did not give are dropped.
func (u *unit) handler() *reporter.Handler {
	return reporter.NewHandler(reporter.NewReporter(
		func(err reporter.ErrorWithPos) error {
			u.keep(diag.Error, err)
			return nil // go on: every error is wanted
		},
		func(err reporter.ErrorWithPos) {
			if u.target {
				u.keep(diag.Warning, err)
			}
		},
	))
}

func (u *unit) keep(severity diag.Severity, err reporter.ErrorWithPos) {
	u.problems = append(u.problems, diag.Problem{Position: u.at(err.GetPosition()), Severity: severity, Message: err.Unwrap().Error()})
}

// guard turns a panic of the compiler into a problem of the file that it was at. What it panics at in a file that has
// an error already is taken for a consequence of that.
func (u *unit) guard() {
	if p := recover(); p != nil && !u.failed() {
		u.fail(diag.Problem{Position: diag.Position{File: u.source.Path},
			Message: fmt.Sprintf("the proto compiler cannot cope with this file: %v", p)})
	}
}

// parse reads and parses the file, if it comes from disk, and finds its imports.
func (u *unit) parse() {
	if u.builtin != nil {
		for i := range u.builtin.Imports().Len() {
			imp := u.builtin.Imports().Get(i)
			u.imports = append(u.imports, importStatement{name: imp.Path(), public: imp.IsPublic})
		}
		return
	}
	var err error
	if u.source.Bytes, err = u.view.ReadFile(u.path); err != nil {
		u.fail(diag.Problem{Position: u.asked, Message: fmt.Sprintf("%s cannot be read: %v", u.source.Path, errors.Unwrap(err))})
		return
	}
	if fault := u.source.fault(); fault != nil {
		u.fail(*fault)
		return
	}
	handler := u.handler()
	tree, err := parser.Parse(u.name, bytes.NewReader(u.source.Bytes), handler)
	u.findImports(tree)
	if u.refuseEdition(tree) || err != nil {
		return
	}
	// A file whose parts contradict each other, such as two fields of one number, is linked all the same, to find its
	// other problems.
	u.parsed, _ = parser.ResultFromAST(tree, true, handler)
}

func (u *unit) findImports(tree *ast.FileNode) {
	for _, decl := range tree.Decls {
		if node, ok := decl.(*ast.ImportNode); ok {
			at := u.at(tree.NodeInfo(node.Name).Start())
			u.imports = append(u.imports, importStatement{name: node.Name.AsString(), public: node.Public != nil, at: at})
		}
	}
}

// refuseEdition puts the one problem that matters in a file of an edition that the compiler does not know in the place
// of the syntax errors that its news may cause.
func (u *unit) refuseEdition(tree *ast.FileNode) bool {
	if tree.Edition == nil || tree.Edition.Edition.AsString() == "2023" {
		return false
	}
	u.problems = nil
	u.fail(diag.Problem{
		Position: u.at(tree.NodeInfo(tree.Edition.Edition).Start()),
		Message:  fmt.Sprintf("edition %s is not supported yet", tree.Edition.Edition.AsString()),
		Want:     "proto2, proto3 or edition 2023",
	})
	return true
}
