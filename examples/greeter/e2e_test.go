// Package greeter_test runs the built binary as a process and calls it over the wire, as its users do.
package greeter_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	greeterv1 "example.com/greeter/gen/greeter/v1"
)

// process is one running greeter.
type process struct {
	cmd     *exec.Cmd
	conn    *grpc.ClientConn
	greeter greeterv1.GreeterClient
	admin   string
	logs    []map[string]any // complete once exited is closed
	exited  chan struct{}
}

// start builds and runs the greeter on free ports until the test ends.
func start(t *testing.T, env ...string) *process {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "greeter")
	if out, err := exec.Command("go", "build", "-o", binary, "./cmd/greeter").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := &process{cmd: exec.Command(binary), exited: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), append([]string{"GRPC_ADDRESS=127.0.0.1:0", "ADMIN_ADDRESS=127.0.0.1:0"}, env...)...)
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	serving := make(chan map[string]any, 1)
	go func() {
		defer close(p.exited)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			var entry map[string]any
			if json.Unmarshal(lines.Bytes(), &entry) != nil {
				entry = map[string]any{"msg": "not JSON: " + lines.Text()}
			}
			if p.logs = append(p.logs, entry); entry["msg"] == "serving" {
				serving <- entry
			}
		}
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.exited
	})
	select {
	case entry := <-serving:
		p.admin = "http://" + entry["admin"].(string)
		p.connect(t, entry["grpc"].(string))
	case <-time.After(30 * time.Second):
		t.Fatal("the greeter does not serve")
	}
	return p
}

func (p *process) connect(t *testing.T, address string) {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:///"+address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	p.conn, p.greeter = conn, greeterv1.NewGreeterClient(conn)
}

// wait returns the process's exit code.
func (p *process) wait(t *testing.T) int {
	t.Helper()
	select {
	case <-p.exited:
		_ = p.cmd.Wait()
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(30 * time.Second):
		t.Fatal("the greeter does not exit")
		return -1
	}
}

func TestEveryKindOfRPC(t *testing.T) {
	p := start(t)
	ctx := t.Context()

	reply, err := p.greeter.SayHello(ctx, &greeterv1.HelloRequest{Name: "Ada"})
	want(t, err, reply.GetMessage(), "Hello, Ada!")
	_, err = p.greeter.SayHello(ctx, &greeterv1.HelloRequest{})
	wantCode(t, err, codes.InvalidArgument)

	hellos, err := p.greeter.SayHellos(ctx, &greeterv1.HelloRequest{Name: "Ada"})
	wantCode(t, err, codes.OK)
	for range 3 {
		reply, err = hellos.Recv()
		want(t, err, reply.GetMessage(), "Hello, Ada!")
	}
	if _, err = hellos.Recv(); !errors.Is(err, io.EOF) {
		t.Errorf("SayHellos ends with %v", err)
	}

	all, err := p.greeter.GreetAll(ctx)
	wantCode(t, err, codes.OK)
	for _, name := range []string{"Ada", "Grace"} {
		wantCode(t, all.Send(&greeterv1.HelloRequest{Name: name}), codes.OK)
	}
	reply, err = all.CloseAndRecv()
	want(t, err, reply.GetMessage(), "Hello, Ada, Grace!")

	chat, err := p.greeter.Chat(ctx)
	wantCode(t, err, codes.OK)
	for _, name := range []string{"Ada", "Grace"} {
		wantCode(t, chat.Send(&greeterv1.HelloRequest{Name: name}), codes.OK)
		reply, err = chat.Recv()
		want(t, err, reply.GetMessage(), "Hello, "+name+"!")
	}
	wantCode(t, chat.CloseSend(), codes.OK)
	if _, err = chat.Recv(); !errors.Is(err, io.EOF) {
		t.Errorf("Chat ends with %v", err)
	}
}

func TestHealthAndMetrics(t *testing.T) {
	p := start(t)
	for _, service := range []string{"", "greeter.v1.Greeter", "liveness"} {
		resp, err := healthpb.NewHealthClient(p.conn).Check(t.Context(), &healthpb.HealthCheckRequest{Service: service})
		wantCode(t, err, codes.OK)
		if resp.GetStatus() != healthpb.HealthCheckResponse_SERVING {
			t.Errorf("health of %q is %v", service, resp.GetStatus())
		}
	}
	_, err := p.greeter.SayHello(t.Context(), &greeterv1.HelloRequest{Name: "Ada"})
	wantCode(t, err, codes.OK)
	const counted = `grpc_server_handled_total{grpc_code="OK",grpc_method="SayHello",grpc_service="greeter.v1.Greeter",grpc_type="unary"} 1`
	if body := get(t, p.admin+"/metrics"); !strings.Contains(body, counted) {
		t.Errorf("/metrics lacks %s", counted)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if body := get(t, p.admin+path); body != "SERVING\n" {
			t.Errorf("%s says %q", path, body)
		}
	}
}

func TestStopWithAStreamOpen(t *testing.T) {
	p := start(t, "DRAIN_DELAY=300ms", "GRACEFUL_TIMEOUT=2s")
	chat, err := p.greeter.Chat(t.Context())
	wantCode(t, err, codes.OK)
	wantCode(t, chat.Send(&greeterv1.HelloRequest{Name: "Ada"}), codes.OK)
	_, err = chat.Recv()
	wantCode(t, err, codes.OK)

	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_, err = p.greeter.SayHello(t.Context(), &greeterv1.HelloRequest{Name: "Ada"})
	wantCode(t, err, codes.OK) // the drain delay: callers have not noticed yet
	_, err = chat.Recv()
	wantCode(t, err, codes.Unavailable)
	if code := p.wait(t); code != 0 {
		t.Errorf("exit code %d after a graceful stop", code)
	}
	var messages []string
	for _, entry := range p.logs {
		if msg := entry["msg"].(string); msg != "call" {
			messages = append(messages, msg)
		}
	}
	if !slices.Equal(messages, []string{"serving", "stopping", "stopped"}) {
		t.Errorf("the log tells %q", messages)
	}
}

func TestSecondSignalForces(t *testing.T) {
	p := start(t, "DRAIN_DELAY=1h")
	for range 2 {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		time.Sleep(200 * time.Millisecond) // the kernel may fold two pending signals of one kind into one
	}
	if code := p.wait(t); code == 0 {
		t.Error("exit code 0 after a forced stop")
	}
}

func TestBadEnvironment(t *testing.T) {
	cmd := exec.Command("go", "run", "./cmd/greeter")
	cmd.Env = append(os.Environ(), "REQUEST_TIMEOUT=soon", "MAX_REQUEST_BYTES=0")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatal("it starts with a bad environment")
	}
	for _, variable := range []string{"REQUEST_TIMEOUT", "MAX_REQUEST_BYTES"} {
		if !strings.Contains(string(out), variable) {
			t.Errorf("%s does not name %s", out, variable)
		}
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func want(t *testing.T, err error, got, want string) {
	t.Helper()
	if err != nil || got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func wantCode(t *testing.T, err error, want codes.Code) {
	t.Helper()
	if got := status.Code(err); got != want {
		t.Errorf("code is %v (%v), want %v", got, err, want)
	}
}
