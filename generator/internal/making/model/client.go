package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Client is what calls a service: the emitted one, for its callers, or a dependency of it.
type Client struct {
	*Definition

	Tree       *Tree  // that the client is in
	Package    string // its Go package: "client", or "inventory"
	Dir        string // its folder in the tree: "client", or "internal/clients/inventory"
	Registered string // the name under which instances are found: Name, but for a dependency that is called otherwise
	CallTarget string // the gRPC target of a dependency that msgen did not make; else empty
}

// Client is the service's own client, for its callers.
func (t *Tree) Client() *Client {
	return &Client{Definition: t.Definition, Tree: t, Package: "client", Dir: "client", Registered: t.Name}
}

// Root is the import path of the tree that the client is in.
func (c *Client) Root() string { return c.Tree.Root }

// Runtime is the import path that the packages of the tree's runtime stand below.
func (c *Client) Runtime() string { return c.Tree.Runtime() }

// TargetAuthority is what requests to the target name as their authority: the host and port that follow dns:///. Empty
// leaves it to grpc.
func (c *Client) TargetAuthority() string {
	_, rest, _ := strings.Cut(c.CallTarget, "dns:")
	return rest[strings.LastIndexByte(rest, '/')+1:]
}

// Finds reports whether the client finds instances by a provider.
func (c *Client) Finds(provider policy.Provider) bool {
	return c.CallTarget == "" && c.Policy.Discovery.Provider == provider
}

// CallsTarget reports whether the client calls a gRPC target, of which msgen knows nothing.
func (c *Client) CallsTarget() bool { return c.CallTarget != "" }

// Comment is what the client's package says of itself.
func (c *Client) Comment() Comment {
	const balanced = ", leaves out those that\n" +
		"report NOT_SERVING and, for a while, those whose calls keep failing, and notices connections that have died."
	switch own := c.Definition == c.Tree.Definition; {
	case own && c.Balances():
		return Comment("Package client calls the " + c.Name + " service. It balances calls over the service's instances" + balanced)
	case own:
		return Comment("Package client calls the " + c.Name + " service, at the first of its instances that can be reached. It notices\n" +
			"connections that have died.")
	case c.Balances():
		return Comment(fmt.Sprintf("Package %s calls %s as this service's policy has it. It balances calls over its instances", c.Package, c.Name) + balanced)
	default:
		return Comment(fmt.Sprintf("Package %s calls %s, at the first of its instances that can be reached, as this service's policy has it. It\n"+
			"notices connections that have died.", c.Package, c.Name))
	}
}

// ClientSet are clients that share the packages of a runtime. It has what one of them needs.
type ClientSet []*Client

// Clients are the service's own client, and one of each dependency.
func (t *Tree) Clients() ClientSet {
	clients := ClientSet{t.Client()}
	for _, dependency := range t.Dependencies {
		clients = append(clients, dependency.Client)
	}
	return clients
}

// Any reports whether a client has something.
func (s ClientSet) Any(has func(*Client) bool) bool { return slices.ContainsFunc(s, has) }

// FindsBy reports whether a client finds instances by a provider.
func (s ClientSet) FindsBy(provider policy.Provider) bool {
	return s.Any(func(c *Client) bool { return c.Finds(provider) })
}

// PicksBy reports whether a client picks instances by a policy.
func (s ClientSet) PicksBy(chosen policy.BalancingPolicy) bool {
	return s.Any(func(c *Client) bool { return c.Policy.Balancing.Policy == chosen })
}

// Etcd is the etcd in which clients find instances. Where several do, the first has the say.
func (s ClientSet) Etcd() policy.Etcd { return s.foundBy(policy.ProviderEtcd).Etcd }

// Consul is the Consul in which clients find instances, likewise.
func (s ClientSet) Consul() policy.Consul { return s.foundBy(policy.ProviderConsul).Consul }

// foundBy are the settings of the first client that finds instances by a provider.
func (s ClientSet) foundBy(provider policy.Provider) policy.Discovery {
	return s[slices.IndexFunc(s, func(c *Client) bool { return c.Finds(provider) })].Policy.Discovery
}
