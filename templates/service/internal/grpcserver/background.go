package grpcserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// WithBackground has work run from before the server reports SERVING until after the last call. Then its context
// ends, and the server waits for it as it does for the function of WithStop. Work that ends before, by an error, a panic or a
// return, ends the server with an error.
func WithBackground(name string, work func(context.Context) error) Option {
	return func(e *extensions) {
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		start := func(context.Context) error {
			go func() {
				err := recovered(ctx, work)
				if ctx.Err() == nil && e.fail(fmt.Errorf("background work %s: %w", name, cmp.Or(err, errReturned))) {
					err = nil // Serve returns it
				}
				ended <- err
			}()
			return nil
		}
		stop := func(stopping context.Context) error {
			cancel()
			select {
			case err := <-ended:
				if errors.Is(err, context.Canceled) {
					return nil
				}
				return err
			case <-stopping.Done():
				return stopping.Err()
			}
		}
		withHook(hook{name: name, start: start, stop: stop})(e)
	}
}

// errReturned is the end of background work that has returned before its time.
var errReturned = errors.New("it returned while the server serves")

// fail ends the server with the error. It reports false when the server ends already for another error.
func (e *extensions) fail(err error) bool {
	select {
	case e.failed <- err:
		return true
	default:
		return false
	}
}
