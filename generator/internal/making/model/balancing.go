package model

import (
	"fmt"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Balances reports whether clients spread calls by the emitted balancer; pick_first does not.
func (s *Service) Balances() bool {
	return s.any(func(c *Service) bool { return c.Policy.Balancing.Policy != policy.BalancingPickFirst })
}

// Weighted reports whether instances tell their load, for clients to weigh them by.
func (s *Service) Weighted() bool {
	return s.Policy.Balancing.Policy == policy.BalancingWeightedRoundRobin
}

// BalancerPolicy is how clients pick an instance, as a Go expression.
func (s *Service) BalancerPolicy() string {
	switch s.Policy.Balancing.Policy {
	case policy.BalancingWeightedRoundRobin:
		return "weighted.RoundRobin()"
	case policy.BalancingLeastRequest:
		return "loadbalancer.LeastRequest"
	case policy.BalancingRingHash:
		return fmt.Sprintf("loadbalancer.RingHash(%q)", s.Policy.Balancing.RequestHashHeader)
	case policy.BalancingCustom:
		return "balancer.Custom"
	default:
		return "loadbalancer.RoundRobin"
	}
}

// ClientComment is what the package of the client says of itself.
func (s *Service) ClientComment() Comment {
	if !s.Balances() {
		return Comment(fmt.Sprintf("Package client calls the %s service, at the first of its instances that can be reached. It notices\n"+
			"connections that have died.", s.Name))
	}
	return Comment(fmt.Sprintf("Package client calls the %s service. It balances calls over the service's instances, leaves out those that\n"+
		"report NOT_SERVING and, for a while, those whose calls keep failing, and notices connections that have died.", s.Name))
}
