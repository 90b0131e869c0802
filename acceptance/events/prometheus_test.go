package events

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/prometheus"
)

// everyExpressionHasData runs the real Prometheus, and asks for every expression that the dashboards and the rules of both
// services have on events: while many wait, while some cannot be handled, and, at the end, when the broker goes. All are
// then above zero, but for the one that asks for what is not connected.
func everyExpressionHasData(t *testing.T, b broker, shop, bills *service) {
	t.Helper()
	p := prometheus.Start(t, prometheus.Config{
		Trees: []string{shop.tree(), bills.tree()}, Jobs: map[string][]string{"orders": {shop.admin}, "billing": {bills.admin}},
	})
	panels, alerts := onEvents(t, shop, bills)
	p.HaveSeries(t, alerts)
	waiting, others := prometheus.Split("events_consumer_lag", slices.Concat(panels, alerts))
	unpublished, others := prometheus.Split("events_publish_failures_total", others)
	unconnected, others := prometheus.Split("== 0", others)

	require.NoError(t, shop.send(t.Context(), request{first: 50_001, last: 50_001, keys: 1, hold: 10 * time.Second}))
	require.NoError(t, shop.place(t.Context(), 50_002, 50_151)) // more than an alert lets wait
	p.HaveMore(t, waiting, func() {})
	p.HaveMore(t, others, func() {
		require.NoError(t, shop.send(t.Context(), request{first: 60_001, last: 60_001, keys: 1, poisoned: true}))
	})
	b.stop(t)
	p.HaveMore(t, unpublished, func() {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.Error(t, shop.place(ctx, 70_001, 70_001), "an event was published to nobody")
	})
	p.HaveData(t, unconnected, func() {})
	t.Logf("%d expressions of the dashboards and %d alerts on events have data", len(panels), len(alerts))
}

// onEvents are the expressions on events of the dashboards and of the alerts.
func onEvents(t *testing.T, services ...*service) (panels, alerts []prometheus.Expression) {
	t.Helper()
	for _, s := range services {
		recorded, watched := prometheus.Rules(t, s.tree())
		require.Empty(t, recorded, "rules of services that promise nothing")
		shown, _ := prometheus.Split("events_", prometheus.Dashboard(t, s.tree()))
		watched, _ = prometheus.Split("events_", watched)
		panels, alerts = append(panels, shown...), append(alerts, watched...)
	}
	return panels, alerts
}
