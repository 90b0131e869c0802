package loadbalancer

import (
	"context"
	"time"

	"google.golang.org/grpc"
)

// LimitTime bounds how long an instance may take to answer a call. The caller's own deadline counts when it is earlier;
// an instance is to blame only for the time that the client gives it.
func LimitTime(timeout time.Duration) grpc.UnaryClientInterceptor {
	return func(
		ctx context.Context, method string, req, reply any, conn *grpc.ClientConn,
		invoke grpc.UnaryInvoker, options ...grpc.CallOption,
	) error {
		ctx, cancel := context.WithTimeout(WithCall(ctx), timeout)
		defer cancel()
		return invoke(ctx, method, req, reply, conn, options...)
	}
}
