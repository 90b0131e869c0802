package resilience

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// call is one call, with all its attempts: one at a time.
type call struct {
	*row

	request, reply any
	conn           *grpc.ClientConn
	invoke         grpc.UnaryInvoker // nil: the call is a stream
	options        []grpc.CallOption
	ownOptions     [4]grpc.CallOption // room for options

	desc     *grpc.StreamDesc
	streamer grpc.Streamer
	opened   *openStream // of the last attempt

	began    time.Time
	deadline time.Time   // of the whole call; zero: none
	expired  bool        // whether the last attempt has run into the time that the client gave it
	attempts int         // that were sent
	trailer  metadata.MD // of the last one
	attempt  handler     // makes another one
}

// handler makes a call, or one attempt of it. The context is the caller's, or a child of it.
type handler func(ctx context.Context, c *call) error

// layer does its part around the rest of a call.
type layer func(next handler) handler

// Unary is the interceptor of unary calls.
func (e *Engine) Unary(
	ctx context.Context, method string, req, reply any, conn *grpc.ClientConn,
	invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	row, ok := (*e.rows.Load())[method]
	if !ok {
		return invoke(ctx, method, req, reply, conn, options...)
	}
	c := &call{row: row, request: req, reply: reply, conn: conn, invoke: invoke}
	c.begin(options)
	return e.run(e.attempts(ctx), c)
}

// begin sets the time that the call has, and its options: the policy's first, so that the caller's win.
func (c *call) begin(callers []grpc.CallOption) {
	c.metrics.calls.Inc()
	c.began = time.Now()
	if c.policy.Timeout > 0 {
		c.deadline = c.began.Add(c.policy.Timeout)
	}
	c.options = c.ownOptions[:0]
	if c.policy.WaitForReady {
		c.options = append(c.options, grpc.WaitForReady(true))
	}
	if c.policy.Retry != nil {
		c.options = append(c.options, grpc.Trailer(&c.trailer))
	}
	c.options = append(c.options, callers...)
}

// send sends one attempt.
func send(ctx context.Context, c *call) error {
	c.attempts++
	c.trailer = nil
	c.metrics.attempts.Inc()
	if c.invoke == nil {
		return c.open(ctx)
	}
	return c.invoke(ctx, c.name, c.request, c.reply, c.conn, c.options...)
}
