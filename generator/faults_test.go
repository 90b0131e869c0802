package generator

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
)

var (
	faultPairs   = flag.Int("pairs", 300, "how many pairs of faults TestFaultsTogether tries; -1: all")
	faultTriples = flag.Int("triples", 200, "how many triples of faults TestFaultsTogether tries")
)

// faultless are the inputs of a service without a problem. Each key has a line of its own, so that faults in two of them
// have places of their own.
var faultless = map[string]string{
	"shop.proto": `syntax = "proto3";
package shop.v1;
option go_package = "example.com/shop/gen/shopv1";
service Shop {
  rpc Get(Query) returns (Order) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc Put(Query) returns (Order) { option idempotency_level = IDEMPOTENT; }
  rpc Add(Query) returns (Order);
  rpc Watch(Query) returns (stream Order);
}
message Query {}
message Order { string id = 1; }
message Sold { string id = 1; }
`,
	"stock/stock.proto": `syntax = "proto3";
package stock.v1;
option go_package = "example.com/stock/gen/stockv1";
service Stock {
  rpc Take(Item) returns (Item);
  rpc Count(Item) returns (Item) { option idempotency_level = NO_SIDE_EFFECTS; }
}
message Item {}
`,
	"stock/policy.yaml": `server:
  requestTimeout: 2s
resilience:
  defaults:
    timeout: 1s
  methods:
    Count:
      retry:
        maxAttempts: 2
`,
	"pay/pay.proto": `syntax = "proto3";
package pay.v1;
option go_package = "example.com/pay/gen/payv1";
message Paid {}
`,
	"policy.yaml": `service:
  name: shop
  module: example.com/shop
  hosts:
    - shop.v1.Shop
server:
  grpcPort: 8080
  requestTimeout: 5s
  maxConnectionAge: 5m
discovery:
  provider: etcd
  etcd:
    endpoints:
      - etcd:2379
balancing:
  policy: round_robin
  outlierDetection:
    baseEjectionTime: 30s
observability:
  tracing:
    exporter: otlp
    endpoint: jaeger:4317
dependencies:
  - name: stock
    proto: stock/stock.proto
    policy: stock/policy.yaml
    services:
      - stock.v1.Stock
    resilience:
      methods:
        Take:
          timeout: 500ms
  - name: mail
    proto: pay/mail.proto
    target: dns:///mail:80
events:
  broker: kafka
  publish:
    - topic: sold
      message: shop.v1.Sold
  subscribe:
    - topic: paid
      message: pay.v1.Paid
      proto: pay/pay.proto
deploy:
  image: example.com/shop
  environments:
    - dev
  kubernetes:
    namespace: shop
resilience:
  defaults:
    timeout: 1s
    breaker:
      sleepWindow: 5s
  methods:
    Get:
      timeout: 2s
      retry:
        maxAttempts: 2
      fallback:
        value:
          id: none
    Put:
      attemptTimeout: 200ms
      retry:
        initialBackoff: 30ms
        maxBackoff: 100ms
    Add:
      idempotent: true
      retry:
        maxAttempts: 2
      calls:
        - stock/Take
    Watch:
      idleTimeout: 20s
`,
	"pay/mail.proto": `syntax = "proto3";
package mail.v1;
option go_package = "example.com/mail/gen/mailv1";
service Mail { rpc Send(Letter) returns (Letter); }
message Letter {}
`,
}

// fault is one edit of a faultless input that gives it a problem.
type fault struct{ file, old, new string }

