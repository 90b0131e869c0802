package model

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// UsesNginx reports whether nginx stands in front of the instances.
func (t *Tree) UsesNginx() bool { return t.Policy.Balancing.Edge == policy.EdgeNginx }

// UsesHAProxy reports whether HAProxy stands in front of the instances.
func (t *Tree) UsesHAProxy() bool { return t.Policy.Balancing.Edge == policy.EdgeHAProxy }

// Edge is the proxy in front of the instances: nginx or HAProxy.
type Edge struct{ tree *Tree }

// Edge is the proxy in front of the instances, where the policy has one.
func (t *Tree) Edge() Edge { return Edge{t} }

// Name is what the proxy in front of the instances is called.
func (e Edge) Name() string {
	if e.tree.UsesNginx() {
		return "nginx"
	}
	return "HAProxy"
}

// Command is what runs the proxy in front of the instances, in the foreground and from the tree's root; empty
// without one.
func (e Edge) Command() string {
	switch {
	case e.tree.UsesNginx():
		return fmt.Sprintf(`nginx -e stderr -p "$(mktemp -d)" -c "$PWD/%s"`, e.Path())
	case e.tree.UsesHAProxy():
		return "haproxy -db -f " + e.Path()
	default:
		return ""
	}
}

// DrainSignal has the proxy stop when the calls in flight have ended; the usual SIGTERM cuts them off.
func (e Edge) DrainSignal() string {
	if e.tree.UsesNginx() {
		return "SIGQUIT"
	}
	return "SIGUSR1"
}

// Status says what the proxy answers at balancing.edgeProxy.status.
func (e Edge) Status() string {
	if e.tree.UsesNginx() {
		return "/healthz, /status"
	}
	return "/readyz (an instance is SERVING), /stats, /metrics"
}

// DNSName is the name that the proxy looks up, in full since it searches no domains; empty where instances are
// listed.
func (e Edge) DNSName() string {
	switch {
	case e.tree.UsesKubernetes():
		return fmt.Sprintf("%s-headless.%s.svc.cluster.local", e.tree.Name, e.tree.Policy.Discovery.Kubernetes.Namespace)
	case e.tree.UsesConsul():
		return e.tree.Name + ".service.consul"
	default:
		return ""
	}
}

// Records is what the proxy asks DNS for: addresses, all with the port of the policy, or the SRV records that
// Consul has, with the port of each instance. This nginx knows no SRV.
func (e Edge) Records() string {
	if e.tree.UsesConsul() && e.tree.UsesHAProxy() {
		return fmt.Sprintf("_%s._tcp.service.consul", e.tree.Name)
	}
	return fmt.Sprintf("%s:%d", e.DNSName(), e.tree.Policy.Server.GRPCPort)
}

// Refresh is how often the proxy looks the name up: as often as the policy says, and at least twice within
// drainDelay, so that an instance that stops gets no calls any more when it refuses them.
func (e Edge) Refresh() string {
	refresh := policy.Duration(10 * time.Second)
	if e.tree.UsesKubernetes() {
		refresh = e.tree.Policy.Discovery.Kubernetes.Refresh
	}
	refresh = min(refresh, e.tree.Policy.Server.DrainDelay/2)
	refresh -= refresh % policy.Duration(time.Second) // nginx knows no fractions here
	return proxyTime(max(refresh, policy.Duration(time.Second)))
}

// UnaryTimeout is how long the proxy waits for the answer to a unary call. The instance answers within
// requestTimeout, unless it hangs.
func (e Edge) UnaryTimeout() string {
	return proxyTime(e.tree.Policy.Server.RequestTimeout + policy.Duration(time.Second))
}

// StreamTimeout is how long a stream may be silent: longer than any stream lasts.
func (e Edge) StreamTimeout() string {
	return proxyTime(e.tree.Client().StreamLife() + policy.Duration(time.Second))
}

// ConnectionAge is how long nginx keeps a caller's connection, as the instances do.
func (e Edge) ConnectionAge() string { return proxyTime(e.tree.Policy.Server.MaxConnectionAge) }

