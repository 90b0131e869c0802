package build

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"google.golang.org/protobuf/compiler/protogen"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// calling is what is known of a dependency while its calls are settled.
type calling struct {
	client     *model.Client
	idempotent map[string]*bool // what its own policy says of its methods
	foreign    bool
}

// foreign reports whether the calls are those of a service that msgen did not make.
func (c *caller) foreign() bool { return c.calling != nil && c.calling.foreign }

// dependencies fills in the services that this one calls.
func (b *builder) dependencies() {
	for i := range b.Policy.Dependencies {
		in, wanted := b.loaded(i), &b.Policy.Dependencies[i]
		dependency := &model.Dependency{
			Client: &model.Client{
				Definition: &model.Definition{Name: wanted.Name, Policy: policy.Unread("")},
				Tree:       b.tree(), CallTarget: wanted.Target,
			},
			Foreign: in.Policy == nil,
			Own:     in.Policy,
			Folder:  in.Tree,
		}
		b.dependency(i, in, dependency)
		if wanted.Name != "" {
			dependency.Package, dependency.Field = clientPackage(wanted.Name), clientField(wanted.Name)
			dependency.Dir = "internal/clients/" + dependency.Package
			b.checkClientName(i, dependency)
		}
		b.tree().Dependencies = append(b.tree().Dependencies, dependency)
	}
}

// loaded is what is known of a dependency: of the policy of one nothing, where this service's does not say which it is.
func (b *builder) loaded(i int) Dependency {
	var in Dependency
	if i < len(b.Dependencies) {
		in = b.Dependencies[i]
	}
	path := fmt.Sprintf("dependencies[%d]", i)
	if in.Policy == nil && (b.Policy.Faulty(path) || b.Policy.Faulty(path+".policy")) {
		in.Policy = policy.Unread("")
	}
	return in
}

// dependency settles how one of them is called. What its own policy warns of is told where it is made.
func (b *builder) dependency(i int, in Dependency, dependency *model.Dependency) {
	path := fmt.Sprintf("dependencies[%d]", i)
	sub := &builder{
		Input: b.Input, packages: b.packages, names: b.names, aliases: b.aliases, methods: b.methods, told: map[string]bool{},
		calling: &calling{client: dependency.Client, idempotent: map[string]*bool{}, foreign: in.Policy == nil},
	}
	sub.result = Result{Tree: b.tree(), Plugin: b.result.Plugin, Declared: b.result.Declared}
	sub.doubts = newDoubts()
	services, sure := b.called(i, in)
	if len(services) == 0 {
		return
	}
	sub.doubts.hosts, b.doubts.called[dependency.Name] = !sure, !sure
	for _, service := range services {
		dependency.Hosts = append(dependency.Hosts, sub.host(service))
	}
	nameFields(dependency.Hosts)
	for _, host := range dependency.Hosts {
		if host.Field == "Fake" || host.Field == "New" { // which its package for tests has
			host.Field += "Service"
		}
	}
	canonical := canonical(dependency.Hosts)
	merged, problems := b.Policy.ForDependency(i, in.Policy, canonical)
	b.problems.Merge(problems)
	if in.Policy != nil && in.Policy.Resilience != nil {
		for name, method := range in.Policy.Resilience.Methods {
			sub.calling.idempotent[canonical(name)] = method.Idempotent
		}
	}
	b.settleDependency(path, in, dependency, merged)
	sub.Policy, dependency.Policy = merged, merged
	sub.resilience()
	for _, problem := range sub.problems.All() {
		if problem.Severity == diag.Error || problem.File == b.Policy.At(path).File {
			b.problems.Add(problem)
		}
	}
}

// called are the proto services of a dependency: those that the policy names, else all of its proto. It is not sure of them
// where the policy names one that is not there: they are all that it could mean.
func (b *builder) called(i int, in Dependency) (services []*protogen.Service, sure bool) {
	path := fmt.Sprintf("dependencies[%d]", i)
	if len(in.Protos) == 0 {
		return nil, false
	}
	for _, proto := range in.Protos {
		services = append(services, b.result.Plugin.FilesByPath[proto].Services...)
	}
	if len(services) == 0 {
		b.policyProblem(path+".proto", diag.Problem{
			Message: path + ".proto: no service in the proto of a service that is called",
			Found:   b.shownPath(in.Protos[0]),
			Want:    "a proto with the services to call",
		})
		return nil, false
	}
	sure = b.Policy.Sound(path + ".services")
	if wanted := b.Policy.Dependencies[i].Services; len(wanted) > 0 {
		if picked := b.wanted(services, wanted, path+".services"); sure && len(picked) == len(wanted) {
			return picked, true
		}
		return services, false
	}
	return services, sure
}