// faults is a table of what can be wrong with each input: alone, in pairs and in threes.
func faults() []fault {
	const policy, shop = "policy.yaml", "shop.proto"
	return []fault{
		// The policy by itself: unknown keys, with and without one that is meant.
		{file: policy, old: "  name: shop\n", new: "  nane: shop\n"},
		{file: policy, old: "  grpcPort: 8080", new: "  grpcPrt: 8080"},
		{file: policy, old: "  requestTimeout: 5s", new: "  requestTimout: 5s"},
		{file: policy, old: "discovery:", new: "discvery:"},
		{file: policy, old: "      sleepWindow: 5s", new: "      color: blue"},
		{file: policy, old: "      idempotent: true", new: "      idempotnt: true"},
		{file: policy, old: "    endpoint: jaeger:4317", new: "    endpiont: jaeger:4317"},
		// Bad values.
		{file: policy, old: "  name: shop\n", new: "  name: Shop\n"},
		{file: policy, old: "  module: example.com/shop", new: "  module: a shop"},
		{file: policy, old: "  grpcPort: 8080", new: "  grpcPort: 808080"},
		{file: policy, old: "  requestTimeout: 5s", new: "  requestTimeout: 5 seconds"},
		{file: policy, old: "  maxConnectionAge: 5m", new: "  maxConnectionAge: long"},
		{file: policy, old: "  provider: etcd", new: "  provider: zookeeper"},
		{file: policy, old: "      - etcd:2379", new: "      - etcd"},
		{file: policy, old: "  policy: round_robin", new: "  policy: random"},
		{file: policy, old: "    baseEjectionTime: 30s", new: "    baseEjectionTime: 10m"},
		{file: policy, old: "  broker: kafka", new: "  broker: pigeons"},
		{file: policy, old: "    - topic: sold", new: "    - topic: a topic"},
		{file: policy, old: "        maxBackoff: 100ms", new: "        maxBackoff: 10ms"},
		{file: policy, old: "      idempotent: true", new: "      idempotent: maybe"},
		{file: policy, old: "    timeout: 1s\n    breaker", new: "    timeout: 0s\n    breaker"},
		{file: policy, old: "      timeout: 2s", new: "      timeout: -2s"},
		{file: policy, old: "        - stock/Take", new: "        - stock"},
		// Wrong kinds, and nothing at all.
		block("service", "shop"),
		block("server", "[8080]"),
		block("discovery", "etcd"),
		block("balancing", "5"),
		block("dependencies", "{stock: stock.proto}"),
		block("dependencies", "[]"),
		block("dependencies", "[stock, mail]"),
		block("events", "kafka"),
		block("deploy", "null"),
		block("deploy", "{image: x, kubernetes: }"),
		block("deploy", "{image: x, kubernetes: {env: [{name: LOG_LEVEL, value: a}, {name: a-b}, {name: B, value: b, valueFrom: {}}], secretFiles: [{secretName: A, mountPath: a}]}}"),
		block("deploy", "{image: x, kubernetes: {volumes: [{name: a}], volumeMounts: [{name: b, mountPath: /b}, {name: c}], tolerations: [{value: a}], affinity: {a: b}}}"),
		block("deploy", "{image: x, kubernetes: {podLabels: {app.kubernetes.io/name: a}, podAnnotations: {prometheus.io/port: a}, secrets: {externalStore: {name: a}}}}"),
		block("resilience", "{methods: [Get], defaults: [1s]}"),
		block("resilience", "{methods: {Get: null, Put: 1, Add: , Get: {}}, defaults: {retry: 1, timeout: ~}}"),
		block("resilience", "{methods: &a {Get: {}, Put: *a}, defaults: {<<: {}}}"),
		{file: policy, old: "  hosts:\n    - shop.v1.Shop", new: "  hosts: shop.v1.Shop\n"},
		{file: policy, old: "  hosts:\n    - shop.v1.Shop", new: "  hosts: [[shop.v1.Shop]]\n"},
		{file: policy, old: "  hosts:\n    - shop.v1.Shop", new: "  hosts: []\n"},
		{file: policy, old: "    endpoints:\n      - etcd:2379", new: "    endpoints: {etcd: 2379}\n"},
		{file: policy, old: "  - name: stock\n", new: "  - name: [stock]\n"},
		{file: policy, old: "  - name: stock\n", new: "  - name:\n"},
		{file: policy, old: "    services:\n      - stock.v1.Stock", new: "    services: null\n"},
		{file: policy, old: "        Take:\n          timeout: 500ms", new: "        Take: 500ms\n"},
		{file: policy, old: "  environments:\n    - dev", new: "  environments: [{dev: 1}]\n"},
		{file: policy, old: "  kubernetes:\n    namespace: shop", new: "  kubernetes: yes\n"},
		{file: policy, old: "      retry:\n        maxAttempts: 2\n      fallback", new: "      retry: 2\n\n      fallback"},
		{file: policy, old: "        value:\n          id: none", new: "        value:\n"},
		{file: policy, old: "    Watch:\n      idleTimeout: 20s", new: "    Watch: [20s]\n"},
		{file: policy, old: "    - topic: sold\n      message: shop.v1.Sold", new: "    - sold\n"},
		// The policy against the protos.
		{file: policy, old: "    - shop.v1.Shop", new: "    - shop.v1.Nothing"},
		{file: policy, old: "    Get:\n", new: "    Gett:\n"},
		{file: policy, old: "    Put:\n", new: "    Zzzz:\n"},
		{file: policy, old: "      idempotent: true", new: "      idempotent: false"},
		{file: policy, old: "        maxAttempts: 2\n      calls", new: "        retryableStatusCodes: []\n      calls"},
		{file: policy, old: "          id: none", new: "          ident: none"},
		{file: policy, old: "      timeout: 2s", new: "      idleTimeout: 2s"},
		{file: policy, old: "      idleTimeout: 20s", new: "      idleTimeout: 20m"},
		{file: policy, old: "      attemptTimeout: 200ms", new: "      timeout: 1ms"},
		{file: policy, old: "        - stock/Take", new: "        - stock/Tke"},
		{file: policy, old: "        - stock/Take", new: "        - stok/Take"},
		{file: policy, old: "      - stock.v1.Stock", new: "      - stock.v1.Stok"},
		{file: policy, old: "        Take:\n", new: "        Tke:\n"},
		{file: policy, old: "      message: shop.v1.Sold", new: "      message: shop.v1.Solt"},
		{file: policy, old: "    - dev", new: "    - con"},
		{file: policy, old: "  name: shop\n", new: "  name: nul\n"},
		{file: policy, old: "  module: example.com/shop", new: "  module: net/shop"},
		// The policy names it.
		{file: policy, old: "    proto: stock/stock.proto", new: "    proto: stock/stok.proto"},
		{file: policy, old: "    policy: stock/policy.yaml", new: "    policy: stok/policy.yaml"},
		{file: policy, old: "    policy: stock/policy.yaml", new: "    polcy: stock/policy.yaml"},
		{file: policy, old: "    policy: stock/policy.yaml", new: "    # nothing"},
		{file: policy, old: "    target: dns:///mail:80", new: "    target: mail"},
		{file: policy, old: "      proto: pay/pay.proto", new: "      proto: pay/paid.proto"},
		{file: "stock/policy.yaml", old: "  requestTimeout: 2s", new: "  requestTimeout: 2"},
		{file: "stock/policy.yaml", old: "    timeout: 1s", new: "    timeout: soon"},
		{file: "stock/policy.yaml", old: "        maxAttempts: 2", new: "        maxAttempts: 20"},
		{file: "stock/policy.yaml", old: "server:", new: "server: ["},
		// The protos.
		{file: shop, old: "gen/shopv1", new: "internal/server"},
		{file: shop, old: "rpc Watch", new: "rpc watch_"},
		{file: shop, old: "message Query {}", new: "message Query { string string = 1; } message Query_ {} enum query_ { Query__ = 0; }"},
		{file: shop, old: "message Query {}", new: "message Query { Nope nope = 1; }"},
		{file: shop, old: "service Shop {", new: "service Shop ["},
		{file: "stock/stock.proto", old: "message Item {}", new: "message Item { Nope nope = 1; }"},
		{file: "stock/stock.proto", old: "service Stock {", new: "message Stock {"},
		{file: "pay/pay.proto", old: "message Paid {}", new: "message Paid {"},
		// The whole policy.
		{file: policy, old: "server:\n", new: "server: {\n"},
	}
}

