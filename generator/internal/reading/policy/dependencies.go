package policy

import (
	"maps"
	"slices"

	"github.com/msgen/msgen/generator/diag"
)

// Dependency is a service that this one calls.
type Dependency struct {
	Name       string      `yaml:"name" format:"label" required:"true" example:"inventory" doc:"Name of the dependency, and of the package of its client."`
	Proto      string      `yaml:"proto" format:"proto" required:"true" example:"../inventory/inventory.proto" doc:"Its proto, relative to this policy."`
	Policy     string      `yaml:"policy" format:"policy" example:"../inventory/policy.yaml" doc:"Its policy, relative to this one: where it is found, and the resilience that it recommends."`
	Stubs      string      `yaml:"stubs" format:"import" example:"example.com/shop/inventory/gen/shop/inventory/v1" doc:"Go package that holds its stubs. Without it they are generated into this service."`
	Target     string      `yaml:"target" apart:"true" format:"target" example:"dns:///inventory:8080" doc:"A callee that msgen did not make: its gRPC target."`
	Services   []string    `yaml:"services" apart:"true" format:"fullname" derived:"all services of the proto" example:"[shop.inventory.v1.InventoryService]" doc:"The proto services that are called."`
	Discovery  *Discovery  `yaml:"discovery" apart:"true" example:"{provider: static, static: {endpoints: [inventory:8080]}}" doc:"A callee that msgen did not make: where its instances are found."`
	Resilience *Resilience `yaml:"resilience" example:"{defaults: {timeout: 600ms}}" doc:"How this service calls it, in place of what its policy recommends."`
}

func (d *Dependency) settle(s scope) {
	var ways []string
	for _, name := range []string{"policy", "target", "discovery"} {
		if s.written(name) {
			ways = append(ways, name)
		}
	}
	want := "one of policy, target and discovery, to say where it is found"
	switch {
	case len(ways) == 0 && s.sound("policy", "target", "discovery"):
		s.fault("", diag.Problem{Message: "cannot be found", Want: want})
	case len(ways) > 1:
		s.fault(ways[1], diag.Problem{Message: "contradicts " + ways[0], Want: want})
	}
	if d.Discovery != nil && d.Discovery.Provider == ProviderStatic && s.sound("discovery.provider", "discovery.static.endpoints") && !s.written("discovery.static.endpoints") {
		s.fault("discovery.static.endpoints", diag.Problem{Message: "missing", Want: "the addresses of its instances"})
	}
	for _, name := range []string{"check", "deregisterAfter", "tags"} {
		if path := "discovery.consul." + name; s.written(path) {
			s.fault(path, diag.Problem{Message: "has no effect on callers: instances register themselves", Fix: "remove it: what they register stands in their own policy"})
		}
	}
	d.settleMethods(s)
}

// settleMethods refuses what only the callee itself can say of its methods, and what its client has no place for.
func (d *Dependency) settleMethods(s scope) {
	if d.Resilience == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(d.Resilience.Methods)) {
		path := "resilience.methods." + name
		if s.written(path + ".calls") {
			s.fault(path+".calls", diag.Problem{Message: "is for methods of this service", Fix: "remove it: what the callee calls stands in its own policy"})
		}
		if s.written(path + ".fallback.func") {
			s.fault(path+".fallback.func", diag.Problem{
				Message: "is for programs that make their client themselves",
				Want:    "cache or value",
				Fix:     "remove it, and answer in the handler where the call fails",
			})
		}
	}
}
