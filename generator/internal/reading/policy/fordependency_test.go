package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
)

// callee is the policy of the one dependency of a caller, whose policy for it is given as YAML in one line.
func callee(t *testing.T, recommended, own string) (*Policy, diag.List) {
	t.Helper()
	theirs, problems := Load("inventory.yaml", []byte(recommended))
	require.Empty(t, texted(problems))
	caller, problems := Load("orders.yaml", []byte("dependencies:\n  - name: inventory\n    proto: inventory.proto\n    policy: inventory.yaml\n    resilience: "+own))
	require.Empty(t, texted(problems))
	return caller.ForDependency(0, theirs, func(method string) string { return strings.TrimPrefix(method, "shop.Inventory/") })
}

const recommendedPolicy = `
server: {requestTimeout: 4s}
discovery: {provider: etcd}
resilience:
  retryBudget: {percent: 10}
  defaults:
    timeout: 2s
    attemptTimeout: 500ms
    retry: {maxAttempts: 4, retryableStatusCodes: [UNAVAILABLE, ABORTED]}
    breaker: {sleepWindow: 7s}
  methods:
    Reserve: {timeout: 3s, fallback: {cache: {ttl: 1m, maxEntries: 7}}}
    Release: {idempotent: true, bulkhead: {maxConcurrentRequests: 3}, calls: [stock/Get]}
    Count: {fallback: {func: true}}
client: {compression: gzip}
`

func TestCalleeIsMergedKeyByKey(t *testing.T) {
	p, problems := callee(t, recommendedPolicy, `
      retryBudget: {minRetriesPerSecond: 1}
      defaults: {timeout: 1s, retry: {maxAttempts: 2}, breaker: null}
      methods:
        shop.Inventory/Reserve: {attemptTimeout: 200ms, fallback: {cache: {ttl: 2m}}}
        Release: {retry: {retryableStatusCodes: [INTERNAL]}, bulkhead: {}}
`)
	require.Empty(t, texted(problems))
	assert.Equal(t, Duration(4*time.Second), p.Server.RequestTimeout)
	assert.Equal(t, ProviderEtcd, p.Discovery.Provider)
	assert.Equal(t, CompressionGzip, p.Client.Compression)
	r := p.Resilience
	assert.Equal(t, RetryBudget{Percent: 10, MinRetriesPerSecond: 1}, r.RetryBudget)
	assert.Equal(t, Duration(time.Second), r.Defaults.Timeout)
	assert.Equal(t, Duration(500*time.Millisecond), r.Defaults.AttemptTimeout)
	assert.Nil(t, r.Defaults.Breaker, "null takes away what the callee recommends")
	assert.Equal(t, 2, r.Defaults.Retry.MaxAttempts)
	assert.Equal(t, []Code{"UNAVAILABLE", "ABORTED"}, r.Defaults.Retry.RetryableStatusCodes)

	reserve := r.Methods["Reserve"]
	assert.Equal(t, Duration(3*time.Second), reserve.Timeout, "a method's own value is nearer than the defaults of either policy")
	assert.Equal(t, Duration(200*time.Millisecond), reserve.AttemptTimeout)
	assert.Equal(t, &Cache{TTL: Duration(2 * time.Minute), MaxEntries: 7}, reserve.Fallback.Cache)
	release := r.Methods["Release"]
	assert.Equal(t, []Code{"INTERNAL"}, release.Retry.RetryableStatusCodes, "a list is replaced")
	assert.Equal(t, 3, release.Bulkhead.MaxConcurrentRequests)
	assert.Nil(t, release.Calls, "what the callee calls is its own business")
	assert.Nil(t, r.Methods["Count"].Fallback, "a function of other callers is none of this one")
}

