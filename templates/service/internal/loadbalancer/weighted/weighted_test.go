package weighted

import (
	"context"
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"

	orcapb "github.com/cncf/xds/go/xds/data/orca/v3"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/orca"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/msgen/msgen/templates/service/internal/loadbalancer"
)

// cluster is endpoints whose calls take no time, each answered with the report that the test has set.
type cluster struct {
	*picker

	endpoints []*loadbalancer.Endpoint
	reports   map[*loadbalancer.Endpoint]*orcapb.OrcaLoadReport
	now       time.Time
}

func newCluster(endpoints int) *cluster {
	c := &cluster{reports: map[*loadbalancer.Endpoint]*orcapb.OrcaLoadReport{}, now: time.Unix(1_000_000, 0)}
	for range endpoints {
		c.endpoints = append(c.endpoints, new(loadbalancer.Endpoint))
	}
	c.find(endpoints)
	return c
}

// find lets the resolver find the first n endpoints.
func (c *cluster) find(n int) {
	c.endpoints = c.endpoints[:n]
	c.picker = newPicker(c.picker, c.endpoints, 0)
}

// report makes an endpoint answer with a report of 100 calls a second.
func (c *cluster) report(endpoint int, utilization, errors float64) {
	c.reports[c.endpoints[endpoint]] = &orcapb.OrcaLoadReport{ApplicationUtilization: utilization, RpsFractional: 100, Eps: errors}
}

// calls makes n calls and fails the test unless the endpoints get about so many of them.
func (c *cluster) calls(t *testing.T, n int, want ...int) {
	t.Helper()
	got := map[*loadbalancer.Endpoint]int{}
	for range n {
		endpoint := c.next(c.endpoints, c.now)
		got[endpoint]++
		if report := c.reports[endpoint]; report != nil {
			c.loads[endpoint].report(report, c.now)
		}
	}
	for i, want := range want {
		if got := got[c.endpoints[i]]; got < want-want/20-2 || got > want+want/20+2 {
			t.Errorf("endpoint %d has got %d of %d calls, want about %d", i, got, n, want)
		}
	}
}

func TestCallsFollowTheReports(t *testing.T) {
	c := newCluster(3)
	c.report(0, 0.2, 0)
	c.report(1, 0.4, 0)
	c.calls(t, 30, 10, 10, 10)
	c.now = c.now.Add(2 * time.Second)
	c.calls(t, 30, 10, 10, 10) // it is too early to weigh

	c.now = c.now.Add(11 * time.Second)
	c.calls(t, 900, 400, 200, 300) // the last one, which does not report, has the mean

	c.find(2)
	c.report(1, 20, 0)
	c.now = c.now.Add(time.Second)
	c.calls(t, 10, 7, 3)
	c.now = c.now.Add(time.Second)
	c.calls(t, 650, 640, 10) // as few as one can get

	c.now = c.now.Add(4 * time.Minute)
	c.calls(t, 30, 15, 15) // reports are too old
}

func TestErrorsCountAsLoad(t *testing.T) {
	c := newCluster(2)
	c.report(0, 0.5, 0)
	c.report(1, 0.5, 50)
	c.calls(t, 10)
	c.now = c.now.Add(blackoutPeriod)
	c.calls(t, 300, 200, 100)
}

// TestReportsArriveWithAnswers: a server's own report is what its endpoint is weighed by.
func TestReportsArriveWithAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		port := bufconn.Listen(64 << 10)
		server := grpc.NewServer(orca.CallMetricsServerOption(nil), grpc.UnknownServiceHandler(answer))
		go func() { _ = server.Serve(port) }()
		defer server.Stop()

		var used *picker
		policy := RoundRobin()
		conn := connect(t, port, func(endpoints []*loadbalancer.Endpoint) loadbalancer.Picker {
			used, _ = policy(endpoints).(*picker)
			return used
		})
		defer func() { _ = conn.Close() }()
		if err := conn.Invoke(t.Context(), "/test.Probe/Call", &emptypb.Empty{}, &emptypb.Empty{}); err != nil {
			t.Fatal(err)
		}
		for _, load := range used.loads {
			if got := load.weight(time.Now().Add(blackoutPeriod)); got != 200 {
				t.Errorf("the weight is %v, want 200: 100 calls a second at half of the load", got)
			}
		}
	})
}

// answer answers any call, with a report of 100 calls a second at half of what the server can bear.
func answer(_ any, stream grpc.ServerStream) error {
	recorder := orca.CallMetricsRecorderFromContext(stream.Context())
	recorder.SetApplicationUtilization(0.5)
	recorder.SetQPS(100)
	if err := stream.RecvMsg(&emptypb.Empty{}); err != nil {
		return err
	}
	return stream.SendMsg(&emptypb.Empty{})
}

func connect(t *testing.T, port *bufconn.Listener, policy loadbalancer.Policy) *grpc.ClientConn {
	t.Helper()
	metrics, err := loadbalancer.NewMetrics(prometheus.NewRegistry(), "test")
	if err != nil {
		t.Fatal(err)
	}
	found := manual.NewBuilderWithScheme("test")
	found.InitialState(resolver.State{Endpoints: []resolver.Endpoint{{Addresses: []resolver.Address{{Addr: "a"}}}}})
	conn, err := grpc.NewClient("test:///probe",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithResolvers(loadbalancer.Configure(found, loadbalancer.Settings{Policy: policy, Metrics: metrics})),
		grpc.WithDefaultServiceConfig(fmt.Sprintf(`{"loadBalancingConfig": [{%q: {}}]}`, loadbalancer.Name)),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return port.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// BenchmarkPick is a pick of one endpoint in three.
func BenchmarkPick(b *testing.B) {
	c := newCluster(3)
	for b.Loop() {
		c.Pick(balancer.PickInfo{}, c.endpoints)
	}
}
