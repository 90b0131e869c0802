package generator

import (
	"fmt"
	"maps"
	"path"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

const leavesProto = `
service Orders {
  rpc Get(Ping) returns (Pong) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc List(Ping) returns (Pong) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc Put(Ping) returns (Pong);
  rpc Watch(Ping) returns (stream Pong);
}
service Extra { rpc Do(Ping) returns (Pong); }
message Ping { string id = 1 [(buf.validate.field).string.max_len = 9]; }
message Pong { string note = 1; }
`

// leavesInputs are a policy and the files that it may name.
func leavesInputs(policy string) map[string][]byte {
	head := "syntax = \"proto3\";\npackage %s.v1;\noption go_package = \"example.com/stubs/%s\";\n" +
		"import \"buf/validate/validate.proto\";\n"
	inputs := map[string][]byte{
		"policy.yaml":       []byte(policy),
		"stock/policy.yaml": []byte("server: {grpcPort: 9000}"),
		"stock/other.yaml":  []byte("server: {grpcPort: 9001}"),
	}
	for name, pkg := range map[string]string{"shop": "shop", "stock/stock": "stock", "stock/other": "stock", "note/note": "note", "note/other": "note"} {
		inputs[name+".proto"] = fmt.Appendf(nil, head+leavesProto, pkg, pkg)
	}
	return inputs
}

// leavesPolicy has what most leaves need to have an effect.
const leavesPolicy = `
resilience: {defaults: {timeout: 1s, attemptTimeout: 300ms, retry: {}, breaker: {}, bulkhead: {}}, methods: {Get: {fallback: {cache: {keyMetadata: [authorization]}}}}}
dependencies:
  - name: stock
    proto: stock/stock.proto
    target: dns:///stock:8080
    resilience: {defaults: {timeout: 1s, attemptTimeout: 300ms, retry: {}, breaker: {}, bulkhead: {}}, methods: {Get: {fallback: {cache: {keyMetadata: [authorization]}}}}}
events:
  broker: kafka
  publish: [{topic: made, message: shop.v1.Pong}]
  subscribe: [{topic: seen, message: shop.v1.Ping}]
observability:
  tracing: {exporter: otlp, endpoint: "jaeger:4317"}
  objectives: {availability: 99.9, latency: {threshold: 300ms}}
deploy:
  image: example.com/shop
  environments: [prod]
  kubernetes: {callers: [{podLabels: {app: web}}], egress: [{ports: [5432], podLabels: {app: db}}]}
`

// needs are what leaves need in addition to leavesPolicy, by the beginnings of their paths. All that fit override it, in order.
var needs = []struct{ under, with string }{
	{"discovery.kubernetes.namespace", "{deploy: null}"},
	{"balancing.edge", "{discovery: {static: {endpoints: ['shop:8080']}}}"},
	{"server.rateLimit.", "{server: {rateLimit: {requestsPerSecond: 500, burst: 50}}}"},
	{"dependencies[].discovery.", "{dependencies: [{target: null, discovery: {static: {endpoints: ['one:8080']}}}]}"},
	{"dependencies[].policy", "{dependencies: [{target: null, policy: stock/policy.yaml}]}"},
	{"discovery.etcd.", "{discovery: {provider: etcd}}"},
	{"discovery.consul.", "{discovery: {provider: consul}}"},
	{"discovery.kubernetes.", "{discovery: {provider: kubernetes}}"},
	{"balancing.requestHashHeader", "{balancing: {policy: ring_hash, requestHashHeader: x-user-id}}"},
	{"balancing.edgeProxy.", "{balancing: {edge: haproxy}}"},
	{"balancing.edgeProxy.nameservers", "{discovery: {provider: consul}}"},
	{"resilience.methods.*.fallback.value", "{resilience: {methods: {List: {fallback: {value: {note: one}}}}}}"},
	{"resilience.methods.*.fallback.allowOnWrites", "{resilience: {methods: {Put: {fallback: {value: {note: one}, allowOnWrites: true}}}}}"},
	{"deploy.kubernetes.env[].name", "{deploy: {kubernetes: {env: [{name: A, value: a}]}}}"},
	{"deploy.kubernetes.env[].value", "{deploy: {kubernetes: {env: [{name: A, value: a}]}}}"},
	{"deploy.kubernetes.env[].valueFrom.", "{deploy: {kubernetes: {env: [{value: null}]}}}"},
	{"deploy.kubernetes.env[].valueFrom.secretKeyRef.", "{deploy: {kubernetes: {env: [{valueFrom: {secretKeyRef: {name: a, key: a}}}]}}}"},
	{"deploy.kubernetes.env[].valueFrom.configMapKeyRef.", "{deploy: {kubernetes: {env: [{valueFrom: {configMapKeyRef: {name: a, key: a}}}]}}}"},
	{"deploy.kubernetes.envFrom[].secretRef.", "{deploy: {kubernetes: {envFrom: [{secretRef: {name: a}}]}}}"},
	{"deploy.kubernetes.envFrom[].configMapRef.", "{deploy: {kubernetes: {envFrom: [{configMapRef: {name: a}}]}}}"},
	{"deploy.kubernetes.secretFiles[].", "{deploy: {kubernetes: {secretFiles: [{secretName: a, mountPath: /a}]}}}"},
	{"deploy.kubernetes.volume", "{deploy: {kubernetes: {volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a}]}}}"},
	{"deploy.kubernetes.volumes[].configMap.", "{deploy: {kubernetes: {volumes: [{emptyDir: null, configMap: {name: a}}]}}}"},
	{"deploy.kubernetes.volumes[].secret.", "{deploy: {kubernetes: {volumes: [{emptyDir: null, secret: {secretName: a}}]}}}"},
	{"deploy.kubernetes.volumes[].persistentVolumeClaim.", "{deploy: {kubernetes: {volumes: [{emptyDir: null, persistentVolumeClaim: {claimName: a}}]}}}"},
	{"deploy.kubernetes.imagePullSecrets[].", "{deploy: {kubernetes: {imagePullSecrets: [{name: a}]}}}"},
	{"deploy.kubernetes.tolerations[].", "{deploy: {kubernetes: {tolerations: [{key: a}]}}}"},
	{"deploy.kubernetes.tolerations[].tolerationSeconds", "{deploy: {kubernetes: {tolerations: [{effect: NoExecute}]}}}"},
	{"deploy.kubernetes.secrets.", "{deploy: {kubernetes: {envFrom: [{secretRef: {name: a}}], secrets: {externalStore: {name: a}}}}}"},
	{"events.rabbitmq.", "{events: {broker: rabbitmq}}"},
	{"events.publish[].proto", "{events: {publish: [{message: note.v1.Pong, proto: note/note.proto}]}}"},
	{"events.publish[].stubs", "{events: {publish: [{message: note.v1.Pong, proto: note/note.proto}]}}"},
	{"events.subscribe[].proto", "{events: {subscribe: [{message: note.v1.Pong, proto: note/note.proto}]}}"},
	{"events.subscribe[].stubs", "{events: {subscribe: [{message: note.v1.Pong, proto: note/note.proto}]}}"},
}

// others are values of leaves that differ from leavesPolicy and from the defaults; a leaf of a table of methods says which
// method has it.
var others = map[string]string{
	"version":                                                     "v2",
	"service.name":                                                "other",
	"service.module":                                              "example.com/other",
	"service.hosts":                                               "[shop.v1.Orders]",
	"service.stubs":                                               "module",
	"service.team":                                                "checkout",
	"discovery.provider":                                          "kubernetes",
	"discovery.etcd.endpoints":                                    "['etcd:1234']",
	"discovery.etcd.prefix":                                       "/other",
	"discovery.consul.address":                                    "consul:1234",
	"discovery.consul.check":                                      "ttl",
	"discovery.consul.deregisterAfter":                            "7m",
	"discovery.consul.tags":                                       "[other]",
	"discovery.kubernetes.namespace":                              "other",
	"discovery.static.endpoints":                                  "['one:80']",
	"balancing.policy":                                            "least_request",
	"balancing.requestHashHeader":                                 "x-other",
	"balancing.edge":                                              "haproxy",
	"balancing.edgeProxy.listen":                                  "0.0.0.0:8765",
	"balancing.edgeProxy.status":                                  "0.0.0.0:8765",
	"balancing.edgeProxy.nameservers":                             "['10.0.0.1:53']",
	"resilience.defaults.timeout":                                 "2s",
	"resilience.defaults.attemptTimeout":                          "200ms",
	"resilience.defaults.retry.maxAttempts":                       "4",
	"resilience.defaults.retry.initialBackoff":                    "30ms",
	"resilience.defaults.retry.backoffMultiplier":                 "3",
	"resilience.methods.*.attemptTimeout":                         "200ms",
	"resilience.methods.*.retry.maxAttempts":                      "4",
	"resilience.methods.*.retry.initialBackoff":                   "30ms",
	"resilience.methods.*.retry.backoffMultiplier":                "3",
	"resilience.methods.*.fallback.cache.keyMetadata":             "[x-user-id]",
	"resilience.methods.*.fallback.value":                         "List: {note: two}",
	"resilience.methods.*.fallback.func":                          "List: true",
	"resilience.methods.*.fallback.allowOnWrites":                 "Put: false",
	"resilience.methods.*.idempotent":                             "Put: true",
	"resilience.methods.*.idleTimeout":                            "Watch: 7s",
	"resilience.methods.*.calls":                                  "Get: [stock/Put]",
	"dependencies[].name":                                         "goods",
	"dependencies[].proto":                                        "stock/other.proto",
	"dependencies[].policy":                                       "stock/other.yaml",
	"dependencies[].stubs":                                        "example.com/stubs/stock",
	"dependencies[].target":                                       "dns:///other:8080",
	"dependencies[].resilience.methods.*.idempotent":              "List: false",
	"dependencies[].services":                                     "[stock.v1.Orders]",
	"events.broker":                                               "rabbitmq",
	"events.kafka.brokers":                                        "['kafka:9092']",
	"events.rabbitmq.url":                                         "amqp://rabbitmq:5672/other",
	"events.publish[].topic":                                      "other",
	"events.publish[].message":                                    "shop.v1.Ping",
	"events.publish[].proto":                                      "note/other.proto",
	"events.publish[].stubs":                                      "example.com/stubs/note",
	"events.subscribe[].topic":                                    "other",
	"events.subscribe[].message":                                  "shop.v1.Pong",
	"events.subscribe[].group":                                    "other",
	"events.subscribe[].proto":                                    "note/other.proto",
	"events.subscribe[].stubs":                                    "example.com/stubs/note",
	"events.retry.backoffMultiplier":                              "3",
	"observability.tracing.exporter":                              "zipkin",
	"observability.tracing.endpoint":                              "other:4317",
	"observability.logging.level":                                 "debug",
	"observability.logging.shipper":                               "fluentd",
	"observability.objectives.availability":                       "99",
	"observability.objectives.latency.target":                     "95",
	"deploy.image":                                                "example.com/other",
	"deploy.environments":                                         "[staging]",
	"deploy.ci":                                                   "[github]",
	"deploy.kubernetes.namespace":                                 "other",
	"deploy.kubernetes.packaging":                                 "helm",
	"deploy.kubernetes.memory":                                    "256Mi",
	"deploy.kubernetes.cpu.request":                               "200m",
	"deploy.kubernetes.callers[].namespace":                       "other",
	"deploy.kubernetes.callers[].podLabels":                       "{app: other}",
	"deploy.kubernetes.egress[].ports":                            "[7]",
	"deploy.kubernetes.egress[].cidr":                             "10.0.0.0/8",
	"deploy.kubernetes.egress[].namespace":                        "other",
	"deploy.kubernetes.egress[].podLabels":                        "{app: other}",
	"deploy.kubernetes.env[].name":                                "OTHER",
	"deploy.kubernetes.env[].value":                               "other",
	"deploy.kubernetes.env[].valueFrom.secretKeyRef.name":         "other",
	"deploy.kubernetes.env[].valueFrom.secretKeyRef.key":          "other",
	"deploy.kubernetes.env[].valueFrom.configMapKeyRef.name":      "other",
	"deploy.kubernetes.env[].valueFrom.configMapKeyRef.key":       "other",
	"deploy.kubernetes.envFrom[].secretRef.name":                  "other",
	"deploy.kubernetes.envFrom[].configMapRef.name":               "other",
	"deploy.kubernetes.secretFiles[].secretName":                  "other",
	"deploy.kubernetes.secretFiles[].mountPath":                   "/other",
	"deploy.kubernetes.volumes[].configMap.name":                  "other",
	"deploy.kubernetes.volumes[].secret.secretName":               "other",
	"deploy.kubernetes.volumes[].emptyDir.sizeLimit":              "1Gi",
	"deploy.kubernetes.volumes[].persistentVolumeClaim.claimName": "other",
	"deploy.kubernetes.volumeMounts[].name":                       "other",
	"deploy.kubernetes.volumeMounts[].mountPath":                  "/other",
	"deploy.kubernetes.volumeMounts[].subPath":                    "other",
	"deploy.kubernetes.imagePullSecrets[].name":                   "other",
	"deploy.kubernetes.podLabels":                                 "{tier: other}",
	"deploy.kubernetes.podAnnotations":                            "{note: other}",
	"deploy.kubernetes.serviceAccountAnnotations":                 "{note: other}",
	"deploy.kubernetes.nodeSelector":                              "{disk: ssd}",
	"deploy.kubernetes.tolerations[].key":                         "other",
	"deploy.kubernetes.tolerations[].operator":                    "Exists",
	"deploy.kubernetes.tolerations[].value":                       "other",
	"deploy.kubernetes.tolerations[].effect":                      "NoSchedule",
	"deploy.kubernetes.affinity":                                  "{podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone}]}}",
	"deploy.kubernetes.tolerations[].tolerationSeconds":           "60",
	"deploy.kubernetes.priorityClassName":                         "other",
	"deploy.kubernetes.secrets.externalStore.name":                "other",
	"deploy.kubernetes.secrets.externalStore.kind":                "SecretStore",
	"deploy.kubernetes.secrets.keyPrefix":                         "other/",
	"deploy.kubernetes.volumes[].name":                            "unmounted",
	"service.runtime":                                             "example.com/platform/runtime",
	"server.validate":                                             "false",
	"client.compression":                                          "gzip",
}

// ofType are other values by type.
var ofType = map[reflect.Type]string{
	reflect.TypeFor[int]():             "7",
	reflect.TypeFor[float64]():         "0.7",
	reflect.TypeFor[bool]():            "true",
	reflect.TypeFor[policy.Duration](): "7s",
	reflect.TypeFor[policy.Bytes]():    "2KiB",
	reflect.TypeFor[[]policy.Code]():   "[ABORTED]",
}

// refused are leaves whose other value is an error, by what it says.
var refused = map[string]string{
	"deploy.kubernetes.volumeMounts[].name":                      "no such volume",
	"deploy.kubernetes.volumes[].name":                           "it is mounted nowhere",
	"version":                                                    "want v1",
	"resilience.methods.*.fallback.allowOnWrites":                "a fixed response would tell the caller",
	"dependencies[].resilience.methods.*.calls":                  "is for methods of this service",
	"dependencies[].resilience.methods.*.fallback.allowOnWrites": "a fixed response would tell the caller",
	"dependencies[].resilience.methods.*.fallback.func":          "is for programs that make their client themselves",
}

// ineffective are leaves that change nothing in the tree, or only documents. The text is the warning that says so. Where it is
// empty, the effect is outside the tree.
var ineffective = map[string]string{
	"dependencies[].discovery.consul.check":           "has no effect on callers",
	"dependencies[].discovery.consul.deregisterAfter": "has no effect on callers",
	"dependencies[].discovery.consul.tags":            "has no effect on callers",
	"resilience.methods.*.calls":                      "", // the edges of the system's graph, which msgen check and graph read
}

// TestEveryLeafHasAnEffect gives each leaf of the policy language another value: something else changes than documents and
// tests, or the value is refused, or a warning says that it has no effect.
func TestEveryLeafHasAnEffect(t *testing.T) {
	known := map[string]bool{}
	bases := map[string]map[string]string{} // what the policies without another value make
	for _, leaf := range leaves(reflect.TypeFor[policy.Policy](), "") {
		known[leaf.path] = true
		t.Run(leaf.path, func(t *testing.T) {
			before, after := leaf.policies(t)
			base, ok := bases[before]
			if !ok {
				base, _ = effective(t, before)
				bases[before] = base
			}
			if why, ok := refused[leaf.path]; ok {
				tree, problems := emit(t, leavesInputs(after))
				assert.Nil(t, tree)
				assert.Contains(t, problems, why)
				return
			}
			now, problems := effective(t, after)
			warning, without := ineffective[leaf.path]
			assert.Equal(t, without, maps.Equal(base, now), "whether nothing changes but documents and tests, by\n%s", after)
			assert.Contains(t, problems, warning)
		})
	}
	for _, rows := range []map[string]string{refused, ineffective} {
		for path := range rows {
			assert.True(t, known[path], "no leaf %s", path)
		}
	}
}

// effective is what a policy makes, without documents and tests, and the warnings about it.
func effective(t *testing.T, policy string) (files map[string]string, problems string) {
	t.Helper()
	tree, problems := emit(t, leavesInputs(policy))
	require.NotNil(t, tree, "%s\n%s", problems, policy)
	files = contents(tree)
	maps.DeleteFunc(files, func(name, _ string) bool {
		return path.Ext(name) == ".md" || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_test.yaml")
	})
	return files, problems
}

// leaf is a key that holds no other keys.
type leaf struct {
	path string
	typ  reflect.Type
}

func leaves(t reflect.Type, at string) []leaf {
	elem := t
	for elem.Kind() == reflect.Pointer || elem.Kind() == reflect.Slice || elem.Kind() == reflect.Map {
		at += map[reflect.Kind]string{reflect.Slice: "[]", reflect.Map: ".*"}[elem.Kind()]
		elem = elem.Elem()
	}
	if elem.Kind() != reflect.Struct {
		return []leaf{{strings.TrimRight(at, "[]*."), t}}
	}
	var found []leaf
	for _, f := range reflect.VisibleFields(elem) {
		if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "" {
			found = append(found, leaves(f.Type, strings.TrimPrefix(at+"."+name, "."))...)
		}
	}
	return found
}

// policies are one without and one with another value of the leaf.
func (l leaf) policies(t *testing.T) (before, after string) {
	t.Helper()
	with := parsed(t, leavesPolicy)
	// A dependency's discovery and resilience need what the same keys of the service need.
	inDependency, within := "", l.path
	if rest, ok := strings.CutPrefix(l.path, "dependencies[]."); ok && (strings.HasPrefix(rest, "discovery.") || strings.HasPrefix(rest, "resilience.")) {
		inDependency, within = "dependencies[]", rest
	}
	for _, need := range needs {
		if strings.HasPrefix(l.path, need.under) {
			with = laid(with, parsed(t, need.with))
		}
		if inDependency != "" && strings.HasPrefix(within, need.under) {
			with = laid(with, placed(inDependency, parsed(t, need.with)))
		}
	}
	other, ok := others[l.path]
	if !ok {
		other, ok = others[within]
	}
	if !ok {
		other, ok = ofType[l.typ]
	}
	require.True(t, ok, "no other value of %s", l.path)
	at := l.path
	if strings.Contains(at, ".*.") {
		method, value, named := strings.Cut(other, ": ")
		if !named {
			method, value = "Get", other
		}
		at, other = strings.Replace(at, "*", method, 1), value
	}
	changed := laid(laid(with, placed(at, nil)), placed(at, parsed(t, other)))
	return printedYAML(t, with), printedYAML(t, changed)
}

func printedYAML(t *testing.T, value any) string {
	t.Helper()
	text, err := yaml.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

func parsed(t *testing.T, text string) (value any) {
	t.Helper()
	require.NoError(t, yaml.Unmarshal([]byte(text), &value), text)
	return value
}

// placed is a policy that says nothing but the value, at a path.
func placed(at string, value any) any {
	key, rest, deeper := strings.Cut(at, ".")
	if deeper {
		value = placed(rest, value)
	}
	if name, list := strings.CutSuffix(key, "[]"); list {
		return map[string]any{name: []any{value}}
	}
	return map[string]any{key: value}
}

// laid is the policy with what another one says: sections and lists of sections one by one, and null takes a key away.
func laid(under, over any) any {
	switch over := over.(type) {
	case map[string]any:
		out := map[string]any{}
		if section, ok := under.(map[string]any); ok {
			maps.Copy(out, section)
		}
		for key, value := range over {
			if value == nil {
				delete(out, key)
			} else {
				out[key] = laid(out[key], value)
			}
		}
		return out
	case []any:
		list, _ := under.([]any)
		if _, sections := over[0].(map[string]any); sections && len(list) > 0 {
			return []any{laid(list[0], over[0])}
		}
	}
	return over
}
