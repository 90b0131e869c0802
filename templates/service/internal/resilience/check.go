package resilience

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// check returns everything that is wrong with the table.
func (t Table) check() error {
	var errs []error
	if t.retries() {
		errs = append(errs, t.RetryBudget.check())
	}
	for _, name := range slices.Sorted(maps.Keys(t.Methods)) {
		policy := t.Methods[name]
		if err := policy.check(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", strings.TrimPrefix(name, "/"), err))
		}
	}
	return errors.Join(errs...)
}

// retries reports whether some method is tried again.
func (t Table) retries() bool {
	for _, policy := range t.Methods {
		if policy.Retry != nil {
			return true
		}
	}
	return false
}

// check returns everything that is wrong with the policy of a method.
func (p *Policy) check() error {
	return errors.Join(
		p.checkTimes(),
		p.Retry.check(),
		p.Breaker.check(),
		p.Bulkhead.check(),
		p.Fallback.check(),
	)
}

func (p *Policy) checkTimes() error {
	switch {
	case p.Timeout < 0 || !p.Stream && p.Timeout == 0:
		return wrong("timeout", p.Timeout, "more than 0s")
	case p.AttemptTimeout < 0 || p.Timeout > 0 && p.AttemptTimeout > p.Timeout:
		return wrong("attemptTimeout", p.AttemptTimeout, fmt.Sprintf("more than 0s and at most timeout, %s", p.Timeout))
	case p.Stream && p.AttemptTimeout > 0:
		return wrong("attemptTimeout", p.AttemptTimeout, "none: the calls are streams")
	case p.IdleTimeout < 0:
		return wrong("idleTimeout", p.IdleTimeout, "more than 0s")
	case !p.Stream && p.IdleTimeout > 0:
		return wrong("idleTimeout", p.IdleTimeout, "none: the calls are no streams")
	}
	return nil
}

func wrong(key string, found any, want string) error {
	return fmt.Errorf("%s: found %v, want %s", key, found, want)
}
