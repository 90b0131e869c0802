package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// settleRegistries gives dependencies the one etcd and the one Consul that a process talks to, and holds their policies to them:
// the variables that name them, and who may ask them, are the same for all that it looks up.
func (b *builder) settleRegistries() {
	for _, client := range b.service().Clients() {
		if !client.Policy.Sound("discovery") {
			return
		}
	}
	shared := b.service().AllClients().Policy
	for i, dependency := range b.service().Dependencies {
		dependency.Registries = shared.Discovery
		if dependency.CallTarget != "" {
			continue
		}
		discovery := dependency.Policy.Discovery
		switch discovery.Provider {
		case policy.ProviderEtcd:
			if discovery.Etcd.Prefix != shared.Discovery.Etcd.Prefix {
				b.registryProblem(i, dependency, "etcd.prefix", diag.Error, discovery.Etcd.Prefix, shared.Discovery.Etcd.Prefix)
			} else if !slices.Equal(discovery.Etcd.Endpoints, shared.Discovery.Etcd.Endpoints) {
				b.registryProblem(i, dependency, "etcd.endpoints", diag.Warning, strings.Join(discovery.Etcd.Endpoints, ","), strings.Join(shared.Discovery.Etcd.Endpoints, ","))
			}
		case policy.ProviderConsul:
			if discovery.Consul.Address != shared.Discovery.Consul.Address {
				b.registryProblem(i, dependency, "consul.address", diag.Warning, discovery.Consul.Address, shared.Discovery.Consul.Address)
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
