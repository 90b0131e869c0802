package linked

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// feature is a part of the emitted service for which templates import packages.
type feature struct {
	imports string // the import path, or what it begins with up to a slash
	name    string
	key     string                    // of the policy, if a policy chooses the feature
	chosen  func(*policy.Policy) bool // whether a client's policy does
}

// features name what brings protos into a program. The first that fits an import counts.
var features = []feature{
	{imports: "google.golang.org/grpc/orca", name: "load reports", key: "balancing.policy", chosen: weighs},
	{imports: "github.com/cncf/xds/go", name: "load reports", key: "balancing.policy", chosen: weighs},
	{imports: "go.etcd.io/etcd", name: "etcd", key: "discovery.provider", chosen: func(p *policy.Policy) bool { return p.Discovery.Provider == policy.ProviderEtcd }},
	{imports: "go.opentelemetry.io", name: "tracing", key: "observability.tracing.exporter", chosen: traces},
	{imports: "buf.build/go/protovalidate", name: "validation of requests", key: "server.validate", chosen: func(p *policy.Policy) bool { return p.Server.Validate }},
	{imports: "connectrpc.com", name: "the gateway of the system"},
	{imports: "google.golang.org/grpc/reflection", name: "server reflection"},
	{imports: "google.golang.org/grpc/health", name: "the health service"},
	{imports: "google.golang.org/grpc", name: "gRPC"},
	{imports: "google.golang.org/protobuf", name: "protobuf"},
	{imports: "github.com/prometheus", name: "metrics"},
}

func weighs(p *policy.Policy) bool { return p.Balancing.Policy == policy.BalancingWeightedRoundRobin }

func traces(p *policy.Policy) bool { return p.Observability.Tracing.Exporter != policy.ExporterNone }

func (f feature) fits(imported string) bool {
	return imported == f.imports || strings.HasPrefix(imported, f.imports+"/")
}

// Reason is why a tree links a Go package.
type Reason struct {
	What string // "etcd (discovery.provider, policy.yaml:2:13)"
	Key  string // of the policy, whose other values may do without; empty: no policy does
}

// Because finds the reason why a tree links a Go package to which some of its imports lead: what every service has comes
// before what a policy chooses, since no policy removes it. An import for which no feature stands is one of the user's Go.
func Because(tree *model.Tree, imports []string) Reason {
	var chosen *Reason
	for _, imported := range imports {
		i := slices.IndexFunc(features, func(f feature) bool { return f.fits(imported) })
		if i < 0 {
			continue
		}
		switch reason, ok := features[i].because(tree); {
		case ok && reason.Key == "":
			return reason
		case ok && chosen == nil:
			chosen = &reason
		}
	}
	if chosen == nil {
		return Reason{What: "the import of " + imports[0]}
	}
	return *chosen
}

// because names the key that chooses the feature: in the policy of the service, or in one by which it calls a dependency. It is
// false where no policy does.
func (f feature) because(tree *model.Tree) (Reason, bool) {
	if f.key == "" {
		return Reason{What: f.name}, true
	}
	for _, client := range tree.Clients() {
		if f.chosen(client.Policy) {
			key, at := client.Policy.Path(f.key), client.Policy.At(f.key)
			return Reason{What: fmt.Sprintf("%s (%s, %s)", f.name, key, at), Key: key}, true
		}
	}
	return Reason{}, false
}
