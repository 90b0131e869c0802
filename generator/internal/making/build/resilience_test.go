package build

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

// shop has a method of each kind, and of each idempotency among the unary ones.
const shop = `syntax = "proto3";
package shop.v1;
option go_package = "example.com/shop/gen/shopv1";
service Orders {
  rpc Get(Query) returns (Order) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc Put(Query) returns (Order) { option idempotency_level = IDEMPOTENT; }
  rpc Add(Query) returns (Order);
  rpc Watch(Query) returns (stream Order) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc Upload(stream Query) returns (Order);
}
message Query {}
message Order { string id = 1; repeated Line lines = 2; map<string, Line> by_name = 3; }
message Line { int32 amount = 1; }
`

// said builds the shop with a policy, and returns what is said of it, without positions.
func said(t *testing.T, text string) (*Result, []string) {
	t.Helper()
	view := disk.From(t.TempDir())
	require.NoError(t, os.WriteFile(filepath.Join(view.Dir(), "shop.proto"), []byte(shop), 0o644))
	set, problems := protoload.Load(context.Background(), protoload.Options{View: view, Files: []string{"shop.proto"}, ImportPaths: []string{"."}})
	require.Empty(t, problems.All())
	loaded, problems := policy.Load("policy.yaml", []byte(text))
	result, found := Build(Input{Set: set, Policy: loaded})
	problems.Merge(found)
	var texts []string
	for _, p := range problems.All() {
		texts = append(texts, p.Text())
	}
	return result, texts
}

// inMethod is a policy of one method.
func inMethod(method, keys string) string {
	return "resilience: {methods: {" + method + ": {" + keys + "}}}"
}

