package build

import (
	"fmt"
	"slices"

	"github.com/msgen/msgen/generator/diag"
)

const budgetPath = "resilience.retryBudget"

// checkBudget warns of a budget that nothing spends, and of one that denies what the policy asks for.
func (b *builder) checkBudget(callers []*caller) {
	if !b.client().Resilient() || !b.Policy.Written(budgetPath) {
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
	budget := b.client().RetryBudget()
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