// block is a fault in a whole section of the policy, whose lines become one and empty ones.
func block(section, value string) fault {
	policy := faultless["policy.yaml"]
	old := regexp.MustCompile(`(?m)^` + section + `:\n( .*\n)*`).FindString(policy)
	return fault{file: "policy.yaml", old: old, new: section + ": " + value + strings.Repeat("\n", strings.Count(old, "\n"))}
}

// hidden says which problems another one hides, both as patterns of their text, and why. A fault that is in no rule
// hides nothing: whatever other faults there are, its problem is reported.
var hidden = []struct{ by, what, why string }{
	{`^policy\.yaml:.*: not YAML`, `.`, "a policy that is not YAML says nothing: not even which other files to read, and whose packages the stubs are"},
	{`^shop\.proto:.*: syntax error`, `^shop\.proto`, "the compiler reads no further"},
	{`^shop\.proto:.*(syntax error|unknown type)`, aboutProtos, "protos that do not link have no methods, messages and packages yet"},
	{`service\.module: |service: wrong type`, `go_package`, "whether a Go package can be had depends on the tree's import path"},
	{`discvery: unknown key`, `discovery\.`, "what an unknown key holds is not read"},
	{`dependencies\[0\]\.name: |dependencies\[0\]\.proto: no such file|^stock/stock\.proto`, `calls\[0\]: no such`, "the call may mean the dependency of which that is not known"},
	{`dependencies\[0\]\.proto: no such file|^stock/stock\.proto`, `dependencies\[0\]\..*: no such (service|method)`, "nobody knows what the proto has"},
	{`dependencies\[0\]\.proto: no such file`, `^stock/stock\.proto`, "the file is not read"},
	{`^stock/stock\.proto:.*: syntax error`, `^stock/stock\.proto`, "the compiler reads no further"},
	{`dependencies\[0\](\.pol.*)?: (cannot|unknown)`, `^stock/policy\.yaml`, "the file is not read"},
	{`^stock/policy\.yaml:.*: not YAML`, `^stock/policy\.yaml`, "it says nothing"},
	{`dependencies: (wrong type|empty list)|dependencies\[0\]: wrong type`, `^stock/|calls\[0\]: no such|no such message`, "nobody knows which dependencies there are"},
	{`resilience\.(methods|defaults)(: wrong type|\.<<)|resilience\.defaults\.retry: wrong type`, `methods\.Watch: no such method`, "the edit takes the method out of the policy"},
	{`events: wrong type`, `^pay/pay\.proto`, "the file is not read"},
	{`events.*\.proto: no such file`, `^pay/pay\.proto`, "the file is not read"},
	{`\.proto: no such file|^(stock/stock|pay/pay)\.proto`, `: no such message`, "it may stand in the file that could not be read"},
	{`methods\.Gett: no such method`, `methods\.Get\.(idleTimeout: applies|fallback\.value\.ident)`, "what applies to a method follows from which one it is"},
	{`methods\.Zzzz: no such method`, `methods\.Put\.retry.*never made`, "as above"},
	{`methods\.Watch: no such method`, `methods\.Watch\.idleTimeout: cannot be reached`, "as above"},
	{`methods\.Add\.(idempotent|idempotnt|retry: contradicts)`, `methods\.Add\.retry\.retryableStatusCodes: has no effect`, "without idempotent the method is not tried again at all"},
	{`server\.maxConnectionAge: |server: wrong type`, `idleTimeout: cannot be reached`, "it is compared with that"},
	{`maxBackoff: 10ms|more than maxBackoff`, `never made`, "it is computed from that"},
}

