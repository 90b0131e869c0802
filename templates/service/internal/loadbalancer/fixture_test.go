package loadbalancer

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const method = "/test.Probe/Call"

// settings eject after three failures for ten seconds, and pick endpoints in turn.
func settings() Settings {
	return Settings{
		Policy: inTurn,
		Ejection: Ejection{
			ConsecutiveFailures: 3,
			BaseTime:            10 * time.Second,
			MaxTime:             35 * time.Second,
			MaxPercent:          50,
			FailureCodes: []codes.Code{
				codes.Unavailable, codes.DeadlineExceeded, codes.Internal, codes.ResourceExhausted,
			},
		},
	}
}

// inTurn is a Policy of the tests' own, so that they hold for a service of any policy.
func inTurn([]*Endpoint) Picker { return &turns{} }

type turns struct{ next atomic.Int64 }

func (p *turns) Pick(_ balancer.PickInfo, endpoints []*Endpoint) *Endpoint {
	return endpoints[int(p.next.Add(1)-1)%len(endpoints)]
}

// instance is a server that answers any call as the test has it.
type instance struct {
	port   *bufconn.Listener
	server *grpc.Server
	health *health.Server
	calls  atomic.Int64
	answer atomic.Pointer[func(context.Context) error]
}

func newInstance(t *testing.T, options ...grpc.ServerOption) *instance {
	t.Helper()
	i := &instance{port: bufconn.Listen(64 << 10), health: health.NewServer()}
	i.do(func(context.Context) error { return nil })
	i.server = grpc.NewServer(append(options, grpc.UnknownServiceHandler(i.handle))...)
	healthpb.RegisterHealthServer(i.server, i.health)
	go func() { _ = i.server.Serve(i.port) }()
	t.Cleanup(i.server.Stop)
	return i
}

func (i *instance) handle(_ any, stream grpc.ServerStream) error {
	i.calls.Add(1)
	if err := stream.RecvMsg(&emptypb.Empty{}); err != nil {
		return err
	}
	if err := (*i.answer.Load())(stream.Context()); err != nil {
		return err
	}
	return stream.SendMsg(wrapperspb.String("well"))
}

// do makes the instance answer by f.
func (i *instance) do(f func(context.Context) error) { i.answer.Store(&f) }

// fail makes the instance answer with code.
func (i *instance) fail(code codes.Code) {
	i.do(func(context.Context) error { return status.Error(code, "as the test has it") })
}

// heal makes the instance answer well.
func (i *instance) heal() { i.do(func(context.Context) error { return nil }) }

// fixture is a connection to instances in memory, so that in a synctest bubble its clock is the bubble's.
type fixture struct {
	instances map[string]*instance
	resolver  *manual.Resolver
	registry  *prometheus.Registry
	conn      *grpc.ClientConn
}

// start connects to as many instances, named a, b, c and so on.
func start(t *testing.T, s Settings, instances int, options ...grpc.ServerOption) *fixture {
	t.Helper()
	f := &fixture{
		instances: make(map[string]*instance),
		resolver:  manual.NewBuilderWithScheme("test"),
		registry:  prometheus.NewRegistry(),
	}
	var addresses []string
	for n := range instances {
		address := string(rune('a' + n))
		f.instances[address] = newInstance(t, options...)
		addresses = append(addresses, address)
	}
	f.resolver.InitialState(found(addresses...))
	f.conn = f.connect(t, s)
	f.conn.Connect()
	synctest.Wait()
	return f
}

// connect returns a connection that has not looked for its endpoints yet.
func (f *fixture) connect(t *testing.T, s Settings) *grpc.ClientConn {
	t.Helper()
	var err error
	if s.Metrics, err = NewMetrics(f.registry, "test"); err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf(`{"loadBalancingConfig": [{%q: {}}], "healthCheckConfig": {"serviceName": ""}}`, Name)
	return f.connectWith(t, Configure(f.resolver, s), config)
}

// connectWith is connect with any resolver and service config.
func (f *fixture) connectWith(t *testing.T, builder resolver.Builder, config string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient("test:///probe",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithResolvers(builder),
		grpc.WithDefaultServiceConfig(config),
		grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			return f.instances[address].port.DialContext(ctx)
		}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// find lets the resolver find these addresses and no others.
func (f *fixture) find(addresses ...string) {
	f.resolver.UpdateState(found(addresses...))
	synctest.Wait()
}

func found(addresses ...string) resolver.State {
	var state resolver.State
	for _, address := range addresses {
		endpoint := resolver.Endpoint{Addresses: []resolver.Address{
			{Addr: address},
		}}
		state.Endpoints = append(state.Endpoints, endpoint)
	}
	return state
}

// serve lets the health service of an instance say that it serves, or that it does not.
func (f *fixture) serve(address string, serving bool) {
	status := healthpb.HealthCheckResponse_NOT_SERVING
	if serving {
		status = healthpb.HealthCheckResponse_SERVING
	}
	f.instances[address].health.SetServingStatus("", status)
	synctest.Wait()
}

// call makes one call.
func (f *fixture) call(ctx context.Context) error {
	return f.conn.Invoke(ctx, method, &emptypb.Empty{}, &emptypb.Empty{})
}

// bounded makes one call that the client, not its caller, gives a second.
func (f *fixture) bounded(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(WithCall(ctx), time.Second)
	defer cancel()
	return f.call(ctx)
}

// calls makes so many calls, and returns how many of them failed.
func (f *fixture) calls(t *testing.T, n int) (failed int) {
	t.Helper()
	for range n {
		if f.call(t.Context()) != nil {
			failed++
		}
	}
	return failed
}

// wantSpread fails the test unless the instances, by name, have got so many calls since the last time.
func (f *fixture) wantSpread(t *testing.T, want ...int64) {
	t.Helper()
	got := make([]int64, len(f.instances))
	for address, i := range f.instances {
		got[address[0]-'a'] = i.calls.Swap(0)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the instances have got %v calls, want %v", got, want)
	}
}

// value returns the value of a metric, the sum of its series.
func (f *fixture) value(t *testing.T, name string) (sum float64) {
	t.Helper()
	families, err := f.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			if family.GetName() == name {
				sum += metric.GetCounter().GetValue() + metric.GetGauge().GetValue()
			}
		}
	}
	return sum
}

func wantCode(t *testing.T, err error, want codes.Code) {
	t.Helper()
	if got := status.Code(err); got != want {
		t.Errorf("code is %v (%v), want %v", got, err, want)
	}
}
