package resilience

import (
	"context"
	"errors"
)

var errPanicked = errors.New("the call has panicked")

// hold makes an attempt, and calls release with its error when it has ended: a stream goes on when it is open.
func (c *call) hold(ctx context.Context, next handler, release func(error)) error {
	err := errPanicked
	defer func() {
		if c.invoke == nil && err == nil {
			c.opened.atEnd(release)
		} else {
			release(err)
		}
	}()
	err = next(ctx, c)
	return err
}
