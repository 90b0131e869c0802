package policy

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/msgen/msgen/generator/diag"
)

// Edge is a balancer in front of the instances.
type Edge string

// The edges.
const (
	EdgeNone    Edge = "none"
	EdgeNginx   Edge = "nginx"
	EdgeHAProxy Edge = "haproxy"
	EdgeIngress Edge = "ingress"
	EdgeGateway Edge = "gateway"
)

func (Edge) values() []string {
	return texts(EdgeNone, EdgeNginx, EdgeHAProxy, EdgeIngress, EdgeGateway)
}

// Proxies reports whether the edge is a proxy that finds the instances itself.
func (e Edge) Proxies() bool { return e == EdgeNginx || e == EdgeHAProxy }

// EdgeProxy is what differs from one place to another where a proxy runs.
type EdgeProxy struct {
	Listen      string   `yaml:"listen" default:"0.0.0.0:8000" format:"endpoint" doc:"Where the proxy takes calls."`
	Status      string   `yaml:"status" default:"127.0.0.1:8001" derived:"127.0.0.1:8001, with deploy.kubernetes 0.0.0.0:8001" format:"endpoint" doc:"Where the proxy tells of itself, by HTTP."`
	Nameservers []string `yaml:"nameservers" format:"endpoint" derived:"with kubernetes kube-dns.kube-system.svc.cluster.local:53, with consul port 8600 of the agent's host" example:"[10.96.0.10:53]" doc:"DNS servers that the proxy asks for the instances."`
}

func (p *EdgeProxy) settle(s scope) {
	if !s.sound("listen", "status") {
		return
	}
	_, listen, _ := net.SplitHostPort(p.Listen)
	if _, status, _ := net.SplitHostPort(p.Status); listen == status {
		name := s.firstWritten("status", "listen")
		other := map[string]string{"status": "listen", "listen": "status"}[name]
		s.fault(name, diag.Problem{Message: "same port as " + other, Found: listen, Want: "two different ports"})
	}
}

// settle checks what a proxy in front needs of the other sections: better no configuration than one that finds nobody.
func (p *Policy) settle(s scope) {
	edge, provider := p.Balancing.Edge, p.Discovery.Provider
	if !s.sound("balancing.edge", "discovery.provider") || !edge.Proxies() {
		return
	}
	switch {
	case provider == ProviderEtcd:
		s.fault("balancing.edge", diag.Problem{
			Message: "cannot find instances that are registered in etcd, which has no DNS", Found: string(edge), Want: "none while discovery.provider is etcd",
			Fix: "write edge: none, or discovery.provider: consul, kubernetes or static",
		})
	case provider == ProviderKubernetes && p.Discovery.Kubernetes.Namespace == "" && s.sound("discovery.kubernetes.namespace"):
		s.fault("discovery.kubernetes.namespace", diag.Problem{
			Message: "missing", Want: fmt.Sprintf("the namespace of the Service, as %s looks up full names only", edge), Fix: "add namespace: shop, or the like",
		})
	case provider == ProviderStatic && s.written("balancing.edgeProxy.nameservers"):
		s.warn("balancing.edgeProxy.nameservers", diag.Problem{Message: "has no effect while discovery.provider is static", Fix: "remove it, or write provider: consul or kubernetes"})
	}
	p.settleEdgeHash(s)
	p.settleEdgeAddresses(s)
	if p.Deploy != nil && p.Deploy.Kubernetes != nil {
		p.settleEdgeInPods(s)
	}
}

// settleEdgeInPods refuses addresses at which nobody reaches a proxy that runs in a pod: neither callers nor the probes,
// nor the proxy the instances.
func (p *Policy) settleEdgeInPods(s scope) {
	proxy := p.Balancing.EdgeProxy
	settleEdgeInPod(s, "balancing.edgeProxy.listen", proxy.Listen)
	settleEdgeInPod(s, "balancing.edgeProxy.status", proxy.Status)
	if p.Discovery.Provider == ProviderStatic && !s.written("discovery.static.endpoints") && s.sound("discovery.static.endpoints") {
		s.fault("balancing.edge", diag.Problem{
			Message: "in Kubernetes the default of discovery.static.endpoints is the proxy's own pod",
			Found:   string(p.Balancing.Edge), Want: "none while discovery.provider is static",
			Fix: "write discovery.provider: kubernetes",
		})
	}
}

