package loadreport

import (
	"context"
	"fmt"
	"math"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	orcapb "github.com/cncf/xds/go/xds/data/orca/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"
)

// slow is a health service that takes a tenth of a second for a call, and fails half of them.
type slow struct {
	*health.Server

	calls int
}

func (s *slow) Check(context.Context, *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	time.Sleep(100 * time.Millisecond)
	if s.calls++; s.calls%2 == 0 {
		return nil, status.Error(codes.Internal, "")
	}
	return &healthpb.HealthCheckResponse{}, nil
}

func TestLoadIsReportedWithTheAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		check := start(t, func(string) bool { return false })
		if report := check(); report != nil {
			t.Errorf("the first report is %v, want none", report)
		}
		for range 10 {
			check()
		}
		got := check()
		if got.GetRpsFractional() != 10 || got.GetEps() != 5 || math.Abs(got.GetApplicationUtilization()-0.25) > 0.001 {
			t.Errorf("the report is %v, want 10 calls a second, 5 errors a second and a quarter of the capacity", got)
		}
	})
}

func TestSkippedCallsDoNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		check := start(t, func(method string) bool { return strings.HasPrefix(method, "/grpc.health.") })
		for range 20 {
			if report := check(); report != nil {
				t.Errorf("the report is %v, want none", report)
			}
		}
	})
}

func TestFailedIsTheServersFault(t *testing.T) {
	for err, want := range map[error]bool{
		nil: false, context.Canceled: false, context.DeadlineExceeded: false,
		status.Error(codes.NotFound, ""): false, status.Error(codes.DeadlineExceeded, ""): false,
		fmt.Errorf("plain"): true, status.Error(codes.Internal, ""): true, status.Error(codes.Unavailable, ""): true,
		status.Error(codes.DataLoss, ""): true, status.Error(codes.ResourceExhausted, ""): true,
	} {
		if failed(err) != want {
			t.Errorf("failed(%v) is %v", err, !want)
		}
	}
}

// start runs a server with room for four calls, and returns a function that makes one call. The function returns the load that
// came with the answer, or nil.
func start(t *testing.T, skip func(string) bool) func() *orcapb.OrcaLoadReport {
	t.Helper()
	server := grpc.NewServer(ServerOptions(4, skip)...)
	healthpb.RegisterHealthServer(server, &slow{Server: health.NewServer()})
	port := bufconn.Listen(64 << 10)
	go func() { _ = server.Serve(port) }()
	conn, err := grpc.NewClient("passthrough:///memory",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return port.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		server.Stop()
	})
	return func() *orcapb.OrcaLoadReport {
		t.Helper()
		var trailer metadata.MD
		_, _ = healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{}, grpc.Trailer(&trailer))
		values := trailer.Get("endpoint-load-metrics-bin")
		if len(values) == 0 {
			return nil
		}
		report := &orcapb.OrcaLoadReport{}
		if err := proto.Unmarshal([]byte(values[0]), report); err != nil {
			t.Fatal(err)
		}
		return report
	}
}
