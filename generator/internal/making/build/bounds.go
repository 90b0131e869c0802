package build

import (
	"fmt"
	"strings"
	"time"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// checkBounds holds the bounds of a unary call to the one that the server has anyhow.
func (c *caller) checkBounds() {
	if c.foreign() || !c.bounded() || !c.Policy.Sound("server.requestTimeout") {
		return // of a foreign service nobody knows the server's
	}
	server := c.Policy.Server.RequestTimeout
	fix := fmt.Sprintf("write at most %s, or raise server.requestTimeout", server)
	switch {
	case c.call.AttemptTimeout > server:
		c.fault(diag.Problem{
			Message: fmt.Sprintf("cannot be reached: attemptTimeout %s > server.requestTimeout %s, after which the server ends every request", c.call.AttemptTimeout, server),
			Fix:     fix,
		}, "attemptTimeout")
	case c.call.Timeout <= server || c.call.AttemptTimeout > 0:
	case c.call.Retry == nil:
		c.fault(diag.Problem{
			Message: fmt.Sprintf("cannot be reached: timeout %s > server.requestTimeout %s, after which the server ends the only attempt", c.call.Timeout, server),
			Fix:     fix,
		}, "timeout")
	default:
		c.checkAllRequests(server)
	}
}

// checkAllRequests warns of a timeout beyond what all attempts together can take of the server.
func (c *caller) checkAllRequests(server policy.Duration) {
	bounded := *c.call
	bounded.AttemptTimeout = server
	if longest := bounded.Longest(); longest < c.call.Timeout {
		c.warn(diag.Problem{
			Message: fmt.Sprintf("cannot be reached unless the server asks for longer pauses: %d attempts x server.requestTimeout %s%s = %s < timeout %s",
				bounded.Attempts(), server, c.pauses(), longest, c.call.Timeout),
			Fix: fmt.Sprintf("write at most %s, or raise server.requestTimeout", longest),
		}, "timeout")
	}
}

// pauses is the longest pauses between all attempts as terms of a sum: " + 30ms + 60ms".
func (c *caller) pauses() string {
	var terms strings.Builder
	for attempt := 1; attempt < c.call.Attempts(); attempt++ {
		_, most := c.call.Pause(attempt)
		fmt.Fprintf(&terms, " + %s", most)
	}
	return terms.String()
}

// checkAttempts holds the attempts of a unary call to the time that they have together.
func (c *caller) checkAttempts() {
	retry := c.call.Retry
	if retry == nil || !c.sound("retry.retryableStatusCodes", "attemptTimeout", "idempotent") {
		return
	}
	if len(retry.RetryableStatusCodes) == 0 && c.call.AttemptTimeout == 0 {
		c.fault(diag.Problem{
			Message: "has no effect: no code is tried again, and without attemptTimeout no attempt runs into it",
			Fix:     "list codes under retryableStatusCodes, write an attemptTimeout, or remove the retry",
		}, "retry.retryableStatusCodes", "attemptTimeout")
		return
	}
	if !c.bounded() {
		return
	}
	if attempt, begins := c.unreachable(); attempt > 0 {
		instead := fmt.Sprintf("write maxAttempts: %d", attempt-1)
		if attempt == 2 {
			instead = "remove the retry"
		}
		severity := diag.Error
		if c.ownWrites("timeout") != c.ownWrites("retry") || c.overrides("timeout") != c.overrides("retry") {
			severity = diag.Warning // one of the two is inherited, and need not suit every method
		}
		c.fault(diag.Problem{
			Severity: severity,
			Message:  fmt.Sprintf("attempt %d is never made: the pauses before it take %s at least, and timeout is %s", attempt, begins, c.call.Timeout),
			Fix:      instead + ", or write shorter pauses or a longer timeout",
		}, "retry.maxAttempts", "retry.initialBackoff", "timeout")
		return
	}
	c.checkHungAttempts()
}

// unreachable is the first attempt that begins after the call has ended, however soon the ones before it fail, and
// when it would begin; zero when there is none.
func (c *caller) unreachable() (attempt int, begins policy.Duration) {
	for attempt := 2; attempt <= c.call.Attempts(); attempt++ {
		least, _ := c.call.Pause(attempt - 1)
		if begins += least; begins >= c.call.Timeout {
			return attempt, begins
		}
	}
	return 0, 0
}

// checkHungAttempts warns when attempts that hang leave no time for the last one.
func (c *caller) checkHungAttempts() {
	attempts, longest := c.call.Attempts(), c.call.Longest()
	if c.call.AttemptTimeout == 0 || longest <= c.call.Timeout {
		return
	}
	outcome := "cut short"
	if longest-c.call.AttemptTimeout >= c.call.Timeout {
		outcome = "not made"
	}
	c.warn(diag.Problem{
		Message: fmt.Sprintf("%d attempts x attemptTimeout %s%s = %s > timeout %s: when the others hang, the last attempt is %s",
			attempts, c.call.AttemptTimeout, c.pauses(), longest, c.call.Timeout, outcome),
		Fix: fmt.Sprintf("write timeout: %s%s", longest, c.shorterAttempts(longest)),
	}, "timeout", "attemptTimeout", "retry.maxAttempts")
}

// shorterAttempts is the attemptTimeout that leaves time for all attempts, as an alternative; empty where even none does.
func (c *caller) shorterAttempts(longest policy.Duration) string {
	over := longest - c.call.Timeout
	fits := c.call.AttemptTimeout - over/policy.Duration(c.call.Attempts())
	fits = policy.Duration(time.Duration(fits - 1).Truncate(time.Millisecond))
	if fits <= 0 {
		return ""
	}
	return fmt.Sprintf(", or attemptTimeout: %s or less", fits)
}
