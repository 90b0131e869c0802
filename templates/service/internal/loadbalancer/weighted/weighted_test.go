package weighted

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	orcapb "github.com/cncf/xds/go/xds/data/orca/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	_ "google.golang.org/grpc/health"
	"google.golang.org/grpc/orca"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/msgen/msgen/templates/service/internal/clienttest"
	"github.com/msgen/msgen/templates/service/internal/loadbalancer"
)

// reports answers with a report of 100 calls a second at this utilization.
func reports(utilization float64) clienttest.Answer {
	return func(ctx context.Context) error {
		recorder := orca.CallMetricsRecorderFromContext(ctx)
		recorder.SetApplicationUtilization(utilization)
		recorder.SetQPS(100)
		return nil
	}
}

// fixture is a connection to instances in memory.
type fixture struct {
	names     []string
	instances map[string]*clienttest.Instance
	resolver  *manual.Resolver
	conn      *grpc.ClientConn
}

func start(t *testing.T, names ...string) *fixture {
	t.Helper()
	f := &fixture{names: names, instances: make(map[string]*clienttest.Instance), resolver: manual.NewBuilderWithScheme("test")}
	for _, name := range names {
		f.instances[name] = clienttest.NewInstance(t, orca.CallMetricsServerOption(nil))
	}
	f.resolver.InitialState(found(names))
	metrics, err := loadbalancer.NewMetrics(nil, "test")
	if err != nil {
		t.Fatal(err)
	}
	f.conn, err = grpc.NewClient("test:///probe",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithResolvers(loadbalancer.Configure(f.resolver, loadbalancer.Settings{Policy: RoundRobin(), Metrics: metrics})),
		grpc.WithDefaultServiceConfig(`{"loadBalancingConfig": [{"`+loadbalancer.Name+`": {}}]}`),
		clienttest.Dial(f.instances))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.conn.Close() })
	f.conn.Connect()
	synctest.Wait()
	return f
}

func found(names []string) resolver.State {
	var state resolver.State
	for _, name := range names {
		state.Endpoints = append(state.Endpoints, resolver.Endpoint{Addresses: []resolver.Address{{Addr: name}}})
	}
	return state
}

// spread makes n calls, and fails the test unless the instances get about so many of them.
func (f *fixture) spread(t *testing.T, n int, want ...int) {
	t.Helper()
	for range n {
		if err := f.conn.Invoke(t.Context(), "/test.Probe/Call", &emptypb.Empty{}, &emptypb.Empty{}); err != nil {
			t.Fatal(err)
		}
	}
	for i, name := range f.names {
		if got := len(f.instances[name].Seen()); got < want[i]-want[i]/20-2 || got > want[i]+want[i]/20+2 {
			t.Errorf("%s has got %d calls, want about %d", name, got, want[i])
		}
	}
}

func TestRoundRobinFollowsTheReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, "a", "b", "c")
		f.instances["a"].Do(reports(0.2))
		f.instances["b"].Do(reports(0.4))
		f.spread(t, 30, 10, 10, 10)
		time.Sleep(2 * time.Second)
		f.spread(t, 30, 10, 10, 10) // it is too early to weigh

		time.Sleep(11 * time.Second)
		f.spread(t, 900, 400, 200, 300) // c, which does not report, has the mean

		f.resolver.UpdateState(found([]string{"a", "b"}))
		synctest.Wait()
		f.instances["b"].Do(reports(20))
		time.Sleep(time.Second)
		f.spread(t, 10, 7, 3, 0)
		time.Sleep(time.Second)
		f.spread(t, 650, 640, 10, 0) // as few as one can get

		time.Sleep(4 * time.Minute)
		f.spread(t, 30, 15, 15, 0) // reports are too old
	})
}

func TestRoundRobinCountsErrorsAsLoad(t *testing.T) {
	now := time.Now()
	calm, failing := newLoad(), newLoad()
	for range 2 {
		calm.report(now, loadReport(0.5, 0))
		failing.report(now, loadReport(0.5, 50))
		now = now.Add(blackoutPeriod)
	}
	if a, b := calm.weight(now), failing.weight(now); a != 2*b {
		t.Errorf("the weights are %v and %v, want twice as much without errors", a, b)
	}
}

func loadReport(utilization, errors float64) *orcapb.OrcaLoadReport {
	return &orcapb.OrcaLoadReport{ApplicationUtilization: utilization, RpsFractional: 100, Eps: errors}
}
