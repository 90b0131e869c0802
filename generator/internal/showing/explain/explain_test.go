package explain_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/showing/explain"
)

const shop = `syntax = "proto3";
package shop.v1;
service Orders {
  rpc Get(Query) returns (Order) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc Add(Query) returns (Order);
  rpc Watch(Query) returns (stream Order) { option idempotency_level = IDEMPOTENT; }
  rpc Talk(stream Query) returns (stream Order);
}
message Query {}
message Order { string id = 1; }
`

// explained returns what the shop's calls do under a policy, by the short names of the methods.
func explained(t *testing.T, text string) map[string]explain.Call {
	t.Helper()
	view := disk.From(t.TempDir())
	require.NoError(t, os.WriteFile(filepath.Join(view.Dir(), "shop.proto"), []byte(shop), 0o644))
	set, problems := protoload.Load(context.Background(), protoload.Options{View: view, Files: []string{"shop.proto"}, ImportPaths: []string{"."}})
	require.Empty(t, problems.All())
	loaded, problems := policy.Load("policy.yaml", []byte(text))
	require.Empty(t, problems.All())
	result, problems := build.Build(build.Input{Set: set, Policy: loaded})
	require.False(t, problems.HasErrors(), problems.All())
	calls := map[string]explain.Call{}
	for _, call := range explain.Calls(result.Tree.Client(), func(rpc *model.RPC) (at, level diag.Position) {
		return result.Declared[rpc].RPC, result.Declared[rpc].Idempotency
	}) {
		calls[call.Method[len("shop.v1.Orders/"):]] = call
	}
	return calls
}

// fact returns a fact of a topic as "value: meaning (source)".
func fact(t *testing.T, call explain.Call, topic, name string) string {
	t.Helper()
	for _, of := range call.Topics {
		for _, f := range of.Facts {
			if of.Name == topic && f.Name == name {
				return f.Value + ": " + f.Meaning + " (" + f.Source.String() + ")"
			}
		}
	}
	require.Fail(t, "no such fact", "%s of %s in %s", name, topic, call.Method)
	return ""
}

// spans are the timeline's, one a line.
func spans(timeline explain.Timeline) []string {
	var lines []string
	for _, span := range timeline.Spans {
		lines = append(lines, span.Begin.String()+" - "+span.End.String()+" "+span.Name+" ("+span.Note+")")
	}
	return lines
}

func TestTimelineOfAttemptsThatHang(t *testing.T) {
	calls := explained(t, `resilience:
  methods:
    Get: {timeout: 1s, attemptTimeout: 300ms, retry: {maxAttempts: 3, jitter: 0.5}}
`)
	get := calls["Get"]
	assert.Equal(t, "at most 3 attempts; it ends within 1s", get.Summary)
	require.Len(t, get.Timelines, 2)
	assert.Equal(t, []string{
		"0s - 300ms attempt 1 (0s to 300ms)",
		"300ms - 337.5ms pause (12.5ms to 37.5ms)",
		"337.5ms - 637.5ms attempt 2 (337.5ms to 637.5ms)",
		"637.5ms - 712.5ms pause (25ms to 75ms)",
		"712.5ms - 1s attempt 3 (712.5ms to 1s)",
	}, spans(get.Timelines[0]))
	assert.Equal(t, "3 x 300ms + 37.5ms + 75ms, cut off by timeout 1s", get.Timelines[0].Sum)
	assert.Equal(t, []string{
		"0s - 0s attempt 1 (at 0s)",
		"0s - 37.5ms pause (12.5ms to 37.5ms)",
		"37.5ms - 37.5ms attempt 2 (at 37.5ms)",
		"37.5ms - 112.5ms pause (25ms to 75ms)",
		"112.5ms - 112.5ms attempt 3 (at 112.5ms)",
	}, spans(get.Timelines[1]))
	assert.Equal(t, "37.5ms + 75ms = 112.5ms", get.Timelines[1].Sum)

	add := calls["Add"]
	assert.Equal(t, "one attempt; it ends within 5s", add.Summary)
	require.Len(t, add.Timelines, 1)
	assert.Equal(t, []string{"0s - 5s attempt 1 (0s to 5s)"}, spans(add.Timelines[0]))
}

