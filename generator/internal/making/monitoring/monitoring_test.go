package monitoring

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// service has everything that is watched of any service.
func service(t *testing.T) *model.Tree {
	t.Helper()
	read, problems := policy.Load("policy.yaml", []byte(`
service: {team: checkout}
discovery: {provider: etcd}
resilience: {}
observability:
  tracing: {exporter: otlp, endpoint: "jaeger:4317"}
  objectives: {availability: 99.9, latency: {threshold: 300ms, target: 99}}
`))
	require.NoError(t, problems.Err())
	read.Events = &policy.Events{Broker: policy.BrokerKafka}
	hosts := []*model.Host{{RPCs: []*model.RPC{{Kind: model.ServerStreaming, Call: model.Call{
		Retry: &policy.Retry{}, Breaker: &policy.Breaker{}, Bulkhead: &policy.Bulkhead{}, Fallback: &policy.Fallback{},
	}}}}}
	return &model.Tree{
		Definition: &model.Definition{Name: "orders", Policy: read, Hosts: hosts}, HTTPPort: 8081,
		Events: model.Events{
			Publications:  []*model.Publication{{Topic: "orders.created"}},
			Subscriptions: []*model.Subscription{{Topic: "inventory.reserved"}},
		},
		Dependencies: []*model.Dependency{
			{Client: &model.Client{Definition: &model.Definition{Name: "inventory", Policy: read, Hosts: hosts}}},
			{Client: &model.Client{Definition: &model.Definition{Name: "payments", Policy: policy.Default()}}},
		},
	}
}

func TestRecordings(t *testing.T) {
	recordings := map[string]string{}
	for _, recording := range RulesOf(service(t)).Recordings {
		recordings[recording.Record] = recording.Expr
	}
	assert.Len(t, recordings, 14)
	const failed = `sum by (job) (rate(grpc_server_handled_total{job="orders", ` +
		`grpc_code=~"Unknown|DeadlineExceeded|ResourceExhausted|Internal|Unavailable|DataLoss"}[5m]))`
	assert.Equal(t, failed+"\n/\n("+`sum by (job) (rate(grpc_server_handled_total{job="orders"}[5m]))`+" > 0)\nor\n"+failed,
		recordings["job:grpc_server_errors:ratio_rate5m"], "the share of no calls is 0")
	const count = `sum by (job) (rate(grpc_server_handling_seconds_count{job="orders", grpc_type="unary", outcome="ok"}[3d]))`
	const slow = "(\n  " + count + "\n-\n  " +
		`sum by (job) (rate(grpc_server_handling_seconds_bucket{job="orders", grpc_type="unary", outcome="ok", le="0.3"}[3d]))` + "\n)"
	assert.Equal(t, slow+"\n/\n("+count+" > 0)\nor\n"+slow, recordings["job:grpc_server_slow:ratio_rate3d"])
}

func TestBucketOf(t *testing.T) {
	for bound, want := range map[string]string{"0.3": `le="0.3"`, "1e-05": `le="1e-05"`, "2": `le=~"2|2\\.0"`} {
		assert.Equal(t, want, bucketOf(bound), "Prometheus learns 2 seconds as 2 or as 2.0")
	}
}

// TestBurns holds the burns to table 5-8 of the SRE workbook (https://sre.google/workbook/alerting-on-slos): the share of the budget of
// 30 days that is gone when each fires, and a short window of one twelfth of the long one.
func TestBurns(t *testing.T) {
	recorded := map[string]bool{}
	for _, window := range windows() {
		recorded[window] = true
	}
	span := func(window string) time.Duration {
		assert.True(t, recorded[window], "no recording has the share of bad calls over %s", window)
		d, err := time.ParseDuration(strings.Replace(strings.Replace(window, "3d", "72h", 1), "1d", "24h", 1))
		require.NoError(t, err)
		return d
	}
	var percents []float64
	for _, b := range append(fastBurns(), slowBurns()...) {
		assert.Equal(t, span(b.long), 12*span(b.short))
		percents = append(percents, 100*b.rate*span(b.long).Hours()/(30*24))
	}
	assert.InDeltaSlice(t, []float64{2, 5, 10, 10}, percents, 1e-9)
}

// TestThreshold: a share of bad calls that an alert waits for is above the budget, and can be reached.
func TestThreshold(t *testing.T) {
	assert.InDelta(t, 0.0144, objective{budget: budget(99.9)}.threshold(fastBurns()[0]), 1e-12)
	for _, percent := range []float64{1, 50, 90, 95, 99, 99.999} {
		o := objective{budget: budget(percent)}
		for _, b := range append(fastBurns(), slowBurns()...) {
			assert.GreaterOrEqual(t, o.threshold(b), o.budget, "%v %%, %v times", percent, b.rate)
			assert.Less(t, o.threshold(b), 1.0, "%v %%, %v times", percent, b.rate)
		}
	}
}

