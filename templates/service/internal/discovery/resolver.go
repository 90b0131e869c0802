// Package discovery tells a client connection where the instances of a service are. Its resolvers are given to a
// connection by grpc.WithResolvers; none is registered globally.
package discovery

import (
	"context"
	"errors"
	"slices"
	"time"

	"google.golang.org/grpc/resolver"

	"github.com/msgen/msgen/templates/service/internal/backoff"
)

// Waits between attempts at a source that fails. The longest bounds how long one that has come back goes unnoticed.
const (
	firstRetry   = 100 * time.Millisecond
	longestRetry = 3 * time.Second
)

// Source is where the instances of one service are known.
type Source interface {
	// Follow calls found with all instances, and again after each change. It returns the reason when it cannot go on,
	// and any error soon after ctx is done. A value in resolveNow asks for a look before the next is due.
	Follow(ctx context.Context, found func([]Instance), resolveNow <-chan struct{}) error
}

// New returns a resolver of the instances that the source finds, for targets of the scheme. It keeps the last instances
// while the source fails, and tries the source again within seconds, forever.
func New(scheme string, source Source) resolver.Builder { return builder{scheme, source} }

// builder makes resolvers that follow one source.
type builder struct {
	scheme string
	source Source
}

// Scheme returns the scheme of the targets that the resolvers are for; the rest of the target does not matter.
func (b builder) Scheme() string { return b.scheme }

// Build starts a resolver, which runs until it is closed.
func (b builder) Build(_ resolver.Target, conn resolver.ClientConn, _ resolver.BuildOptions) (resolver.Resolver, error) {
	ctx, cancel := context.WithCancel(context.Background())
	f := &follower{
		source:     b.source,
		conn:       conn,
		resolveNow: make(chan struct{}, 1),
		cancel:     cancel,
		done:       make(chan struct{}),
	}
	go f.run(ctx)
	return f, nil
}

// follower tells a connection what its source finds.
type follower struct {
	source     Source
	conn       resolver.ClientConn
	known      []Instance // as the connection was told last; empty before the first answer
	resolveNow chan struct{}
	cancel     context.CancelFunc
	done       chan struct{} // closed when run has returned
}

// run follows the source until ctx is done. The connection keeps what it knows while the source fails, and hears of
// the failure: calls fail with it for as long as there are no instances to try.
func (f *follower) run(ctx context.Context) {
	defer close(f.done)
	retry := backoff.New(firstRetry, longestRetry)
	for ctx.Err() == nil {
		err := f.source.Follow(ctx, func(instances []Instance) {
			retry.Reset()
			f.tell(instances)
		}, f.resolveNow)
		if ctx.Err() == nil {
			f.conn.ReportError(err)
			retry.Wait(ctx)
		}
	}
}

// tell gives the connection the instances, unless there are none: a registry that has lost its data says so too, and
// instances that are really gone are found out by connecting.
func (f *follower) tell(instances []Instance) {
	if len(instances) == 0 {
		f.conn.ReportError(errors.New("discovery: there are no instances"))
		return
	}
	slices.SortFunc(instances, Instance.compare)
	instances = slices.CompactFunc(instances, Instance.equal)
	if slices.EqualFunc(instances, f.known, Instance.equal) {
		return
	}
	f.known = instances
	_ = f.conn.UpdateState(state(instances)) // what a balancer does not like is no reason to look again
}

// ResolveNow asks for a look soon; the sources that are told of changes need none.
func (f *follower) ResolveNow(resolver.ResolveNowOptions) {
	select {
	case f.resolveNow <- struct{}{}:
	default: // one is on its way
	}
}

// Close ends the resolver and returns when it has ended.
func (f *follower) Close() {
	f.cancel()
	<-f.done
}
