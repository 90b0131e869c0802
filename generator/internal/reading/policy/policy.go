package policy

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
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
	Client        Client        `yaml:"client" doc:"How the emitted clients of this service send requests."`
	Resilience    *Resilience   `yaml:"resilience" doc:"What callers of this service get: timeouts, retries, breakers, bulkheads and fallbacks."`
	Dependencies  []Dependency  `yaml:"dependencies" unique:"name" doc:"The services that this one calls."`
	Events        *Events       `yaml:"events" doc:"The messages that this service publishes and subscribes to."`
	Observability Observability `yaml:"observability" doc:"What can be seen of the running service."`
	Deploy        *Deploy       `yaml:"deploy" doc:"How the service is built and where it runs."`

	places
	waivers []Waiver

	node    *yaml.Node        // of the file; nil: it is empty
	own     map[string]string // of a policy made by ForDependency: the paths that the caller's policy writes, as it has them
	namedAt diag.Position     // of a policy made by ForDependency: where the caller's policy names the callee
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
// stands at its default, so that later checks can go on and add their own problems to the list. [Policy.Sound] tells
// them what is known, so that none of theirs follows from a fault in it.
func Load(name string, src []byte) (*Policy, diag.List) { return load(released(), name, src) }

// Default returns the policy of a service that has no policy file.
func Default() *Policy {
	p, _ := Load("", nil)
	return p
}

// Unread returns the policy of a file that cannot be read: it is all defaults, and none of them is sound.
func Unread(name string) *Policy {
	p, _ := Load(name, nil)
	p.unread[""] = true
	return p
}

func load(lang *language, name string, src []byte) (*Policy, diag.List) {
	p := &Policy{places: newPlaces(name, lang)}
	node, problems := p.read(src, reflect.ValueOf(p).Elem())
	if p.node = node; node != nil {
		var malformed diag.List
		p.waivers, malformed = findWaivers(name, src, node)
		problems.Merge(malformed)
	}
	p.derive()
	return p, problems
}

// read fills in a Go value, which the file says the keys of. It returns the YAML of the file, or nil.
func (p *places) read(src []byte, target reflect.Value) (*yaml.Node, diag.List) {
	p.language.root.fill(target)
	d := &decoder{places: p, budget: maxPathBytes}
	node, problem := parse(p.language.noun, p.file, src)
	if problem != nil {
		d.problems.Add(*problem)
		d.unread[""] = true
	}
	if node != nil {
		d.value(slot{key: p.language.root, at: diag.Position{File: p.file, Line: node.Line, Col: node.Column}, node: node, target: target})
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
func (p *Policy) Written(path string) bool { return p.says(path) }

// Faulty reports whether a problem was found with the value at a dotted path, or with what it stands in so that it could
// not be read: nobody knows what the file means there.
func (p *Policy) Faulty(path string) bool { return p.blamed(path) }

// Sound reports whether no problem was found with the value at a dotted path, nor with anything in it or around it: the
// policy has what the file says, or the default of what it leaves out.
func (p *Policy) Sound(path string) bool { return p.sound(path) }

// At returns where the file says what stands at a dotted path: the value, or the key when the value is a block of
// lines. A path that was not written is answered by the nearest parent that was, and then by the file as a whole. In a
// test it panics over a path that the language does not have, as do all that take one.
func (p *Policy) At(path string) diag.Position {
	at := p.at(path)
	if at.Line == 0 && p.namedAt.Line > 0 {
		return p.namedAt
	}
	return at
}

// Path is a dotted path as the file at [Policy.At] has it, which for the policy of a callee may be the caller's.
func (p *Policy) Path(path string) string {
	p.check(path)
	if own, ok := p.own[path]; ok {
		return own
	}
	return path
}

// Overrides reports whether it is the caller's policy that says what stands at a path of a callee's. It is false for
// every other policy.
func (p *Policy) Overrides(path string) bool {
	p.check(path)
	_, ok := p.own[path]
	return ok
}
