package model

import (
	"net"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// EdgeInPods reports whether the proxy in front of the instances runs in pods beside them.
func (s *Service) EdgeInPods() bool { return s.OnKubernetes() && s.Policy.Balancing.Edge.Proxies() }

// EdgeFolder is the folder of the proxy's configuration, within deploy: where it runs in pods, that of what makes a
// ConfigMap of it, since neither kustomize nor Helm reads a file elsewhere.
func (s *Service) EdgeFolder() string {
	switch {
	case s.Helm():
		return "kubernetes/chart"
	case s.OnKubernetes():
		return "kubernetes/base"
	default:
		return strings.ToLower(s.EdgeName())
	}
}

// EdgeFile is the proxy's configuration in EdgeFolder.
func (s *Service) EdgeFile() string {
	if s.UsesNginx() {
		return "nginx.conf"
	}
	return "haproxy.cfg"
}

// EdgePath is the proxy's configuration, as seen from the tree's root.
func (s *Service) EdgePath() string { return path.Join("deploy", s.EdgeFolder(), s.EdgeFile()) }

// EdgeObject is the name of the proxy's objects.
func (s *Service) EdgeObject() string { return s.Name + "-edge" }

// EdgeLabels are the labels of the proxy's objects. Their name is not the service's, whose Services the proxy's pods
// are no part of.
func (s *Service) EdgeLabels() map[string]string {
	labels := s.Labels()
	labels["app.kubernetes.io/name"] = s.EdgeObject()
	return labels
}

// EdgeSelector are the labels that tell the proxy's pods from others.
func (s *Service) EdgeSelector() map[string]string {
	return map[string]string{"app.kubernetes.io/name": s.EdgeObject()}
}

// EdgeImage is the proxy's image: that of the program's makers, which has the signal that drains it as its own.
func (s *Service) EdgeImage() string {
	if s.UsesNginx() {
		return "nginx:1.28.0"
	}
	return "haproxy:3.0.10"
}

// EdgeArgs is what runs the proxy in a pod, where its configuration is in /edge.
func (s *Service) EdgeArgs() []string {
	if s.UsesNginx() {
		return []string{"nginx", "-e", "stderr", "-p", "/tmp", "-c", "/edge/nginx.conf"}
	}
	return []string{"haproxy", "-db", "-f", "/edge/haproxy.cfg"}
}

// EdgeReady is the path at which the proxy's status server says whether calls may come.
func (s *Service) EdgeReady() string {
	if s.UsesNginx() {
		return "/healthz"
	}
	return "/readyz"
}

// EdgePort is the port on which the proxy takes calls.
func (s *Service) EdgePort() int { return portOf(s.Policy.Balancing.EdgeProxy.Listen) }

// EdgeStatusPort is the port of the proxy's status server.
func (s *Service) EdgeStatusPort() int { return portOf(s.Policy.Balancing.EdgeProxy.Status) }

// portOf is the port of an endpoint that the policy has checked.
func portOf(endpoint string) int {
	_, port, _ := net.SplitHostPort(endpoint)
	n, _ := strconv.Atoi(port)
	return n
}

// EdgeGracePeriod is how many seconds a proxy's pod has to end: the preStop hook, the calls in flight and some to spare.
func (s *Service) EdgeGracePeriod() int {
	total := time.Duration(PreStop + s.Policy.Server.GracefulTimeout + spare)
	return int((total + time.Second - 1) / time.Second)
}

// clusterDNS are the name servers that the policies of the cluster admit by the labels of their pods.
const clusterDNS = "kube-dns.kube-system.svc.cluster.local:53"

// EdgeNameservers lists the name servers that the proxy asks beside the cluster's own.
func (s *Service) EdgeNameservers() []Egress {
	var all []Egress
	if s.EdgeDNSName() == "" {
		return nil
	}
	for _, nameserver := range s.Policy.Balancing.EdgeProxy.Nameservers {
		if to := egress(nameserver); nameserver != clusterDNS && !slices.Contains(all, to) {
			all = append(all, to)
		}
	}
	return all
}

// EdgeInstances lists where the proxy finds instances that are no pods of this service: those that the policy lists.
func (s *Service) EdgeInstances() []Egress {
	var all []Egress
	if s.Policy.Discovery.Provider != policy.ProviderStatic {
		return nil
	}
	for _, endpoint := range s.Policy.Discovery.Static.Endpoints {
		if to := egress(endpoint); !slices.Contains(all, to) {
			all = append(all, to)
		}
	}
	return all
}

// Rollout is a Deployment that a release brings up to date.
type Rollout struct {
	Deployment string
	Variable   string // of the script, for the revision that runs before
}

// Rollouts are the Deployments of the service.
func (s *Service) Rollouts() []Rollout {
	all := []Rollout{{s.Name, "before"}}
	if s.EdgeInPods() {
		all = append(all, Rollout{s.EdgeObject(), "edge_before"})
	}
	return all
}
