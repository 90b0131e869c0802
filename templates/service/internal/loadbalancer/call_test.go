package loadbalancer

import (
	"testing"
	"testing/synctest"

	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/codes"
)

// always is a Policy that picks the first of the endpoints that there are to pick from.
func always([]*Endpoint) Picker { return first{} }

type first struct{}

func (first) Pick(_ balancer.PickInfo, endpoints []*Endpoint) *Endpoint { return endpoints[0] }

func TestAttemptsAvoidWhatTheCallHasTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settings()
		s.Policy = always
		f := start(t, s, 3)
		ctx := WithCall(t.Context())
		for _, want := range [][]int64{
			{1, 0, 0},
			{0, 1, 0},
			{0, 0, 1},
			{1, 0, 0},
		} {
			wantCode(t, f.call(ctx), codes.OK)
			f.wantSpread(t, want...)
		}
		wantCode(t, f.call(WithCall(ctx)), codes.OK) // another call
		f.wantSpread(t, 1, 0, 0)
	})
}

func TestAttemptPrefersWhatItHasTriedToWhatIsEjected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 2)
		f.instances["b"].fail(codes.Unavailable)
		f.calls(t, 6)
		f.wantSpread(t, 3, 3)
		ctx := WithCall(t.Context())
		for range 5 {
			wantCode(t, f.call(ctx), codes.OK)
		}
		f.wantSpread(t, 5, 0)
	})
}

func TestAttemptsAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 3)
		ctx := WithCall(t.Context())
		for range 30 {
			go func() { _ = f.call(ctx) }()
		}
		synctest.Wait()
	})
}
