package model

import (
	"fmt"
	"strings"
)

// off is what a table says of a feature that nobody asked for.
const off = "off"

// Repetition is whether the RPC may be called twice, and who says so, for a table.
func (r *RPC) Repetition() string {
	switch {
	case r.Call.DeclaredBy == ByProto:
		return fmt.Sprintf("yes, by the proto: %s", r.Idempotency)
	case r.Call.DeclaredBy == ByPolicy && r.Call.Idempotent:
		return "yes, by the policy"
	case r.Call.DeclaredBy == ByPolicy:
		return "no, by the policy"
	default:
		return "no, nobody declares it"
	}
}

// TimeText is the bounds of a call for a table: "1s", "none, idle 5m".
func (c *Call) TimeText() string {
	text := "none"
	if c.Timeout > 0 {
		text = c.Timeout.String()
	}
	if c.IdleTimeout > 0 {
		text += fmt.Sprintf(", idle %s", c.IdleTimeout)
	}
	return text
}

// AttemptsText is the attempts of a call for a table, with the bound and the pauses that they have: "3 x 300ms, after
// 20ms to 30ms and 40ms to 60ms".
func (c *Call) AttemptsText() string {
	text := fmt.Sprint(c.Attempts())
	if c.AttemptTimeout > 0 {
		text += fmt.Sprintf(" x %s", c.AttemptTimeout)
	}
	var pauses []string
	for attempt := 1; attempt < c.Attempts(); attempt++ {
		least, most := c.Pause(attempt)
		pauses = append(pauses, fmt.Sprintf("%s to %s", least, most))
	}
	if len(pauses) > 0 {
		text += ", after " + strings.Join(pauses, " and ")
	}
	return text
}

// RetriedText is what is followed by another attempt, for a table.
func (c *Call) RetriedText() string {
	if c.Retry == nil {
		return "nothing"
	}
	var causes []string
	for _, code := range c.Retry.RetryableStatusCodes {
		causes = append(causes, fmt.Sprintf("`%s`", code))
	}
	if c.AttemptTimeout > 0 {
		causes = append(causes, fmt.Sprintf("no answer in %s", c.AttemptTimeout))
	}
	return strings.Join(causes, ", ")
}

// WorstCaseText is the longest that a call of the RPC takes, for a table.
func (c *Client) WorstCaseText(r *RPC) string {
	if worst := r.Call.WorstCase(); worst > 0 {
		return worst.String()
	}
	return fmt.Sprintf("%s, with its connection", c.StreamLife())
}

// BreakerText is when the breaker opens and for how long, for a table.
func (c *Call) BreakerText() string {
	if c.Breaker == nil {
		return off
	}
	return fmt.Sprintf("%d %% of %d in %s, for %s", c.Breaker.ErrorPercentThreshold, c.Breaker.RequestVolumeThreshold, c.Breaker.RollingWindow, c.Breaker.SleepWindow)
}

// BulkheadText is how many calls run at once, for a table.
func (c *Call) BulkheadText() string {
	if c.Bulkhead == nil {
		return off
	}
	return fmt.Sprint(c.Bulkhead.MaxConcurrentRequests)
}

// FallbackText is what a caller gets in place of an answer, for a table.
func (c *Call) FallbackText() string {
	switch f := c.Fallback; {
	case f == nil:
		return off
	case f.Cache != nil:
		return fmt.Sprintf("the last good answer, at most %s old", f.Cache.TTL)
	case f.Func:
		return fmt.Sprintf("a function of the caller's, which has another %s", c.Timeout)
	case f.AllowOnWrites:
		return "a fixed response, although nothing was done"
	default:
		return "a fixed response"
	}
}

// RetryBudgetText is how many retries a client makes over all methods, in a sentence; empty where nothing is retried.
func (c *Client) RetryBudgetText() string {
	for _, host := range c.Hosts {
		for _, rpc := range host.RPCs {
			if rpc.Call.Retry != nil {
				budget := c.RetryBudget()
				return fmt.Sprintf("The retries of one client, over all methods, are held to %d %% of its calls and %d a second besides.",
					budget.Percent, budget.MinRetriesPerSecond)
			}
		}
	}
	return ""
}
