package build

import (
	"fmt"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// checkBreaker warns of a breaker that cannot do what it is there for.
func (c *caller) checkBreaker() {
	if c.call.Breaker == nil || !c.sound("breaker") {
		return
	}
	if bound := c.call.AttemptBound(); bound > 0 && c.bounded() {
		c.checkVolume(bound)
		if c.rpc.IsUnary() { // a stream is meant to last
			c.checkSleep(bound)
		}
	}
	if c.client().Balances() {
		c.checkOneBad()
	}
}

// checkVolume warns when the bulkhead lets too few calls through for the breaker to judge by. Without a bulkhead there
// is no limit to the calls in a window. A slot whose calls take bound ends at most window/bound + 1 of them in a window.
func (c *caller) checkVolume(bound policy.Duration) {
	breaker, bulkhead := c.call.Breaker, c.call.Bulkhead
	if bulkhead == nil || !c.sound("bulkhead") {
		return
	}
	each := int(breaker.RollingWindow/bound) + 1
	most := bulkhead.MaxConcurrentRequests * each
	if most >= breaker.RequestVolumeThreshold {
		return
	}
	c.warn(diag.Problem{
		Message: fmt.Sprintf("the breaker never opens on a server that hangs: bulkhead %d x (rollingWindow %s / %s that an attempt takes, + 1) = %d attempts < requestVolumeThreshold %d",
			bulkhead.MaxConcurrentRequests, breaker.RollingWindow, bound, most, breaker.RequestVolumeThreshold),
		Fix: fmt.Sprintf("write requestVolumeThreshold: %d or less, a longer rollingWindow, or a larger bulkhead", most),
	}, "breaker.requestVolumeThreshold", "bulkhead.maxConcurrentRequests")
}

// checkSleep warns of a breaker that tries again before the call that it let through has ended.
func (c *caller) checkSleep(bound policy.Duration) {
	sleep := c.call.Breaker.SleepWindow
	if sleep >= bound {
		return
	}
	c.warn(diag.Problem{
		Message: fmt.Sprintf("sleepWindow %s < %s that an attempt may take: while the server hangs, one caller waits %s of every %s for an answer that does not come",
			sleep, bound, bound, sleep+bound),
		Fix: fmt.Sprintf("write sleepWindow: %s or more", bound),
	}, "breaker.sleepWindow", "attemptTimeout", "timeout")
}

// checkOneBad warns when one bad instance is enough to open the breaker for the healthy ones: it fails so many calls in
// a row until it is ejected, and the breaker judges by no fewer than requestVolumeThreshold calls.
func (c *caller) checkOneBad() {
	instances := c.instances()
	if instances < 2 || !c.Policy.Sound("balancing") || !c.Policy.Sound("discovery") {
		return
	}
	breaker, failures := c.call.Breaker, c.Policy.Balancing.OutlierDetection.ConsecutiveFailures
	calls := max(breaker.RequestVolumeThreshold, failures*instances)
	if failures*100 < breaker.ErrorPercentThreshold*calls {
		return
	}
	c.warn(diag.Problem{
		Message: fmt.Sprintf("one bad instance of %d opens the breaker for all: it fails %d calls before it is ejected, which is %d %% of %d, and errorPercentThreshold is %d",
			instances, failures, failures*100/calls, calls, breaker.ErrorPercentThreshold),
		Fix: fmt.Sprintf("write errorPercentThreshold: %d or more, or a higher requestVolumeThreshold", failures*100/calls+1),
	}, "breaker.errorPercentThreshold", "breaker.requestVolumeThreshold")
}

// instances is how many instances there are at least where more than one is worth a thought: those that the policy
// lists, else two.
func (c *caller) instances() int {
	if c.Policy.Discovery.Provider == policy.ProviderStatic {
		return len(c.Policy.Discovery.Static.Endpoints)
	}
	return 2
}
