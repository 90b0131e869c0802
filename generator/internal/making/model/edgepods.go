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
func (t *Tree) EdgeInPods() bool { return t.OnKubernetes() && t.Policy.Balancing.Edge.Proxies() }

// Folder is the folder of the proxy's configuration, within deploy. Where the proxy runs in pods, kustomize or Helm makes a
// ConfigMap of it, and neither reads a file outside its own folder.
func (e Edge) Folder() string {
	switch {
	case e.tree.Helm():
		return "kubernetes/chart"
	case e.tree.OnKubernetes():
		return "kubernetes/base"
	default:
		return strings.ToLower(e.Name())
	}
}

// File is the proxy's configuration in Folder.
func (e Edge) File() string {
	if e.tree.UsesNginx() {
		return "nginx.conf"
	}
	return "haproxy.cfg"
}

// Path is the proxy's configuration, as seen from the tree's root.
func (e Edge) Path() string { return path.Join("deploy", e.Folder(), e.File()) }

// Object is the name of the proxy's objects.
func (e Edge) Object() string { return e.tree.Name + "-edge" }

// Labels are the labels of the proxy's objects. Their name is not the service's, whose Services the proxy's pods
// are no part of.
func (e Edge) Labels() map[string]string {
	labels := e.tree.Labels()
	labels["app.kubernetes.io/name"] = e.Object()
	return labels
}

// Selector are the labels that tell the proxy's pods from others.
func (e Edge) Selector() map[string]string {
	return map[string]string{"app.kubernetes.io/name": e.Object()}
}

// Image is the official image of the proxy's program, whose stop signal drains it.
func (e Edge) Image() string {
	if e.tree.UsesNginx() {
		return "nginx:1.28.0"
	}
	return "haproxy:3.0.10"
}

// Args is what runs the proxy in a pod, where its configuration is in /edge.
func (e Edge) Args() []string {
	if e.tree.UsesNginx() {
		return []string{"nginx", "-e", "stderr", "-p", "/tmp", "-c", "/edge/nginx.conf"}
	}
	return []string{"haproxy", "-db", "-f", "/edge/haproxy.cfg"}
}

// Ready is the path at which the proxy's status server says whether calls may come.
func (e Edge) Ready() string {
	if e.tree.UsesNginx() {
		return "/healthz"
	}
	return "/readyz"
}

// Port is the port on which the proxy takes calls.
func (e Edge) Port() int { return portOf(e.tree.Policy.Balancing.EdgeProxy.Listen) }

// StatusPort is the port of the proxy's status server.
func (e Edge) StatusPort() int { return portOf(e.tree.Policy.Balancing.EdgeProxy.Status) }

// portOf is the port of an endpoint that the policy has checked.
func portOf(endpoint string) int {
	_, port, _ := net.SplitHostPort(endpoint)
	n, _ := strconv.Atoi(port)
	return n
}

// GracePeriod is how many seconds a proxy's pod has to end: the preStop hook, the calls in flight and some to spare.
func (e Edge) GracePeriod() int {
	total := time.Duration(PreStop + e.tree.Policy.Server.GracefulTimeout + spare)
	return int((total + time.Second - 1) / time.Second)
}

// clusterDNS are the name servers that the policies of the cluster admit by the labels of their pods.
const clusterDNS = "kube-dns.kube-system.svc.cluster.local:53"

// Nameservers lists the name servers that the proxy asks in addition to the cluster's own.
func (e Edge) Nameservers() []Egress {
	var all []Egress
	if e.DNSName() == "" {
		return nil
	}
	for _, nameserver := range e.tree.Policy.Balancing.EdgeProxy.Nameservers {
		if to := egress(nameserver); nameserver != clusterDNS && !slices.Contains(all, to) {
			all = append(all, to)
		}
	}
	return all
}

// Instances lists where the proxy finds instances that are no pods of this service: those that the policy lists.
func (e Edge) Instances() []Egress {
	var all []Egress
	if e.tree.Policy.Discovery.Provider != policy.ProviderStatic {
		return nil
	}
	for _, endpoint := range e.tree.Policy.Discovery.Static.Endpoints {
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
func (t *Tree) Rollouts() []Rollout {
	all := []Rollout{{t.Name, "before"}}
	if t.EdgeInPods() {
		all = append(all, Rollout{t.Edge().Object(), "edge_before"})
	}
	return all
}
