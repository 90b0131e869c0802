package loadbalancer

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
)

func TestLimitTime(t *testing.T) {
	for name, c := range map[string]struct{ callers, want time.Duration }{
		"the client's":  {0, 5 * time.Second},
		"the caller's":  {time.Second, time.Second},
		"a later one's": {time.Minute, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if c.callers > 0 {
					limited, cancel := context.WithTimeout(ctx, c.callers)
					defer cancel()
					ctx = limited
				}
				invoke := func(ctx context.Context, _ string, _, _ any, _ *grpc.ClientConn, _ ...grpc.CallOption) error {
					<-ctx.Done()
					return nil
				}
				began := time.Now()
				if err := LimitTime(5*time.Second)(ctx, method, nil, nil, nil, invoke); err != nil {
					t.Error(err)
				}
				if took := time.Since(began); took != c.want {
					t.Errorf("the call has taken %s, want %s", took, c.want)
				}
			})
		})
	}
}
