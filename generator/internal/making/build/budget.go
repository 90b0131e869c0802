package build

import (
	"fmt"
	"slices"

	"github.com/msgen/msgen/generator/diag"
)

const budgetPath = "resilience.retryBudget"

// checkUnused warns of defaults that apply to no method.
func (b *builder) checkUnused(callers []*caller) {
	for _, unused := range []struct {
		key     string
		applies func(*caller) bool
		why     string
		fix     string
	}{
		{"timeout", func(c *caller) bool { return c.rpc.IsUnary() && !c.ownWrites("timeout") }, "every unary method has its own, and streams inherit none", "remove it"},
		{"attemptTimeout", func(c *caller) bool { return c.rpc.IsUnary() && c.call.Retry != nil && !c.ownWrites("attemptTimeout") }, "it is inherited by unary methods that are tried again, and there is none", "remove it, or declare methods idempotent and give them a retry"},
		{"retry", func(c *caller) bool { return c.call.Retry != nil }, "none is declared idempotent", "remove it, or write option idempotency_level = IDEMPOTENT or NO_SIDE_EFFECTS in the proto for those that are"},
	} {
		path := defaultsPath + "." + unused.key
		if b.Policy.Written(path) && !slices.ContainsFunc(callers, unused.applies) {
			b.policyProblem(path, diag.Problem{
				Severity: diag.Warning,
				Message:  fmt.Sprintf("%s: applies to no method: %s", b.Policy.Path(path), unused.why),
				Fix:      unused.fix,
			})
		}
	}
}

// checkBudget warns of a budget that nothing spends, and of one that denies what the policy asks for.
func (b *builder) checkBudget(callers []*caller) {
	if !b.service().Resilient() || !b.Policy.Written(budgetPath) {
		return
	}
	if !slices.ContainsFunc(callers, func(c *caller) bool { return c.call.Retry != nil }) {
		b.policyProblem(budgetPath, diag.Problem{
			Severity: diag.Warning,
			Message:  b.Policy.Path(budgetPath) + ": has no effect: no method is tried again",
			Fix:      "remove it",
		})
		return
	}
	budget := b.service().RetryBudget()
	if budget.MinRetriesPerSecond > 0 {
		return
	}
	path := budgetPath + ".minRetriesPerSecond"
	calls := (100 + budget.Percent - 1) / budget.Percent
	b.policyProblem(path, diag.Problem{
		Severity: diag.Warning,
		Message:  fmt.Sprintf("%s: without a floor, a client's first retry is denied until it has made 100 / percent %d = %d calls", b.Policy.Path(path), budget.Percent, calls),
		Fix:      "write 1 or more",
	})
}
