package explain

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// breaker says when calls stop.
func (a *account) breaker() Topic {
	topic, b := Topic{Name: Breaker}, a.Breaker
	if b == nil {
		return topic
	}
	what := "attempts in the window"
	if !a.rpc.IsUnary() {
		what = "streams that ended in the window"
	}
	topic.Facts = []Fact{
		{"errorPercentThreshold", fmt.Sprintf("%d %%", b.ErrorPercentThreshold), "of failures at which it opens", a.from("breaker.errorPercentThreshold")},
		{"requestVolumeThreshold", strconv.Itoa(b.RequestVolumeThreshold), what + " below which it never opens", a.from("breaker.requestVolumeThreshold")},
		{"rollingWindow", b.RollingWindow.String(), "over which it counts", a.from("breaker.rollingWindow")},
		{"sleepWindow", b.SleepWindow.String(), "for which it refuses every call at once, with UNAVAILABLE", a.from("breaker.sleepWindow")},
		{"failures", "", codes(b.FailureCodes), a.from("breaker.failureCodes")},
		{"not counted", "", "what the caller did wrong is a success; a caller that gave up, or had less time, is neither", Source{}},
	}
	return topic
}

// transitions are what the breaker does.
func (a *account) transitions() []Transition {
	b := a.Breaker
	return []Transition{
		{"closed", "open", fmt.Sprintf("%d %% of at least %d in %s fail", b.ErrorPercentThreshold, b.RequestVolumeThreshold, b.RollingWindow)},
		{"open", "half-open", fmt.Sprintf("after %s", b.SleepWindow)},
		{"half-open", "closed", "the one call let through succeeds"},
		{"half-open", "open", "it fails"},
	}
}

// bulkhead says how many calls run at once.
func (a *account) bulkhead() Topic {
	topic := Topic{Name: "bulkhead"}
	if a.Bulkhead == nil {
		return topic
	}
	topic.Facts = []Fact{{
		"maxConcurrentRequests", strconv.Itoa(a.Bulkhead.MaxConcurrentRequests),
		"at once; one more fails at once with RESOURCE_EXHAUSTED, and waits for nothing", a.from("bulkhead.maxConcurrentRequests"),
	}}
	return topic
}

// fallback says what the caller gets in place of an answer, and when.
func (a *account) fallback() Topic {
	topic, f := Topic{Name: "fallback"}, a.Fallback
	switch {
	case f == nil:
		return topic
	case f.Cache != nil:
		topic.Facts = a.cache(f.Cache)
	case f.Func:
		topic.Facts = []Fact{{"func", "", fmt.Sprintf("your function answers, with a context of another %s", a.Timeout), a.from("fallback.func")}}
	default:
		topic.Facts = []Fact{{"value", "", a.FallbackValue, a.from("fallback.value")}}
		if f.AllowOnWrites {
			topic.Facts = append(topic.Facts, Fact{"allowOnWrites", "yes", "the caller is told of a success that did not happen", a.from("fallback.allowOnWrites")})
		}
	}
	topic.Facts = append(topic.Facts, a.fallbackCauses()...)
	return topic
}

func (a *account) cache(cache *policy.Cache) []Fact {
	facts := []Fact{
		{"cache", cache.TTL.String(), "how old the last good answer to the same request may be", a.from("fallback.cache.ttl")},
		{"maxEntries", strconv.Itoa(cache.MaxEntries), "answers are kept, those that were used last", a.from("fallback.cache.maxEntries")},
	}
	if len(cache.KeyMetadata) > 0 {
		facts = append(facts, Fact{"keyMetadata", "", "only for a caller with the same " + strings.Join(cache.KeyMetadata, ", "), a.from("fallback.cache.keyMetadata")})
	}
	return facts
}

func (a *account) fallbackCauses() []Fact {
	causes := "a code that the breaker counts as a failure"
	if a.Breaker == nil {
		causes = "UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL, UNKNOWN, DATA_LOSS, RESOURCE_EXHAUSTED"
	}
	causes += ", or a bound of this policy that has run out"
	if a.Breaker != nil {
		causes += ", an open breaker"
	}
	if a.Bulkhead != nil {
		causes += ", a full bulkhead"
	}
	return []Fact{
		{Name: "given for", Meaning: causes},
		{Name: "not given for", Meaning: "what the caller did wrong, or gave up"},
	}
}
