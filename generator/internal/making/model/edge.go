package model

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// UsesNginx reports whether nginx stands in front of the instances.
func (s *Service) UsesNginx() bool { return s.Policy.Balancing.Edge == policy.EdgeNginx }

// UsesHAProxy reports whether HAProxy stands in front of the instances.
func (s *Service) UsesHAProxy() bool { return s.Policy.Balancing.Edge == policy.EdgeHAProxy }

// EdgeName is what the proxy in front of the instances is called.
func (s *Service) EdgeName() string {
	if s.UsesNginx() {
		return "nginx"
	}
	return "HAProxy"
}

// EdgeCommand is what runs the proxy in front of the instances, in the foreground and from the tree's root; empty
// without one.
func (s *Service) EdgeCommand() string {
	switch {
	case s.UsesNginx():
		return fmt.Sprintf(`nginx -e stderr -p "$(mktemp -d)" -c "$PWD/%s"`, s.EdgePath())
	case s.UsesHAProxy():
		return "haproxy -db -f " + s.EdgePath()
	default:
		return ""
	}
}

// EdgeDrainSignal has the proxy stop when the calls in flight have ended; the usual SIGTERM cuts them off.
func (s *Service) EdgeDrainSignal() string {
	if s.UsesNginx() {
		return "SIGQUIT"
	}
	return "SIGUSR1"
}

// EdgeStatus says what the proxy answers at balancing.edgeProxy.status.
func (s *Service) EdgeStatus() string {
	if s.UsesNginx() {
		return "/healthz, /status"
	}
	return "/readyz (an instance is SERVING), /stats, /metrics"
}

// EdgeDNSName is the name that the proxy looks up, in full since it searches no domains; empty where instances are
// listed.
func (s *Service) EdgeDNSName() string {
	switch {
	case s.UsesKubernetes():
		return fmt.Sprintf("%s-headless.%s.svc.cluster.local", s.Name, s.Policy.Discovery.Kubernetes.Namespace)
	case s.UsesConsul():
		return s.Name + ".service.consul"
	default:
		return ""
	}
}

// EdgeRecords is what the proxy asks DNS for: addresses, all with the port of the policy, or the SRV records that
// Consul has, with the port of each instance. This nginx knows no SRV.
func (s *Service) EdgeRecords() string {
	if s.UsesConsul() && s.UsesHAProxy() {
		return fmt.Sprintf("_%s._tcp.service.consul", s.Name)
	}
	return fmt.Sprintf("%s:%d", s.EdgeDNSName(), s.Policy.Server.GRPCPort)
}

// EdgeRefresh is how often the proxy looks the name up: as often as the policy says, and at least twice within
// drainDelay, so that an instance that stops gets no calls any more when it refuses them.
func (s *Service) EdgeRefresh() string {
	refresh := policy.Duration(10 * time.Second)
	if s.UsesKubernetes() {
		refresh = s.Policy.Discovery.Kubernetes.Refresh
	}
	refresh = min(refresh, s.Policy.Server.DrainDelay/2)
	refresh -= refresh % policy.Duration(time.Second) // nginx knows no fractions here
	return proxyTime(max(refresh, policy.Duration(time.Second)))
}

// EdgeUnaryTimeout is how long the proxy waits for the answer to a unary call. The instance answers within
// requestTimeout, unless it hangs.
func (s *Service) EdgeUnaryTimeout() string {
	return proxyTime(s.Policy.Server.RequestTimeout + policy.Duration(time.Second))
}

// EdgeStreamTimeout is how long a stream may be silent: longer than an instance keeps any connection, whose age grpc-go
// varies by a tenth.
func (s *Service) EdgeStreamTimeout() string {
	server := s.Policy.Server
	return proxyTime(server.MaxConnectionAge + server.MaxConnectionAge/10 + server.MaxConnectionAgeGrace + policy.Duration(time.Second))
}

// EdgeConnectionAge is how long nginx keeps a caller's connection, as the instances do.
func (s *Service) EdgeConnectionAge() string { return proxyTime(s.Policy.Server.MaxConnectionAge) }

// EdgeDrainTimeout is how long a proxy that stops waits for the calls in flight.
func (s *Service) EdgeDrainTimeout() string { return proxyTime(s.Policy.Server.GracefulTimeout) }

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
func (s *Service) StreamPaths() []string {
	var paths []string
	for _, host := range s.Hosts {
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
func (s *Service) NginxBalance() string {
	switch s.Policy.Balancing.Policy {
	case policy.BalancingLeastRequest:
		return "least_conn;"
	case policy.BalancingRingHash:
		return fmt.Sprintf("hash $http_%s consistent;", strings.ReplaceAll(s.Policy.Balancing.RequestHashHeader, "-", "_"))
	default:
		return ""
	}
}

// HAProxyBalance is how HAProxy balances.
func (s *Service) HAProxyBalance() string {
	switch s.Policy.Balancing.Policy {
	case policy.BalancingLeastRequest:
		return "leastconn"
	case policy.BalancingRingHash:
		return fmt.Sprintf("hdr(%s)", s.Policy.Balancing.RequestHashHeader)
	default:
		return "roundrobin"
	}
}

// HashesAtEdge reports whether the proxy picks an instance by the value of a header.
func (s *Service) HashesAtEdge() bool { return s.Policy.Balancing.Policy == policy.BalancingRingHash }

// EdgeSpread says in words how the proxy spreads calls.
func (s *Service) EdgeSpread() string {
	switch {
	case s.UsesNginx() && s.EdgeDNSName() != "":
		return "at random"
	case s.HashesAtEdge():
		return fmt.Sprintf("by the metadata key `%s`", s.Policy.Balancing.RequestHashHeader)
	case s.Policy.Balancing.Policy == policy.BalancingLeastRequest:
		return "by how few each has in flight"
	default:
		return "in turn"
	}
}

// EdgeFinding says in words how the proxy learns of instances and of their end.
func (s *Service) EdgeFinding() string {
	from := "It has the instances of `discovery.static.endpoints`; names are resolved when it starts."
	if s.EdgeDNSName() != "" {
		from = fmt.Sprintf("It looks `%s` up in DNS every %s.", s.EdgeRecords(), s.EdgeRefresh())
	}
	switch {
	case s.UsesHAProxy():
		return from + "\nIt asks each instance for its health every second, and uses those that report `SERVING`."
	case s.EdgeDNSName() != "":
		return from + "\nIt does not ask for their health, and goes on to the next when one cannot be reached."
	default:
		return from + "\nIt does not ask for their health: one that cannot be reached is left out for a second."
	}
}

// EdgeRepeats says in words which calls reach an instance more than once.
func (s *Service) EdgeRepeats() string {
	if s.UsesNginx() {
		return "It sends a call to another instance only when the connection to the first one fails: none reaches a handler twice."
	}
	return "It sends a call to another instance only when the connection to the first one fails. A call whose instance dies before\n" +
		"it answers ends with `REFUSED_STREAM`, though, and gRPC repeats such a call once, idempotent or not."
}
