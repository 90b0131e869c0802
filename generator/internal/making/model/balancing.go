package model

import (
	"fmt"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Balances reports whether the client spreads calls by the emitted balancer; pick_first does not.
func (c *Client) Balances() bool {
	return c.Policy.Balancing.Policy != policy.BalancingPickFirst
}

// Weighted reports whether instances tell their load, for clients to weigh them by.
func (t *Tree) Weighted() bool {
	return t.Policy.Balancing.Policy == policy.BalancingWeightedRoundRobin
}

// BalancerPolicy is how clients pick an instance, as a Go expression.
func (c *Client) BalancerPolicy() string {
	switch c.Policy.Balancing.Policy {
	case policy.BalancingWeightedRoundRobin:
		return "weighted.RoundRobin()"
	case policy.BalancingLeastRequest:
		return "loadbalancer.LeastRequest"
	case policy.BalancingRingHash:
		return fmt.Sprintf("loadbalancer.RingHash(%q)", c.Policy.Balancing.RequestHashHeader)
	case policy.BalancingCustom:
		return "balancer.Custom"
	default:
		return "loadbalancer.RoundRobin"
	}
}
