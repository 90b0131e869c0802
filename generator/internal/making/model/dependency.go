package model

import (
	"fmt"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Dependency is a service that the emitted one calls, and its client: Name is what the policy calls it, Hosts are its proto
// services that are called, and Policy is its own with what this service's policy has for it laid over the resilience.
type Dependency struct {
	*Client

	Field   string // its field in Clients: "Inventory"
	Foreign bool   // msgen did not make it, and nothing is known of its server

	Own    *policy.Policy // its own policy as it stands; nil where it is foreign
	Folder string         // its tree, as seen from this one, whose compose.yaml builds and runs it; empty where that is not known
}

// Called is a method of a dependency.
type Called struct {
	Dependency *Dependency
	RPC        *RPC
	Path       string // of the key that says so: "resilience.methods.CreateOrder.calls[0]"
}

// TestPackage is the Go package of what stands in for the dependency in tests.
func (d *Dependency) TestPackage() string { return d.Package + "test" }

// Depends reports whether the service calls others.
func (t *Tree) Depends() bool { return len(t.Dependencies) > 0 }

// Found says in words where the instances of a dependency are looked for.
func (d *Dependency) Found() string {
	return fmt.Sprintf("its instances are %s, unless `%s_ENDPOINTS` or `%[2]s_ENDPOINTS_FILE` names others.", d.DefaultInstances(), d.EnvPrefix())
}

// CalledBy says in words which methods of the service call which methods of dependencies, where the policy does, and whom
// the calls of whole services are passed on to.
func (t *Tree) CalledBy() []string {
	var lines []string
	for _, host := range t.Hosts {
		if host.Forward != nil {
			lines = append(lines, fmt.Sprintf("%s answers the calls of `%s`, unless the handlers here do.", host.Forward.Dependency.Name, host.FullName))
		}
		for _, rpc := range host.RPCs {
			var called []string
			for _, call := range rpc.Calls {
				if host.Forward != nil && call.RPC.PolicyName() == rpc.PolicyName() {
					continue
				}
				called = append(called, fmt.Sprintf("`%s` of %s", call.RPC.PolicyName(), call.Dependency.Name))
			}
			if len(called) > 0 {
				lines = append(lines, fmt.Sprintf("`%s` calls %s.", rpc.PolicyName(), enumerated(called)))
			}
		}
	}
	return lines
}
