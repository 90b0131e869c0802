// Package validation checks requests by the buf.validate rules of their protos, before a handler sees them.
package validation

import (
	"context"

	"buf.build/go/protovalidate"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// ServerOptions returns options for a server that checks the requests of methods, which are full names: "/shop.Orders/Get". A
// request that breaks a rule gets INVALID_ARGUMENT with a buf.validate.Violations as detail, and so does a message of a
// stream, which ends. ServerOptions fails when a rule does not compile, and when the stubs of a method are not linked.
func ServerOptions(methods []string) ([]grpc.ServerOption, error) {
	requests, err := reach(methods)
	if err != nil {
		return nil, err
	}
	rules, err := compile(requests)
	if err != nil {
		return nil, err
	}
	c := newChecks(rules, methods)
	return []grpc.ServerOption{grpc.ChainUnaryInterceptor(c.unary), grpc.ChainStreamInterceptor(c.stream)}, nil
}

// checks are the rules of a server's requests.
type checks struct {
	rules   protovalidate.Validator
	first   []protovalidate.ValidationOption // look for the first violation alone
	methods map[string]bool                  // by full names; their requests have rules
}

func newChecks(rules protovalidate.Validator, methods []string) checks {
	c := checks{rules: rules, first: []protovalidate.ValidationOption{protovalidate.WithFailFast()}, methods: map[string]bool{}}
	for _, method := range methods {
		c.methods[method] = true
	}
	return c
}

func (c checks) unary(
	ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
) (any, error) {
	if c.methods[info.FullMethod] {
		if err := c.check(req); err != nil {
			return nil, err
		}
	}
	return handler(ctx, req)
}

func (c checks) stream(
	srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler,
) error {
	if !c.methods[info.FullMethod] {
		return handler(srv, stream)
	}
	ctx, refuse := context.WithCancelCause(stream.Context())
	defer refuse(nil)
	err := handler(srv, &checkedStream{stream, ctx, refuse, c})
	if refusal := context.Cause(ctx); refusal != nil && stream.Context().Err() == nil {
		return refusal
	}
	return err
}

// checkedStream checks each message that it receives. A message that breaks a rule ends the context, so that a handler
// which waits elsewhere ends too.
type checkedStream struct {
	grpc.ServerStream

	ctx    context.Context //nolint:containedctx // which Context returns
	refuse context.CancelCauseFunc
	checks checks
}

// Context implements grpc.ServerStream.
func (s *checkedStream) Context() context.Context { return s.ctx }

// RecvMsg implements grpc.ServerStream.
func (s *checkedStream) RecvMsg(msg any) error {
	if err := s.ServerStream.RecvMsg(msg); err != nil {
		return err
	}
	err := s.checks.check(msg)
	if err != nil {
		s.refuse(err)
	}
	return err
}

// check returns what the caller of a request gets that breaks a rule.
func (c checks) check(req any) error {
	msg, ok := req.(proto.Message)
	if !ok {
		return status.Errorf(codes.Internal, "the request is a %T, and not a proto.Message", req)
	}
	err := c.rules.Validate(msg, c.first...)
	if err == nil {
		return nil
	}
	if proto.Size(msg) <= maxExamined {
		if all := c.rules.Validate(msg); all != nil { // nil: what the clock decided is now right
			err = all
		}
	}
	return refusal(err)
}
