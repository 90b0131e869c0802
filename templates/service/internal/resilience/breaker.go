package resilience

import (
	"context"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/msgen/msgen/templates/service/internal/grpcerr"
)

// Breaker is when the calls of a method stop, and when they are tried again. The names are Hystrix's.
type Breaker struct {
	ErrorPercentThreshold  int           `yaml:"errorPercentThreshold"`  // share of failures at which it opens
	RequestVolumeThreshold int           `yaml:"requestVolumeThreshold"` // attempts in the window below which it never opens
	RollingWindow          time.Duration `yaml:"rollingWindow"`          // over which attempts are counted, as they end
	SleepWindow            time.Duration `yaml:"sleepWindow"`            // for which it stays open before it lets one through
	FailureCodes           Codes         `yaml:"failureCodes"`           // what counts as a failure
}

// state is a breaker's; its metric has the same numbers.
type state int

const (
	closed   state = iota // every attempt passes
	halfOpen              // one attempt passes, and decides
	open                  // none passes
)

// String names the state in the log.
func (s state) String() string { return [...]string{"closed", "half-open", "open"}[s] }

// breaker is one method's.
type breaker struct {
	report func(from, to state) // is told of each change

	mu         sync.Mutex
	state      state
	generation int       // of the state: how often it has changed
	changed    time.Time // when it last has
	probing    bool      // whether the one attempt of a half-open breaker is under way
	outcomes   window    // of attempts, the failures marked; closed only
}

// breakCircuit lets no attempt pass while the breaker of its method is open.
func breakCircuit(next handler) handler {
	return func(ctx context.Context, c *call) error {
		rule := c.policy.Breaker
		if rule == nil {
			return next(ctx, c)
		}
		generation, ok := c.breaker.enter(rule, time.Now())
		if !ok {
			c.metrics.breakerRefusals.Inc()
			return refuse(codes.Unavailable, fmt.Sprintf("the breaker of %s is open: too many of its calls have failed", c.name))
		}
		return c.hold(ctx, next, func(err error) {
			c.breaker.leave(rule, generation, c.policy.outcome(ctx, err), time.Now())
		})
	}
}

// enter reports whether an attempt may pass. One that does has to leave, with the generation that it is given.
func (b *breaker) enter(rule *Breaker, now time.Time) (generation int, ok bool) {
	b.mu.Lock()
	before := b.state
	if b.state == open && now.Sub(b.changed) >= rule.SleepWindow {
		b.become(halfOpen, now)
	}
	ok = b.state == closed || b.state == halfOpen && !b.probing
	b.probing = b.state == halfOpen
	generation, after := b.generation, b.state
	b.mu.Unlock()
	b.tell(before, after)
	return generation, ok
}

// leave takes how an attempt has ended. It does not count when the breaker has changed since the attempt entered.
func (b *breaker) leave(rule *Breaker, generation int, result grpcerr.Outcome, now time.Time) {
	b.mu.Lock()
	before := b.state
	if generation == b.generation {
		b.record(rule, result, now)
	}
	after := b.state
	b.mu.Unlock()
	b.tell(before, after)
}

func (b *breaker) record(rule *Breaker, result grpcerr.Outcome, now time.Time) {
	switch {
	case result == grpcerr.Ignored:
		b.probing = false // another attempt may find out
	case b.state == halfOpen && result == grpcerr.Success:
		b.become(closed, now)
	case b.state == halfOpen:
		b.become(open, now)
	default:
		if b.count(rule, result, now).shouldTrip(rule) {
			b.become(open, now)
		}
	}
}

// count counts an attempt, and returns the counts with it.
func (b *breaker) count(rule *Breaker, result grpcerr.Outcome, now time.Time) counts {
	failed := 0
	if result == grpcerr.Failure {
		failed = 1
	}
	b.outcomes.add(rule.RollingWindow, now, 1, failed)
	return b.outcomes.last(rule.RollingWindow, now)
}

// shouldTrip reports whether the counts are reason to open.
func (n counts) shouldTrip(rule *Breaker) bool {
	return n.all >= rule.RequestVolumeThreshold && 100*n.marked >= rule.ErrorPercentThreshold*n.all
}

// become changes the state. The mutex is held.
func (b *breaker) become(next state, now time.Time) {
	b.state = next
	b.generation++
	b.changed = now
	b.probing = false
	b.outcomes = window{}
}

// tell reports a change. The mutex is not held.
func (b *breaker) tell(before, after state) {
	if before != after {
		b.report(before, after)
	}
}

// close closes the breaker of a client that is closed, and returns what it was.
func (b *breaker) close(now time.Time) state {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := b.state
	b.become(closed, now)
	return before
}

func (b *Breaker) check() error {
	switch {
	case b == nil:
		return nil
	case b.ErrorPercentThreshold < 1 || b.ErrorPercentThreshold > 100:
		return wrong("breaker.errorPercentThreshold", b.ErrorPercentThreshold, "1 to 100")
	case b.RequestVolumeThreshold < 1:
		return wrong("breaker.requestVolumeThreshold", b.RequestVolumeThreshold, "at least 1")
	case b.RollingWindow < time.Second:
		return wrong("breaker.rollingWindow", b.RollingWindow, "at least 1s")
	case b.SleepWindow <= 0:
		return wrong("breaker.sleepWindow", b.SleepWindow, "more than 0s")
	case len(b.FailureCodes) == 0:
		return wrong("breaker.failureCodes", "none", "at least one")
	}
	return nil
}