// settleEdgeHash refuses a hash that nginx cannot keep. It hashes over a list of servers, not over an answer of DNS, and
// a variable of it stands for no header with a dot.
func (p *Policy) settleEdgeHash(s scope) {
	if p.Balancing.Edge != EdgeNginx || p.Balancing.Policy != BalancingRingHash || !s.sound("balancing.policy", "balancing.requestHashHeader") {
		return
	}
	problem := diag.Problem{Found: string(EdgeNginx), Want: "haproxy or none", Fix: "write edge: haproxy"}
	switch {
	case p.Discovery.Provider == ProviderEtcd:
		return // no proxy can, whatever it hashes
	case p.Discovery.Provider != ProviderStatic:
		problem.Message = fmt.Sprintf("cannot keep to policy ring_hash with provider %s: nginx takes any of the addresses that DNS answers", p.Discovery.Provider)
	case strings.Contains(p.Balancing.RequestHashHeader, "."):
		problem.Message = fmt.Sprintf("cannot keep to policy ring_hash on %s: nginx has no name for a header with a dot", p.Balancing.RequestHashHeader)
	default:
		return
	}
	s.fault("balancing.edge", problem)
}

// settleEdgeAddresses refuses what Go's network takes for an address and a proxy does not.
func (p *Policy) settleEdgeAddresses(s scope) {
	proxy := p.Balancing.EdgeProxy
	p.settleEdgeAddress(s, "balancing.edgeProxy.listen", proxy.Listen)
	p.settleEdgeAddress(s, "balancing.edgeProxy.status", proxy.Status)
	for i, nameserver := range proxy.Nameservers {
		p.settleEdgeAddress(s, fmt.Sprintf("balancing.edgeProxy.nameservers[%d]", i), nameserver)
	}
	if p.Discovery.Provider == ProviderStatic {
		for i, endpoint := range p.Discovery.Static.Endpoints {
			p.settleEdgeAddress(s, fmt.Sprintf("discovery.static.endpoints[%d]", i), endpoint)
		}
	}
}

func (p *Policy) settleEdgeAddress(s scope, name, address string) {
	if s.sound(name) && !plainAddress(address) {
		s.fault(name, diag.Problem{
			Message: fmt.Sprintf("no address that %s takes", p.Balancing.Edge), Found: address,
			Want: "an IPv6 address without a zone, such as [::1]:8080",
		})
	}
}

func settleEdgeInPod(s scope, name, address string) {
	host, port, _ := net.SplitHostPort(address)
	if s.written(name) && s.sound(name) && host != "0.0.0.0" && host != "::" {
		s.fault(name, diag.Problem{
			Message: "in Kubernetes nobody reaches the proxy there", Found: address,
			Want: "every address of the pod", Fix: "write 0.0.0.0:" + port,
		})
	}
}

// plainAddress reports whether what stands in brackets, if anything, is an IPv6 address without a zone.
func plainAddress(endpoint string) bool {
	if !strings.HasPrefix(endpoint, "[") {
		return true
	}
	address, err := netip.ParseAddrPort(endpoint)
	return err == nil && address.Addr().Zone() == ""
}

// nameservers are the DNS servers of the provider where nobody names others; none for a provider without DNS.
func (d *Discovery) nameservers() []string {
	switch d.Provider {
	case ProviderKubernetes:
		return []string{"kube-dns.kube-system.svc.cluster.local:53"}
	case ProviderConsul:
		host, _, _ := net.SplitHostPort(d.Consul.Address)
		return []string{net.JoinHostPort(host, "8600")}
	default:
		return nil
	}
}