func TestCalleeKnowsWhereItIsFrom(t *testing.T) {
	p, problems := callee(t, recommendedPolicy, `{defaults: {timeout: 1s}, methods: {shop.Inventory/Reserve: {attemptTimeout: 200ms}}}`)
	require.Empty(t, texted(problems))
	for path, want := range map[string]string{
		"resilience.defaults.timeout":               "orders.yaml:5:38",
		"resilience.defaults.retry":                 "inventory.yaml:9:12",
		"resilience.methods.Reserve.attemptTimeout": "orders.yaml:5:94",
		"resilience.methods.Reserve.timeout":        "inventory.yaml:12:24",
		"server.requestTimeout":                     "inventory.yaml:2:26",
		"balancing.policy":                          "orders.yaml:2:5",
	} {
		assert.Equal(t, want, p.At(path).String(), path)
	}
	assert.Equal(t, "dependencies[0].resilience.methods.shop.Inventory/Reserve.attemptTimeout", p.Path("resilience.methods.Reserve.attemptTimeout"))
	assert.Equal(t, "resilience.methods.Reserve.timeout", p.Path("resilience.methods.Reserve.timeout"))
	assert.True(t, p.Overrides("resilience.defaults.timeout"))
	assert.False(t, p.Overrides("resilience.defaults.retry"))
}

// TestCalleeContradictions: what contradicts once both are one is the caller's to mend, and what the callee inherits
// from the caller is held to it.
func TestCalleeContradictions(t *testing.T) {
	for _, tt := range []struct{ name, recommended, own, want string }{
		{
			"a bound above the callee's", "resilience: {defaults: {timeout: 1s}}", "{defaults: {attemptTimeout: 2s}}",
			"orders.yaml:5:45: dependencies[0].resilience.defaults.attemptTimeout: more than timeout: 2s > 1s: want at most 1s",
		},
		{
			"nothing to turn off", "resilience: {defaults: {timeout: 1s}}", "{defaults: {retry: null}}",
			"orders.yaml:5:36: dependencies[0].resilience.defaults.retry: no value: want a mapping with keys such as maxAttempts; remove the key: the defaults give nothing to turn off",
		},
		{"the callee's bound is lowered", "resilience: {methods: {Get: {attemptTimeout: 2s}}}", "{defaults: {timeout: 1s}}", ""},
		{"a pause under the callee's longest", "resilience: {defaults: {retry: {maxBackoff: 1s}}}", "{defaults: {retry: {initialBackoff: 400ms}}}", ""},
		{"another kind of fallback", "resilience: {methods: {Get: {fallback: {cache: {}}}}}", "{methods: {Get: {fallback: {value: {}}}}}", ""},
		{"no fallback", "resilience: {methods: {Get: {fallback: {cache: {}}}}}", "{methods: {Get: {fallback: null}}}", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, problems := callee(t, tt.recommended, tt.own)
			assert.Equal(t, tt.want, strings.Join(texted(problems), "\n"))
			switch method := p.Resilience.Methods["Get"]; tt.name {
			case "the callee's bound is lowered":
				assert.Equal(t, Duration(time.Second), method.AttemptTimeout)
			case "another kind of fallback":
				assert.Nil(t, method.Fallback.Cache)
			case "no fallback":
				assert.Nil(t, method.Fallback)
			}
		})
	}
}

func TestCalleeOfOthers(t *testing.T) {
	caller, problems := Load("orders.yaml", []byte(`
dependencies:
  - name: mail
    proto: mail.proto
    discovery: {provider: consul, consul: {address: consul:8500}}
`))
	require.Empty(t, texted(problems))
	p, problems := caller.ForDependency(0, nil, strings.ToLower)
	require.Empty(t, texted(problems))
	assert.Equal(t, ProviderConsul, p.Discovery.Provider)
	assert.Nil(t, p.Resilience)
	assert.Equal(t, "orders.yaml:5:53", p.At("discovery.consul.address").String())
	assert.Equal(t, "dependencies[0].discovery.consul.address", p.Path("discovery.consul.address"))
	assert.Equal(t, "orders.yaml:3:5", p.At("server.requestTimeout").String())
}
