package resilience

import (
	"context"
	"slices"
	"sync"

	"google.golang.org/grpc"
)

// Stream is the interceptor of streams. What bounds them lasts until they end.
func (e *Engine) Stream(
	ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string,
	streamer grpc.Streamer, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	row, ok := (*e.rows.Load())[method]
	if !ok {
		return streamer(ctx, desc, conn, method, options...)
	}
	c := &call{row: row, conn: conn, desc: desc, streamer: streamer}
	c.begin(options)
	ctx = e.attempts(ctx)
	if err := e.run(ctx, c); err != nil {
		return nil, err
	}
	if c.policy.Retry != nil && !desc.ClientStreams {
		return &retriedStream{
			ClientStream: c.opened,
			call:         c,
			again:        func(err error) bool { return e.again(ctx, c, err) },
			attempt:      func() error { return c.attempt(c.repeated(ctx), c) },
		}, nil
	}
	return c.opened, nil
}

// openStream is the stream of one attempt, from its beginning to its end.
type openStream struct {
	grpc.ClientStream
	idle idleTimer

	mu       sync.Mutex
	ended    bool
	err      error         // that it has ended with; nil: well
	releases []func(error) // to call when it ends, the last one first
}

// open begins the stream of one attempt.
func (c *call) open(ctx context.Context) error {
	stream := &openStream{}
	ctx = stream.idle.start(ctx, c.policy.IdleTimeout)
	var err error
	stream.ClientStream, err = c.streamer(ctx, c.desc, c.conn, c.name, append(slices.Clip(c.options), grpc.OnFinish(stream.end))...)
	c.opened = stream
	if err != nil {
		stream.end(err) // grpc-go may not have heard of it
	}
	return err
}

// atEnd calls release when the stream has ended.
func (s *openStream) atEnd(release func(error)) {
	s.mu.Lock()
	ended := s.ended
	if !ended {
		s.releases = append(s.releases, release)
	}
	s.mu.Unlock()
	if ended {
		release(s.err)
	}
}

// end takes how the stream has ended. grpc-go calls it, whether the caller has read to the end or given up.
func (s *openStream) end(err error) {
	err = s.idle.explain(err)
	s.idle.stop()
	s.mu.Lock()
	releases := s.releases
	s.ended, s.err, s.releases = true, err, nil
	s.mu.Unlock()
	for _, release := range slices.Backward(releases) {
		release(err)
	}
}
