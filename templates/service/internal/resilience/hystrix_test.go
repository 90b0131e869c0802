package resilience

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/msgen/msgen/templates/service/internal/grpcerr"
)

// hystrix is what the wiki of Netflix/Hystrix documents of its circuit breaker, in its plainest form:
//
//   - circuitBreaker.requestVolumeThreshold: the requests in the rolling window below which the circuit never trips;
//   - circuitBreaker.errorThresholdPercentage: the share of errors at or above which it does;
//   - metrics.rollingStats.timeInMilliseconds, in ten buckets: a bucket is left out once the window has moved past it;
//   - circuitBreaker.sleepWindowInMilliseconds: how long it rejects requests after it has tripped; then one request is
//     let through: when it fails the circuit is open for another sleep window, when it succeeds it closes and the
//     statistics begin anew.
//
// This client departs from that in four ways, which the model shares: the circuit trips with the request that warrants it,
// not with the next snapshot of the statistics; a request that the service had no part in does not count, and a single
// test that ends so lets another one through; requests that began before the last change do not count.
type hystrix struct {
	rule    *Breaker
	began   time.Time // the statistics; zero: not yet
	results []hystrixResult
	tripped time.Time // zero: closed
	testing bool      // the single test is under way
	single  bool      // the circuit waits for the single test
	changes int
}

type hystrixResult struct {
	bucket int64
	failed bool
}

func (h *hystrix) allows(now time.Time) (allowed bool, change int) {
	if h.tripped.IsZero() {
		return true, h.changes
	}
	if !h.single && now.Sub(h.tripped) >= h.rule.SleepWindow {
		h.single, h.testing = true, false
		h.changes++
	}
	if !h.single || h.testing {
		return false, 0
	}
	h.testing = true
	return true, h.changes
}

func (h *hystrix) ends(now time.Time, change int, result grpcerr.Outcome) {
	if change != h.changes {
		return
	}
	switch {
	case result == grpcerr.Ignored:
		h.testing = false
	case h.single && result == grpcerr.Success:
		*h = hystrix{rule: h.rule, changes: h.changes + 1}
	case h.single:
		h.trip(now)
	default:
		h.record(now, result == grpcerr.Failure)
	}
}

func (h *hystrix) trip(now time.Time) {
	*h = hystrix{rule: h.rule, changes: h.changes + 1, tripped: now}
}

func (h *hystrix) record(now time.Time, failed bool) {
	if h.began.IsZero() {
		h.began = now
	}
	bucket := int64(now.Sub(h.began) / (h.rule.RollingWindow / 10))
	h.results = append(h.results, hystrixResult{bucket, failed})
	h.results = slices.DeleteFunc(h.results, func(r hystrixResult) bool { return r.bucket <= bucket-10 })
	errors := 0
	for _, r := range h.results {
		if r.failed {
			errors++
		}
	}
	if len(h.results) >= h.rule.RequestVolumeThreshold && errors*100/len(h.results) >= h.rule.ErrorPercentThreshold {
		h.trip(now)
	}
}

// TestBreakerDecidesAsHystrix replays random sequences: requests that begin, end well, badly or without a result in any
// order, and time that passes.
func TestBreakerDecidesAsHystrix(t *testing.T) {
	refusals, probes := 0, 0
	for seed := range uint64(500) {
		random, now := rand.New(rand.NewPCG(seed, 26)), time.Now()
		rule := &Breaker{
			ErrorPercentThreshold:  1 + random.IntN(100),
			RequestVolumeThreshold: 1 + random.IntN(12),
			RollingWindow:          10 * time.Second,
			SleepWindow:            time.Duration(1+random.IntN(8)) * time.Second,
			FailureCodes:           Codes{codes.Unavailable},
		}
		breaker := &breaker{report: func(_, to state) {
			if to == halfOpen {
				probes++
			}
		}}
		model := &hystrix{rule: rule}
		type running struct{ generation, change int }
		var requests []running
		for step := range 200 {
			switch what := random.IntN(10); {
			case what == 0:
				now = now.Add(time.Duration(random.IntN(3000)) * time.Millisecond)
			case what < 6 || len(requests) == 0:
				generation, passes := breaker.enter(rule, now)
				allowed, change := model.allows(now)
				if passes != allowed {
					t.Fatalf("seed %d, step %d: the request passes: %v, Hystrix allows it: %v", seed, step, passes, allowed)
				}
				if passes {
					requests = append(requests, running{generation, change})
				} else {
					refusals++
				}
			default:
				i := random.IntN(len(requests))
				result := []grpcerr.Outcome{grpcerr.Success, grpcerr.Failure, grpcerr.Failure, grpcerr.Ignored}[random.IntN(4)]
				breaker.leave(rule, requests[i].generation, result, now)
				model.ends(now, requests[i].change, result)
				requests = slices.Delete(requests, i, i+1)
			}
		}
	}
	if refusals < 1000 || probes < 500 {
		t.Errorf("only %d refusals and %d probes: the sequences prove little", refusals, probes)
	}
}
