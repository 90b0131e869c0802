package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Dependency is a service that this one calls, as its client sees it: Name is what the policy calls it, Hosts are its
// proto services, and Policy is its own with what this service's policy has for it laid over the resilience. Module, Root and
// Dir are the tree's, whose packages the client uses.
type Dependency struct {
	*Service

	Package string // of its client, and its folder under internal/clients: "inventory"
	Field   string // its field in Clients: "Inventory"
	Foreign bool   // msgen did not make it, and nothing is known of its server

	Own  *policy.Policy // its own policy as it stands; nil where it is foreign
	Tree string         // its tree, as seen from this one, whose compose.yaml builds and runs it; empty where that is not known
}

// Called is a method of a dependency.
type Called struct {
	Dependency *Dependency
	RPC        *RPC
	Path       string // of the key that says so: "resilience.methods.CreateOrder.calls[0]"
}

// ClientPackage is the Go package of the client.
func (s *Service) ClientPackage() string { return "client" }

// ClientDir is the folder of the client.
func (s *Service) ClientDir() string { return "client" }

// TargetAuthority is what requests to the target name as their authority: the host and port that follow dns:///. Empty
// leaves it to grpc.
func (s *Service) TargetAuthority() string {
	_, rest, _ := strings.Cut(s.CallTarget, "dns:")
	return rest[strings.LastIndexByte(rest, '/')+1:]
}

// ClientPackage is the Go package of the client.
func (d *Dependency) ClientPackage() string { return d.Package }

// ClientDir is the folder of the client.
func (d *Dependency) ClientDir() string { return "internal/clients/" + d.Package }

// TestPackage is the Go package of what stands in for the dependency in tests.
func (d *Dependency) TestPackage() string { return d.Package + "test" }

// Depends reports whether the service calls others.
func (s *Service) Depends() bool { return len(s.Dependencies) > 0 }

// Clients are the services that the tree has clients of: itself and its dependencies.
func (s *Service) Clients() []*Service {
	clients := []*Service{s}
	for _, dependency := range s.Dependencies {
		clients = append(clients, dependency.Service)
	}
	return clients
}

// Runtime is the import path that the packages of the runtime stand below.
func (s *Service) Runtime() string {
	switch {
	case s.Caller != nil:
		return s.Caller.Runtime()
	case s.OwnRuntime():
		return s.Root + "/internal"
	default:
		return s.SharedRuntime
	}
}

// RuntimeAPI is the constant of package runtimeapi that says that a runtime serves this tree.
func (s *Service) RuntimeAPI() string { return "V1" }

// OwnRuntime reports whether the tree has its own runtime.
func (s *Service) OwnRuntime() bool { return s.SharedRuntime == "" }

// AllClients is the service as the packages see it that all clients of the tree share: it has what any of them needs.
func (s *Service) AllClients() *Service {
	if !s.Depends() {
		return s
	}
	all, shared := *s, *s.Policy
	all.all = s.Clients()
	all.Policy = &shared
	for _, client := range slices.Backward(all.all) { // its own settings win over those of dependencies
		discovery := client.Policy.Discovery
		switch {
		case client.finds(policy.ProviderEtcd):
			shared.Discovery.Etcd = discovery.Etcd
		case client.finds(policy.ProviderConsul):
			shared.Discovery.Consul = discovery.Consul
		}
	}
	return &all
}

// clients are the services that a question about clients is about.
func (s *Service) clients() []*Service {
	if s.all != nil {
		return s.all
	}
	return []*Service{s}
}

// any reports whether a client has something.
func (s *Service) any(has func(*Service) bool) bool { return slices.ContainsFunc(s.clients(), has) }

// finds reports whether the client of this one service finds instances by a provider.
func (s *Service) finds(provider policy.Provider) bool {
	return s.CallTarget == "" && s.Policy.Discovery.Provider == provider
}

// FindsBy reports whether some client finds instances by a provider.
func (s *Service) FindsBy(provider policy.Provider) bool {
	return s.any(func(c *Service) bool { return c.finds(provider) })
}

// PicksBy reports whether some client picks instances by a policy.
func (s *Service) PicksBy(chosen policy.BalancingPolicy) bool {
	return s.any(func(c *Service) bool { return c.Policy.Balancing.Policy == chosen })
}

// CallsTargets reports whether some client calls a gRPC target.
func (s *Service) CallsTargets() bool {
	return s.any(func(c *Service) bool { return c.CallTarget != "" })
}

// ClientComment is what the package of the client says of itself.
func (d *Dependency) ClientComment() Comment {
	if !d.Balances() {
		return Comment(fmt.Sprintf("Package %s calls %s, at the first of its instances that can be reached, as this service's policy has it. It\n"+
			"notices connections that have died.", d.Package, d.Name))
	}
	return Comment(fmt.Sprintf("Package %s calls %s as this service's policy has it. It balances calls over its instances, leaves out those that\n"+
		"report NOT_SERVING and, for a while, those whose calls keep failing, and notices connections that have died.", d.Package, d.Name))
}

// Found says in words where the instances of a dependency are looked for.
func (d *Dependency) Found() string {
	return fmt.Sprintf("its instances are %s, unless `%s_ENDPOINTS` or `%[2]s_ENDPOINTS_FILE` names others.", d.DefaultInstances(), d.EnvPrefix())
}

// CalledBy says in words which methods of the service call which methods of dependencies, where the policy does, and whom
// the calls of whole services are passed on to.
func (s *Service) CalledBy() []string {
	var lines []string
	for _, host := range s.Hosts {
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