// DrainTimeout is how long a proxy that stops waits for the calls in flight.
func (e Edge) DrainTimeout() string { return proxyTime(e.tree.Policy.Server.GracefulTimeout) }

// proxyTime is a duration as nginx and HAProxy both read it: one number with a unit, and no more than their 31 bits of
// milliseconds hold.
func proxyTime(d policy.Duration) string {
	const most = policy.Duration(math.MaxInt32/1000) * policy.Duration(time.Second)
	if d = min(d, most); d%policy.Duration(time.Second) == 0 {
		return fmt.Sprintf("%ds", d/policy.Duration(time.Second))
	}
	return fmt.Sprintf("%dms", (d+policy.Duration(time.Millisecond)-1)/policy.Duration(time.Millisecond))
}

// StreamPaths lists the RPCs that are not unary by the path of their requests; health and reflection have some too.
func (e Edge) StreamPaths() []string {
	var paths []string
	for _, host := range e.tree.Hosts {
		for _, rpc := range host.RPCs {
			if !rpc.IsUnary() {
				paths = append(paths, rpc.FullMethod)
			}
		}
	}
	return append(paths,
		"/grpc.health.v1.Health/Watch",
		"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
		"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
}

// NginxBalance is the line that chooses how nginx balances; empty for round robin.
func (e Edge) NginxBalance() string {
	switch e.tree.Policy.Balancing.Policy {
	case policy.BalancingLeastRequest:
		return "least_conn;"
	case policy.BalancingRingHash:
		return fmt.Sprintf("hash $http_%s consistent;", strings.ReplaceAll(e.tree.Policy.Balancing.RequestHashHeader, "-", "_"))
	default:
		return ""
	}
}

// HAProxyBalance is how HAProxy balances.
func (e Edge) HAProxyBalance() string {
	switch e.tree.Policy.Balancing.Policy {
	case policy.BalancingLeastRequest:
		return "leastconn"
	case policy.BalancingRingHash:
		return fmt.Sprintf("hdr(%s)", e.tree.Policy.Balancing.RequestHashHeader)
	default:
		return "roundrobin"
	}
}

// Hashes reports whether the proxy picks an instance by the value of a header.
func (e Edge) Hashes() bool { return e.tree.Policy.Balancing.Policy == policy.BalancingRingHash }

// Spread says in words how the proxy spreads calls.
func (e Edge) Spread() string {
	switch {
	case e.tree.UsesNginx() && e.DNSName() != "":
		return "at random"
	case e.Hashes():
		return fmt.Sprintf("by the metadata key `%s`", e.tree.Policy.Balancing.RequestHashHeader)
	case e.tree.Policy.Balancing.Policy == policy.BalancingLeastRequest:
		return "by how few each has in flight"
	default:
		return "in turn"
	}
}

// Finding says in words how the proxy learns of instances and of their end.
func (e Edge) Finding() string {
	from := "It has the instances of `discovery.static.endpoints`; names are resolved when it starts."
	if e.DNSName() != "" {
		from = fmt.Sprintf("It looks `%s` up in DNS every %s.", e.Records(), e.Refresh())
	}
	switch {
	case e.tree.UsesHAProxy():
		return from + "\nIt asks each instance for its health every second, and uses those that report `SERVING`."
	case e.DNSName() != "":
		return from + "\nIt does not ask for their health, and goes on to the next when one cannot be reached."
	default:
		return from + "\nIt does not ask for their health: one that cannot be reached is left out for a second."
	}
}

// Repeats says in words which calls reach an instance more than once.
func (e Edge) Repeats() string {
	if e.tree.UsesNginx() {
		return "It sends a call to another instance only when the connection to the first one fails: none reaches a handler twice."
	}
	return "It sends a call to another instance only when the connection to the first one fails. A call whose instance dies before\n" +
		"it answers ends with `REFUSED_STREAM`, though, and gRPC repeats such a call once, idempotent or not."
}
