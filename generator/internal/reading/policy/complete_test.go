package policy

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
)

// whole is the language with nothing refused, so that all of it is tested from the start.
func whole() *language { return describePolicy(nil) }

func complete(t testing.TB) []byte {
	t.Helper()
	src, err := os.ReadFile("testdata/complete.yaml")
	require.NoError(t, err)
	return src
}

func TestCompleteExampleLoads(t *testing.T) {
	p, problems := load(whole(), "policy.yaml", complete(t))
	assert.Equal(t, []string{
		"policy.yaml:22:11: warning: discovery.consul: has no effect while provider is etcd; remove it, or write provider: consul",
		"policy.yaml:23:15: warning: discovery.kubernetes: has no effect while provider is etcd; remove it, or write provider: kubernetes",
		"policy.yaml:24:11: warning: discovery.static: has no effect while provider is etcd; remove it, or write provider: static",
		"policy.yaml:27:22: warning: balancing.requestHashHeader: has no effect with policy round_robin; remove it, or write policy: ring_hash",
		"policy.yaml:30:14: warning: balancing.edgeProxy: has no effect while edge is none; remove it, or write edge: nginx or edge: haproxy",
	}, texted(problems))

	second := Duration(time.Second)
	server := Default().Server // which the file repeats, except for its limit of the rate
	server.RateLimit = &RateLimit{RequestsPerSecond: 500, Burst: 50}
	assert.Equal(t, server, p.Server)
	assert.Equal(t, Etcd{Endpoints: []string{"etcd:2379"}, Prefix: "/services", TTL: 10 * second}, p.Discovery.Etcd)
	assert.Equal(t, map[string]any{"orders": []any{}}, p.Resilience.Methods["ListOrders"].Fallback.Value)
	assert.True(t, *p.Resilience.Methods["CreateOrder"].Idempotent)
	assert.Nil(t, p.Resilience.Methods["GetOrder"].Idempotent, "nil leaves it to the proto")
	assert.Equal(t, []CI{CIGitHub, CIGitLab, CIJenkins}, p.Deploy.CI)
	assert.Equal(t, Quantity("128Mi"), p.Deploy.Kubernetes.Memory)
	assert.Equal(t, []string{"127.0.0.1:2379"}, p.Dependencies[2].Discovery.Etcd.Endpoints, "defaults reach the items of lists")
}

func TestMethodsStartFromTheDefaults(t *testing.T) {
	p, problems := load(whole(), "policy.yaml", []byte(`
resilience:
  methods: # the order of the file does not matter
    GetOrder: {timeout: 200ms, retry: {maxAttempts: 2, retryableStatusCodes: []}}
    ListOrders:
  defaults:
    timeout: 1s
    attemptTimeout: 300ms
    retry: {initialBackoff: 10ms}
    breaker: {sleepWindow: 1s}
`))
	require.Empty(t, texted(problems))
	millisecond := Duration(time.Millisecond)
	get, list, defaults := p.Resilience.Methods["GetOrder"], p.Resilience.Methods["ListOrders"], p.Resilience.Defaults

	assert.Equal(t, 200*millisecond, get.Timeout)
	assert.Equal(t, 200*millisecond, get.AttemptTimeout, "an inherited bound is clamped to the method's own")
	assert.Equal(t, 2, get.Retry.MaxAttempts)
	assert.Equal(t, 10*millisecond, get.Retry.InitialBackoff, "sections merge key by key")
	assert.Empty(t, get.Retry.RetryableStatusCodes, "lists replace")
	assert.Equal(t, 1000*millisecond, get.Breaker.SleepWindow)

	assert.Equal(t, defaults, list.Call)
	assert.Equal(t, 3, defaults.Retry.MaxAttempts, "a method leaves the defaults as they were")
	assert.NotSame(t, defaults.Breaker, get.Breaker)
}

func TestNullTurnsOffWhatTheDefaultsGive(t *testing.T) {
	src := []byte(`
resilience:
  defaults: {timeout: 1s, attemptTimeout: 300ms, waitForReady: true, retry: {}, breaker: {}, bulkhead: {}}
  methods:
    GetOrder: {timeout: null, attemptTimeout: ~, waitForReady: null, retry: null, breaker: null, bulkhead: null}
    ListOrders: {retry: null}
`)
	p, problems := load(whole(), "policy.yaml", src)
	require.Empty(t, texted(problems))
	assert.Equal(t, Call{}, p.Resilience.Methods["GetOrder"].Call)
	assert.Nil(t, p.Resilience.Methods["ListOrders"].Retry)
	assert.NotNil(t, p.Resilience.Methods["ListOrders"].Breaker)
	assert.NotNil(t, p.Resilience.Defaults.Retry, "a method leaves the defaults as they were")
	assert.True(t, p.Written("resilience.methods.ListOrders.retry"))
	assert.NoError(t, validator(t, whole())(src))
}

