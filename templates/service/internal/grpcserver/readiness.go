package grpcserver

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/msgen/msgen/templates/service/internal/backoff"
)

const (
	checkInterval = 2 * time.Second // between the end of a check and the next
	checkTimeout  = 2 * time.Second // then a check has failed
	checksInARow  = 3               // that have to agree before the readiness changes
)

// WithReadiness has the server report SERVING only while check succeeds: first when it starts, which waits for it, then two seconds
// after the last check. A check has two seconds, and three in a row change the readiness.
func WithReadiness(name string, check func(context.Context) error) Option {
	return func(e *extensions) {
		e.checks = append(e.checks, name)
		c := &readinessCheck{check: check, report: func(err error) { e.report(name, err) }}
		WithStart(name, c.first)(e)
		WithBackground(name, c.watch)(e)
	}
}

// readinessCheck checks what the readiness depends on, and reports when that changes.
type readinessCheck struct {
	check   func(context.Context) error
	report  func(error)  // nil: it succeeds
	running <-chan error // gets the result of a check that has not returned; nil: there is none
}

// first returns when a check has succeeded.
func (c *readinessCheck) first(ctx context.Context) error {
	for try := 0; ; try++ {
		err := c.run(ctx)
		if err == nil || try == 0 {
			c.report(err)
		}
		if err == nil {
			return nil
		}
		if !backoff.Sleep(ctx, checkInterval) {
			return ctx.Err()
		}
	}
}

// watch checks until ctx is done, after a check that has succeeded.
func (c *readinessCheck) watch(ctx context.Context) error {
	ready, changed := true, 0
	for {
		if !backoff.Sleep(ctx, checkInterval) {
			return ctx.Err()
		}
		err := c.run(ctx)
		if ready == (err == nil) {
			changed = 0
			continue
		}
		if changed++; changed == checksInARow {
			ready, changed = err == nil, 0
			c.report(err)
		}
	}
}

// run returns the result of a check, or an error once checkTimeout is over. It waits for a check that goes on beyond that
// before it begins another.
func (c *readinessCheck) run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	if c.running == nil {
		c.running = running(ctx, c.check)
	}
	select {
	case err := <-c.running:
		c.running = nil
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// reportTo has the checks report to the log, the health service and a metric.
func (e *extensions) reportTo(logger *slog.Logger, health *healthService, metrics prometheus.Registerer) error {
	if len(e.checks) == 0 {
		return nil
	}
	for i, name := range e.checks {
		if slices.Contains(e.checks[:i], name) {
			return fmt.Errorf("WithReadiness: two checks have the name %q, give each its own", name)
		}
	}
	passes := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "grpc_server_readiness_check_passes",
		Help: "Whether a check that the server's readiness depends on succeeds: 1, otherwise 0.",
	}, []string{"check"})
	e.report = func(name string, err error) {
		health.setFailing(name, err != nil)
		if err != nil {
			passes.WithLabelValues(name).Set(0)
			logger.Warn("a readiness check fails", "check", name, "error", err)
			return
		}
		passes.WithLabelValues(name).Set(1)
		logger.Info("a readiness check succeeds", "check", name)
	}
	return metrics.Register(passes)
}