func TestBurnAlerts(t *testing.T) {
	alerts := map[string]Alert{}
	for _, alert := range RulesOf(service(t)).Alerts {
		alerts[alert.Name] = alert
	}
	const failed = `sum by (job) (increase(grpc_server_handled_total{job="orders", ` +
		`grpc_code=~"Unknown|DeadlineExceeded|ResourceExhausted|Internal|Unavailable|DataLoss"}`
	assert.Equal(t, `(
  job:grpc_server_errors:ratio_rate1h{job="orders"} > 0.0144
and
  job:grpc_server_errors:ratio_rate5m{job="orders"} > 0.0144
and
  `+failed+`[1h])) >= 10
)
or
(
  job:grpc_server_errors:ratio_rate6h{job="orders"} > 0.006
and
  job:grpc_server_errors:ratio_rate30m{job="orders"} > 0.006
and
  `+failed+`[6h])) >= 10
)`, alerts["AvailabilityBudgetBurnsFast"].Expr)
	assert.Equal(t, []Label{{"severity", "page"}, {"service", "orders"}, {"objective", "availability"}, {"team", "checkout"}},
		alerts["AvailabilityBudgetBurnsFast"].Labels)
	assert.Equal(t, "ticket", alerts["LatencyBudgetBurns"].Severity)
	assert.Contains(t, alerts["LatencyBudgetBurns"].Expr, `job:grpc_server_slow:ratio_rate3d{job="orders"} > 0.01`)
}

// TestAlerts holds every alert to what people and promtool need of it.
func TestAlerts(t *testing.T) {
	names := map[string]bool{}
	for _, alert := range RulesOf(service(t)).Alerts {
		assert.False(t, names[alert.Name], "%s stands there twice", alert.Name)
		names[alert.Name] = true
		assertSelects(t, alert.Name, alert.Expr)
		fires := false
		for _, story := range alert.Stories {
			for _, check := range story.Checks {
				fires = fires || check.Firing
				if check.Firing {
					assert.NotContains(t, check.Filled(alert.Summary+alert.Description), "{{", "%s names a label that it does not have", alert.Name)
				}
			}
		}
		assert.True(t, fires, "%s fires in no story", alert.Name)
	}
	assert.Len(t, names, 24)
}

// TestNotRegistered: an instance that stops is unregistered for as long as the stop takes. Nobody is called for that.
func TestNotRegistered(t *testing.T) {
	s := service(t)
	s.Policy.Server.GracefulTimeout = policy.Duration(5 * time.Minute)
	wait, err := time.ParseDuration(watched{s}.notRegistered().For)
	require.NoError(t, err)
	assert.Greater(t, wait, time.Duration(s.LongestStop()))
}

// TestDashboard: panels have titles of their own, lie in the grid without overlap, and each query selects the service.
func TestDashboard(t *testing.T) {
	dashboard := DashboardOf(service(t))
	taken, ids := map[[2]int]string{}, map[int]bool{}
	for _, panel := range dashboard.Panels {
		assert.False(t, ids[panel.ID], "%s has the ID of another", panel.Title)
		ids[panel.ID] = true
		assert.LessOrEqual(t, panel.X+panel.W, gridWidth, panel.Title)
		for x := range panel.W {
			for y := range panel.H {
				at := [2]int{panel.X + x, panel.Y + y}
				assert.Empty(t, taken[at], "%s lies on another", panel.Title)
				taken[at] = panel.Title
			}
		}
		assert.Equal(t, panel.IsRow(), len(panel.Queries) == 0, panel.Title)
		for _, query := range panel.Queries {
			assertSelects(t, panel.Title, query.Expr)
		}
	}
	assert.Equal(t, "checkout", dashboard.Team)
}

func TestDashboardUID(t *testing.T) {
	s := service(t)
	s.Name = strings.Repeat("a", 63)
	assert.Len(t, DashboardOf(s).UID, 40, "Grafana takes no longer one")
}

var (
	metrics   = regexp.MustCompile(`\b(grpc|http|go|process|registry|tracing|events|up|job:)[a-z0-9_:]*\b(\{[^}]*\})?`)
	texts     = regexp.MustCompile(`"[^"]*"`)
	groupings = regexp.MustCompile(`\b(by|on) \([^)]*\)`)
)

// assertSelects checks of an expression that its brackets match and that each metric in it is selected by the service.
func assertSelects(t *testing.T, name, expr string) {
	t.Helper()
	for _, pair := range []string{"()", "{}", "[]"} {
		bare := texts.ReplaceAllString(expr, "")
		assert.Equal(t, strings.Count(bare, pair[:1]), strings.Count(bare, pair[1:]), "%s: %s", name, expr)
	}
	for _, selected := range metrics.FindAllString(groupings.ReplaceAllString(expr, ""), -1) {
		assert.Regexp(t, `\{(job|grpc_target)="orders"`, selected, "%s: %s", name, expr)
	}
}
