package observe

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/prometheus"
)

// promising is the policy of a service that registers itself, promises something, and has everything that is watched.
const promising = `
discovery: {provider: etcd}
server: {rateLimit: {requestsPerSecond: 100000}}
observability:
  objectives: {availability: 99.9, latency: {threshold: 300ms}}
  tracing: {exporter: otlp, endpoint: "127.0.0.1:9"}
resilience:
  retryBudget: {percent: 20, minRetriesPerSecond: 10}
  defaults: {retry: {maxAttempts: 3}, breaker: {errorPercentThreshold: 50}, bulkhead: {maxConcurrentRequests: 50}}
  methods: {Get: {fallback: {value: {id: none}}}}
`

// TestEveryExpressionHasData runs two instances and a caller under the real Prometheus, makes calls fail, and asks for
// every expression of the dashboard and of the rules. What burns the error budget arrives as a page.
func TestEveryExpressionHasData(t *testing.T) {
	tree := emit(t, promising)
	bin := build(t, tree)
	registry := "ETCD_ENDPOINTS=" + startEtcd(t)
	advertise := "ADVERTISE_ADDRESS=127.0.0.1"
	one := startInstance(t, bin, registry, advertise)
	two := startInstance(t, bin, registry, advertise)
	c := startCaller(t, bin, registry, "TRACING_SAMPLE_RATIO=1")
	alertmanager, pages := startAlertmanager(t, tree)
	jobs := map[string][]string{"orders": {one.admin, two.admin}, "shop": {c.metrics}}
	p := prometheus.Start(t, prometheus.Config{
		Trees: []string{tree}, Jobs: jobs, Alertmanager: alertmanager, Feature: "exemplar-storage",
	})
	native := prometheus.Start(t, prometheus.Config{Jobs: jobs, Feature: "native-histograms"})

	recordings, alerts := prometheus.Rules(t, tree)
	p.HaveSeries(t, alerts) // at zero, before anything has failed
	for _, i := range []*instance{one, two} {
		require.NoError(t, os.WriteFile(i.fault, nil, 0o644))
	}
	panels := prometheus.Dashboard(t, tree)
	p.HaveData(t, append(recordings, panels...), func() {}) // the caller goes on calling
	t.Logf("%d expressions of the rules and %d of the dashboard have data", len(recordings)+len(alerts), len(panels))

	const burns = "AvailabilityBudgetBurnsFast"
	require.Eventually(t, func() bool { return pages.paged(burns) != nil }, patience, 500*time.Millisecond, "nobody is paged")
	page := pages.paged(burns)
	assert.Equal(t, "page", page.Labels["severity"])
	assert.Equal(t, "shop", page.Labels["team"])
	assert.Contains(t, page.Annotations["description"], "99.9 % of the calls succeed")

	exemplars := p.Exemplars(t, `grpc_server_handling_seconds_bucket{job="orders"}`)
	assert.NotEmpty(t, exemplars, "no duration has a trace as its exemplar")
	assert.NotEmpty(t, native.Numbers(t, `histogram_count(grpc_server_handling_seconds{job="orders"})`), "there are no native histograms")

	stop(t, c.Process, nil)
	stop(t, one.Process, syscall.SIGTERM)
	assert.Contains(t, one.Printed(), `"msg":"stopped"`)
}

// TestCallersAddNoSeries calls a thousand unknown methods from as many ports.
func TestCallersAddNoSeries(t *testing.T) {
	bin := build(t, emit(t, promising))
	registry := "ETCD_ENDPOINTS=" + startEtcd(t)
	i := startInstance(t, bin, registry, "ADVERTISE_ADDRESS=127.0.0.1")
	before := seriesOf(t, i)
	c := startCaller(t, bin, registry, "SCAN="+i.address)
	require.Eventually(t, func() bool {
		return strings.Contains(get(t, "http://"+i.admin+"/metrics"),
			`grpc_server_handled_total{grpc_code="Unimplemented",grpc_method="unknown",grpc_service="unknown",grpc_type="unknown"} 1000`)
	}, patience, 200*time.Millisecond)
	stop(t, c.Process, nil)
	after := seriesOf(t, i)
	t.Logf("%d series of the server before a scan of 1,000 methods and ports, %d after it", before, after)
	assert.Equal(t, before, after)
}

// seriesOf is the number of series of calls that an instance exposes.
func seriesOf(t *testing.T, i *instance) int {
	t.Helper()
	return strings.Count(get(t, "http://"+i.admin+"/metrics"), "\ngrpc_server_")
}

// TestLogLevelOfARunningInstance is set from this machine.
func TestLogLevelOfARunningInstance(t *testing.T) {
	i := startInstance(t, build(t, emit(t, "observability: {tracing: {exporter: otlp, endpoint: \"127.0.0.1:9\"}}\n")))
	assert.Equal(t, "INFO\n", get(t, "http://"+i.admin+"/loglevel"))
	assert.Equal(t, "ERROR\n", put(t, "http://"+i.admin+"/loglevel", "error"))
	assert.Equal(t, "ERROR\n", get(t, "http://"+i.admin+"/loglevel"))
}
