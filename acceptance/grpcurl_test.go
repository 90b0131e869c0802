package acceptance

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// TestGRPCurl runs the greeter of the examples and uses it by reflection alone, as a person does who has nothing but
// its address: what it serves, what that looks like, and a call of each kind.
func TestGRPCurl(t *testing.T) {
	grpcurl := program.Tool(t, "grpcurl")
	address := serve(t, filepath.Join(repository, "examples", "greeter"), "./cmd/greeter")
	ask := func(args ...string) string {
		t.Helper()
		return program.Run(t, ".", grpcurl, append([]string{"-plaintext"}, args...)...)
	}

	services := strings.Fields(ask(address, "list"))
	assert.Equal(t, []string{"greeter.v1.Greeter", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"},
		slices.DeleteFunc(services, func(name string) bool { return strings.Contains(name, "v1alpha") }))

	assert.Contains(t, ask(address, "describe", "greeter.v1.Greeter"),
		"rpc GreetAll ( stream .greeter.v1.HelloRequest ) returns ( .greeter.v1.HelloReply );")

	assert.JSONEq(t, `{"status": "SERVING"}`, ask("-d", "{}", address, "grpc.health.v1.Health/Check"))

	const one, two = `{"name": "Ada"}`, `{"name": "Ada"} {"name": "Grace"}`
	for _, call := range []struct {
		method, requests string
		replies          []string
	}{
		{"SayHello", one, []string{"Hello, Ada!"}},
		{"SayHellos", one, []string{"Hello, Ada!", "Hello, Ada!", "Hello, Ada!"}},
		{"GreetAll", two, []string{"Hello, Ada, Grace!"}},
		{"Chat", two, []string{"Hello, Ada!", "Hello, Grace!"}},
	} {
		answer := ask("-d", call.requests, address, "greeter.v1.Greeter/"+call.method)
		assert.Equal(t, call.replies, messages(t, answer), call.method)
	}
}

// messages returns the field "message" of each of the replies, which grpcurl prints one after the other.
func messages(t *testing.T, replies string) []string {
	t.Helper()
	var texts []string
	for decoder := json.NewDecoder(strings.NewReader(replies)); decoder.More(); {
		var reply struct{ Message string }
		require.NoError(t, decoder.Decode(&reply), replies)
		texts = append(texts, reply.Message)
	}
	return texts
}

// patience is how long a service may take to start, and to stop: its own bound on stopping is 23 s.
const patience = time.Minute

// serve builds and starts the service in dir on free ports of the loopback and returns the address of its gRPC
// server. At the end of the test the service is asked to stop, and has to do so without an error.
func serve(t *testing.T, dir, pkg string) string {
	t.Helper()
	service := filepath.Join(t.TempDir(), "service")
	program.Run(t, dir, "go", "build", "-o", service, pkg)
	return serveBuilt(t, service)
}

// serveBuilt is serve for a service that is built, with variables of its own.
func serveBuilt(t *testing.T, service string, environment ...string) string {
	t.Helper()
	cmd := exec.Command(service) // without the test's context, which ends before the clean-up that stops it
	cmd.Env = slices.Concat(os.Environ(), []string{"GRPC_ADDRESS=127.0.0.1:0", "ADMIN_ADDRESS=127.0.0.1:0", "ADVERTISE_ADDRESS=127.0.0.1"}, environment)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = cmd.Stdout
	require.NoError(t, cmd.Start())

	log := bufio.NewScanner(stdout)
	t.Cleanup(func() { stop(t, cmd, log) })
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	return servingAddress(t, log)
}

// stop asks the service to stop and waits until it has, or kills it when it takes too long.
func stop(t *testing.T, service *exec.Cmd, log *bufio.Scanner) {
	t.Helper()
	_ = service.Process.Signal(syscall.SIGTERM) // it fails when the service has ended, and then Wait says how
	killer := time.AfterFunc(patience, func() { _ = service.Process.Kill() })
	defer killer.Stop()
	for log.Scan() { // to the end, so that the service never waits for a reader
	}
	assert.NoError(t, service.Wait())
}

// servingAddress reads the service's log up to the line that says where it serves.
func servingAddress(t *testing.T, log *bufio.Scanner) string {
	t.Helper()
	var lines []string
	for log.Scan() {
		lines = append(lines, log.Text())
		var line struct{ Msg, GRPC string }
		if json.Unmarshal(log.Bytes(), &line) == nil && line.Msg == "serving" {
			return line.GRPC
		}
	}
	require.Fail(t, "the service ended before it served", strings.Join(lines, "\n"))
	return ""
}
