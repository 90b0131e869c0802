package grpcserver

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// probe is a service whose methods do what a test wants.
type probe struct {
	unary  func(context.Context) error
	stream func(grpc.ServerStream) error
}

func (p probe) desc() *grpc.ServiceDesc {
	return &grpc.ServiceDesc{
		ServiceName: "test.Probe",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Unary", Handler: p.handleUnary}},
		Streams: []grpc.StreamDesc{{
			StreamName:    "Stream",
			Handler:       func(_ any, stream grpc.ServerStream) error { return p.stream(stream) },
			ServerStreams: true,
			ClientStreams: true,
		}},
	}
}

func (p probe) handleUnary(
	_ any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor, //nolint:revive // the order is grpc's
) (any, error) {
	req := &wrapperspb.BytesValue{}
	if err := decode(req); err != nil {
		return nil, err
	}
	method, _ := grpc.Method(ctx)
	handle := func(ctx context.Context, req any) (any, error) { return req, p.unary(ctx) }
	return intercept(ctx, req, &grpc.UnaryServerInfo{FullMethod: method}, handle)
}

// succeed handles a call.
func succeed(context.Context) error { return nil }

// greet sends one message and then waits for the client's next, which never comes.
func greet(stream grpc.ServerStream) error {
	if err := stream.SendMsg(&emptypb.Empty{}); err != nil {
		return err
	}
	return stream.RecvMsg(&emptypb.Empty{})
}

// fixture is a server that runs over connections in memory, so that in a synctest bubble its clock is the bubble's.
type fixture struct {
	srv     *Server
	port    *bufconn.Listener // of gRPC
	conn    *grpc.ClientConn
	dialed  atomic.Int32 // connections that conn has made
	http    http.Client
	admin   http.Client
	stop    context.CancelFunc
	stopped chan struct{} // closed when the server has stopped
	err     error         // then what it returned
	logs    bytes.Buffer
}

// start runs a server that hosts p until the test ends, a test in a synctest bubble.
func start(t *testing.T, cfg Config, p probe, opts ...Option) *fixture {
	t.Helper()
	f := newFixture(t, cfg, p, opts...)
	f.serve(t)
	return f
}

// newFixture returns a server that hosts p and does not run.
func newFixture(t *testing.T, cfg Config, p probe, opts ...Option) *fixture {
	t.Helper()
	f := &fixture{stopped: make(chan struct{})}
	cfg.Logger = slog.New(slog.NewJSONHandler(&f.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	cfg.Services = []*grpc.ServiceDesc{p.desc()}
	cfg.Register = func(registrar grpc.ServiceRegistrar) error {
		registrar.RegisterService(p.desc(), p)
		return nil
	}
	var err error
	if f.srv, err = New(cfg, opts...); err != nil {
		t.Fatal(err)
	}
	return f
}

// serve runs the server.
func (f *fixture) serve(t *testing.T) {
	t.Helper()
	f.port = bufconn.Listen(64 << 10)
	httpPort, adminPort := bufconn.Listen(64<<10), bufconn.Listen(64<<10)
	ctx, stop := context.WithCancel(context.Background())
	f.stop = stop
	go func() {
		f.err = f.srv.Serve(ctx, Listeners{GRPC: f.port, HTTP: httpPort, Admin: adminPort, DialGRPC: f.port.DialContext})
		close(f.stopped)
	}()
	synctest.Wait() // until it serves

	f.conn = f.connect(t)
	f.http.Transport, f.admin.Transport = dialing(httpPort), dialing(adminPort)
	t.Cleanup(func() {
		_ = f.conn.Close()
		stop()
		<-f.stopped
	})
}

func dialing(port *bufconn.Listener) *http.Transport {
	return &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return port.DialContext(ctx) },
	}
}

// connect returns a connection that pings as the clients of a service do.
func (f *fixture) connect(t *testing.T) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:///probe",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, PermitWithoutStream: true}),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			f.dialed.Add(1)
			return f.port.DialContext(ctx)
		}))
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// call calls the probe's unary method with a message of the given size.
func (f *fixture) call(ctx context.Context, size int) error {
	return f.conn.Invoke(ctx, "/test.Probe/Unary", wrapperspb.Bytes(make([]byte, size)), &emptypb.Empty{})
}

// open opens the probe's stream and waits for its first message.
func (f *fixture) open(t *testing.T) grpc.ClientStream {
	t.Helper()
	desc := &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}
	stream, err := f.conn.NewStream(t.Context(), desc, "/test.Probe/Stream")
	if err == nil {
		err = stream.RecvMsg(&emptypb.Empty{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return stream
}

// get returns the status and the body that the admin server answers with.
func (f *fixture) get(t *testing.T, path string) (int, string) {
	t.Helper()
	resp, err := f.admin.Get("http://admin" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// entries returns the log's entries of one message.
func (f *fixture) entries(t *testing.T, msg string) []map[string]any {
	t.Helper()
	synctest.Wait()
	var found []map[string]any
	for line := range bytes.Lines(f.logs.Bytes()) {
		var entry map[string]any
		if err := json.Unmarshal(line, &entry); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if entry["msg"] == msg {
			found = append(found, entry)
		}
	}
	return found
}

func wantElapsed(t *testing.T, since time.Time, want time.Duration) {
	t.Helper()
	if got := time.Since(since); got != want {
		t.Errorf("%v have passed, want %v", got, want)
	}
}

func wantCode(t *testing.T, err error, want codes.Code) {
	t.Helper()
	if got := status.Code(err); got != want {
		t.Errorf("code is %v (%v), want %v", got, err, want)
	}
}

func wantHTTP(t *testing.T, f *fixture, path string, want int) {
	t.Helper()
	if got, body := f.get(t, path); got != want {
		t.Errorf("%s is %d (%q), want %d", path, got, body, want)
	}
}
