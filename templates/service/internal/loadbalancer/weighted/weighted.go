// Package weighted is the picker of weighted_round_robin. It links the protos of the reports, which no other picker needs.
package weighted

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	orcapb "github.com/cncf/xds/go/xds/data/orca/v3"
	"google.golang.org/grpc/balancer"
	_ "google.golang.org/grpc/orca" // reads the reports

	"github.com/msgen/msgen/templates/service/internal/loadbalancer"
)

// How reports become weights. The values are those of gRPC's weighted_round_robin:
// https://github.com/grpc/proposal/blob/master/A58-client-side-weighted-round-robin-lb-policy.md.
const (
	blackoutPeriod         = 10 * time.Second // an endpoint must have reported for so long before its weight counts
	weightExpirationPeriod = 3 * time.Minute  // without a report a weight no longer counts
	weightUpdatePeriod     = time.Second      // how often weights are looked at
)

// An endpoint takes its share of every wholeShare turns.
const (
	wholeShare = 1 << 10
	minShare   = wholeShare / 64 // so that one that seems to be overloaded can still show that it is not
)

// RoundRobin returns a Policy that gives each endpoint as many calls as it can bear by the load that it reports
// with its answers: gRPC's weighted_round_robin with reports by call. An endpoint without a weight gets the mean of the
// others. The Policy is for one connection.
func RoundRobin() loadbalancer.Policy {
	known := make(map[*loadbalancer.Endpoint]*load)
	return func(endpoints []*loadbalancer.Endpoint) loadbalancer.Picker {
		loads := make(map[*loadbalancer.Endpoint]*load, len(endpoints))
		for _, endpoint := range endpoints {
			loads[endpoint] = known[endpoint]
			if loads[endpoint] == nil {
				loads[endpoint] = newLoad()
			}
		}
		known = loads
		w := &weighted{loads: loads}
		w.turn.Store(rand.Uint32()) //nolint:gosec // so that not every client begins with the same endpoint
		return w
	}
}

type weighted struct {
	loads   map[*loadbalancer.Endpoint]*load
	turn    atomic.Uint32
	updated atomic.Int64 // when the shares were set, in nanoseconds since 1970
}

// Pick returns the next endpoint whose turn it is.
func (w *weighted) Pick(_ balancer.PickInfo, endpoints []*loadbalancer.Endpoint) *loadbalancer.Endpoint {
	w.refresh(time.Now())
	n := uint32(len(endpoints)) //nolint:gosec // not more than the resolver finds
	for {
		turn := w.turn.Add(1)
		if endpoint := endpoints[turn%n]; w.loads[endpoint].takes(turn / n) {
			return endpoint
		}
	}
}

// Done takes the report that came with an answer.
func (w *weighted) Done(endpoint *loadbalancer.Endpoint, info balancer.DoneInfo) {
	if report, ok := info.ServerLoad.(*orcapb.OrcaLoadReport); ok && report != nil {
		w.loads[endpoint].report(time.Now(), report)
	}
}

// refresh sets the shares by the weights of the moment, unless that was done not long ago.
func (w *weighted) refresh(now time.Time) {
	last := w.updated.Load()
	if now.UnixNano()-last < int64(weightUpdatePeriod) || !w.updated.CompareAndSwap(last, now.UnixNano()) {
		return
	}
	weights := make(map[*load]float64, len(w.loads))
	var sum, most float64
	for _, l := range w.loads {
		if weight := l.weight(now); weight > 0 {
			weights[l] = weight
			sum += weight
			most = max(most, weight)
		}
	}
	for _, l := range w.loads {
		switch weight, ok := weights[l]; {
		case len(weights) == 0:
			l.share.Store(wholeShare)
		case ok:
			l.share.Store(share(weight, most))
		default:
			l.share.Store(share(sum/float64(len(weights)), most))
		}
	}
}

// share returns the turns of every wholeShare for an endpoint of this weight, where the most that one has is most.
func share(weight, most float64) uint32 {
	return max(uint32(weight/most*wholeShare), minShare)
}

// load is what an endpoint has reported, and the share of the calls that it gets for it.
type load struct {
	share atomic.Uint32

	mu      sync.Mutex
	value   float64   // weight by the last report
	since   time.Time // when the reports began
	updated time.Time // when the last one came
}

func newLoad() *load {
	l := &load{}
	l.share.Store(wholeShare)
	return l
}

// report takes a report: the weight is the calls that the endpoint serves for what it is loaded, its errors counted as
// load.
func (l *load) report(now time.Time, report *orcapb.OrcaLoadReport) {
	utilization := report.GetApplicationUtilization()
	if utilization == 0 {
		utilization = report.GetCpuUtilization()
	}
	rate := report.GetRpsFractional()
	if utilization <= 0 || rate <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.updated) > weightExpirationPeriod {
		l.since = now
	}
	l.value = rate / (utilization + report.GetEps()/rate)
	l.updated = now
}

// weight returns the endpoint's weight, or 0 when it has none that counts.
func (l *load) weight(now time.Time) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.updated) > weightExpirationPeriod || now.Sub(l.since) < blackoutPeriod {
		return 0
	}
	return l.value
}

// takes reports whether the endpoint takes a call in the given round. The rounds in which it does are evenly spread.
func (l *load) takes(round uint32) bool {
	turns := l.share.Load()
	return round*turns%wholeShare < turns
}
