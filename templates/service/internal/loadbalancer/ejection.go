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

// maxEjected returns how many of n endpoints may be ejected at once.
func (e Ejection) maxEjected(n int) int {
	return min(max(n*e.MaxPercent/100, 1), n-1)
}

// record is what the calls of an endpoint have shown. The balancer's mutex guards it; what is atomic is also read and
// reset without, so that calls that succeed do not wait for each other.
type record struct {
	failures   atomic.Int32  // in a row
	generation atomic.Uint32 // goes up at each start and end of an ejection; calls from an earlier one do not count

	ejected    bool
	level      int       // times of Ejection.BaseTime that the last ejection lasted
	readmitted time.Time // when it ended, or is to end
}

// ejector ejects and readmits endpoints. It has no clock: the caller says what time it is, and holds the balancer's mutex.
type ejector struct {
	settings  *Settings   // nil until the resolver has given them
	endpoints []*Endpoint // of the service, by address
}

// fail counts a failure of a call that was picked in the given generation, and reports whether the endpoint is ejected for
// it. One that is not ready gets no calls anyway, and what it does while it stops is not held against it when it is back.
func (e *ejector) fail(endpoint *Endpoint, generation uint32, now time.Time) (ejected bool) {
	limit := e.settings.Ejection.ConsecutiveFailures
	if limit == 0 || endpoint.ejected || !endpoint.ready || endpoint.generation.Load() != generation {
		return false
	}
	if int(endpoint.failures.Add(1)) < limit || !e.spares() {
		return false
	}
	e.eject(endpoint, now)
	return true
}

// spares reports whether one more endpoint can be done without.
func (e *ejector) spares() bool {
	ejected, usable := 0, 0
	for _, endpoint := range e.endpoints {
		if endpoint.ejected {
			ejected++
		} else if endpoint.ready {
			usable++
		}
	}
	return usable > 1 && ejected < e.settings.Ejection.maxEjected(len(e.endpoints))
}

// eject leaves an endpoint out: one BaseTime longer than the last time, less one for each that it has been well since.
func (e *ejector) eject(endpoint *Endpoint, now time.Time) {
	rule := e.settings.Ejection
	well := int(now.Sub(endpoint.readmitted) / rule.BaseTime)
	highest := int((rule.MaxTime + rule.BaseTime - 1) / rule.BaseTime)
	endpoint.level = min(max(endpoint.level-well, 0)+1, highest)

	endpoint.generation.Add(1)
	endpoint.failures.Store(0)
	endpoint.ejected = true
	endpoint.readmitted = now.Add(min(time.Duration(endpoint.level)*rule.BaseTime, rule.MaxTime))
	e.settings.Metrics.ejections.Inc()
	e.settings.Metrics.ejected.Inc()
}

// readmit ends the ejections whose time is over, and reports whether there were any.
func (e *ejector) readmit(now time.Time) (readmitted bool) {
	for _, endpoint := range e.endpoints {
		if endpoint.ejected && !now.Before(endpoint.readmitted) {
			e.end(endpoint, now)
			readmitted = true
		}
	}
	return readmitted
}

// readmitExcess ends the ejections that are too many since endpoints have left, beginning with the one that has the
// least time to go.
func (e *ejector) readmitExcess(now time.Time) {
	for {
		first, ejected := e.next()
		if first == nil || ejected <= e.settings.Ejection.maxEjected(len(e.endpoints)) {
			return
		}
		e.end(first, now)
	}
}

// next returns the ejected endpoint that has the least time to go, or nil, and how many are ejected.
func (e *ejector) next() (first *Endpoint, ejected int) {
	for _, endpoint := range e.endpoints {
		if !endpoint.ejected {
			continue
		}
		ejected++
		if first == nil || endpoint.readmitted.Before(first.readmitted) {
			first = endpoint
		}
	}
	return first, ejected
}

// end ends an ejection.
func (e *ejector) end(endpoint *Endpoint, now time.Time) {
	endpoint.generation.Add(1)
	endpoint.ejected = false
	endpoint.readmitted = now
	e.settings.Metrics.ejected.Dec()
}
