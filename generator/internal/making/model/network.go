package model

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Egress is what an instance may connect to: a port, of one address or of any host.
type Egress struct {
	Port int
	CIDR string // empty: any host, since network policies know no names
}

// Egress lists what the policy has instances connect to, in addition to the name service. Where environments may set other
// addresses, it is the port of any host.
func (t *Tree) Egress() []Egress {
	all := t.egress()
	if len(t.Environments()) == 0 {
		return all
	}
	var ports []Egress
	for _, to := range all {
		if to.CIDR = ""; !slices.Contains(ports, to) {
			ports = append(ports, to)
		}
	}
	return ports
}

func (t *Tree) egress() []Egress {
	var endpoints []string
	clients := t.Clients()
	if clients.FindsBy(policy.ProviderEtcd) {
		endpoints = append(endpoints, clients.Etcd().Endpoints...)
	}
	if clients.FindsBy(policy.ProviderConsul) {
		endpoints = append(endpoints, clients.Consul().Address)
	}
	for _, dependency := range t.Dependencies {
		endpoints = append(endpoints, dependency.endpoints()...)
	}
	if tracing := t.Policy.Observability.Tracing.Endpoint; tracing != "" {
		endpoints = append(endpoints, tracing)
	}
	if t.HasEvents() {
		endpoints = append(endpoints, t.brokerEndpoints()...)
	}
	var all []Egress
	for _, endpoint := range endpoints {
		to := egress(endpoint)
		if !slices.Contains(all, to) {
			all = append(all, to)
		}
	}
	return all
}

// endpoints are where the instances of a dependency may be: any host, with the port of its policy, where a registry knows
// them.
func (d *Dependency) endpoints() []string {
	switch {
	case d.CallTarget != "":
		authority := d.TargetAuthority()
		if _, _, err := net.SplitHostPort(authority); authority != "" && err != nil {
			authority += ":443" // what grpc asks then
		}
		if authority == "" {
			return nil // a socket of this machine
		}
		return []string{authority}
	case d.Finds(policy.ProviderStatic):
		return d.Policy.Discovery.Static.Endpoints
	default:
		return []string{fmt.Sprintf("any:%d", d.Policy.Server.GRPCPort)}
	}
}

func egress(endpoint string) Egress {
	colon := strings.LastIndexByte(endpoint, ':')
	port, _ := strconv.Atoi(endpoint[colon+1:]) // the policy has checked it
	ip, err := netip.ParseAddr(strings.Trim(endpoint[:colon], "[]"))
	if err != nil {
		return Egress{Port: port}
	}
	if ip.IsLoopback() { // the pod itself, which no network policy bounds: what is set in its place is another host
		return Egress{Port: port}
	}
	prefix := netip.PrefixFrom(ip.WithZone("").Unmap(), ip.Unmap().BitLen())
	return Egress{Port: port, CIDR: prefix.String()}
}

// OwnEgress lists what the user's own code connects to, as rules of a network policy.
func (t *Tree) OwnEgress() []OwnEgress {
	var rules []OwnEgress
	for _, entry := range t.Policy.Deploy.Kubernetes.Egress {
		rule := OwnEgress{Ports: entry.Ports}
		if entry.CIDR != "" {
			rule.To = append(rule.To, map[string]any{"ipBlock": map[string]string{"cidr": entry.CIDR}})
		}
		if entry.ToPods() {
			rule.To = append(rule.To, peerOf(policy.Caller{Namespace: entry.Namespace, PodLabels: entry.PodLabels}))
		}
		rules = append(rules, rule)
	}
	return rules
}

// OwnEgress is a rule: ports, of any of some peers, or of any host where there are none.
type OwnEgress struct {
	Ports []int
	To    []any
}