// TestCrossChecks holds each check to both sides of its edge: the first policy is one step beyond it, the second is not.
func TestCrossChecks(t *testing.T) {
	for _, check := range []struct{ name, beyond, within, want string }{
		{
			"the server ends the only attempt",
			inMethod("Add", "timeout: 5001ms"), inMethod("Add", "timeout: 5s"),
			"resilience.methods.Add.timeout: cannot be reached: timeout 5.001s > server.requestTimeout 5s",
		}, {
			"the server ends each attempt",
			"server: {requestTimeout: 1s}\n" + inMethod("Get", "timeout: 10s, attemptTimeout: 1001ms, retry: {}"),
			"server: {requestTimeout: 1s}\n" + inMethod("Get", "timeout: 10s, attemptTimeout: 1s, retry: {}"),
			"resilience.methods.Get.attemptTimeout: cannot be reached: attemptTimeout 1.001s > server.requestTimeout 1s",
		}, {
			"the server ends all attempts",
			"server: {requestTimeout: 1s}\n" + inMethod("Get", "timeout: 2031ms, retry: {maxAttempts: 2}"),
			"server: {requestTimeout: 1s}\n" + inMethod("Get", "timeout: 2030ms, retry: {maxAttempts: 2}"),
			"2 attempts x server.requestTimeout 1s + 30ms = 2.03s < timeout 2.031s",
		}, {
			"attempts that hang",
			inMethod("Get", "timeout: 989ms, attemptTimeout: 300ms, retry: {}"), inMethod("Get", "timeout: 990ms, attemptTimeout: 300ms, retry: {}"),
			"3 attempts x attemptTimeout 300ms + 30ms + 60ms = 990ms > timeout 989ms: when the others hang, the last attempt is cut short; write timeout: 990ms, or attemptTimeout: 299ms or less",
		}, {
			"attempts that hang leave nothing for the last",
			inMethod("Get", "timeout: 690ms, attemptTimeout: 300ms, retry: {}"), inMethod("Get", "timeout: 990ms, attemptTimeout: 300ms, retry: {}"),
			"when the others hang, the last attempt is not made; write timeout: 990ms, or attemptTimeout: 199ms or less",
		}, {
			"pauses longer than the call",
			inMethod("Get", "timeout: 240ms, retry: {initialBackoff: 100ms, maxBackoff: 250ms}"),
			inMethod("Get", "timeout: 241ms, retry: {initialBackoff: 100ms, maxBackoff: 250ms}"),
			"attempt 3 is never made: the pauses before it take 240ms at least, and timeout is 240ms; write maxAttempts: 2",
		}, {
			"a retry of nothing",
			inMethod("Get", "retry: {retryableStatusCodes: []}"), inMethod("Get", "attemptTimeout: 1s, retry: {retryableStatusCodes: []}"),
			"resilience.methods.Get.retry.retryableStatusCodes: has no effect: no code is tried again",
		}, {
			"a volume that the bulkhead does not let through",
			inMethod("Get", "timeout: 1s, bulkhead: {maxConcurrentRequests: 1}, breaker: {requestVolumeThreshold: 12}"),
			inMethod("Get", "timeout: 1s, bulkhead: {maxConcurrentRequests: 1}, breaker: {requestVolumeThreshold: 11}"),
			"bulkhead 1 x (rollingWindow 10s / 1s that an attempt takes, + 1) = 11 attempts < requestVolumeThreshold 12",
		}, {
			"a sleep shorter than a probe",
			inMethod("Get", "timeout: 1s, breaker: {sleepWindow: 999ms}"), inMethod("Get", "timeout: 1s, breaker: {sleepWindow: 1s}"),
			"sleepWindow 999ms < 1s that an attempt may take: while the server hangs, one caller waits 1s of every 1.999s",
		}, {
			"a fault of the defaults, told once",
			"resilience: {defaults: {breaker: {sleepWindow: 4999ms}}}", "resilience: {defaults: {breaker: {sleepWindow: 5s}}}",
			"resilience.defaults.breaker.sleepWindow: for Get, sleepWindow 4.999s < 5s",
		}, {
			"pauses that leave no time for a second attempt",
			inMethod("Get", "timeout: 20ms, retry: {}"), inMethod("Get", "timeout: 21ms, retry: {maxAttempts: 2}"),
			"attempt 2 is never made: the pauses before it take 20ms at least, and timeout is 20ms; remove the retry, or write",
		}, {
			"pauses that one method inherits, and has no time for",
			"resilience: {defaults: {retry: {}}, methods: {Get: {timeout: 20ms}}}", "resilience: {defaults: {retry: {}}, methods: {Get: {timeout: 61ms}}}",
			"warning: resilience.methods.Get.timeout: attempt 2 is never made",
		}, {
			"a stream inherits no retry of nothing",
			inMethod("Watch", "retry: {retryableStatusCodes: []}"), "resilience: {defaults: {attemptTimeout: 1s, retry: {retryableStatusCodes: []}}}",
			"has no effect: no code is tried again",
		}, {
			"a retry of attempts without their bound",
			"resilience: {defaults: {attemptTimeout: 1s, retry: {retryableStatusCodes: []}}, methods: {Get: {attemptTimeout: null}}}",
			"resilience: {defaults: {attemptTimeout: 1s, retry: {retryableStatusCodes: []}}, methods: {Get: {retry: null}}}",
			"resilience.methods.Get.attemptTimeout: has no effect: no code is tried again",
		}, {
			"one bad of two",
			"discovery: {static: {endpoints: [a:1, b:1]}}\n" + inMethod("Get", "breaker: {errorPercentThreshold: 25}"),
			"discovery: {static: {endpoints: [a:1, b:1]}}\n" + inMethod("Get", "breaker: {errorPercentThreshold: 26}"),
			"one bad instance of 2 opens the breaker for all: it fails 5 calls before it is ejected, which is 25 % of 20, and errorPercentThreshold is 25; write errorPercentThreshold: 26",
		}, {
			"one bad of an unknown number",
			"discovery: {provider: etcd}\n" + inMethod("Get", "breaker: {errorPercentThreshold: 50, requestVolumeThreshold: 10}"),
			"discovery: {provider: etcd}\n" + inMethod("Get", "breaker: {errorPercentThreshold: 50, requestVolumeThreshold: 11}"),
			"one bad instance of 2 opens the breaker for all: it fails 5 calls before it is ejected, which is 50 % of 10",
		}, {
			"one bad of one is all of them",
			"discovery: {static: {endpoints: [a:1, b:1]}}\n" + inMethod("Get", "breaker: {errorPercentThreshold: 1}"),
			inMethod("Get", "breaker: {errorPercentThreshold: 1}"),
			"one bad instance of 2",
		}, {
			"no ejection, and no other instance",
			"discovery: {static: {endpoints: [a:1, b:1]}}\n" + inMethod("Get", "breaker: {errorPercentThreshold: 1}"),
			"balancing: {policy: pick_first}\ndiscovery: {static: {endpoints: [a:1, b:1]}}\n" + inMethod("Get", "breaker: {errorPercentThreshold: 1}"),
			"one bad instance of 2",
		}, {
			"a budget without a floor",
			"resilience: {retryBudget: {percent: 30, minRetriesPerSecond: 0}, methods: {Get: {retry: {}}}}",
			"resilience: {retryBudget: {percent: 30, minRetriesPerSecond: 1}, methods: {Get: {retry: {}}}}",
			"resilience.retryBudget.minRetriesPerSecond: without a floor, a client's first retry is denied until it has made 100 / percent 30 = 4 calls",
		}, {
			"a budget that nothing spends",
			"resilience: {retryBudget: {percent: 30}}", "resilience: {retryBudget: {percent: 30}, methods: {Get: {retry: {}}}}",
			"resilience.retryBudget: has no effect: no method is tried again",
		}, {
			"an idle stream that has ended",
			inMethod("Watch", "timeout: 1m, idleTimeout: 1m"), inMethod("Watch", "timeout: 1m, idleTimeout: 59s"),
			"resilience.methods.Watch.idleTimeout: cannot be reached: idleTimeout 1m >= timeout 1m",
		}, {
			"a stream that outlasts its connection",
			inMethod("Watch", "timeout: 361s"), inMethod("Watch", "timeout: 6m"),
			"resilience.methods.Watch.timeout: cannot be reached: the server closes the connection before, after server.maxConnectionAge 5m x 1.1 + maxConnectionAgeGrace 30s = 6m < 6m1s",
		}, {
			"an idle time that outlasts the connection",
			inMethod("Watch", "idleTimeout: 361s"), inMethod("Watch", "idleTimeout: 6m"),
			"resilience.methods.Watch.idleTimeout: cannot be reached",
		}, {
			"a stream's retry of nothing",
			inMethod("Watch", "retry: {retryableStatusCodes: []}"), inMethod("Watch", "retry: {}"),
			"resilience.methods.Watch.retry.retryableStatusCodes: has no effect",
		},
		{"attempts of a stream", inMethod("Watch", "attemptTimeout: 1s"), inMethod("Get", "attemptTimeout: 1s"), "resilience.methods.Watch.attemptTimeout: applies only to unary RPCs, and Watch is server streaming; remove it"},
		{"a fallback of a stream", inMethod("Upload", "fallback: {func: true}"), inMethod("Get", "fallback: {func: true}"), "resilience.methods.Upload.fallback: applies only to unary RPCs, and Upload is client streaming; remove it"},
		{"idle unary calls", inMethod("Get", "idleTimeout: 1s"), inMethod("Watch", "idleTimeout: 1s"), "resilience.methods.Get.idleTimeout: applies only to streams, and Get is unary; remove it"},
		{
			"a retry that nobody allows",
			inMethod("Add", "retry: {}"), inMethod("Add", "idempotent: true, retry: {}"),
			"resilience.methods.Add.retry: neither the proto nor the policy declares Add idempotent, and a second attempt may do its work twice: want a method that may safely be called twice; " +
				"if it may, write idempotent: true beside the retry, or option idempotency_level = IDEMPOTENT at shop.proto:7:7; else remove the retry",
		},
		{"a retry that the policy forbids", inMethod("Put", "idempotent: false, retry: {}"), inMethod("Put", "retry: {}"), "resilience.methods.Put.retry: contradicts idempotent: false on line 1; remove one of the two"},
		{"a retry that is turned off", inMethod("Add", "retry: {}"), "resilience: {defaults: {retry: {}}, methods: {Add: {retry: null}}}", "resilience.methods.Add.retry: neither"},
		{"a default retry of nothing", "resilience: {defaults: {retry: {}}, methods: {Get: {retry: null}, Put: {idempotent: false}, Watch: {idempotent: false}}}", "resilience: {defaults: {retry: {}}}", "resilience.defaults.retry: applies to no method: none is declared idempotent"},
		{
			"a default retry that methods could take",
			"resilience: {defaults: {retry: {}}, methods: {Get: {idempotent: false}, Put: {idempotent: false}, Watch: {idempotent: false}}}", "resilience: {defaults: {retry: {}}}",
			"resilience.defaults.retry: applies to no method: none is declared idempotent; remove it, or write resilience.methods.X.idempotent: true for each method X that may safely be called twice: Add, Upload",
		},
		{"a default bound of no attempt", "resilience: {defaults: {attemptTimeout: 1s}}", "resilience: {defaults: {attemptTimeout: 1s, retry: {}}}", "resilience.defaults.attemptTimeout: applies to no method"},
		{"a default bound of no call", "resilience: {defaults: {timeout: 1s}, methods: {Get: {timeout: 1s}, Put: {timeout: 1s}, Add: {timeout: 1s}}}", "resilience: {defaults: {timeout: 1s}, methods: {Get: {timeout: 1s}, Put: {timeout: 1s}}}", "resilience.defaults.timeout: applies to no method"},
		{"a cached write", inMethod("Put", "fallback: {cache: {}}"), inMethod("Get", "fallback: {cache: {}}"), `resilience.methods.Put.fallback.cache: an answer from the cache would hide that Put did not happen: found "idempotent"`},
		{"a cache that the policy forbids", inMethod("Get", "idempotent: false, fallback: {cache: {}}"), inMethod("Get", "fallback: {cache: {}}"), `found "idempotent: false", want a method without side effects`},
		{"a fabricated success", inMethod("Add", "fallback: {value: {}}"), inMethod("Add", "fallback: {value: {}, allowOnWrites: true}"), "resilience.methods.Add.fallback.value: a fixed response would tell the caller that Add has happened"},
		{"leave for what needs none", inMethod("Get", "fallback: {value: {}, allowOnWrites: true}"), inMethod("Get", "fallback: {value: {}}"), "resilience.methods.Get.fallback.allowOnWrites: has no effect: Get has no side effects"},
		{"an unknown method", inMethod("Gte", ""), inMethod("Get", ""), `resilience.methods.Gte: no such method in shop.v1.Orders: found "Gte", want one of Add, Get, Put, Upload, Watch; did you mean "Get"?`},
		{"an unknown method in full", inMethod("shop.v2.Orders/Get", ""), inMethod("shop.v1.Orders/Get", ""), `did you mean "shop.v1.Orders/Get"?`},
		{"a method under both its names", "resilience: {methods: {Get: {}, shop.v1.Orders/Get: {}}}", inMethod("Get", ""), "resilience.methods.shop.v1.Orders/Get: means the same method as Get"},
	} {
		t.Run(check.name, func(t *testing.T) {
			_, found := said(t, check.beyond)
			require.Len(t, found, 1)
			assert.Contains(t, found[0], check.want)
			_, found = said(t, check.within)
			for _, text := range found {
				assert.NotContains(t, text, strings.SplitN(check.want, ";", 2)[0])
			}
		})
	}
}