// aboutProtos are the problems that take the protos to find.
const aboutProtos = `no such (service|method|message|field)|no such dependency|applies only|cannot be reached|never made|has no effect: no code|contradicts idempotent|go_package|Go name`

// TestFaultsTogether holds that one run reports every problem of its inputs, and nothing but problems of theirs: with
// two or three faults, what each has alone is reported and nothing more is, and nothing panics.
func TestFaultsTogether(t *testing.T) {
	c := newFaultChecker(t)
	all := faults()
	require.Empty(t, c.check(t), "the inputs have a problem before any fault is put into them")
	alone := make([][]diag.Problem, len(all))
	for i, fault := range all {
		alone[i] = c.check(t, fault)
		assert.NotEmpty(t, errorsOf(alone[i]), "%+v is not a fault", fault)
	}
	used := map[int]bool{}
	for _, picked := range combinations(len(all)) {
		var together []fault
		var separate []diag.Problem
		for _, i := range picked {
			together = append(together, all[i])
			separate = append(separate, alone[i]...)
		}
		if overlap(together) {
			continue
		}
		problems := c.check(t, together...)
		for _, problem := range errorsOf(separate) {
			if !among(problems, problem) {
				rule := hides(separate, problem)
				assert.GreaterOrEqual(t, rule, 0, "%+v\nlack %s", together, problem)
				used[rule] = true
			}
		}
		for _, problem := range problems {
			assert.True(t, among(separate, problem), "%+v\nhave %s", together, problem)
		}
	}
	for i, rule := range hidden {
		assert.True(t, used[i] || *faultPairs >= 0, "no pair needs the rule that %+v", rule)
	}
}

