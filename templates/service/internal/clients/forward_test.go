package clients

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// text is the message of the tests' calls.
type text = wrapperspb.StringValue

// TestForward calls a server that passes everything on to another one, which answers each message with what it was, or
// fails when it is asked to.
func TestForward(t *testing.T) {
	gateway := serve(t, passes(serve(t, answer)))
	for method, requests := range map[string][]string{
		"/test.Probe/Unary":        {"one"},
		"/test.Probe/ServerStream": {"one"},
		"/test.Probe/ClientStream": {"one", "two"},
		"/test.Probe/BidiStream":   {"one", "two"},
	} {
		got, header, trailer, err := call(t, gateway, method, requests...)
		if err != nil || got != "you said "+strings.Join(requests, " ") {
			t.Errorf("%s: answered %q (%v)", method, got, err)
		}
		if user := header.Get("x-user"); len(user) != 1 || user[0] != "ann" {
			t.Errorf("%s: the callee was called by %q, want ann", method, user)
		}
		if len(trailer.Get("x-cost")) != 1 || len(trailer.Get("endpoint-load-metrics-bin")) != 0 {
			t.Errorf("%s: the trailer is %v, want that of the callee without its load", method, trailer)
		}

		_, _, trailer, err = call(t, gateway, method, "fail")
		if status.Code(err) != codes.NotFound || len(trailer.Get("x-cost")) != 1 {
			t.Errorf("%s: a callee that fails is %v with the trailer %v", method, err, trailer)
		}
	}
}

// answer is the callee: it says what it was sent, in one message or in many, and by whom.
func answer(_ any, stream grpc.ServerStream) error {
	md, _ := metadata.FromIncomingContext(stream.Context())
	if len(md.Get("grpc-tags-bin")) > 0 {
		return status.Error(codes.InvalidArgument, "metadata of another connection")
	}
	stream.SetTrailer(metadata.Pairs("x-cost", "1", "endpoint-load-metrics-bin", "full"))
	if err := stream.SetHeader(metadata.MD{"x-user": md.Get("x-user")}); err != nil {
		return err
	}
	said := "you said"
	for {
		req := &text{}
		err := stream.RecvMsg(req)
		if errors.Is(err, io.EOF) {
			return stream.SendMsg(wrapperspb.String(said))
		}
		if err != nil {
			return err
		}
		if req.GetValue() == "fail" {
			return status.Error(codes.NotFound, "asked to fail")
		}
		said += " " + req.GetValue()
	}
}

// passes returns the handler of a server that passes calls on by the function for their kind.
func passes(callee *grpc.ClientConn) grpc.StreamHandler {
	open := func(ctx context.Context, manyAnswers bool, opts []grpc.CallOption) (*grpc.GenericClientStream[text, text], error) {
		stream, err := callee.NewStream(ctx, &grpc.StreamDesc{ServerStreams: manyAnswers, ClientStreams: true}, "/test.Probe/Any", opts...)
		return &grpc.GenericClientStream[text, text]{ClientStream: stream}, err
	}
	return func(_ any, stream grpc.ServerStream) error {
		both := &grpc.GenericServerStream[text, text]{ServerStream: stream}
		switch method, _ := grpc.MethodFromServerStream(stream); method {
		case "/test.Probe/ServerStream":
			req, err := both.Recv()
			if err != nil {
				return err
			}
			return ForwardServerStream(req, both, func(ctx context.Context, req *text, opts ...grpc.CallOption) (grpc.ServerStreamingClient[text], error) {
				to, err := open(ctx, true, opts)
				if err != nil {
					return nil, err
				}
				return to, errors.Join(to.Send(req), to.CloseSend())
			})
		case "/test.Probe/ClientStream":
			return ForwardClientStream(both, func(ctx context.Context, opts ...grpc.CallOption) (grpc.ClientStreamingClient[text, text], error) {
				return open(ctx, false, opts)
			})
		case "/test.Probe/BidiStream":
			return ForwardBidiStream(both, func(ctx context.Context, opts ...grpc.CallOption) (grpc.BidiStreamingClient[text, text], error) {
				return open(ctx, true, opts)
			})
		default:
			req, err := both.Recv()
			if err != nil {
				return err
			}
			resp, err := Forward(stream.Context(), req, func(ctx context.Context, req *text, opts ...grpc.CallOption) (*text, error) {
				resp := &text{}
				return resp, callee.Invoke(ctx, "/test.Probe/Any", req, resp, opts...)
			})
			if err != nil {
				return err
			}
			return both.Send(resp)
		}
	}
}

// serve returns a connection to a server in memory that answers every call by handler, for as long as the test runs.
func serve(t *testing.T, handler grpc.StreamHandler) *grpc.ClientConn {
	t.Helper()
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer(grpc.UnknownServiceHandler(handler))
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient("passthrough:///probe",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// call sends requests and returns all that answers them.
func call(t *testing.T, conn *grpc.ClientConn, method string, requests ...string) (got string, header, trailer metadata.MD, err error) {
	t.Helper()
	ctx := metadata.AppendToOutgoingContext(t.Context(), "x-user", "ann", "grpc-tags-bin", "theirs")
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method)
	if err != nil {
		t.Fatal(err)
	}
	for _, request := range requests {
		if err := stream.SendMsg(wrapperspb.String(request)); err != nil {
			t.Fatal(err)
		}
	}
	if err := stream.CloseSend(); err != nil {
		t.Fatal(err)
	}
	var answers []string
	for {
		resp := &text{}
		if err = stream.RecvMsg(resp); err != nil {
			break
		}
		answers = append(answers, resp.GetValue())
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	header, _ = stream.Header() // what is wrong with it, err says
	return strings.Join(answers, ", "), header, stream.Trailer(), err
}
