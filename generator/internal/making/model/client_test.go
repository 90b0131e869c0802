package model

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// found is a definition whose instances are found by a provider, with its name in the settings of etcd.
func found(name string, by policy.Provider) *Definition {
	d := &Definition{Name: name, Policy: policy.Default()}
	d.Policy.Discovery.Provider = by
	d.Policy.Discovery.Etcd.Endpoints = []string{name + ":2379"}
	return d
}

// TestClients: what clients share has what one of them needs, with the settings of the first that needs it.
func TestClients(t *testing.T) {
	s := &Tree{Definition: found("orders", policy.ProviderStatic)}
	assert.False(t, s.Clients().FindsBy(policy.ProviderEtcd))

	target := &Client{Definition: found("mail", policy.ProviderEtcd), Tree: s, CallTarget: "dns:///mail:443"}
	s.Dependencies = []*Dependency{{Client: target}}
	assert.False(t, s.Clients().FindsBy(policy.ProviderEtcd), "a target is looked up nowhere else")
	assert.True(t, s.Clients().Any((*Client).CallsTarget))

	for _, name := range []string{"inventory", "payments"} {
		s.Dependencies = append(s.Dependencies, &Dependency{Client: &Client{Definition: found(name, policy.ProviderEtcd), Tree: s}})
	}
	assert.Len(t, s.Clients(), 4)
	assert.Equal(t, []string{"inventory:2379"}, s.Clients().Etcd().Endpoints)

	s.Policy.Discovery.Provider = policy.ProviderEtcd
	assert.Equal(t, []string{"orders:2379"}, s.Clients().Etcd().Endpoints, "the service's own settings come first")
}

// TestClientBelongsToOne: a client does not change with what another one needs.
func TestClientBelongsToOne(t *testing.T) {
	s := &Tree{Definition: found("orders", policy.ProviderStatic)}
	s.Policy.Balancing.Policy = policy.BalancingPickFirst
	inventory := &Client{Definition: found("inventory", policy.ProviderEtcd), Tree: s, Package: "inventory"}
	inventory.Policy.Resilience = &policy.Resilience{}
	s.Dependencies = []*Dependency{{Client: inventory}}
	assert.False(t, s.Client().Balances())
	assert.False(t, s.Client().Resilient())
	assert.True(t, s.Clients().Any((*Client).Balances))
	assert.True(t, s.Clients().Any((*Client).Resilient))
	assert.Contains(t, s.Client().Comment(), "Package client calls the orders service, at the first of its instances")
	assert.Contains(t, inventory.Comment(), "Package inventory calls inventory as this service's policy has it. It balances calls")
}

func TestTargetAuthority(t *testing.T) {
	for target, want := range map[string]string{
		"dns:///mail.example.com:443": "mail.example.com:443", "dns://8.8.8.8/mail:443": "mail:443", "dns:mail:443": "mail:443",
		"unix:///run/mail.sock": "", "": "",
	} {
		assert.Equal(t, want, (&Client{CallTarget: target}).TargetAuthority(), target)
	}
}
