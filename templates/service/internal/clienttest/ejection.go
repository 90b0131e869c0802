package clienttest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/msgen/msgen/templates/service/internal/loadbalancer"
)

// Ejection is what a policy promises of instances that keep failing.
type Ejection struct {
	Failures    int           // in a row, after which an instance is left out
	Time        time.Duration // for which it is, the first time
	CallTimeout time.Duration // that the client gives any call; zero: none to a method without a policy
}

// Connect returns the connection of a client that finds its service at endpoints.
type Connect func(t *testing.T, endpoints []string, options ...grpc.DialOption) *grpc.ClientConn

// Prove fails the test unless calls go to the instances that serve, and to none that keeps failing.
func (e Ejection) Prove(t *testing.T, connect Connect) {
	t.Helper()
	notServing := func(i *Instance) {
		i.Health.SetServingStatus("", healthpb.HealthCheckResponse_NOT_SERVING)
		synctest.Wait()
	}
	for name, c := range map[string]struct {
		spoil func(*Instance)
		calls int // that the instance gets then, before it is left out
	}{
		"not serving": {notServing, 0},
		"erring":      {func(i *Instance) { i.Do(Fail(codes.Unavailable)) }, e.Failures},
		"hung":        {func(i *Instance) { i.Do(Hang) }, e.Failures},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				instances := map[string]*Instance{"one:8080": NewInstance(t), "two:8080": NewInstance(t)}
				conn := connect(t, []string{"one:8080", "two:8080"}, Dial(instances))
				conn.Connect()
				synctest.Wait()
				e.prove(t, conn, instances["one:8080"], c.spoil, c.calls)
			})
		})
	}
}

func (e Ejection) prove(t *testing.T, conn *grpc.ClientConn, bad *Instance, spoil func(*Instance), calls int) {
	t.Helper()
	e.callUntil(t, conn, func() bool { return bad.Calls() > 0 })
	spoil(bad)
	bad.Seen()
	e.callUntil(t, conn, func() bool { return bad.Calls() == calls })
	if calls > 0 {
		time.Sleep(e.Time - time.Millisecond)
	}
	for range 10 {
		if err := e.call(t, conn); err != nil {
			t.Fatal(err)
		}
	}
	if got := bad.Calls(); got != calls {
		t.Errorf("the instance has got %d calls, want %d", got, calls)
	}
	if calls > 0 {
		time.Sleep(time.Millisecond)
		synctest.Wait()
		e.callUntil(t, conn, func() bool { return bad.Calls() == calls+1 })
	}
}

// call calls a method that is not the policy's: no retry and no breaker takes part.
func (e Ejection) call(t *testing.T, conn *grpc.ClientConn) error {
	t.Helper()
	ctx := t.Context()
	if e.CallTimeout == 0 {
		limited, cancel := context.WithTimeout(loadbalancer.WithCall(ctx), time.Second)
		defer cancel()
		ctx = limited
	}
	began := time.Now()
	err := conn.Invoke(ctx, "/test.Probe/Call", &emptypb.Empty{}, &emptypb.Empty{})
	if took := time.Since(began); e.CallTimeout > 0 && took != 0 && took != e.CallTimeout {
		t.Errorf("a call that is not answered takes %s, want %s", took, e.CallTimeout)
	}
	return err
}

// callUntil calls until done says so, whatever comes of the calls.
func (e Ejection) callUntil(t *testing.T, conn *grpc.ClientConn, done func() bool) {
	t.Helper()
	for range 100_000 {
		if done() {
			return
		}
		_ = e.call(t, conn)
	}
	t.Fatal("the instance gets no calls")
}
