package model

import (
	"math"
	"strings"
	"time"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Call is how callers call an RPC: the defaults and the method's own keys, and of these what applies to its kind. Zero
// and nil are off.
type Call struct {
	Timeout        policy.Duration // unary: never zero. Streams: of the whole stream
	AttemptTimeout policy.Duration // only where there is a second attempt, or the method itself has it
	IdleTimeout    policy.Duration // streams only
	WaitForReady   bool
	Idempotent     bool
	DeclaredBy     Declarer
	Retry          *policy.Retry // only where Idempotent; on streams, before the first message
	Breaker        *policy.Breaker
	Bulkhead       *policy.Bulkhead
	Fallback       *policy.Fallback // unary only
	FallbackValue  string           // Fallback.Value as compact JSON, which the response type takes; empty: none
}

// Declarer is who says whether an RPC is idempotent.
type Declarer string

// The declarers. Where nobody says anything, an RPC is not idempotent.
const (
	ByProto  Declarer = "proto"
	ByPolicy Declarer = "policy"
	ByNobody Declarer = "nobody"
)

// PolicyName is the RPC as policies name it in full: "shop.orders.v1.OrderService/GetOrder".
func (r *RPC) PolicyName() string { return strings.TrimPrefix(r.FullMethod, "/") }

// Resilient reports whether the policy has a resilience section.
func (c *Client) Resilient() bool { return c.Policy.Resilience != nil }

// RetryBudget bounds the retries of one client; zero without a resilience section.
func (c *Client) RetryBudget() policy.RetryBudget {
	if !c.Resilient() {
		return policy.RetryBudget{}
	}
	return c.Policy.Resilience.RetryBudget
}

// StreamLife is the longest that a stream lasts, whatever its own bounds: as long as its connection, whose age grpc-go
// spreads by a tenth (keepalive.ServerParameters.MaxConnectionAge).
func (c *Client) StreamLife() policy.Duration {
	server := c.Policy.Server
	return server.MaxConnectionAge + server.MaxConnectionAge/10 + server.MaxConnectionAgeGrace
}

// Attempts is the most attempts that one call makes.
func (c *Call) Attempts() int {
	if c.Retry == nil {
		return 1
	}
	return c.Retry.MaxAttempts
}

// AttemptBound is the longest that one attempt takes: the attempt's own bound, else that of the call. Zero is no bound.
func (c *Call) AttemptBound() policy.Duration {
	if c.AttemptTimeout > 0 {
		return c.AttemptTimeout
	}
	return c.Timeout
}

// Pause is the range of the pause after an attempt that failed, the first one being 1: the back-off of gRFC A6,
// min(initialBackoff x backoffMultiplier^(attempt-1), maxBackoff), give or take the jitter's share of it. A server's
// push-back may ask for another one.
func (c *Call) Pause(attempt int) (least, most policy.Duration) {
	r := c.Retry
	if r == nil || attempt < 1 || attempt >= r.MaxAttempts {
		return 0, 0
	}
	pause := min(float64(r.InitialBackoff)*math.Pow(r.BackoffMultiplier, float64(attempt-1)), float64(r.MaxBackoff))
	return rounded(pause * (1 - r.Jitter)), rounded(pause * (1 + r.Jitter))
}

// rounded is a length of time to the microsecond, which is more than a person wants to know and less than floating
// point has to say.
func rounded(d float64) policy.Duration {
	return policy.Duration(time.Duration(d).Round(time.Microsecond))
}

// Longest is how long a call takes whose attempts all run into their bound and whose pauses are the longest, if nothing
// ends it before: attempts x attempt bound + pauses.
func (c *Call) Longest() policy.Duration {
	total := policy.Duration(c.Attempts()) * c.AttemptBound()
	for attempt := 1; attempt < c.Attempts(); attempt++ {
		_, most := c.Pause(attempt)
		total += most
	}
	return total
}

// WorstCase is the longest that a call takes without a server's push-back. Zero is no bound.
func (c *Call) WorstCase() policy.Duration {
	if c.AttemptTimeout > 0 {
		return min(c.Longest(), c.Timeout)
	}
	return c.Timeout
}
