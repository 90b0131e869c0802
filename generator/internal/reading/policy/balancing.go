package policy

import "github.com/msgen/msgen/generator/diag"

// Balancing says how calls are spread over the instances.
type Balancing struct {
	Policy            BalancingPolicy  `yaml:"policy" default:"round_robin" doc:"How a client picks an instance for a call."`
	RequestHashHeader string           `yaml:"requestHashHeader" format:"header" example:"x-user-id" doc:"Metadata key whose value picks the instance. With ring_hash only, and required there."`
	OutlierDetection  OutlierDetection `yaml:"outlierDetection" doc:"Leaves out instances that keep failing, but never the last one."`
	Edge              Edge             `yaml:"edge" default:"none" doc:"A balancer in front of the instances, for callers that do not balance themselves."`
	EdgeProxy         EdgeProxy        `yaml:"edgeProxy" doc:"Where nginx or HAProxy listens, and whom it asks for the instances."`
}

// OutlierDetection is when an instance is ejected, and for how long.
type OutlierDetection struct {
	ConsecutiveFailures int      `yaml:"consecutiveFailures" default:"5" range:">=1" doc:"Failures in a row after which an instance is ejected."`
	BaseEjectionTime    Duration `yaml:"baseEjectionTime" default:"30s" range:">0s" doc:"How long the first ejection lasts. Each further one is longer by as much."`
	MaxEjectionTime     Duration `yaml:"maxEjectionTime" default:"5m" range:">0s" doc:"The longest that an ejection lasts."`
	MaxEjectionPercent  int      `yaml:"maxEjectionPercent" default:"50" range:"1..100" doc:"The largest share of the instances that is ejected at once, in percent."`
}

// BalancingPolicy is how a client picks an instance.
type BalancingPolicy string

// The balancing policies.
const (
	BalancingPickFirst          BalancingPolicy = "pick_first"
	BalancingRoundRobin         BalancingPolicy = "round_robin"
	BalancingWeightedRoundRobin BalancingPolicy = "weighted_round_robin"
	BalancingLeastRequest       BalancingPolicy = "least_request"
	BalancingRingHash           BalancingPolicy = "ring_hash"
	BalancingCustom             BalancingPolicy = "custom"
)

func (BalancingPolicy) values() []string {
	return texts(BalancingPickFirst, BalancingRoundRobin, BalancingWeightedRoundRobin,
		BalancingLeastRequest, BalancingRingHash, BalancingCustom)
}

func (b *Balancing) settle(s scope) {
	if s.sound("edge") && !b.Edge.Proxies() && s.filled("edgeProxy") {
		s.warn("edgeProxy", diag.Problem{Message: "has no effect while edge is " + string(b.Edge), Fix: "remove it, or write edge: nginx or edge: haproxy"})
	}
	if !s.sound("policy") {
		return
	}
	if b.Policy == BalancingPickFirst && s.filled("outlierDetection") {
		s.fault("outlierDetection", diag.Problem{
			Message: "cannot apply to policy pick_first, which leaves out no instance",
			Fix:     "remove it, or write policy: round_robin",
		})
	}
	hashes := b.Policy == BalancingRingHash
	switch written := s.written("requestHashHeader"); {
	case hashes && !written && s.sound("requestHashHeader"):
		s.fault("requestHashHeader", diag.Problem{Message: "missing", Want: "the metadata key that ring_hash picks by", Fix: "add requestHashHeader: x-user-id, or the like"})
	case !hashes && written:
		s.warn("requestHashHeader", diag.Problem{Message: "has no effect with policy " + string(b.Policy), Fix: "remove it, or write policy: ring_hash"})
	}
}

func (o *OutlierDetection) settle(s scope) {
	atMost(s, "baseEjectionTime", &o.BaseEjectionTime, "maxEjectionTime", o.MaxEjectionTime)
}
