package loadbalancer

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/resolver"
)

func TestEndpointsThatDoNotServeGetNoCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 3)
		f.serve("a", false)
		f.calls(t, 10)
		f.wantSpread(t, 0, 5, 5)

		f.serve("a", true)
		f.instances["b"].server.Stop()
		synctest.Wait()
		f.calls(t, 10)
		f.wantSpread(t, 5, 0, 5)
	})
}

func TestEndpointsThatStopAreBetterThanNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 2)
		f.serve("a", false)
		f.serve("b", false)
		if failed := f.calls(t, 10); failed > 0 {
			t.Errorf("%d calls fail while both stop", failed)
		}
		f.wantSpread(t, 5, 5)
		f.serve("b", true)
		f.calls(t, 10)
		f.wantSpread(t, 0, 10)

		f.serve("b", false)
		for _, instance := range f.instances {
			instance.server.Stop()
		}
		synctest.Wait()
		wantError(t, f.call(t.Context()), "") // and does not wait
	})
}

func TestEndpointThatStopsMakesTheResolverLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 2)
		looks := 0
		f.resolver.ResolveNowCallback = func(resolver.ResolveNowOptions) { looks++ }
		f.calls(t, 10)
		if looks > 0 {
			t.Errorf("the resolver is asked to look %d times while all is well", looks)
		}
		f.serve("a", false)
		if looks != 1 {
			t.Errorf("the resolver is asked to look %d times, want once", looks)
		}
	})
}

func TestCallsAreToldWhatTheResolverSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 2)
		f.resolver.CC().ReportError(errors.New("the registry is gone"))
		synctest.Wait()
		wantCode(t, f.call(t.Context()), codes.OK) // the endpoints of before are kept

		f.find()
		wantError(t, f.call(t.Context()), "no endpoints")
		f.resolver.CC().ReportError(errors.New("not allowed to look"))
		synctest.Wait()
		wantError(t, f.call(t.Context()), "not allowed to look")
		f.find("a")
		wantCode(t, f.call(t.Context()), codes.OK)
	})
}

func TestSettingsAreRequired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 1)
		f.conn = f.connectWith(t, f.resolver, `{"loadBalancingConfig": [{"`+Name+`": {}}]}`)
		wantError(t, f.call(t.Context()), "loadbalancer.Configure")
	})
}

func TestPickerMayPickNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settings()
		s.Policy = func([]*Endpoint) Picker { return none{} }
		f := start(t, s, 1)
		wantError(t, f.call(t.Context()), "picked no endpoint")
	})
}

type none struct{}

func (none) Pick(balancer.PickInfo, []*Endpoint) *Endpoint { return nil }

func TestPickerSeesTheEndpoints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settings()
		observed := make(chan *Endpoint, 1)
		s.Policy = func(endpoints []*Endpoint) Picker {
			for i, want := range []string{"a", "b"} {
				resolved := endpoints[i].Resolved()
				if endpoints[i].Address() != want || resolved.Addresses[0].Addr != want {
					t.Errorf("endpoint %d is %s and was resolved as %v, want %s", i, endpoints[i].Address(), resolved, want)
				}
			}
			return observer{Picker: always(nil), done: observed}
		}
		f := start(t, s, 2)
		f.find("b", "a")
		answer := make(chan struct{})
		f.instances["a"].do(func(context.Context) error { <-answer; return nil })
		go func() { _ = f.call(t.Context()) }()
		synctest.Wait()
		close(answer)
		if endpoint := <-observed; endpoint.Address() != "a" || endpoint.InFlight() != 0 {
			t.Errorf("a call on %s has ended, and %d have not, want a and 0", endpoint.Address(), endpoint.InFlight())
		}
	})
}

type observer struct {
	Picker

	done chan<- *Endpoint
}

func (o observer) Done(endpoint *Endpoint, _ balancer.DoneInfo) { o.done <- endpoint }

// TestEverythingAtOnce is for the race detector, and for synctest, which finds goroutines that are left.
func TestEverythingAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 4)
		ctx, stop := context.WithTimeout(t.Context(), 15*time.Second)
		defer stop()
		for range 20 {
			go func() {
				for ctx.Err() == nil {
					_ = f.bounded(ctx)
					time.Sleep(rand.N(100 * time.Millisecond))
				}
			}()
		}
		for ctx.Err() == nil {
			time.Sleep(rand.N(time.Second))
			instance := f.instances[string(rune('a'+rand.IntN(4)))]
			instance.fail([]codes.Code{codes.OK, codes.Unavailable, codes.Internal, codes.NotFound}[rand.IntN(4)])
			instance.health.SetServingStatus("", healthpb.HealthCheckResponse_ServingStatus(1+rand.IntN(2)))
			f.resolver.UpdateState(found([]string{"a", "b", "c", "d"}[rand.IntN(4):]...))
			if rand.IntN(10) == 0 {
				f.resolver.CC().ReportError(errors.New("the registry is away"))
			}
		}
		for _, instance := range f.instances {
			instance.heal()
			instance.health.SetServingStatus("", healthpb.HealthCheckResponse_SERVING)
		}
		f.find("a", "b", "c", "d")
		time.Sleep(time.Minute)
		if failed := f.calls(t, 100); failed != 0 {
			t.Errorf("%d calls fail after all is well again", failed)
		}
		if got := f.value(t, "grpc_client_ejected_endpoints"); got != 0 {
			t.Errorf("%v endpoints are ejected after all is well again", got)
		}
	})
}

func TestCallsMayOutliveTheBalancer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), 2)
		f.instances["b"].fail(codes.Unavailable)
		f.calls(t, 6)
		f.instances["a"].do(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		for range 10 {
			go func() { _ = f.bounded(t.Context()) }()
		}
		synctest.Wait()
		_ = f.conn.Close()
		synctest.Wait()
		for _, name := range []string{"grpc_client_endpoints", "grpc_client_ejected_endpoints"} {
			if got := f.value(t, name); got != 0 {
				t.Errorf("%s is %v after the end, want 0", name, got)
			}
		}
		time.Sleep(time.Minute)
	})
}

func wantError(t *testing.T, err error, text string) {
	t.Helper()
	wantCode(t, err, codes.Unavailable)
	if err != nil && !strings.Contains(err.Error(), text) {
		t.Errorf("the error is %v, want one that says %s", err, text)
	}
}
