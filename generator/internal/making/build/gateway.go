package build

import (
	"fmt"
	"slices"
	"strconv"

	"google.golang.org/protobuf/compiler/protogen"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
)

// Gateway is what makes a service the gateway of a system.
type Gateway struct {
	Name     string // of the service, where its policy has none
	HTTPPort int
	PortAt   diag.Position
	Forwards []Forward
	Partial  bool // there may be more of them: a service of the system has problems, which are reported
}

// partial reports whether it is not known all that a gateway leads to.
func (b *builder) partial() bool { return b.Gateway != nil && b.Gateway.Partial }

// Forward is a proto service whose calls a gateway passes on.
type Forward struct {
	Service    string // its full name
	Dependency int    // the index of the one that gets the calls
}

// forwarded are the proto services whose calls a gateway passes on.
func (b *builder) forwarded() []*protogen.Service {
	if b.Gateway == nil {
		return nil
	}
	var services []*protogen.Service
	for _, forward := range b.Gateway.Forwards {
		for _, proto := range b.Dependencies[forward.Dependency].Protos {
			for _, service := range b.result.Plugin.FilesByPath[proto].Services {
				if string(service.Desc.FullName()) == forward.Service {
					services = append(services, service)
				}
			}
		}
	}
	return services
}

// gateway joins the proto services that are forwarded with the clients that their calls go to.
func (b *builder) gateway() {
	if b.Gateway == nil {
		return
	}
	for _, forward := range b.Gateway.Forwards {
		b.forward(forward)
	}
	b.tree().HTTPPort = b.Gateway.HTTPPort
	if !b.doubts.hosts {
		b.checkRoutes()
	}
	server := b.Policy.Server
	for key, port := range map[string]int{"grpcPort": server.GRPCPort, "adminPort": server.AdminPort} {
		if port == b.Gateway.HTTPPort && !b.Policy.Faulty("server."+key) {
			b.problems.Add(diag.Problem{
				Position: b.Gateway.PortAt,
				Message:  fmt.Sprintf("gateway.httpPort: same port as server.%s of the gateway's policy", key),
				Found:    strconv.Itoa(port),
				Want:     "a port of its own",
			})
		}
	}
}

// forward joins one of them with the client that its calls go to.
func (b *builder) forward(forward Forward) {
	dependency := b.tree().Dependencies[forward.Dependency]
	host, called := hostNamed(b.tree().Hosts, forward.Service), hostNamed(dependency.Hosts, forward.Service)
	switch {
	case host != nil && called != nil:
		host.Forward = &model.Forward{Dependency: dependency, Host: called}
	case called == nil && len(dependency.Hosts) > 0:
		path := fmt.Sprintf("dependencies[%d]", forward.Dependency)
		b.policyProblem(path, diag.Problem{
			Message: path + ": does not have a service whose calls the gateway passes on to " + dependency.Name,
			Want:    forward.Service + " in its proto, and under services where there are some",
			Fix:     "add it, or remove the dependency: msgen then adds one",
		})
	}
}

func hostNamed(hosts []*model.Host, fullName string) *model.Host {
	for _, host := range hosts {
		if host.FullName == fullName {
			return host
		}
	}
	return nil
}

// forwardedCall notes that an RPC calls what it is forwarded to, where the policy says nothing else.
func (b *builder) forwardedCall(host *model.Host, rpc *model.RPC) {
	if host.Forward == nil {
		return
	}
	to := host.Forward.Host.RPCs[slices.IndexFunc(host.Forward.Host.RPCs, func(r *model.RPC) bool { return r.Name == rpc.Name })]
	path := fmt.Sprintf("dependencies[%d]", slices.Index(b.tree().Dependencies, host.Forward.Dependency))
	rpc.Calls = []model.Called{{Dependency: host.Forward.Dependency, RPC: to, Path: path}}
}
