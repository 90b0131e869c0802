package stubs

import (
	"bytes"
	_ "embed"
	"go/format"
	"strings"
	"text/template"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// grpcText is the template of a gRPC stub, laid out as by go/printer. It prints a [grpcFile].
//
//go:embed grpc.go.tmpl
var grpcText string

// newGRPCTemplate parses the template. For a small service that takes longer than to execute it.
func newGRPCTemplate() *template.Template {
	return template.Must(template.New("grpc.go.tmpl").Parse(grpcText))
}

// deprecation is the comment of what a deprecated service or method gives rise to.
const deprecation = "// Deprecated: Do not use.\n"

// grpcFile is the gRPC stub of one proto file, every name resolved.
type grpcFile struct {
	Path     string // of the proto file
	Header   string // everything up to and with the package clause
	Imports  []goImport
	Services []*service

	// The packages that the stub calls, as qualifiers: "grpc.", or "" in that package itself.
	Context, GRPC, Codes, Status string
}

// service is one service of a [grpcFile]. The declarations ClientInterface, ServerInterface and EmbeddingMarkers are
// whole Go source, in need of printing until [grpcFile.printParts] has been called.
type service struct {
	GoName           string
	FullName         protoreflect.FullName
	Deprecation      string // a comment with its line break, or nothing
	Methods          []*method
	ClientInterface  string
	ServerInterface  string
	EmbeddingMarkers string
}

// grpcStub returns the gRPC stub of file, which has services.
func grpcStub(plugin *protogen.Plugin, file *protogen.File, parsed func() *template.Template) stub {
	f := newGRPCFile(plugin, file)
	return stub{
		name:    file.GeneratedFilenamePrefix + "_grpc.pb.go",
		content: func() ([]byte, error) { return f.content(parsed()) },
	}
}

// newGRPCFile resolves every name in the order in which upstream's stub mentions it first, because where two packages
// have the same name, that order decides which of them is renamed.
func newGRPCFile(plugin *protogen.Plugin, file *protogen.File) *grpcFile {
	names := newImports(plugin, file)
	f := &grpcFile{Path: file.Desc.Path(), Header: header(file), GRPC: names.qualifier(grpcPackage)}
	for _, s := range file.Services {
		f.Services = append(f.Services, newService(s, names))
		if len(s.Methods) > 0 {
			f.Context = names.qualifier(contextPackage)
			f.Status = names.qualifier(statusPackage)
			f.Codes = names.qualifier(codesPackage)
		}
	}
	f.Imports = names.sorted()
	return f
}

func newService(s *protogen.Service, names *imports) *service {
	out := &service{GoName: s.GoName, FullName: s.Desc.FullName()}
	if s.Desc.Options().(*descriptorpb.ServiceOptions).GetDeprecated() {
		out.Deprecation = deprecation
	}
	streams := 0
	for _, m := range s.Methods {
		method := newMethod(m, names)
		if !method.Unary() {
			method.StreamIndex = streams
			streams++
		}
		out.Methods = append(out.Methods, method)
	}
	out.ClientInterface = clientInterface(out, s.Comments.Leading)
	out.ServerInterface = serverInterface(out, s.Comments.Leading)
	out.EmbeddingMarkers = embeddingMarkers(out)
	return out
}

// ClientType is the name of the type behind the client interface.
func (s *service) ClientType() string {
	return strings.ToLower(s.GoName[:1]) + s.GoName[1:] + "Client"
}

// ConstantWidth is the length of the longest constant's name, to which the others are padded.
func (s *service) ConstantWidth() int {
	width := 0
	for _, m := range s.Methods {
		width = max(width, len(m.Constant))
	}
	return width
}

// UnaryMethods returns the methods without a stream, in the proto's order.
func (s *service) UnaryMethods() []*method { return s.methods(true) }

// StreamingMethods returns the methods with a stream on either side or both, in the proto's order.
func (s *service) StreamingMethods() []*method { return s.methods(false) }

func (s *service) methods(unary bool) []*method {
	var out []*method
	for _, m := range s.Methods {
		if m.Unary() == unary {
			out = append(out, m)
		}
	}
	return out
}

// content prints the stub. Where a comment is a build constraint, go/printer moves it to the top of the file from
// wherever it stands, so that such a file can only be printed as a whole.
func (f *grpcFile) content(t *template.Template) ([]byte, error) {
	if f.hasBuildConstraint() {
		text, err := f.text(t)
		if err != nil {
			return nil, err
		}
		return format.Source(text)
	}
	if err := f.printParts(); err != nil {
		return nil, err
	}
	return f.text(t)
}

// text executes the template.
func (f *grpcFile) text(t *template.Template) ([]byte, error) {
	var out bytes.Buffer
	if err := t.Execute(&out, f); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
