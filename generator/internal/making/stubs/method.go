package stubs

import (
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// method is one RPC of a [service].
type method struct {
	Name        protoreflect.Name // as in the proto
	GoName      string
	Constant    string // the Go constant that holds the RPC's full name
	Handler     string // the Go function that the server calls
	Deprecation string // a comment with its line break, or nothing
	Comments    string // the proto's, as Go comments
	StreamIndex int    // among the service's streaming RPCs; of no meaning for a unary one

	ClientStreaming, ServerStreaming bool

	// Go types, qualified: of the messages without their asterisk, and of the streams, which a unary RPC lacks.
	Input, Output              string
	ClientStream, ServerStream string

	// The Go method of the client and of the server, from the name on.
	ClientSignature, ServerSignature string
}

// newMethod resolves the method's names. Context, input and output come in the order of the client's signature, which
// is where upstream's stub mentions them first.
func newMethod(m *protogen.Method, names *imports) *method {
	context := names.qualifier(contextPackage) + "Context"
	name := m.Parent.GoName + "_" + m.GoName
	out := &method{
		Name:            m.Desc.Name(),
		GoName:          m.GoName,
		Constant:        name + "_FullMethodName",
		Handler:         "_" + name + "_Handler",
		Comments:        m.Comments.Leading.String(),
		ClientStreaming: m.Desc.IsStreamingClient(),
		ServerStreaming: m.Desc.IsStreamingServer(),
		Input:           names.ident(m.Input.GoIdent),
		Output:          names.ident(m.Output.GoIdent),
	}
	if m.Desc.Options().(*descriptorpb.MethodOptions).GetDeprecated() {
		out.Deprecation = deprecation
	}
	grpc := names.qualifier(grpcPackage)
	if !out.Unary() {
		out.ClientStream = grpc + out.streamKind() + "Client" + out.streamTypes()
		out.ServerStream = grpc + out.streamKind() + "Server" + out.streamTypes()
	}
	out.ClientSignature = out.clientSignature(context, grpc)
	out.ServerSignature = out.serverSignature(context)
	return out
}

// Unary reports whether neither side streams.
func (m *method) Unary() bool { return !m.ClientStreaming && !m.ServerStreaming }

// streamKind is the beginning of the names of the generic stream types.
func (m *method) streamKind() string {
	switch {
	case m.ClientStreaming && m.ServerStreaming:
		return "BidiStreaming"
	case m.ClientStreaming:
		return "ClientStreaming"
	default:
		return "ServerStreaming"
	}
}

// streamTypes are the type arguments of the generic stream types: what the stream itself carries.
func (m *method) streamTypes() string {
	if m.ClientStreaming {
		return "[" + m.Input + ", " + m.Output + "]"
	}
	return "[" + m.Output + "]"
}

func (m *method) clientSignature(context, grpc string) string {
	input, result := "", m.ClientStream
	if !m.ClientStreaming {
		input = ", in *" + m.Input
	}
	if m.Unary() {
		result = "*" + m.Output
	}
	return m.GoName + "(ctx " + context + input + ", opts ..." + grpc + "CallOption) (" + result + ", error)"
}

func (m *method) serverSignature(context string) string {
	switch {
	case m.Unary():
		return m.GoName + "(" + context + ", *" + m.Input + ") (*" + m.Output + ", error)"
	case m.ClientStreaming:
		return m.GoName + "(" + m.ServerStream + ") error"
	default:
		return m.GoName + "(*" + m.Input + ", " + m.ServerStream + ") error"
	}
}
