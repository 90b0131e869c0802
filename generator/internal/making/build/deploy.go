package build

import (
	"cmp"
	"fmt"
	goversion "go/version"
	"net/netip"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// goRelease is the release of Go that emitted images and pipelines build with, unless the module around the
// tree asks for a later one.
const goRelease = "1.26.8"

// deploy settles what the service is built with, and checks that what the policy asks for can be deployed.
func (b *builder) deploy() {
	b.inRepository()
	b.tree().GoVersion = goRelease
	if !b.tree().OwnModule && goversion.Compare("go"+b.Module.Go, "go"+goRelease) > 0 {
		b.tree().GoVersion = b.Module.Go
	}
	b.checkEdgeObject()
	d := b.Policy.Deploy
	if d == nil {
		return
	}
	for i, environment := range d.Environments {
		if !portable(environment) {
			path := fmt.Sprintf("deploy.environments[%d]", i)
			b.policyProblem(path, diag.Problem{
				Message: path + ": no folder can have this name on Windows",
				Found:   environment,
				Want:    "any other name",
			})
		}
	}
	if d.Kubernetes != nil {
		b.checkServiceName()
		b.checkNamespace()
		b.checkLoopback()
		b.checkPods()
	}
}

// inRepository settles where the tree stands in its repository. A plugin that does not know counts from the module.
func (b *builder) inRepository() {
	b.tree().InRepository = cmp.Or(b.InRepository, b.tree().Dir)
	if s := b.tree(); b.Watched != nil && s.InRepository != "." && len(s.Pipelines()) > 0 {
		s.Watched = b.Watched(!s.OwnModule || b.Module.Owned)
	}
}

// checkEdgeObject refuses an edge that is an object of Kubernetes where nothing is deployed to it.
func (b *builder) checkEdgeObject() {
	edge := b.Policy.Balancing.Edge
	if edge != policy.EdgeIngress && edge != policy.EdgeGateway || b.Policy.Deploy != nil && b.Policy.Deploy.Kubernetes != nil {
		return
	}
	if b.Policy.Faulty("deploy.kubernetes") {
		return // something was to be deployed
	}
	b.policyProblem("balancing.edge", diag.Problem{
		Message: "balancing.edge: is an object of Kubernetes, to which nothing is deployed",
		Found:   string(edge),
		Want:    "deploy.kubernetes, or another edge",
		Fix:     "add deploy with image and kubernetes",
	})
}

// headless is what the name of the headless Service ends in.
const headless = "-headless"

// checkServiceName holds the service's name to what a Service of Kubernetes may be called: a DNS-1035 label, which does
// not begin with a digit (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names).
func (b *builder) checkServiceName() {
	const most = 63 - len(headless)
	name := b.tree().Name
	if len(name) <= most && (name[0] < '0' || name[0] > '9') || b.doubts.name {
		return
	}
	path := "service.name"
	if !b.Policy.Written(path) {
		path = "deploy.kubernetes"
	}
	b.policyProblem(path, diag.Problem{
		Message: "service.name: no Service of Kubernetes can have this name",
		Found:   name,
		Want:    fmt.Sprintf("a letter first and at most %d characters", most),
		Fix:     "write a service.name",
	})
}

// checkNamespace refuses a service that callers look for in another namespace than it is deployed to.
func (b *builder) checkNamespace() {
	sought, deployed := b.Policy.Discovery.Kubernetes.Namespace, b.Policy.Deploy.Kubernetes.Namespace
	if b.Policy.Discovery.Provider != policy.ProviderKubernetes || sought == "" || b.Policy.Faulty("deploy.kubernetes.namespace") {
		return
	}
	if deployed == "" {
		if b.doubts.name {
			return
		}
		deployed = b.tree().Name
	}
	if sought != deployed {
		b.policyProblem("discovery.kubernetes.namespace", diag.Problem{
			Message: "discovery.kubernetes.namespace: callers would look where the service is not: it is deployed to " + deployed,
			Found:   sought,
			Want:    fmt.Sprintf("the namespace of deploy.kubernetes, %q", deployed),
			Fix:     "write the same namespace in both places",
		})
	}
}

// checkLoopback warns of a registry at an address that is the pod itself, where nobody has waived that.
func (b *builder) checkLoopback() {
	waivers := b.waivers(policy.CheckLoopback)
	path, variable, endpoints := "discovery.etcd.endpoints", "ETCD_ENDPOINTS", b.Policy.Discovery.Etcd.Endpoints
	switch b.Policy.Discovery.Provider {
	case policy.ProviderEtcd:
	case policy.ProviderConsul:
		path, variable, endpoints = "discovery.consul.address", "CONSUL_HTTP_ADDR", []string{b.Policy.Discovery.Consul.Address}
	default:
		endpoints = nil
	}
	at := b.Policy.At(path)
	for _, endpoint := range endpoints {
		if !b.Policy.Sound(path) || !loopback(endpoint) || waivers.allow(at.Line) {
			continue
		}
		b.problems.Add(diag.Problem{
			Severity: diag.Warning,
			Position: at,
			Message:  path + ": in Kubernetes this address is the pod itself",
			Found:    endpoint,
			Want:     "an address that pods reach",
			Fix:      b.loopbackFix(variable, endpoint),
		})
	}
	b.problems.Merge(waivers.idle())
}

// loopbackFix is where another address can be written: the network policy lets pods reach the port of any host, and other ports
// that deploy.kubernetes.egress lists.
func (b *builder) loopbackFix(variable, endpoint string) string {
	if len(b.Policy.Deploy.Environments) == 0 {
		return "write it, or list deploy.environments and set " + variable + " in the settings of each"
	}
	return fmt.Sprintf("write it, or set %s in deploy/kubernetes/overlays/*/%s and, if its port is not %s, add that to deploy.kubernetes.egress; then accept this by `# msgen:allow %s: REASON`",
		variable, b.Policy.Deploy.Kubernetes.SettingsFile(), endpoint[strings.LastIndexByte(endpoint, ':')+1:], policy.CheckLoopback)
}

// loopback reports whether an endpoint is an address of the machine that calls it.
func loopback(endpoint string) bool {
	host := strings.Trim(endpoint[:strings.LastIndexByte(endpoint, ':')], "[]")
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
