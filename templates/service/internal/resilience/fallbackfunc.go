package resilience

import (
	"context"

	"google.golang.org/protobuf/proto"
)

// Func returns the response to a request, or why there is none. The error is the call's. The context ends with
// the caller's, and otherwise has the time of a whole call.
type Func func(ctx context.Context, request any, err error) (proto.Message, error)

// orFunc makes a call, or answers with what the function returns.
func (c *call) orFunc(ctx context.Context, next handler, function Func) error {
	err := next(ctx, c)
	if !c.fails(ctx, err) {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.policy.Timeout)
	defer cancel()
	message, failed := function(ctx, c.request, err)
	if failed != nil {
		return failed
	}
	return c.answer(message, err)
}
