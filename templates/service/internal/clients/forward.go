package clients

import (
	"context"
	"errors"
	"io"
	"maps"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// Forward passes a call on, and its answer back. Metadata goes along, both ways.
func Forward[Req, Resp any](
	ctx context.Context, req *Req, call func(context.Context, *Req, ...grpc.CallOption) (*Resp, error),
) (*Resp, error) {
	var header, trailer metadata.MD
	resp, err := call(outgoing(ctx), req, grpc.Header(&header), grpc.Trailer(&trailer))
	_ = grpc.SetHeader(ctx, header)             // which fails
	_ = grpc.SetTrailer(ctx, returned(trailer)) // once nobody waits for the answer
	return resp, err
}

// ForwardServerStream is [Forward] for a call that many messages answer.
func ForwardServerStream[Req, Resp any](
	req *Req, stream grpc.ServerStreamingServer[Resp],
	call func(context.Context, *Req, ...grpc.CallOption) (grpc.ServerStreamingClient[Resp], error),
) error {
	answers, err := call(outgoing(stream.Context()), req)
	if err != nil {
		return err
	}
	return passBack(answers, stream, answers.Recv, stream.Send)
}

// ForwardClientStream is [Forward] for a call of many messages that one answers.
func ForwardClientStream[Req, Resp any](
	stream grpc.ClientStreamingServer[Req, Resp],
	call func(context.Context, ...grpc.CallOption) (grpc.ClientStreamingClient[Req, Resp], error),
) error {
	requests, err := call(outgoing(stream.Context()))
	if err != nil {
		return err
	}
	if err := passOn(stream.Recv, requests.Send); err != nil {
		return err
	}
	resp, err := requests.CloseAndRecv()
	if header, err := requests.Header(); err == nil {
		_ = stream.SetHeader(header)
	}
	stream.SetTrailer(returned(requests.Trailer()))
	if err != nil {
		return err
	}
	return stream.SendAndClose(resp)
}

// ForwardBidiStream is [Forward] for a call of many messages that many answer.
func ForwardBidiStream[Req, Resp any](
	stream grpc.BidiStreamingServer[Req, Resp],
	call func(context.Context, ...grpc.CallOption) (grpc.BidiStreamingClient[Req, Resp], error),
) error {
	both, err := call(outgoing(stream.Context()))
	if err != nil {
		return err
	}
	go func() { // ends with the stream at the latest
		if passOn(stream.Recv, both.Send) == nil {
			_ = both.CloseSend()
		}
	}()
	return passBack(both, stream, both.Recv, stream.Send)
}

// passOn sends what is received until there is no more, or nobody wants more: then the answer says why.
func passOn[Req any](receive func() (*Req, error), send func(*Req) error) error {
	for {
		req, err := receive()
		if err == nil {
			err = send(req)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// passBack sends what is received until the stream that it comes from ends, and then ends as that did.
func passBack[Resp any](from grpc.ClientStream, to grpc.ServerStream, receive func() (*Resp, error), send func(*Resp) error) error {
	resp, err := receive()
	if header, err := from.Header(); err == nil {
		_ = to.SetHeader(header)
	}
	for ; err == nil; resp, err = receive() {
		if err := send(resp); err != nil {
			return err
		}
	}
	to.SetTrailer(returned(from.Trailer()))
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// outgoing is ctx with the metadata of the call that is being answered, but for what is about its connection.
func outgoing(ctx context.Context) context.Context {
	md, _ := metadata.FromIncomingContext(ctx) // a copy
	maps.DeleteFunc(md, func(key string, _ []string) bool {
		switch key {
		case "connection", "content-length", "host", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade":
			return true
		default:
			return strings.HasPrefix(key, ":") || strings.HasPrefix(key, "grpc-")
		}
	})
	return metadata.NewOutgoingContext(ctx, md)
}

// returned is a trailer without the load of the instance that answered, which is not that of this one.
func returned(trailer metadata.MD) metadata.MD {
	trailer.Delete("endpoint-load-metrics-bin")
	return trailer
}
