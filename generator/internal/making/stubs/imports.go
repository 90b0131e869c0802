package stubs

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/compiler/protogen"
)

// The packages that gRPC stubs are written against.
const (
	contextPackage = protogen.GoImportPath("context")
	grpcPackage    = protogen.GoImportPath("google.golang.org/grpc")
	codesPackage   = protogen.GoImportPath("google.golang.org/grpc/codes")
	statusPackage  = protogen.GoImportPath("google.golang.org/grpc/status")
)

// goImport is one line of an import declaration.
type goImport struct {
	Name string
	Path protogen.GoImportPath // whose String is quoted
}

// imports gives packages the names by which one stub refers to them, and remembers which it gave.
type imports struct {
	// scope is a file of protogen's that is never printed: it names packages as it does for every generated file.
	scope *protogen.GeneratedFile
	names map[protogen.GoImportPath]string
}

func newImports(plugin *protogen.Plugin, file *protogen.File) *imports {
	scope := plugin.NewGeneratedFile("", file.GoImportPath)
	scope.Skip()
	return &imports{scope: scope, names: map[protogen.GoImportPath]string{}}
}

// qualifier returns what stands before a name of the package path: "grpc.", or nothing in the package itself.
func (i *imports) qualifier(path protogen.GoImportPath) string {
	qualifier := i.scope.QualifiedGoIdent(path.Ident(""))
	if qualifier != "" {
		i.names[path] = strings.TrimSuffix(qualifier, ".")
	}
	return qualifier
}

// ident returns the name by which the stub refers to ident.
func (i *imports) ident(ident protogen.GoIdent) string {
	return i.qualifier(ident.GoImportPath) + ident.GoName
}

// sorted returns the packages that were named, by path.
func (i *imports) sorted() []goImport {
	var out []goImport
	for path, name := range maps.All(i.names) {
		out = append(out, goImport{Name: name, Path: path})
	}
	slices.SortFunc(out, func(a, b goImport) int { return cmp.Compare(a.Path, b.Path) })
	return out
}