func TestValueIsCheckedAgainstTheResponse(t *testing.T) {
	for value, want := range map[string]string{
		`{ids: 1}`:                       `fallback.value.ids: no such field in shop.v1.Order: found "ids", want one of id, lines, byName; did you mean "id"?`,
		`{id: 5}`:                        "fallback.value.id: invalid value for string field id: 5: want the protobuf JSON of shop.v1.Order",
		`{lines: [{amount: 1}, {x: 1}]}`: `fallback.value.lines[1].x: no such field in shop.v1.Line: found "x", want one of amount`,
		`{lines: [{amount: 1.5}]}`:       "fallback.value.lines[0].amount: invalid value for int32 field amount: 1.5",
		`{byName: {a: {amount: x}}}`:     `fallback.value.byName.a.amount: invalid value for int32 field amount: "x"`,
		`{lines: {}}`:                    "fallback.value.lines: syntax error: unexpected token {",
		`[1]`:                            "fallback.value: syntax error: unexpected token [",
	} {
		_, found := said(t, inMethod("Get", "fallback: {value: "+value+"}"))
		if assert.Len(t, found, 1, value) {
			assert.Contains(t, found[0], "resilience.methods.Get."+want, value)
		}
	}
	result, found := said(t, inMethod("Get", "fallback: {value: {by_name: {z: {}, a: {amount: 2}}, id: '<&>'}}"))
	require.Empty(t, found)
	compact := `{"by_name":{"a":{"amount":2},"z":{}},"id":"<&>"}`
	assert.Equal(t, compact, rpc(t, result, "Get").Call.FallbackValue)
}

