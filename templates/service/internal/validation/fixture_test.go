package validation

import (
	"context"
	"net"
	"strings"
	"testing"

	_ "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"github.com/bufbuild/protocompile"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"
)

// link registers a proto as stubs that a program links would, and returns its messages by name. Each becomes the request of a
// method of the service test.NAME.Rules that has its name; test.NAME is the package of the proto.
func link(t testing.TB, name, messages string) map[string]protoreflect.MessageDescriptor {
	t.Helper()
	text := "syntax = \"proto3\";\npackage test." + name + ";\n" + messages + "\nservice Rules {\n"
	for line := range strings.Lines(messages) {
		if rest, ok := strings.CutPrefix(line, "message "); ok {
			message, _, _ := strings.Cut(rest, " ")
			text += "rpc " + message + "(.test." + name + "." + message + ") returns (.test." + name + "." + message + ");\n"
		}
	}
	file := compileProto(t, name+".proto", text+"}\n")
	all := map[string]protoreflect.MessageDescriptor{}
	for i := range file.Messages().Len() {
		all[string(file.Messages().Get(i).Name())] = file.Messages().Get(i)
	}
	return all
}

func compileProto(t testing.TB, name, text string) protoreflect.FileDescriptor {
	t.Helper()
	compiler := protocompile.Compiler{Resolver: protocompile.CompositeResolver{
		&protocompile.SourceResolver{Accessor: protocompile.SourceAccessorFromMap(map[string]string{name: text})},
		protocompile.ResolverFunc(func(path string) (protocompile.SearchResult, error) {
			file, err := protoregistry.GlobalFiles.FindFileByPath(path)
			return protocompile.SearchResult{Desc: file}, err
		}),
	}}
	files, err := compiler.Compile(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if err := protoregistry.GlobalFiles.RegisterFile(files[0]); err != nil {
		t.Fatal(err)
	}
	return files[0]
}

// serve runs a server with the options, whose methods have the names of their requests and answer with nothing. Where end is
// not nil, they are streams: they answer each message until they receive no further one, and then end as end says.
func serve(
	t testing.TB, options []grpc.ServerOption, requests map[string]protoreflect.MessageDescriptor, end func(context.Context, error) error,
) *grpc.ClientConn {
	t.Helper()
	server := grpc.NewServer(options...)
	service := &grpc.ServiceDesc{HandlerType: (*any)(nil)}
	for name, request := range requests {
		service.ServiceName = string(request.ParentFile().Package()) + ".Rules"
		if end == nil {
			service.Methods = append(service.Methods, unary(name, request))
		} else {
			service.Streams = append(service.Streams, stream(name, request, end))
		}
	}
	server.RegisterService(service, nil)
	listener := bufconn.Listen(1 << 20)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient("passthrough:///memory", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func unary(name string, request protoreflect.MessageDescriptor) grpc.MethodDesc {
	info := &grpc.UnaryServerInfo{FullMethod: "/" + string(request.ParentFile().Package()) + ".Rules/" + name}
	answer := func(context.Context, any) (any, error) { return &emptypb.Empty{}, nil }
	return grpc.MethodDesc{MethodName: name, Handler: func(
		_ any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor,
	) (any, error) {
		req := dynamicpb.NewMessage(request)
		if err := decode(req); err != nil {
			return nil, err
		}
		return intercept(ctx, req, info, answer)
	}}
}

func stream(name string, request protoreflect.MessageDescriptor, end func(context.Context, error) error) grpc.StreamDesc {
	return grpc.StreamDesc{StreamName: name, ClientStreams: true, ServerStreams: true, Handler: func(_ any, stream grpc.ServerStream) error {
		for {
			if err := stream.RecvMsg(dynamicpb.NewMessage(request)); err != nil {
				return end(stream.Context(), err)
			}
			if err := stream.SendMsg(&emptypb.Empty{}); err != nil {
				return err
			}
		}
	}}
}
