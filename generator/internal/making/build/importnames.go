package build

import (
	"fmt"
	"go/token"
	"path"
	"strings"
	"unicode"

	"google.golang.org/protobuf/compiler/protogen"

	"github.com/msgen/msgen/generator/diag"
)

// Stubs name an imported package by the last element of its path, and two things may hide that name from them: a
// variable of the function that mentions the package, and a declaration of their own package.

// stubVariables are the variables of stubs that can hide a package. No derived folder has the name of one.
var stubVariables = set(
	"c", "cOpts", "ctx", "dec", "err", "in", "info", "init", "interceptor", "m", "opts", "req", "srv", "stream", "x",
)

// hidden reports whether the stub of an RPC has a variable of that name where it mentions the RPC's messages, as
// protoc-gen-go-grpc 1.6 prints it.
func hidden(name string, rpc *protogen.Method) bool {
	streamsIn, streamsOut := rpc.Desc.IsStreamingClient(), rpc.Desc.IsStreamingServer()
	switch name {
	case "c", "cOpts", "ctx", "init", "opts", "srv":
		return true
	case "dec", "info", "interceptor", "req":
		return !streamsIn && !streamsOut
	case "err", "stream":
		return streamsIn || streamsOut
	case "in":
		return !streamsIn
	case "m":
		return !streamsIn && streamsOut
	default:
		return false
	}
}

// importNames refuses what would hide a package that the stubs of file import.
func (ids *identifiers) importNames(file *protogen.File) {
	for _, service := range file.Services {
		for _, rpc := range service.Methods {
			for _, message := range []*protogen.Message{rpc.Input, rpc.Output} {
				if name := ids.mentions(file, message.GoIdent, rpc.Desc); hidden(name, rpc) {
					ids.refuseImport(message.GoIdent, rpc.Desc)
					break
				}
			}
		}
	}
	for _, message := range file.Messages {
		ids.messageImports(file, message)
	}
	for _, extension := range file.Extensions {
		ids.fieldImport(file, extension)
	}
}

func (ids *identifiers) messageImports(file *protogen.File, message *protogen.Message) {
	for _, field := range message.Fields {
		name := ids.fieldImport(file, field)
		if name == "x" && field.Enum != nil && !field.Desc.IsList() && !message.Desc.IsMapEntry() {
			ids.refuseImport(field.Enum.GoIdent, field.Desc) // x is the receiver of the getter, which returns a value
		}
	}
	for _, extension := range message.Extensions {
		ids.fieldImport(file, extension)
	}
	for _, nested := range message.Messages {
		ids.messageImports(file, nested)
	}
}

// fieldImport returns the name that the stubs have for the package of the field's type; empty when they need none.
func (ids *identifiers) fieldImport(file *protogen.File, field *protogen.Field) string {
	var ident protogen.GoIdent
	switch {
	case field.Message != nil:
		ident = field.Message.GoIdent
	case field.Enum != nil:
		ident = field.Enum.GoIdent
	default:
		return ""
	}
	name := ids.mentions(file, ident, field.Desc)
	if name == "init" { // a name that imports cannot have
		ids.refuseImport(ident, field.Desc)
	}
	return name
}

// mentions returns the name that the stubs of file have for the package of ident, empty for their own, and refuses
// one that they declare themselves.
func (ids *identifiers) mentions(file *protogen.File, ident protogen.GoIdent, at positioned) string {
	if ident.GoImportPath == file.GoImportPath {
		return ""
	}
	name := importName(ident.GoImportPath)
	if owner, taken := ids.owner[name]; taken && !ids.hiding[owner] {
		ids.hiding[owner] = true
		ids.problem(owner, diag.Problem{
			Message: fmt.Sprintf("the Go name %s is that of an imported package too", name),
			Found:   string(owner.FullName()),
			Want:    fmt.Sprintf("a name that does not meet the last element of %s, which %s needs", ident.GoImportPath, at.FullName()),
			Fix:     "rename it, or give the package another go_package",
		})
	}
	return name
}

func (ids *identifiers) refuseImport(ident protogen.GoIdent, at positioned) {
	ids.problem(at, diag.Problem{
		Message: "the stubs cannot import the Go package of " + ident.GoName,
		Found:   string(ident.GoImportPath),
		Want:    fmt.Sprintf("another last element than %s, which is a variable of theirs", path.Base(string(ident.GoImportPath))),
		Fix:     "change the go_package of the proto that is imported",
	})
}

// importName is protogen's name for an imported package.
func importName(importPath protogen.GoImportPath) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, path.Base(string(importPath)))
	if token.IsKeyword(name) || !unicode.IsLetter(rune(name[0])) {
		return "_" + name
	}
	return name
}
