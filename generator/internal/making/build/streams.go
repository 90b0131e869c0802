package build

import (
	"fmt"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// checkStream holds what a stream has of its own to what else ends it.
func (c *caller) checkStream() {
	if c.call.Retry != nil && len(c.call.Retry.RetryableStatusCodes) == 0 && c.sound("retry.retryableStatusCodes", "idempotent") {
		c.fault(diag.Problem{
			Message: "has no effect: no code is tried again, and attempts of a stream have no bound to run into",
			Fix:     "list codes under retryableStatusCodes, or remove the retry",
		}, "retry.retryableStatusCodes")
	}
	if c.call.Timeout > 0 && c.call.IdleTimeout >= c.call.Timeout && c.sound("timeout", "idleTimeout") {
		c.fault(diag.Problem{
			Message: fmt.Sprintf("cannot be reached: idleTimeout %s >= timeout %s, after which the stream has ended", c.call.IdleTimeout, c.call.Timeout),
			Fix:     fmt.Sprintf("write less than %s, or remove it", c.call.Timeout),
		}, "idleTimeout")
	}
	c.checkStreamLife("timeout", c.call.Timeout)
	c.checkStreamLife("idleTimeout", c.call.IdleTimeout)
}

// checkStreamLife holds a bound to the life of the connection.
func (c *caller) checkStreamLife(key string, bound policy.Duration) {
	life, server := c.client().StreamLife(), c.Policy.Server
	if bound <= life || c.foreign() || !c.Policy.Sound("server.maxConnectionAge") || !c.Policy.Sound("server.maxConnectionAgeGrace") {
		return
	}
	c.fault(diag.Problem{
		Message: fmt.Sprintf("cannot be reached: the server closes the connection before, after server.maxConnectionAge %s x 1.1 + maxConnectionAgeGrace %s = %s < %s",
			server.MaxConnectionAge, server.MaxConnectionAgeGrace, life, bound),
		Fix: fmt.Sprintf("write at most %s, or raise one of the two", life),
	}, key)
}
