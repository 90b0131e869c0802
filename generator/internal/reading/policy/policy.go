package policy

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/diag"
)

// Policy is a whole policy: each key as it was written, or else at its default.
type Policy struct {
	Version       Version       `yaml:"version" default:"v1" doc:"Version of the policy language."`
	Service       Service       `yaml:"service" doc:"What the service is called and which proto services it serves."`
	Server        Server        `yaml:"server" doc:"The limits of the server, and how it stops."`
	Discovery     Discovery     `yaml:"discovery" doc:"How instances of the service are found."`
	Balancing     Balancing     `yaml:"balancing" doc:"How calls are spread over the instances."`
	Resilience    *Resilience   `yaml:"resilience" doc:"What callers of this service get: timeouts, retries, breakers, bulkheads and fallbacks."`
	Dependencies  []Dependency  `yaml:"dependencies" unique:"name" doc:"The services that this one calls."`
	Events        *Events       `yaml:"events" doc:"The messages that this service publishes and subscribes to."`
	Observability Observability `yaml:"observability" doc:"What can be seen of the running service."`
	Deploy        *Deploy       `yaml:"deploy" doc:"How the service is built and where it runs."`

	file    string
	written map[string]diag.Position

	waivers []Waiver

	node *yaml.Node        // of the file; nil: it is empty
	own  map[string]string // of a policy made by Callee: the paths that the caller's policy writes, as it has them
	home diag.Position     // of a policy made by Callee: where the caller's policy names the callee
}

// Version is a version of the policy language.
type Version string

// V1 is the only version so far.
const V1 Version = "v1"

func (Version) values() []string { return []string{string(V1)} }

// released is the language as users have it, described on first use.
var released = sync.OnceValue(func() *language { return describePolicy(unavailable()) })

func describePolicy(unavailable []string) *language {
	return describe("policy", reflect.TypeFor[Policy](), unavailable)
}

// Load reads, defaults and checks the policy src; name is the file that positions speak of. An empty src is a policy
// that is all defaults. The list holds every fault that the file has. The policy is never nil: whatever is faulty
// stands at its default, so that later checks can go on and add their own problems to the list.
func Load(name string, src []byte) (*Policy, diag.List) { return load(released(), name, src) }

// Default returns the policy of a service that has no policy file.
func Default() *Policy {
	p, _ := Load("", nil)
	return p
}

func load(lang *language, name string, src []byte) (*Policy, diag.List) {
	p := &Policy{file: name, written: map[string]diag.Position{}}
	node, problems := lang.read(name, src, p.written, reflect.ValueOf(p).Elem())
	if p.node = node; node != nil {
		var malformed diag.List
		p.waivers, malformed = findWaivers(name, src, node)
		problems.Merge(malformed)
	}
	p.derive()
	return p, problems
}

// read fills in a Go value, which a file in the language says the keys of. It returns the YAML of the file, or nil.
func (l *language) read(name string, src []byte, written map[string]diag.Position, target reflect.Value) (*yaml.Node, diag.List) {
	l.root.fill(target)
	d := &decoder{file: name, language: l, written: written, faulty: map[string]bool{}, budget: maxPathBytes}
	node, problem := parse(l.noun, name, src)
	if problem != nil {
		d.problems.Add(*problem)
	}
	if node != nil {
		d.value(slot{key: l.root, at: diag.Position{File: name, Line: node.Line, Col: node.Column}, node: node, target: target})
	}
	return node, d.problems
}

// Depending is the policy with a dependency that the file does not have; problems of it are reported at the position.
func (p *Policy) Depending(d Dependency, at diag.Position) *Policy {
	out := *p
	out.written = maps.Clone(p.written)
	out.written[fmt.Sprintf("dependencies[%d]", len(p.Dependencies))] = at
	out.Dependencies = append(slices.Clone(p.Dependencies), d)
	return &out
}

// InModule is the policy of a service in another Go module than the file says.
func (p *Policy) InModule(module string) *Policy {
	out := *p
	out.Service.Module = module
	return &out
}

// derive sets the defaults that follow from another section. The default endpoint follows the port, so that a service
// that only changes its port still finds itself.
func (p *Policy) derive() {
	if !p.Written("discovery.static.endpoints") {
		p.Discovery.Static.Endpoints = []string{fmt.Sprintf("127.0.0.1:%d", p.Server.GRPCPort)}
	}
	if !p.Written("balancing.edgeProxy.status") && p.Deploy != nil && p.Deploy.Kubernetes != nil {
		p.Balancing.EdgeProxy.Status = "0.0.0.0:8001" // a node's probes come from outside the pod
	}
	if !p.Written("balancing.edgeProxy.nameservers") {
		p.Balancing.EdgeProxy.Nameservers = p.Discovery.nameservers()
	}
}

// Written reports whether the file says something at a dotted path, such as "server.grpcPort",
// "resilience.methods.GetOrder.retry" or "service.hosts[1]".
func (p *Policy) Written(path string) bool {
	_, ok := p.written[path]
	return ok
}

// At returns where the file says what stands at a dotted path: the value, or the key when the value is a block of
// lines. A path that was not written is answered by the nearest parent that was, and then by the file as a whole.
func (p *Policy) At(path string) diag.Position {
	at := position(p.file, p.written, path)
	if at.Line == 0 && p.home.Line > 0 {
		return p.home
	}
	return at
}

// Path is a dotted path as the file at [Policy.At] has it, which for the policy of a callee may be the caller's.
func (p *Policy) Path(path string) string {
	if own, ok := p.own[path]; ok {
		return own
	}
	return path
}

// Overrides reports whether it is the caller's policy that says what stands at a path of a callee's. It is false for
// every other policy.
func (p *Policy) Overrides(path string) bool {
	_, ok := p.own[path]
	return ok
}

func position(file string, written map[string]diag.Position, path string) diag.Position {
	for path != "" {
		if at, ok := written[path]; ok {
			return at
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return diag.Position{File: file}
}