// combinations are pairs and triples of the numbers below n: the same ones in each run.
func combinations(n int) [][]int {
	var pairs, triples [][]int
	for i := range n {
		for j := range i {
			pairs = append(pairs, []int{i, j})
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	if *faultPairs >= 0 {
		pairs = pairs[:min(*faultPairs, len(pairs))]
	}
	for range *faultTriples {
		triples = append(triples, random.Perm(n)[:3])
	}
	return slices.Concat(pairs, triples)
}

// overlap reports whether an edit is of a text that another one changes.
func overlap(together []fault) bool {
	for i, a := range together {
		for _, b := range together[i+1:] {
			from, to := strings.Index(faultless[a.file], a.old), strings.Index(faultless[b.file], b.old)
			if a.file == b.file && from < to+len(b.old) && to < from+len(a.old) {
				return true
			}
		}
	}
	return false
}

// faultChecker checks inputs in a folder of its own.
type faultChecker struct{}

func newFaultChecker(t *testing.T) *faultChecker {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir(".git", 0o755))
	for name := range faultless {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	}
	return &faultChecker{}
}

// check returns the problems of the inputs with some faults in them.
func (c *faultChecker) check(t *testing.T, with ...fault) (problems []diag.Problem) {
	t.Helper()
	for name, text := range faultless {
		for _, fault := range with {
			if fault.file == name {
				require.Contains(t, text, fault.old)
				text = strings.Replace(text, fault.old, fault.new, 1)
			}
		}
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	defer func() {
		if cause := recover(); cause != nil {
			t.Fatalf("%+v: %v\n%s", with, cause, debug.Stack())
		}
	}()
	problems, err := Check(context.Background(), Options{Protos: []string{"shop.proto"}, ImportPaths: []string{"."}, Out: "out", Version: "test"})
	if failed, ok := errors.AsType[*diag.ListError](err); ok {
		return failed.Problems()
	}
	require.NoError(t, err)
	return problems
}

func errorsOf(problems []diag.Problem) []diag.Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p diag.Problem) bool { return p.Severity != diag.Error })
}

// among reports whether a problem is one of those. Its column may differ, since another fault may move it, and so may
// the path that it begins with and what its message says is there.
func among(problems []diag.Problem, problem diag.Problem) bool {
	return slices.ContainsFunc(problems, func(p diag.Problem) bool {
		return p.File == problem.File && p.Line == problem.Line && p.Severity == problem.Severity && gist(p) == gist(problem)
	})
}

// gist is the message without the path that it is about and what there is instead.
func gist(p diag.Problem) string {
	if _, rest, ok := strings.Cut(p.Message, ": "); ok {
		p.Message = rest
	}
	gist, _, _ := strings.Cut(p.Message, " in ")
	return gist
}

// hides is the rule by which one of the others hides a problem; -1 where there is none.
func hides(problems []diag.Problem, problem diag.Problem) int {
	for i, rule := range hidden {
		by := regexp.MustCompile(rule.by)
		if regexp.MustCompile(rule.what).MatchString(problem.String()) && slices.ContainsFunc(problems, func(p diag.Problem) bool { return by.MatchString(p.String()) }) {
			return i
		}
	}
	return -1
}