// canonical returns what makes one name of the names that a method has: the short one where it is unique.
func canonical(hosts []*model.Host) func(string) string {
	known := methodNames(hosts)
	return func(name string) string {
		rpcs := known[name]
		switch {
		case len(rpcs) != 1:
			return name
		case len(known[rpcs[0].Name]) == 1:
			return rpcs[0].Name
		default:
			return rpcs[0].PolicyName()
		}
	}
}

// settleDependency settles how the instances of a dependency are found and chosen.
func (b *builder) settleDependency(path string, in Dependency, dependency *model.Dependency, merged *policy.Policy) {
	dependency.Registered = dependency.Name
	if in.Policy == nil {
		return
	}
	dependency.Registered = calleeName(b, in)
	if kubernetes := in.Policy.Deploy; kubernetes != nil && kubernetes.Kubernetes != nil && merged.Discovery.Kubernetes.Namespace == "" {
		merged.Discovery.Kubernetes.Namespace = kubernetes.Kubernetes.Namespace
		if merged.Discovery.Kubernetes.Namespace == "" {
			merged.Discovery.Kubernetes.Namespace = dependency.Registered // where it is deployed
		}
	}
	if merged.Balancing.Policy == policy.BalancingCustom {
		merged.Balancing.Policy = policy.BalancingRoundRobin
		b.result.Notes = append(b.result.Notes, fmt.Sprintf(
			"%s: %s has its callers pick instances by Go code of its own, which is not this service's: its instances are called in turn", b.Policy.At(path), dependency.Name))
	}
}

// calleeName is the name under which a dependency registers: its policy's, else the default one.
func calleeName(b *builder, in Dependency) string {
	if name := in.Policy.Service.Name; name != "" {
		return name
	}
	for _, file := range b.Set.Files {
		if file.GetName() == in.Protos[0] {
			return defaultName(file)
		}
	}
	return ""
}

// checkClientName refuses dependencies whose clients would share a package.
func (b *builder) checkClientName(i int, dependency *model.Dependency) {
	first := slices.IndexFunc(b.tree().Dependencies, func(other *model.Dependency) bool {
		return other.Package == dependency.Package || other.Field == dependency.Field
	})
	if first < 0 {
		return
	}
	path := fmt.Sprintf("dependencies[%d].name", i)
	b.policyProblem(path, diag.Problem{
		Message: path + ": the client would share the folder internal/clients/" + dependency.Package,
		Found:   dependency.Name,
		Want:    fmt.Sprintf("a name that differs from %s in more than hyphens", b.tree().Dependencies[first].Name),
	})
}

// clientPackage is the Go package of a dependency's client.
func clientPackage(name string) string {
	pkg := strings.ReplaceAll(name, "-", "")
	switch {
	case pkg[0] >= '0' && pkg[0] <= '9':
		return "service" + pkg
	case token.IsKeyword(pkg), types.Universe.Lookup(pkg) != nil, goFolders[pkg], clientImports[pkg], !portable(pkg), version.MatchString(pkg),
		pkg == "main", pkg == "init", pkg == "documentation":
		return pkg + "client"
	default:
		return pkg
	}
}

// clientField is the name of a dependency among the clients.
func clientField(name string) string {
	switch field := runTogether(name); {
	case name[0] >= '0' && name[0] <= '9':
		return "Service" + field
	case field == "Close":
		return "CloseClient" // the method has the name
	default:
		return field
	}
}

// clientImports are the names that the package of all clients, and handlers that use them, import beside the clients.
var clientImports = set("balancer", "clients", "codes", "config", "context", "discovery", "errors", "events", "grpc", "resilience", "rpcmetrics", "server", "slog", "status", "telemetry", "trace")

// nameFields gives each service a package and a field of its own.
func nameFields(hosts []*model.Host) {
	short := map[string]int{}
	for _, host := range hosts {
		short[handlerPackage(host.GoName)]++
	}
	for _, host := range hosts {
		host.Package, host.Field = handlerPackage(host.GoName), host.GoName
		if short[host.Package] > 1 {
			host.Package = handlerPackage(strings.ReplaceAll(host.FullName, ".", ""))
			host.Field = fieldOf(host.FullName)
		}
		if clientMethods[host.Field] {
			host.Field += "Service"
		}
	}
}
