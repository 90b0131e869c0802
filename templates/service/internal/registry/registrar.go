// Package registry keeps this process registered, under the address that callers reach, for as long as it serves.
package registry

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/msgen/msgen/templates/service/internal/backoff"
)

// Waits between attempts to register. The longest bounds how long a registry that has come back does not know us.
const (
	firstRetry   = 100 * time.Millisecond
	longestRetry = 3 * time.Second
)

// stopTimeout is how long a registry that does not answer may hold the stop.
const stopTimeout = 2 * time.Second

// Instance is what a registry knows of this process.
type Instance struct {
	Address  string            // host:port that callers reach
	Metadata map[string]string // may be nil
}

// Registry is where the instances of one service are registered. Its methods are called one after the other.
type Registry interface {
	// Hold registers the instance, calls registered, and returns the reason when the instance cannot be registered or
	// no longer is. It returns, with any error, soon after ctx is done.
	Hold(ctx context.Context, self Instance, registered func()) error

	// Release ends the registration of the instance, if there may be one.
	Release(ctx context.Context, self Instance) error
}

// Registrar keeps one instance registered. New makes it.
type Registrar struct {
	registry Registry
	metadata map[string]string
	logger   *slog.Logger
	metrics  *metrics

	stop     context.CancelFunc // nil until Start
	done     chan struct{}      // closed when the instance is no longer registered and never will be
	reported string             // the error that was logged last; empty while registered
}

// New returns a Registrar that does nothing yet. It registers the metadata, which may be nil. Its metrics are
// registered on registerer.
func New(
	registry Registry, metadata map[string]string, logger *slog.Logger, registerer prometheus.Registerer,
) (*Registrar, error) {
	metrics, err := newMetrics(registerer)
	if err != nil {
		return nil, err
	}
	return &Registrar{
		registry: registry,
		metadata: metadata,
		logger:   logger,
		metrics:  metrics,
		done:     make(chan struct{}),
	}, nil
}

// Start registers this process as the instance that callers reach at address, a host:port, and keeps it registered
// until Stop: whatever the registry does, the next attempt is never more than a few seconds away. It does not wait for
// the registry. It is called once.
func (r *Registrar) Start(address string) {
	ctx, cancel := context.WithCancel(context.Background())
	r.stop = cancel
	go func() {
		defer close(r.done)
		self := Instance{Address: address, Metadata: r.metadata}
		r.keep(ctx, self)
		r.end(self)
	}()
}

// Stop ends the registration, within two seconds. A registry that has not answered by then forgets the instance by
// itself. Without Start before it, it does nothing.
func (r *Registrar) Stop() {
	if r.stop == nil {
		return
	}
	r.stop()
	select {
	case <-r.done:
	case <-time.After(stopTimeout):
	}
}

// keep registers the instance again and again until ctx is done.
func (r *Registrar) keep(ctx context.Context, self Instance) {
	retry := backoff.New(firstRetry, longestRetry)
	for ctx.Err() == nil {
		err := r.registry.Hold(ctx, self, func() {
			retry.Reset()
			r.reportRegistered(self)
		})
		if ctx.Err() == nil {
			r.reportError(err)
			retry.Wait(ctx)
		}
	}
}

// end deregisters the instance.
func (r *Registrar) end(self Instance) {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	err := r.registry.Release(ctx, self)
	r.metrics.registered.Set(0)
	if err != nil {
		r.metrics.errors.Inc()
		r.logger.Warn("not deregistered", "address", self.Address, "error", err)
		return
	}
	r.logger.Info("deregistered", "address", self.Address)
}

func (r *Registrar) reportRegistered(self Instance) {
	r.metrics.registered.Set(1)
	r.reported = ""
	r.logger.Info("registered", "address", self.Address)
}

// reportError logs an error when it says something new: attempts go on for as long as a registry is down.
func (r *Registrar) reportError(err error) {
	r.metrics.registered.Set(0)
	r.metrics.errors.Inc()
	if text := err.Error(); text != r.reported {
		r.reported = text
		r.logger.Warn("not registered", "error", err)
	}
}
