// Package loadreport reports the load of a server to clients with each answer, in the format of ORCA.
package loadreport

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/orca"
	"google.golang.org/grpc/status"
)

// window is the time over which load is measured.
const window = time.Second

// meter measures the load of a server.
type meter struct {
	capacity int                          // requests that may be handled at the same time
	skip     func(fullMethod string) bool // calls that do not count

	mu      sync.Mutex
	began   time.Time // when the current window did
	current usage
	last    usage // of the window before, in each second
}

type usage struct{ calls, errors, busy float64 } // busy is in seconds of all calls together

// ServerOptions return options for a server that reports its load to clients with each answer: the requests per
// second that it handles, how many of them it fails, and how many it handles at the same time, as a share of capacity.
// Clients that balance by weighted_round_robin thereby give it the calls that it can bear; the faster it answers, the more.
// Calls of the methods that skip names do not count.
func ServerOptions(capacity int, skip func(fullMethod string) bool) []grpc.ServerOption {
	m := &meter{capacity: capacity, skip: skip, began: time.Now()}
	return []grpc.ServerOption{
		orca.CallMetricsServerOption(nil), // before the other, which reports by it
		grpc.ChainUnaryInterceptor(m.unary),
	}
}

func (m *meter) unary(
	ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
) (any, error) {
	if m.skip(info.FullMethod) {
		return handler(ctx, req)
	}
	start := time.Now()
	resp, err := handler(ctx, req)
	now := time.Now()
	rate := m.add(now, now.Sub(start), failed(err))
	if rate.calls > 0 {
		recorder := orca.CallMetricsRecorderFromContext(ctx)
		recorder.SetQPS(rate.calls)
		recorder.SetEPS(rate.errors)
		recorder.SetApplicationUtilization(rate.busy / float64(m.capacity))
	}
	return resp, err
}

// add adds a call, and returns what there was in each second of the last window; nothing before the first one is over.
func (m *meter) add(now time.Time, took time.Duration, failed bool) usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.current.calls++
	m.current.busy += took.Seconds()
	if failed {
		m.current.errors++
	}
	if passed := now.Sub(m.began); passed >= window {
		seconds := passed.Seconds()
		m.last = usage{m.current.calls / seconds, m.current.errors / seconds, m.current.busy / seconds}
		m.current, m.began = usage{}, now
	}
	return m.last
}

// failed reports whether a call that ends with err was failed by the server, and not by its caller.
func failed(err error) bool {
	result, ok := status.FromError(err)
	if !ok {
		result = status.FromContextError(err) // as grpc-go does
	}
	switch result.Code() {
	case codes.Unknown, codes.Internal, codes.DataLoss, codes.Unavailable, codes.ResourceExhausted:
		return true
	default:
		return false
	}
}
