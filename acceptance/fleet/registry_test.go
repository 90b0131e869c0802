package fleet

import (
	"context"
	"testing"
	"time"
)

// provider is a way for clients to find the instances of a service.
type provider struct {
	name    string
	start   func(t *testing.T) registry
	sight   time.Duration // within which an instance that serves gets calls
	forget  time.Duration // within which the registry no longer lists one that was killed; 0: it always lists all
	variant bool          // of the one before it: not every test needs both
}

// registry is where clients find the instances: a server, or what the platform keeps where nobody registers.
type registry interface {
	// policy is what the service's policy says of it.
	policy() string
	// environment is what instances and clients are told of it.
	environment() []string
	// place returns the environment that says where the next instance listens.
	place(t *testing.T) []string
	// joined and left tell the registry of an instance, where the instance does not do that itself.
	joined(t *testing.T, i *instance)
	left(t *testing.T, i *instance)
	// listed returns the addresses that it answers with.
	listed(ctx context.Context) ([]string, error)
}

// busy is what is added to the times that a policy sets, for a machine that does other things too.
const busy = 10 * time.Second

func providers() []provider {
	return []provider{
		// A client that finds an instance down tries again a second later, then after 1.6 seconds, 2.6 and so on.
		{name: "static", start: startStatic, sight: 15 * time.Second},
		{name: "static, a file", start: startFile, sight: fileInterval + busy, forget: busy, variant: true},
		{name: "etcd", start: startEtcd, sight: busy, forget: etcdTTL + busy},
		{name: "Consul", start: startConsul("grpc"), sight: busy, forget: consulCheckTime + busy},
		{name: "Consul, TTL", start: startConsul("ttl"), sight: busy, forget: consulTTL + busy, variant: true},
		{name: "Kubernetes, A records", start: startKubernetes(aRecords), sight: dnsRefresh + busy, forget: busy},
		{name: "Kubernetes, SRV records", start: startKubernetes(srvRecords), sight: dnsRefresh + busy, forget: busy},
	}
}

// selfRegistered is what those registries have in common in which instances register themselves. The addresses of
// instances are on the loopback, which they have to be told to register.
type selfRegistered struct{}

func (selfRegistered) place(t *testing.T) []string {
	t.Helper()
	return []string{"GRPC_ADDRESS=" + freeAddress(t), "ADVERTISE_ADDRESS=127.0.0.1"}
}

func (selfRegistered) joined(*testing.T, *instance) {}

func (selfRegistered) left(*testing.T, *instance) {}
