package graph

import (
	"fmt"
	"strings"
	"time"

	"github.com/msgen/msgen/generator/diag"
)

// Check is the name of a check, as waivers have it.
type Check string

// The checks.
const (
	CheckCycle         Check = "cycle"         // calls that wait for each other in a ring
	CheckDeadline      Check = "deadline"      // a timeout below what the calls behind it may take
	CheckAmplification Check = "amplification" // retries of retries
	CheckIdempotency   Check = "idempotency"   // retried, with effects that must not be had twice
	CheckBreaker       Check = "breaker"       // nothing stops calls that keep failing
	CheckProvider      Check = "provider"      // a registry that the caller does not use itself
	CheckCapacity      Check = "capacity"      // more calls at once than are served
)

// Checks are the names of all of them.
func Checks() []string {
	var names []string
	for _, check := range []Check{CheckCycle, CheckDeadline, CheckAmplification, CheckIdempotency, CheckBreaker, CheckProvider, CheckCapacity} {
		names = append(names, string(check))
	}
	return names
}

// Finding is a problem that only the whole system shows.
type Finding struct {
	Check Check
	diag.Problem
}

// Check finds what the policies of the system promise that does not add up, and marks the calls that are on cycles. Each
// finding stands in the policy of the service whose calls it is about.
func (g *Graph) Check() []Finding {
	v := newView(g)
	var found []Finding
	for _, check := range []struct {
		name Check
		run  func(*view) []diag.Problem
	}{
		{CheckCycle, (*view).checkCycles},
		{CheckDeadline, (*view).checkDeadlines},
		{CheckAmplification, (*view).checkAmplification},
		{CheckIdempotency, (*view).checkIdempotency},
		{CheckBreaker, (*view).checkBreakers},
		{CheckProvider, (*view).checkProviders},
		{CheckCapacity, (*view).checkCapacity},
	} {
		for _, problem := range check.run(v) {
			if problem.Severity == "" {
				problem.Severity = diag.Error
			}
			problem.Message = string(check.name) + ": " + problem.Message
			found = append(found, Finding{check.name, problem})
		}
	}
	return found
}

// along is a path in words: "gateway/Checkout -> orders/CreateOrder -> payments/Charge".
func along(path []*Call) string {
	words := []string{path[0].from()}
	for _, c := range path {
		words = append(words, c.to())
	}
	return strings.Join(words, " -> ")
}

// product is the arithmetic of attempts along a path: "3 x 2 x 3 = 18".
func product(path []*Call) string {
	times := 1
	var factors []string
	for _, c := range path {
		times = min(times*c.Attempts, mostTimes)
		factors = append(factors, fmt.Sprint(c.Attempts))
	}
	if len(path) == 1 {
		return factors[0]
	}
	return fmt.Sprintf("%s = %d", strings.Join(factors, " x "), times)
}

// sum is the arithmetic of the calls of a method: "inventory/Reserve 600ms + payments/Charge 2s = 2.6s".
func sum(calls []*Call) (total time.Duration, text string) {
	var terms []string
	for _, c := range calls {
		total += c.WorstCase
		terms = append(terms, fmt.Sprintf("%s %s", c.to(), span(c.WorstCase)))
	}
	text = strings.Join(terms, " + ")
	if len(calls) > 1 {
		text += fmt.Sprintf(" = %s", span(total))
	}
	return total, text
}

// span is a length of time as policies write it: "5m" rather than "5m0s".
func span(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