func rpc(t *testing.T, result *Result, name string) *model.RPC {
	t.Helper()
	for _, r := range result.Tree.Hosts[0].RPCs {
		if r.Name == name {
			return r
		}
	}
	require.Fail(t, "no such RPC", name)
	return nil
}

// TestWhatAppliesToAMethod holds what is inherited, what is clamped, and what each kind of RPC takes.
func TestWhatAppliesToAMethod(t *testing.T) {
	result, found := said(t, `resilience:
  defaults: {timeout: 1s, attemptTimeout: 300ms, waitForReady: true, retry: {}, breaker: {}, bulkhead: {}}
  methods:
    Put: {idempotent: false}
    Upload: {timeout: 1m, waitForReady: false}
`)
	require.Empty(t, found)
	second := policy.Duration(time.Second)
	defaults := result.Tree.Policy.Resilience.Defaults
	assert.Equal(t, model.Call{
		Timeout: second, AttemptTimeout: 3 * second / 10, WaitForReady: true, Idempotent: true, DeclaredBy: model.ByProto,
		Retry: defaults.Retry, Breaker: defaults.Breaker, Bulkhead: defaults.Bulkhead,
	}, rpc(t, result, "Get").Call)
	assert.Equal(t, model.Call{
		Timeout: second, WaitForReady: true, DeclaredBy: model.ByPolicy, Breaker: defaults.Breaker, Bulkhead: defaults.Bulkhead,
	}, rpc(t, result, "Put").Call, "no second attempt, so nothing for an inherited attemptTimeout to leave time for")
	assert.Equal(t, model.Call{
		WaitForReady: true, Idempotent: true, DeclaredBy: model.ByProto, Retry: defaults.Retry, Breaker: defaults.Breaker, Bulkhead: defaults.Bulkhead,
	}, rpc(t, result, "Watch").Call, "streams inherit no bound")
	assert.Equal(t, model.Call{
		Timeout: 60 * second, DeclaredBy: model.ByNobody, Breaker: defaults.Breaker, Bulkhead: defaults.Bulkhead,
	}, rpc(t, result, "Upload").Call)
	assert.True(t, result.Tree.Client().Resilient())
	assert.Equal(t, policy.RetryBudget{Percent: 20, MinRetriesPerSecond: 10}, result.Tree.Client().RetryBudget())
}

func TestWithoutResilience(t *testing.T) {
	result, found := said(t, "server: {requestTimeout: 2s}")
	require.Empty(t, found)
	assert.False(t, result.Tree.Client().Resilient())
	assert.Zero(t, result.Tree.Client().RetryBudget())
	assert.Equal(t, model.Call{Timeout: 2 * policy.Duration(time.Second), Idempotent: true, DeclaredBy: model.ByProto}, rpc(t, result, "Get").Call)
	assert.Equal(t, model.Call{DeclaredBy: model.ByNobody}, rpc(t, result, "Upload").Call)
}