func TestAttemptsThatFitInFull(t *testing.T) {
	get := explained(t, "resilience: {methods: {Get: {timeout: 1s, attemptTimeout: 300ms, retry: {}}}}")["Get"]
	assert.Equal(t, "at most 3 attempts; it ends within 990ms", get.Summary)
	assert.Equal(t, "3 x 300ms + 30ms + 60ms = 990ms", get.Timelines[0].Sum)
}

func TestAttemptsWithoutABoundLeaveNoTime(t *testing.T) {
	get := explained(t, "resilience: {methods: {Get: {timeout: 1s, retry: {}}}}")["Get"]
	assert.Equal(t, []string{"0s - 1s attempt 1 (0s to 1s)"}, spans(get.Timelines[0]))
	assert.Equal(t, "1s; no time is left for 2 further attempts", get.Timelines[0].Sum)
	assert.Equal(t, "none: an attempt that hangs takes all the time that is left, so that none comes after it (default)", fact(t, get, "time", "attemptTimeout"))
}

func TestStreams(t *testing.T) {
	calls := explained(t, `resilience:
  defaults: {timeout: 1s, retry: {}}
  methods:
    Talk: {timeout: 1m, idleTimeout: 10s}
`)
	assert.Equal(t, "at most 3 attempts; it lasts no longer than its connection, 6m at most", calls["Watch"].Summary)
	assert.Equal(t, "6m, ended by its connection", calls["Watch"].Timelines[0].Sum)
	assert.Contains(t, fact(t, calls["Watch"], "time", "timeout"), "none: streams inherit none")
	assert.Equal(t, ": any other code, and a stream whose first message has come ()", fact(t, calls["Watch"], "retry", "not retried"))
	assert.Equal(t, "one attempt; it ends within 1m", calls["Talk"].Summary)
	assert.Equal(t, "1m: for the whole stream (policy.yaml:4:21)", fact(t, calls["Talk"], "time", "timeout"))
	assert.Equal(t, "10s: after which a stream ends on which neither side has sent (policy.yaml:4:38)", fact(t, calls["Talk"], "time", "idleTimeout"))
}

