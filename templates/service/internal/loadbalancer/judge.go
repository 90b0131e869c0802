package loadbalancer

import (
	"time"

	"github.com/msgen/msgen/templates/service/internal/grpcerr"
)

// judge takes what the end of a call, which was picked in the given generation, says about its endpoint.
func (b *endpointBalancer) judge(endpoint *Endpoint, generation uint32, result grpcerr.Outcome) {
	switch result {
	case grpcerr.Success:
		if endpoint.generation.Load() == generation && endpoint.failures.Load() != 0 {
			endpoint.failures.Store(0)
		}
	case grpcerr.Failure:
		b.fail(endpoint, generation)
	case grpcerr.Ignored:
	}
}

func (b *endpointBalancer) fail(endpoint *Endpoint, generation uint32) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.ejector.fail(endpoint, generation, now) {
		b.schedule(now)
		b.publish()
	}
}

// schedule sets the timer to when the next ejection ends.
func (b *endpointBalancer) schedule(now time.Time) {
	if b.readmission != nil {
		b.readmission.Stop()
	}
	if first, _ := b.next(); first != nil {
		b.readmission = time.AfterFunc(first.readmitted.Sub(now), b.readmit)
	}
}

// readmit is what the timer does.
func (b *endpointBalancer) readmit() {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.ejector.readmit(now) {
		b.publish()
	}
	b.schedule(now)
}
