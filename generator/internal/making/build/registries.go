package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// checkRegistries holds dependencies to the one etcd and the one Consul that a process talks to: the variables that name
// them, and who may ask them, are the same for all that it looks up.
func (b *builder) checkRegistries() {
	clients := b.tree().Clients()
	for _, client := range clients {
		if !client.Policy.Sound("discovery") {
			return
		}
	}
	for i, dependency := range b.tree().Dependencies {
		if dependency.CallTarget != "" {
			continue
		}
		discovery := dependency.Policy.Discovery
		switch discovery.Provider {
		case policy.ProviderEtcd:
			if shared := clients.Etcd(); discovery.Etcd.Prefix != shared.Prefix {
				b.registryProblem(i, dependency, "etcd.prefix", diag.Error, discovery.Etcd.Prefix, shared.Prefix)
			} else if !slices.Equal(discovery.Etcd.Endpoints, shared.Endpoints) {
				b.registryProblem(i, dependency, "etcd.endpoints", diag.Warning, strings.Join(discovery.Etcd.Endpoints, ","), strings.Join(shared.Endpoints, ","))
			}
		case policy.ProviderConsul:
			if shared := clients.Consul(); discovery.Consul.Address != shared.Address {
				b.registryProblem(i, dependency, "consul.address", diag.Warning, discovery.Consul.Address, shared.Address)
			}
		default: // they are no registries
		}
	}
}

func (b *builder) registryProblem(i int, dependency *model.Dependency, key string, severity diag.Severity, found, want string) {
	path := fmt.Sprintf("dependencies[%d]", i)
	b.policyProblem(path, diag.Problem{
		Severity: severity,
		Message:  fmt.Sprintf("%s: %s is not looked up where its policy has it, at %s: this process looks for all services in one place", path, dependency.Name, dependency.Policy.At("discovery."+key)),
		Found:    found,
		Want:     fmt.Sprintf("%q, as the others have it", want),
		Fix:      fmt.Sprintf("write the same discovery.%s for both", key),
	})
}
