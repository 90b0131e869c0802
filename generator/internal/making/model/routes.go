package model

import "github.com/msgen/msgen/generator/internal/reading/policy"

// ByIngress reports whether an Ingress leads to the service.
func (t *Tree) ByIngress() bool { return t.Policy.Balancing.Edge == policy.EdgeIngress }

// ByGateway reports whether a GRPCRoute leads to the service.
func (t *Tree) ByGateway() bool { return t.Policy.Balancing.Edge == policy.EdgeGateway }

// EdgeManifests are the files of the base with the objects in front of the service.
func (t *Tree) EdgeManifests() []string {
	switch {
	case t.ByIngress():
		return []string{"ingress.yaml"}
	case t.ByGateway():
		return []string{"route.yaml"}
	case t.EdgeInPods():
		return []string{"edge.yaml"}
	default:
		return nil
	}
}

// EdgePods selects the pods that calls come from that have passed the edge; nil where these are in the namespace, or
// where there is no edge.
func (t *Tree) EdgePods() any {
	switch {
	case t.ByIngress():
		return map[string]any{"matchExpressions": []map[string]any{
			{"key": "app.kubernetes.io/name", "operator": "In", "values": []string{"haproxy-ingress", "ingress-nginx", "traefik"}},
		}}
	case t.ByGateway():
		// The pods of any Gateway (https://gateway-api.sigs.k8s.io/geps/gep-1762/).
		return map[string]any{"matchExpressions": []map[string]string{
			{"key": "gateway.networking.k8s.io/gateway-name", "operator": "Exists"},
		}}
	default:
		return nil
	}
}

// Callers selects the pods that may call the service, as the peers of a network policy.
func (t *Tree) Callers() []any {
	callers := t.Policy.Deploy.Kubernetes.Callers
	if !t.Policy.Written("deploy.kubernetes.callers") {
		callers = []policy.Caller{{}}
	}
	peers := make([]any, len(callers))
	for i, caller := range callers {
		peers[i] = peerOf(caller)
	}
	return peers
}

// peer is who a network policy admits. Without a namespace it is one of the policy's own.
type peer struct {
	Namespaces *selector `yaml:"namespaceSelector,omitempty"`
	Pods       selector  `yaml:"podSelector"`
}

type selector struct {
	MatchLabels map[string]string `yaml:"matchLabels,omitempty"`
}

func peerOf(caller policy.Caller) peer {
	p := peer{Pods: selector{caller.PodLabels}}
	if caller.Namespace != "" {
		p.Namespaces = &selector{map[string]string{"kubernetes.io/metadata.name": caller.Namespace}}
	}
	return p
}

// CheckedByConsul reports whether agents of Consul call the instances for their health.
func (t *Tree) CheckedByConsul() bool {
	return t.UsesConsul() && t.Policy.Discovery.Consul.Check == policy.ConsulCheckGRPC
}

// TLSSecret is the name of the Secret with the certificate that the Ingress shows.
func (t *Tree) TLSSecret() string { return t.Name + "-tls" }
