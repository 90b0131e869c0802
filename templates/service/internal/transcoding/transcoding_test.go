package transcoding

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"
)

// operations is a service of whose methods some can be called by REST.
type operations struct {
	longrunningpb.UnimplementedOperationsServer

	from []string // x-forwarded-for of the last call
}

func (o *operations) GetOperation(
	ctx context.Context, req *longrunningpb.GetOperationRequest,
) (*longrunningpb.Operation, error) {
	o.from = metadata.ValueFromIncomingContext(ctx, "x-forwarded-for")
	if req.GetName() == "operations/none" {
		return nil, status.Error(codes.NotFound, "no such operation")
	}
	if req.GetName() == "operations/large" {
		return &longrunningpb.Operation{Name: strings.Repeat("2", 2000)}, nil
	}
	return &longrunningpb.Operation{Name: req.GetName()}, nil
}

func (*operations) CancelOperation(_ context.Context, req *longrunningpb.CancelOperationRequest) (*emptypb.Empty, error) {
	if req.GetName() != "operations/1" {
		return nil, status.Error(codes.InvalidArgument, req.GetName())
	}
	return &emptypb.Empty{}, nil
}

// fixture is a server in front of a gRPC server with the operations.
type fixture struct {
	*httptest.Server

	operations *operations
	metrics    *prometheus.Registry
}

func start(t *testing.T) fixture {
	t.Helper()
	f := fixture{operations: &operations{}, metrics: prometheus.NewRegistry()}
	port := bufconn.Listen(64 << 10)
	server := grpc.NewServer(grpc.MaxRecvMsgSize(1 << 10))
	longrunningpb.RegisterOperationsServer(server, f.operations)
	healthpb.RegisterHealthServer(server, health.NewServer())
	go func() { _ = server.Serve(port) }()
	t.Cleanup(server.Stop)

	front, err := NewServer(Config{
		Services:         []*grpc.ServiceDesc{&longrunningpb.Operations_ServiceDesc},
		MaxRequestBytes:  1 << 10,
		MaxResponseBytes: 4 << 10,
		MaxHeaderBytes:   1 << 10,
		Logger:           slog.New(slog.DiscardHandler),
		Metrics:          f.metrics,
		Dial:             port.DialContext,
	})
	if err != nil {
		t.Fatal(err)
	}
	f.Server = httptest.NewUnstartedServer(front.Handler)
	f.Config = front
	f.Start()
	t.Cleanup(f.Close)
	return f
}

// ask returns the status and the body of an answer. Names and values of headers alternate.
func (f fixture) ask(t *testing.T, verb, path, body string, headers ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), verb, f.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := f.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestRequestsBecomeCalls(t *testing.T) {
	f := start(t)
	const service = "/google.longrunning.Operations/"
	connectVersion := []string{"Connect-Protocol-Version", "1"}
	for _, test := range []struct {
		name, verb, path, body string
		headers                []string
		status                 int
		answer                 string
	}{
		{"REST", "GET", "/v1/operations/1", "", nil, 200, `{"name":"operations/1",`},
		{"REST with a body", "POST", "/v1/operations/1:cancel", "{}", nil, 200, `{}`},
		{"an error of the service", "GET", "/v1/operations/none", "", nil, 404, "no such operation"},
		{"a method that is not implemented", "DELETE", "/v1/operations/1", "", nil, 501, "DeleteOperation"},
		{"no method", "GET", "/v2/operations/1", "", nil, 404, ""},
		{"Connect", "POST", service + "GetOperation", `{"name":"operations/2"}`, connectVersion, 200, `{"name":"operations/2",`},
		{"an error by Connect", "POST", service + "GetOperation", `{"name":"operations/none"}`, connectVersion, 404, `"not_found"`},
		{"half a message", "POST", service + "GetOperation", "{", connectVersion, 400, `"invalid_argument"`},
		{"half a field", "POST", "/v1/operations/1:cancel", "{", nil, 400, ""},
		{"a message that is too large", "POST", service + "GetOperation", `{"name":"` + strings.Repeat("1", 2000) + `"}`, connectVersion, 429, "resource_exhausted"},
		{"a response that is larger than a request may be", "GET", "/v1/operations/large", "", nil, 200, strings.Repeat("2", 2000)},
		{"a service that is not for HTTP", "POST", "/grpc.health.v1.Health/Check", "{}", connectVersion, 404, ""},
	} {
		status, body := f.ask(t, test.verb, test.path, test.body, test.headers...)
		if status != test.status || !strings.Contains(strings.ReplaceAll(body, " ", ""), strings.ReplaceAll(test.answer, " ", "")) {
			t.Errorf("%s: the answer is %d with %q, want %d with %q", test.name, status, body, test.status, test.answer)
		}
	}
}

// The last address is one that the server has seen; what stands before it is the caller's word.
func TestCallsSayWhomTheyAreFrom(t *testing.T) {
	f := start(t)
	f.ask(t, http.MethodGet, "/v1/operations/1", "", "X-Forwarded-For", "192.0.2.1")
	if len(f.operations.from) != 1 || f.operations.from[0] != "192.0.2.1, 127.0.0.1" {
		t.Errorf("the call is from %q", f.operations.from)
	}
}

// Requests that become no call are counted too, and there is a series from the first scrape on.
func TestRequestsAreCounted(t *testing.T) {
	f := start(t)
	want := func(text string) {
		t.Helper()
		head := "# HELP http_requests_total Total number of HTTP requests, by status.\n# TYPE http_requests_total counter\n"
		if err := testutil.GatherAndCompare(f.metrics, strings.NewReader(head+text), "http_requests_total"); err != nil {
			t.Error(err)
		}
	}
	want("http_requests_total{code=\"200\"} 0\n")
	f.ask(t, http.MethodGet, "/v1/operations/1", "")
	f.ask(t, http.MethodGet, "/nothing", "")
	want("http_requests_total{code=\"200\"} 1\nhttp_requests_total{code=\"404\"} 1\n")
}

func TestHeadersBeyondTheSizeAreRefused(t *testing.T) {
	f := start(t)
	for size, want := range map[int]int{1 << 9: http.StatusOK, 1 << 14: http.StatusRequestHeaderFieldsTooLarge} {
		if got, _ := f.ask(t, http.MethodGet, "/v1/operations/1", "", "Note", strings.Repeat("x", size)); got != want {
			t.Errorf("with a header of %d bytes the answer is %d, want %d", size, got, want)
		}
	}
}

func TestMetricsThatAreTakenAreAnError(t *testing.T) {
	registry := prometheus.NewRegistry()
	for i, wrong := range []bool{false, true} {
		_, err := NewServer(Config{Logger: slog.New(slog.DiscardHandler), Metrics: registry, MaxRequestBytes: 1})
		if (err != nil) != wrong {
			t.Errorf("server %d: %v", i, err)
		}
	}
}
