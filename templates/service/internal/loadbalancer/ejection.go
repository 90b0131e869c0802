package loadbalancer

import (
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
)

// Ejection says when an endpoint is left out for its failures, and for how long. The last endpoint that can take calls
// is never left out.
type Ejection struct {
	ConsecutiveFailures int           // after which an endpoint is ejected; 0 turns ejection off
	BaseTime            time.Duration // how long the first ejection lasts; the second lasts twice as long, and so on
	MaxTime             time.Duration // the longest that one lasts
	MaxPercent          int           // of the endpoints that may be ejected at once; of two or more, one always may
	FailureCodes        []codes.Code  // what a call that fails because of its endpoint ends with
}

// most returns how many of n endpoints may be ejected at once.
func (e Ejection) most(n int) int {
	return min(max(n*e.MaxPercent/100, 1), n-1)
}

// record is what the calls of an endpoint have shown. The balancer's mutex guards it; what is atomic is also read and
// reset without, so that calls that succeed do not wait for each other.
type record struct {
	failures atomic.Int32  // in a row
	era      atomic.Uint32 // goes up at each end and begin of an ejection; calls from an earlier era do not count

	ejected    bool
	level      int       // times of Ejection.BaseTime that the last ejection lasted
	readmitted time.Time // when it ended, or is to end
	timer      *time.Timer
}

// judge takes what the end of a call, which was picked in the given era, says about its endpoint.
func (b *endpointBalancer) judge(endpoint *Endpoint, era uint32, result outcome) {
	switch result {
	case success:
		if endpoint.era.Load() == era && endpoint.failures.Load() != 0 {
			endpoint.failures.Store(0)
		}
	case failure:
		b.fail(endpoint, era)
	case nothing:
	}
}

// fail counts a failure, and ejects the endpoint when it is one too many. One that is not ready gets no calls anyway,
// and what it does while it stops is not held against it when it is back.
func (b *endpointBalancer) fail(endpoint *Endpoint, era uint32) {
	b.mu.Lock()
	defer b.mu.Unlock()
	limit := b.settings.Ejection.ConsecutiveFailures
	if limit == 0 || endpoint.ejected || !endpoint.ready || endpoint.era.Load() != era {
		return
	}
	if int(endpoint.failures.Add(1)) >= limit && b.spares() {
		b.eject(endpoint)
		b.publish()
	}
}

// spares reports whether one more endpoint can be done without.
func (b *endpointBalancer) spares() bool {
	ejected, usable := 0, 0
	for _, endpoint := range b.endpoints {
		if endpoint.ejected {
			ejected++
		} else if endpoint.ready {
			usable++
		}
	}
	return usable > 1 && ejected < b.settings.Ejection.most(len(b.endpoints))
}

// eject leaves an endpoint out: one BaseTime longer than the last time, less one for each that it has been well since.
func (b *endpointBalancer) eject(endpoint *Endpoint) {
	rule := b.settings.Ejection
	well := int(time.Since(endpoint.readmitted) / rule.BaseTime)
	highest := int((rule.MaxTime + rule.BaseTime - 1) / rule.BaseTime)
	endpoint.level = min(max(endpoint.level-well, 0)+1, highest)
	duration := min(time.Duration(endpoint.level)*rule.BaseTime, rule.MaxTime)

	era := endpoint.era.Add(1)
	endpoint.failures.Store(0)
	endpoint.ejected = true
	endpoint.readmitted = time.Now().Add(duration)
	endpoint.timer = time.AfterFunc(duration, func() { b.readmit(endpoint, era) })
	b.settings.Metrics.ejections.Inc()
	b.settings.Metrics.ejected.Inc()
}

// readmit ends the ejection that began the given era, unless it has ended already.
func (b *endpointBalancer) readmit(endpoint *Endpoint, era uint32) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if endpoint.era.Load() == era {
		b.end(endpoint)
		b.publish()
	}
}

// readmitExcess ends the ejections that are too many since endpoints have left, beginning with the one that has the
// least time to go.
func (b *endpointBalancer) readmitExcess() {
	for {
		var first *Endpoint
		ejected := 0
		for _, endpoint := range b.endpoints {
			if !endpoint.ejected {
				continue
			}
			ejected++
			if first == nil || endpoint.readmitted.Before(first.readmitted) {
				first = endpoint
			}
		}
		if first == nil || ejected <= b.settings.Ejection.most(len(b.endpoints)) {
			return
		}
		b.end(first)
	}
}

// end ends an ejection.
func (b *endpointBalancer) end(endpoint *Endpoint) {
	endpoint.era.Add(1)
	endpoint.timer.Stop()
	endpoint.ejected = false
	endpoint.readmitted = time.Now()
	b.settings.Metrics.ejected.Dec()
}
