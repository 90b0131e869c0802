package resilience

import (
	"sync"
	"time"
)

// earnings is how long a call counts towards the retries that it earns, for itself or for others: failures
// come together, not spread out evenly.
const earnings = 10 * time.Second

// RetryBudget keeps retries from multiplying the load of a service that is failing. In so many seconds it allows
//
//	calls x Percent/100 + (seconds + 1) x MinRetriesPerSecond
type RetryBudget struct {
	Percent             int `yaml:"percent"`             // retries that a hundred calls earn
	MinRetriesPerSecond int `yaml:"minRetriesPerSecond"` // retries that need not be earned
}

// budget is what the calls of a client have earned and spent.
type budget struct {
	mu     sync.Mutex
	earned window // calls, and the retries that they have paid for marked
	given  window // retries that nothing was paid for
}

// count counts a call that began at now.
func (b *budget) count(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.earned.add(earnings, now, 1, 0)
}

// take reports whether there may be one more retry at now, and counts it.
func (b *budget) take(rule RetryBudget, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.given.last(time.Second, now).all < rule.MinRetriesPerSecond {
		b.given.add(time.Second, now, 1, 0)
		return true
	}
	earned := b.earned.last(earnings, now)
	if 100*(earned.marked+1) > rule.Percent*earned.all {
		return false
	}
	b.earned.add(earnings, now, 0, 1)
	return true
}

func (b RetryBudget) check() error {
	switch {
	case b.Percent < 1 || b.Percent > 100:
		return wrong("retryBudget.percent", b.Percent, "1 to 100")
	case b.MinRetriesPerSecond < 0:
		return wrong("retryBudget.minRetriesPerSecond", b.MinRetriesPerSecond, "at least 0")
	}
	return nil
}
