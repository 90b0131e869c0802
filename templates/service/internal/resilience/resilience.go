// Package resilience makes the calls of a client as the policy of each method has it: how long a call may take, whether
// it is tried again, when it is not made at all, and what its caller gets then. An Engine serves one client; its two
// interceptors are all that a connection needs.
package resilience

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Table is the policy of a client.
type Table struct {
	RetryBudget RetryBudget       // of all methods together; zero when none is tried again
	Methods     map[string]Policy // by full method, such as "/shop.v1.Orders/Get"; the calls of others are left alone
}

// Policy is how the calls of one method are made. What is zero or nil is off.
type Policy struct {
	Timeout        time.Duration `yaml:"timeout"`        // of the whole call, all attempts together
	AttemptTimeout time.Duration `yaml:"attemptTimeout"` // of one attempt; not of a stream's
	IdleTimeout    time.Duration `yaml:"idleTimeout"`    // of a stream on which neither side sends
	WaitForReady   bool          `yaml:"waitForReady"`   // for a connection, instead of failing while there is none
	Retry          *Retry        `yaml:"retry"`
	Breaker        *Breaker      `yaml:"breaker"`
	Bulkhead       *Bulkhead     `yaml:"bulkhead"`
	Fallback       *Fallback     `yaml:"fallback"`
	Stream         bool          `yaml:"-"` // whether the calls are streams
}

// Options are what an Engine is made of.
type Options struct {
	Table   Table
	File    string // overrides numbers of the table, and is followed as it changes; empty: none
	Logger  *slog.Logger
	Metrics *Metrics // NewMetrics makes them

	// Attempts returns the context that the attempts of one call share. Its argument is the caller's. Nil: the same.
	Attempts func(context.Context) context.Context

	// Random is where jitter comes from, a number of at least 0 and below 1. Nil: the runtime's.
	Random func() float64
}

// Engine makes the calls of one client. New makes it; it is safe for concurrent use.
type Engine struct {
	table    Table // as it was generated
	rows     atomic.Pointer[map[string]*row]
	attempts func(context.Context) context.Context
	run      handler // through all layers
	logger   *slog.Logger
	metrics  *Metrics
	budget   budget
	random   func() float64
	stop     context.CancelFunc // of the file's watch
	watching sync.WaitGroup
}

// row is what the calls of one method need: its policy of the moment, and what lasts.
type row struct {
	*method

	policy      *Policy
	retryBudget RetryBudget
}

// method is what the calls of one method share, whatever becomes of its policy.
type method struct {
	name     string
	metrics  methodMetrics
	breaker  *breaker // nil: its policy has none
	bulkhead bulkhead
	cache    cache
}

// New returns an engine that makes calls by a table. A table that contradicts itself is an error.
func New(options Options) (*Engine, error) {
	e := &Engine{
		table:    options.Table,
		attempts: options.Attempts,
		logger:   options.Logger,
		metrics:  options.Metrics,
		random:   options.Random,
	}
	if e.attempts == nil {
		e.attempts = func(ctx context.Context) context.Context { return ctx }
	}
	if e.random == nil {
		e.random = rand.Float64
	}
	if err := e.table.check(); err != nil {
		return nil, fmt.Errorf("resilience: %w", err)
	}
	rows := make(map[string]*row, len(e.table.Methods))
	for name, policy := range e.table.Methods {
		rows[name] = &row{method: e.newMethod(name, policy)}
	}
	e.rows.Store(&rows)
	e.use(e.table)
	e.run = e.layered()
	e.watch(options.File)
	return e, nil
}

// Close ends what the engine does by itself. Calls that are in flight end as they would have.
func (e *Engine) Close() {
	e.stop()
	e.watching.Wait()
	for _, row := range *e.rows.Load() {
		if row.breaker != nil {
			row.metrics.state.Sub(float64(row.breaker.close(time.Now())))
		}
	}
}

// use makes table what the calls go by that begin from now on. What is known of each method stays.
func (e *Engine) use(table Table) {
	rows := maps.Clone(*e.rows.Load())
	for name, policy := range table.Methods {
		rows[name] = &row{
			method:      rows[name].method,
			policy:      &policy,
			retryBudget: table.RetryBudget,
		}
	}
	e.rows.Store(&rows)
}

func (e *Engine) newMethod(name string, policy Policy) *method {
	m := &method{name: name, metrics: e.metrics.of(name, policy)}
	if policy.Breaker != nil {
		m.breaker = &breaker{report: func(from, to state) { e.reportBreaker(m, from, to) }}
	}
	return m
}

func (e *Engine) reportBreaker(m *method, from, to state) {
	m.metrics.state.Add(float64(to - from))
	level := slog.LevelInfo
	if to == open {
		level = slog.LevelWarn
	}
	e.logger.Log(context.Background(), level, "breaker", "method", m.name, "from", from.String(), "to", to.String())
}

// layered returns what a call passes through.
func (e *Engine) layered() handler {
	run := handler(send)
	for _, layer := range slices.Backward(e.layers()) {
		run = layer(run)
	}
	return run
}

// layers are what a call passes through, outermost first. Their order is their meaning: a fallback answers for whatever
// is inside it, and what stands inside of retry is done for each attempt.
func (e *Engine) layers() []layer {
	return []layer{
		fallBack,
		e.retry,
		breakCircuit,
		limitConcurrency,
		limitAttempt,
	}
}