// TestSources holds each figure to the line that it is from: the method's own, that of the defaults, or none.
func TestSources(t *testing.T) {
	calls := explained(t, `server: {requestTimeout: 4s}
resilience:
  retryBudget: {percent: 30}
  defaults:
    attemptTimeout: 3s
    waitForReady: true
    retry: {maxAttempts: 2}
    breaker: {rollingWindow: 20s}
    bulkhead: {}
  methods:
    Get:
      timeout: 2s
      retry: {initialBackoff: 50ms}
      fallback: {value: {id: none}}
    Add:
      idempotent: true
      attemptTimeout: null
      fallback: {func: true}
`)
	for _, want := range []struct{ method, topic, name, fact string }{
		{"Get", "repetition", "idempotent", "yes: the proto declares: no side effects (shop.proto:4:36)"},
		{"Add", "repetition", "idempotent", "yes: the policy says that it may be called twice (policy.yaml:16:19)"},
		{"Talk", "repetition", "idempotent", "no: nobody declares it, so a call is made once (shop.proto:7:7)"},
		{"Get", "time", "timeout", "2s: for the whole call, all attempts together (policy.yaml:12:16)"},
		{"Add", "time", "timeout", "4s: for the whole call: nobody set one, so it is server.requestTimeout, which is all that a server gives a request (policy.yaml:1:26)"},
		{"Get", "time", "attemptTimeout", "2s: for each attempt: the 3s of the defaults, held to timeout (policy.yaml:5:21)"},
		{"Get", "time", "waitForReady", "yes: without a connection an attempt waits for one, as long as it may take (policy.yaml:6:19)"},
		{"Get", "retry", "maxAttempts", "2: attempts in all, each at an instance that the call has not tried, while there is one (policy.yaml:7:26)"},
		{"Get", "retry", "initialBackoff", "50ms: before the second attempt (policy.yaml:13:31)"},
		{"Get", "retry", "maxBackoff", "250ms: and no further (default)"},
		{"Get", "retry", "retried", ": UNAVAILABLE, and an attempt that has run into its 2s (default)"},
		{"Get", "retry", "not retried", ": any other code, an open breaker, a full bulkhead ()"},
		{"Get", "retry", "budget", "30 %: retries for every hundred calls of this client, over all methods (policy.yaml:3:26)"},
		{"Get", "retry", "budget floor", "10 /s: retries that need not be earned: with every server down, 1000 calls a second cost about 1000 x 1.3 + 10 = 1310 attempts (default)"},
		{"Talk", "retry", "not retried", ": the defaults' retry does not apply: neither the proto nor the policy declares the method idempotent (policy.yaml:7:12)"},
		{"Get", "breaker", "rollingWindow", "20s: over which it counts (policy.yaml:8:30)"},
		{"Get", "breaker", "sleepWindow", "5s: for which it refuses every call at once, with UNAVAILABLE (default)"},
		{"Watch", "breaker", "requestVolumeThreshold", "20: streams that ended in the window below which it never opens (default)"},
		{"Get", "bulkhead", "maxConcurrentRequests", "100: at once; one more fails at once with RESOURCE_EXHAUSTED, and waits for nothing (default)"},
		{"Get", "fallback", "value", `: {"id":"none"} (policy.yaml:14:25)`},
		{"Add", "fallback", "func", ": your function answers, with a context of another 4s (policy.yaml:18:24)"},
		{"Get", "fallback", "given for", ": a code that the breaker counts as a failure, or a bound of this policy that has run out, an open breaker, a full bulkhead ()"},
	} {
		assert.Equal(t, want.fact, fact(t, calls[want.method], want.topic, want.name), "%s: %s", want.method, want.name)
	}
	assert.Equal(t, "at most 2 attempts; it ends within 4s, or 4s later where your fallback answers", calls["Add"].Summary)
	assert.Equal(t, []explain.Transition{
		{From: "closed", To: "open", When: "50 % of at least 20 in 20s fail"},
		{From: "open", To: "half-open", When: "after 5s"},
		{From: "half-open", To: "closed", When: "the one call let through succeeds"},
		{From: "half-open", To: "open", When: "it fails"},
	}, calls["Get"].Transitions)
}

func TestWhyACallIsMadeOnce(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    ": the policy asks for no retry (default)",
		"resilience: {methods: {Add: {}}}":    ": the policy asks for no retry (default)",
		"resilience: {defaults: {retry: {}}}": ": the defaults' retry does not apply: neither the proto nor the policy declares the method idempotent (policy.yaml:1:32)",
		"resilience: {defaults: {retry: {}}, methods: {Add: {idempotent: false}}}":             ": the defaults' retry does not apply: the policy says that a second call does harm (policy.yaml:1:65)",
		"resilience: {defaults: {retry: {}}, methods: {Add: {idempotent: true, retry: null}}}": ": the method turns off what the defaults give (policy.yaml:1:78)",
	} {
		assert.Equal(t, want, fact(t, explained(t, text)["Add"], "retry", "not retried"), text)
	}
	watch := explained(t, "resilience: {defaults: {attemptTimeout: 1s, retry: {retryableStatusCodes: []}}}")["Watch"]
	assert.Equal(t, ": the defaults' retry is for attempts that run into attemptTimeout, which streams have none of (policy.yaml:1:52)", fact(t, watch, "retry", "not retried"))
	add := explained(t, "resilience: {defaults: {attemptTimeout: 1s, retry: {}}}")["Add"]
	assert.Equal(t, "none: the 1s of the defaults are to leave time for a second attempt, and there is none (policy.yaml:1:41)", fact(t, add, "time", "attemptTimeout"))
	add = explained(t, "resilience: {methods: {Add: {attemptTimeout: 1s}}}")["Add"]
	assert.Equal(t, "1s: for the one attempt, and with it for the call (policy.yaml:1:46)", fact(t, add, "time", "attemptTimeout"))
	assert.Equal(t, "one attempt; it ends within 1s", add.Summary)
}
