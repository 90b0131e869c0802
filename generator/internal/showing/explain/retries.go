package explain

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// retries says what is tried again, and what is not and why.
func (a *account) retries() Topic {
	topic := Topic{Name: "retry"}
	if a.Retry == nil {
		topic.Facts = []Fact{{Name: "not retried", Meaning: a.whyNotRetried(), Source: a.whereNotRetried()}}
		return topic
	}
	r, where := a.Retry, "attempts in all"
	if a.client.Balances() {
		where += ", each at an instance that the call has not tried, while there is one"
	}
	topic.Facts = []Fact{
		{"maxAttempts", strconv.Itoa(r.MaxAttempts), where, a.from("retry.maxAttempts")},
		{"initialBackoff", r.InitialBackoff.String(), "before the second attempt", a.from("retry.initialBackoff")},
		{"backoffMultiplier", "x " + number(r.BackoffMultiplier), "from one pause to the next", a.from("retry.backoffMultiplier")},
		{"maxBackoff", r.MaxBackoff.String(), "and no further", a.from("retry.maxBackoff")},
		{"jitter", "± " + number(r.Jitter*100) + " %", "of each pause, at random: " + a.pauseRanges(), a.from("retry.jitter")},
		{"push-back", "", "a server that asks for another pause, or for no other attempt, is obeyed", Source{}},
		{"retried", "", a.whatIsRetried(), a.from("retry.retryableStatusCodes")},
		{"not retried", "", a.whatIsNotRetried(), Source{}},
	}
	topic.Facts = append(topic.Facts, a.budget()...)
	return topic
}

func (a *account) pauseRanges() string {
	var ranges []string
	for attempt := 1; attempt < a.Attempts(); attempt++ {
		least, most := a.Pause(attempt)
		ranges = append(ranges, fmt.Sprintf("%s to %s", least, most))
	}
	return strings.Join(ranges, ", then ")
}

func (a *account) whatIsRetried() string {
	var causes []string
	if len(a.Retry.RetryableStatusCodes) > 0 {
		causes = append(causes, codes(a.Retry.RetryableStatusCodes))
	}
	if a.AttemptTimeout > 0 {
		causes = append(causes, fmt.Sprintf("an attempt that has run into its %s", a.AttemptTimeout))
	}
	return strings.Join(causes, ", and ")
}

func (a *account) whatIsNotRetried() string {
	text := "any other code"
	if a.Breaker != nil {
		text += ", an open breaker"
	}
	if a.Bulkhead != nil {
		text += ", a full bulkhead"
	}
	switch a.rpc.Kind {
	case model.Unary:
	case model.ServerStreaming:
		text += ", and a stream whose first message has come"
	case model.ClientStreaming, model.BidiStreaming:
		text += ", and a stream that has been opened: its requests are not kept"
	}
	return text
}

// whyNotRetried tells what stands between the method and a retry.
func (a *account) whyNotRetried() string {
	turnedOff := a.rpc.PolicyPath != "" && a.client.Policy.Written(a.rpc.PolicyPath+".retry")
	switch {
	case turnedOff:
		return "the method turns off what the defaults give"
	case !a.client.Policy.Written("resilience.defaults.retry"):
		return "the policy asks for no retry"
	case a.Idempotent:
		return "the defaults' retry is for attempts that run into attemptTimeout, which streams have none of"
	case a.DeclaredBy == model.ByPolicy:
		return "the defaults' retry does not apply: the policy says that a second call does harm"
	default:
		return "the defaults' retry does not apply: neither the proto nor the policy declares the method idempotent"
	}
}

func (a *account) whereNotRetried() Source {
	if a.DeclaredBy == model.ByPolicy && !a.Idempotent {
		return a.from("idempotent")
	}
	return a.from("retry")
}

// budget says how many retries a client may make, whatever single calls are allowed.
func (a *account) budget() []Fact {
	budget := a.client.RetryBudget()
	const calls = 1000
	most := calls*(100+budget.Percent)/100 + budget.MinRetriesPerSecond
	return []Fact{
		{"budget", fmt.Sprintf("%d %%", budget.Percent), "retries for every hundred calls of this client, over all methods", a.fromPath("resilience.retryBudget.percent")},
		{
			"budget floor", fmt.Sprintf("%d /s", budget.MinRetriesPerSecond),
			fmt.Sprintf("retries that need not be earned: with every server down, %d calls a second cost about %d x %s + %d = %d attempts",
				calls, calls, number(1+float64(budget.Percent)/100), budget.MinRetriesPerSecond, most),
			a.fromPath("resilience.retryBudget.minRetriesPerSecond"),
		},
	}
}

func codes(all []policy.Code) string {
	names := make([]string, len(all))
	for i, code := range all {
		names[i] = string(code)
	}
	return strings.Join(names, ", ")
}

// number is a number as short as it can be told apart from others.
func number(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
