package policy

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSystemFile holds system files to the strictness of policies: each fault has its place.
func TestSystemFile(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"good":      {"version: v1\nservices: [{dir: orders}, {dir: ../stock}]\n", ""},
		"plain":     {"services:\n- dir: .\n", ""},
		"empty":     {"# nothing\n", `s.yaml: says nothing: want services: [{dir: FOLDER}, ...]`},
		"root":      {"[orders]\n", `s.yaml:1:1: system file: wrong type: found "[...]", want a mapping with keys such as version`},
		"none":      {"version: v1\n", `s.yaml:1:1: services: missing: want a list; add services`},
		"no item":   {"services: []\n", `s.yaml:1:11: services: empty list: want at least one item; add one, or remove the key`},
		"no folder": {"services: [{}]\n", `s.yaml:1:12: services[0].dir: missing: want the path of a folder, with slashes and without a detour; add dir`},
		"twice":     {"services:\n- dir: orders\n- dir: orders\n", `s.yaml:3:8: services[1].dir: written twice: found "orders"; remove it: the first is on line 2`},
		"detour":    {"services:\n- dir: ./orders/\n", `s.yaml:2:8: services[0].dir: malformed: found "./orders/", want the path of a folder, with slashes and without a detour; write "orders"`},
		"unknown":   {"servces: [{dir: orders}]\n", `s.yaml:1:1: servces: unknown key: found "servces", want version, services, gateway, stubs or runtime; did you mean "services"?`},
		"inside":    {"services: [{dir: orders, name: x}]\n", `s.yaml:1:26: services[0].name: unknown key: found "name", want dir or protos`},
		"version":   {"version: v2\nservices: [{dir: orders}]\n", `s.yaml:1:10: version: no such value: found "v2", want v1; did you mean "v1"?`},
		"gateway":   {"services: [{dir: orders}]\ngateway: {dir: edge, httpPort: 80, services: [shop.v1.Orders]} # msgen:allow breaker: why not\n", ""},
		"leads on":  {"services: [{dir: orders}]\ngateway: {}\n", `s.yaml:2:10: gateway.dir: missing: want the path of a folder, with slashes and without a detour; add dir`},
		"itself":    {"services: [{dir: orders}]\ngateway: {dir: orders}\n", `s.yaml:2:16: gateway.dir: is the folder of services[0]: found "orders", want a folder of its own; take one of the two out`},
		"protos":    {"services: [{dir: orders, protos: [proto/orders.proto, ../proto]}]\nstubs: {dir: gen}\n", ""},
		"no proto":  {"services: [{dir: orders, protos: []}]\n", `s.yaml:1:34: services[0].protos: empty list: want at least one item; add one, or remove the key`},
		"stubs in":  {"services: [{dir: orders}]\nstubs: {dir: orders/gen}\n", `s.yaml:2:14: stubs.dir: one of this folder and the folder of services[0] holds the other: found "orders/gen", want a folder in which no service is, and which is in no service's; name another folder, such as gen next to the services`},
		"runtime":   {"services: [{dir: orders}]\nstubs: {dir: gen}\nruntime: {dir: gen/runtime}\n", `s.yaml:3:16: runtime.dir: one of this folder and the folder of stubs holds the other: found "gen/runtime", want a folder in which no service is, and which is in no service's; name another folder, such as internal/runtime next to the services`},
		"stubs of":  {"services: [{dir: orders}]\ngateway: {dir: gen/edge}\nstubs: {dir: gen}\n", `s.yaml:3:14: stubs.dir: one of this folder and the folder of gateway holds the other: found "gen", want a folder in which no service is, and which is in no service's; name another folder, such as gen next to the services`},
		"waiver":    {"services: [{dir: orders}] # msgen:allow breaker\n", `s.yaml:1:27: a waiver without a reason: found "msgen:allow breaker", want msgen:allow CHECK: REASON`},
		"documents": {"services: [{dir: a}]\n---\nservices: [{dir: b}]\n", `s.yaml:3:1: more than one YAML document: want one system file in a file; remove the line --- and what follows`},
	} {
		system, problems := LoadSystem("s.yaml", []byte(c.file))
		assert.Equal(t, c.want, strings.Join(texted(problems), "\n"), name)
		if c.want == "" {
			require.NotEmpty(t, system.Services, name)
			require.NoError(t, validator(t, systems())([]byte(c.file)), name)
		}
	}
}
