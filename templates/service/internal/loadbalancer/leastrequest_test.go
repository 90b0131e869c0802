package loadbalancer

import (
	"context"
	"testing"
	"testing/synctest"
)

func TestLeastRequestAvoidsWhatIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settings()
		s.Policy = LeastRequest
		f := start(t, s, 2)
		b := f.instances["b"]
		b.do(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		ctx, stop := context.WithCancel(t.Context())
		for b.calls.Load() == 0 {
			go func() { _ = f.call(ctx) }()
			synctest.Wait()
		}
		f.instances["a"].calls.Store(0)
		f.calls(t, 20)
		f.wantSpread(t, 20, 1)

		stop()
		synctest.Wait()
		b.heal()
		f.calls(t, 100)
		if f.instances["b"].calls.Load() < 20 {
			t.Errorf("an endpoint with nothing to do gets %d of 100 calls", f.instances["b"].calls.Load())
		}
	})
}
