package model

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// UsesEtcd reports whether instances are registered in etcd.
func (d *Definition) UsesEtcd() bool { return d.Policy.Discovery.Provider == policy.ProviderEtcd }

// UsesConsul reports whether instances are registered in Consul.
func (d *Definition) UsesConsul() bool { return d.Policy.Discovery.Provider == policy.ProviderConsul }

// UsesKubernetes reports whether instances are found in the DNS of Kubernetes.
func (d *Definition) UsesKubernetes() bool {
	return d.Policy.Discovery.Provider == policy.ProviderKubernetes
}

// Registers reports whether an instance registers itself.
func (d *Definition) Registers() bool { return d.UsesEtcd() || d.UsesConsul() }

// ConsulCheck is how Consul learns of an instance's health: "grpc" or "ttl"; empty with another provider.
func (t *Tree) ConsulCheck() string {
	if !t.UsesConsul() {
		return ""
	}
	return string(t.Policy.Discovery.Consul.Check)
}

// ProviderName is the provider's name in Go: "Etcd".
func (d *Definition) ProviderName() string {
	name := string(d.Policy.Discovery.Provider)
	return strings.ToUpper(name[:1]) + name[1:]
}

// NewResolver is the Go expression that makes the client's resolver from the variable env.
func (c *Client) NewResolver() string {
	if c.UsesKubernetes() {
		return fmt.Sprintf("discovery.InKubernetes(env, %q, %q, %s)", c.EnvPrefix(), c.DNSName(), c.Policy.Discovery.Kubernetes.Refresh.Go())
	}
	if c.UsesConsul() {
		return fmt.Sprintf("consul.NewResolver(consul.Read(env, consul.Config{Address: %q}), %q)", c.Tree.Clients().Consul().Address, c.Registered)
	}
	return fmt.Sprintf("etcd.NewResolver(etcd.Read(env, %s), %q)", etcdDefaults(c.Tree.Clients().Etcd()), c.Registered)
}

// RegistryDefaults is the policy's settings of the registry as a Go expression.
func (t *Tree) RegistryDefaults() string {
	if t.UsesEtcd() {
		return etcdDefaults(t.Policy.Discovery.Etcd)
	}
	consul, tags := t.Policy.Discovery.Consul, ""
	if len(consul.Tags) > 0 {
		tags = fmt.Sprintf("Tags: %s, ", goStrings(consul.Tags))
	}
	return fmt.Sprintf("consul.Config{Address: %q, %sDeregisterAfter: %s}", consul.Address, tags, consul.DeregisterAfter.Go())
}

func etcdDefaults(etcd policy.Etcd) string {
	return fmt.Sprintf("etcd.Config{Endpoints: %s, Prefix: %q, TTL: %s}", goStrings(etcd.Endpoints), etcd.Prefix, etcd.TTL.Go())
}

// NewRegistry is the Go expression that makes the registry of instances from the variable cfg; empty where there is none.
func (t *Tree) NewRegistry() string {
	switch {
	case t.UsesEtcd():
		return fmt.Sprintf("etcd.NewRegistry(cfg.Etcd, %q)", t.Name)
	case t.UsesConsul():
		check := strings.ToUpper(t.ConsulCheck())
		return fmt.Sprintf("consul.NewRegistry(cfg.Consul, %q, consul.%sCheck())", t.Name, check)
	default:
		return ""
	}
}

// EnvPrefix begins the variables that are about this service and read by its clients: "ORDERS" for ORDERS_ENDPOINTS.
func (c *Client) EnvPrefix() string {
	prefix := strings.ToUpper(strings.ReplaceAll(c.Name, "-", "_"))
	if prefix[0] >= '0' && prefix[0] <= '9' {
		return "SERVICE_" + prefix // a variable cannot begin with a digit
	}
	return prefix
}

// DNSName is the name of the headless Service in the DNS of Kubernetes, with the port.
func (c *Client) DNSName() string {
	name := c.Registered + "-headless"
	if namespace := c.Policy.Discovery.Kubernetes.Namespace; namespace != "" {
		name += "." + namespace
	}
	return fmt.Sprintf("%s:%d", name, c.Policy.Server.GRPCPort)
}

// StaticEndpoints are the endpoints that clients use when the environment names none.
func (c *Client) StaticEndpoints() []string {
	if !c.Finds(policy.ProviderStatic) {
		return nil
	}
	return c.Policy.Discovery.Static.Endpoints
}

// HasCredentials reports whether instances tell somebody who they are: etcd, Consul, or a broker.
func (t *Tree) HasCredentials() bool {
	return t.Clients().FindsBy(policy.ProviderEtcd) || t.Clients().FindsBy(policy.ProviderConsul) || t.HasEvents()
}

// DefaultInstances says in words which instances clients use by default.
func (c *Client) DefaultInstances() string {
	switch {
	case c.CallTarget != "":
		return c.CallTarget
	case c.UsesEtcd():
		return "those that are registered in etcd, see ETCD_ENDPOINTS"
	case c.UsesConsul():
		return "those that are registered in Consul, see CONSUL_HTTP_ADDR"
	case c.UsesKubernetes():
		return fmt.Sprintf("those that the name %s_DNS_NAME has in DNS", c.EnvPrefix())
	default:
		return strings.Join(c.Policy.Discovery.Static.Endpoints, ", ")
	}
}

// Unreachable says in words what may not be there when a client calls.
func (c *Client) Unreachable() string {
	switch {
	case c.Registers():
		return "a registry or an instance that cannot be reached"
	case c.UsesKubernetes():
		return "a name that cannot be resolved or an instance that cannot be reached"
	default:
		return "an instance that cannot be reached"
	}
}

func goStrings(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = strconv.Quote(value)
	}
	return fmt.Sprintf("[]string{%s}", strings.Join(quoted, ", "))
}

// Finding says in words how callers learn of instances, and how soon.
func (c *Client) Finding() Comment {
	d := c.Policy.Discovery
	switch {
	case c.UsesEtcd():
		return Comment(fmt.Sprintf("Instances register in etcd under `%s/%s/`, each with a lease of %s: callers learn of a new one at once, and of\n"+
			"one that has died within the lease. When etcd is gone, callers keep the instances that they know.", d.Etcd.Prefix, c.Registered, d.Etcd.TTL))
	case c.UsesConsul():
		return Comment(fmt.Sprintf("Instances register in Consul as `%s`, and callers use those whose check passes. An instance that is critical for\n"+
			"%s is forgotten. When Consul is gone, callers keep the instances that they know.", c.Registered, d.Consul.DeregisterAfter))
	case c.UsesKubernetes():
		return Comment(fmt.Sprintf("Callers look `%s` up in DNS every %s. When DNS does not answer, they keep the instances that they know.",
			c.DNSName(), d.Kubernetes.Refresh))
	default:
		return Comment(fmt.Sprintf("Callers use %s, unless `%s_ENDPOINTS` or `%[2]s_ENDPOINTS_FILE` names others.",
			strings.Join(d.Static.Endpoints, ", "), c.EnvPrefix()))
	}
}