func TestDefault(t *testing.T) {
	p := Default()
	assert.Equal(t, 8080, p.Server.GRPCPort)
	assert.Equal(t, Duration(5*time.Second), p.Server.RequestTimeout)
	assert.Equal(t, Bytes(4<<20), p.Server.MaxRequestBytes)
	assert.Nil(t, p.Server.RateLimit, "a feature is off until it is written")
	assert.Equal(t, ProviderStatic, p.Discovery.Provider)
	assert.Equal(t, []string{"127.0.0.1:8080"}, p.Discovery.Static.Endpoints)
	assert.Equal(t, Balancing{Policy: BalancingRoundRobin, Edge: EdgeNone, OutlierDetection: OutlierDetection{
		ConsecutiveFailures: 5, BaseEjectionTime: Duration(30 * time.Second), MaxEjectionTime: Duration(5 * time.Minute), MaxEjectionPercent: 50,
	}, EdgeProxy: EdgeProxy{Listen: "0.0.0.0:8000", Status: "127.0.0.1:8001"}}, p.Balancing)
	assert.Empty(t, p.Observability.Tracing.Endpoint, "what is not available stays zero")
	assert.Equal(t, Logging{Level: LevelInfo, Shipper: ShipperNone}, p.Observability.Logging)

	p.Discovery.Static.Endpoints[0] = "changed"
	assert.Equal(t, []string{"127.0.0.1:8080"}, Default().Discovery.Static.Endpoints, "no two policies share a list")
}

func TestDerivedDefaults(t *testing.T) {
	p, problems := Load("policy.yaml", []byte("server: {grpcPort: 7000, rateLimit: {requestsPerSecond: 2.5}}"))
	require.Empty(t, texted(problems))
	assert.Equal(t, []string{"127.0.0.1:7000"}, p.Discovery.Static.Endpoints, "the default endpoint follows the port")
	assert.Equal(t, 3, p.Server.RateLimit.Burst, "requestsPerSecond, rounded up")

	p, problems = Load("policy.yaml", []byte("discovery: {provider: consul, consul: {address: \"[fd00::1]:8500\"}}"))
	require.Empty(t, texted(problems))
	assert.Equal(t, []string{"[fd00::1]:8600"}, p.Balancing.EdgeProxy.Nameservers, "the agent's own")
}

func TestAtAndWritten(t *testing.T) {
	p, _ := load(whole(), "policy.yaml", complete(t))
	for path, want := range map[string]diag.Position{
		"server":                               {File: "policy.yaml", Line: 8, Col: 1}, // a block of lines: its key
		"server.grpcPort":                      {File: "policy.yaml", Line: 9, Col: 13},
		"service.hosts[0]":                     {File: "policy.yaml", Line: 6, Col: 11},
		"dependencies[1].name":                 {File: "policy.yaml", Line: 57, Col: 11},
		"resilience.methods.WatchOrders":       {File: "policy.yaml", Line: 50, Col: 18},
		"resilience.methods.WatchOrders.retry": {File: "policy.yaml", Line: 50, Col: 18}, // not written: the nearest parent
		"service.hosts[7]":                     {File: "policy.yaml", Line: 6, Col: 10},
		"events.kafka":                         {File: "policy.yaml", Line: 64, Col: 1},
	} {
		assert.Equal(t, want, p.At(path), path)
	}
	assert.True(t, p.Written("server.rateLimit.burst"))
	assert.False(t, p.Written("resilience.methods.GetOrder.retry"), "inherited, not written")

	named, _ := load(whole(), "policy.yaml", []byte("resilience: {methods: {shop.v1.Orders/Get: {timeout: 1s}}}"))
	assert.Equal(t, 54, named.At("resilience.methods.shop.v1.Orders/Get.timeout").Col, "dots in a name are no separators")
	assert.Equal(t, diag.Position{File: "policy.yaml", Line: 1, Col: 44}, named.At("resilience.methods.shop.v1.Orders/Get.retry"))
}

func TestByteOrderMarkAndCRLF(t *testing.T) {
	p, problems := Load("policy.yaml", []byte("\ufeffversion: v1\r\nserver:\r\n  grpcPort: 7000\r\n  adminPort: x\r\n"))
	assert.Equal(t, 7000, p.Server.GRPCPort)
	require.Len(t, problems.All(), 1)
	assert.Equal(t, diag.Position{File: "policy.yaml", Line: 4, Col: 14}, problems.All()[0].Position)
}

func texted(problems diag.List) []string {
	var lines []string
	for _, p := range problems.All() {
		lines = append(lines, p.String())
	}
	return lines
}
