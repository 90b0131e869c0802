// Package systemgraph makes the graph of a system from what was built of each of its services.
package systemgraph

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/showing/graph"
)

// Member is a service of the system.
type Member struct {
	*build.Result
	Policy       string   // its file; two names are the same file when they are equal
	Dependencies []string // the policy files of its dependencies, in their order; empty: one that has none
}

// Graph is the system that some services make up. Dependencies that are none of them stand outside of it.
func Graph(members []Member) *graph.Graph {
	a := &assembly{
		members: members, graph: &graph.Graph{},
		nodes: map[*model.Tree]*graph.Service{}, outside: map[string]*graph.Service{}, methods: map[*graph.Service]map[string]*graph.Method{},
	}
	for _, m := range members {
		a.inside(m)
	}
	for _, m := range members {
		a.calls(m)
	}
	a.events()
	slices.SortStableFunc(a.graph.Services, func(x, y *graph.Service) int { return cmp.Compare(x.Name, y.Name) })
	slices.SortStableFunc(a.graph.Calls, func(x, y *graph.Call) int {
		return cmp.Or(cmp.Compare(x.From.Name, y.From.Name), cmp.Compare(fullName(x.FromMethod), fullName(y.FromMethod)),
			cmp.Compare(x.To.Name, y.To.Name), cmp.Compare(fullName(x.ToMethod), fullName(y.ToMethod)))
	})
	return a.graph
}

// fullName is that of a method, and comes before all others where there is none.
func fullName(m *graph.Method) string {
	if m == nil {
		return ""
	}
	return m.FullName
}

// assembly is a graph on its way.
type assembly struct {
	members []Member
	graph   *graph.Graph
	nodes   map[*model.Tree]*graph.Service              // of members
	outside map[string]*graph.Service                   // by the name that callers give them
	methods map[*graph.Service]map[string]*graph.Method // by full name
}

// inside adds the service of a member.
func (a *assembly) inside(m Member) {
	of := m.Tree
	s := &graph.Service{
		Name: of.Name, Team: of.Policy.Service.Team, Provider: string(of.Policy.Discovery.Provider), Replicas: 1,
		Sized:                 of.Policy.Written("server.maxConcurrentRequests") || of.Policy.Written("deploy.kubernetes.replicas"),
		MaxConcurrentRequests: of.Policy.Server.MaxConcurrentRequests,
		RequestTimeout:        time.Duration(of.Policy.Server.RequestTimeout),
		Assumed:               !of.Policy.Written("server.requestTimeout"),
		At:                    of.Policy.At("service"),
	}
	if of.OnKubernetes() {
		s.Replicas = of.Policy.Deploy.Kubernetes.Replicas.Min
	}
	a.nodes[of] = s
	a.add(s, m, of.Hosts)
}

// add adds a service with the methods that it is known by.
func (a *assembly) add(s *graph.Service, m Member, hosts []*model.Host) {
	if a.methods[s] == nil {
		a.graph.Services = append(a.graph.Services, s)
		a.methods[s] = map[string]*graph.Method{}
	}
	for _, host := range hosts {
		for _, rpc := range host.RPCs {
			if a.methods[s][rpc.PolicyName()] != nil {
				continue
			}
			method := &graph.Method{
				Service: s, Name: rpc.Name, FullName: rpc.PolicyName(), Unary: rpc.IsUnary(), Idempotent: rpc.Call.Idempotent,
				Reads: rpc.Idempotency == model.NoSideEffects, Empty: answersNothing(rpc), At: m.Declared[rpc].RPC,
			}
			a.methods[s][method.FullName] = method
			s.Methods = append(s.Methods, method)
		}
	}
}

// answersNothing reports whether the response is google.protobuf.Empty.
func answersNothing(rpc *model.RPC) bool {
	return rpc.Response.Path == "google.golang.org/protobuf/types/known/emptypb" && rpc.Response.Ident == "Empty"
}

// calls adds the calls of a member: those that its policy lists, and each dependency as a whole for which it lists none.
func (a *assembly) calls(m Member) {
	from := a.nodes[m.Tree]
	for i, dependency := range m.Tree.Dependencies {
		declared, to := m.Tree.Policy.At(fmt.Sprintf("dependencies[%d]", i)), a.callee(m, i)
		var calls []*graph.Call
		for rpc, called := range callsOf(m.Tree, dependency) {
			call := bounded(called)
			call.FromMethod, call.ToMethod = a.methods[from][rpc.PolicyName()], a.methods[to][called.RPC.PolicyName()]
			call.At = m.Tree.Policy.At(called.Path)
			calls = append(calls, call)
		}
		if len(calls) == 0 {
			calls = []*graph.Call{{Attempts: 1, At: declared}}
		}
		for _, call := range calls {
			call.From, call.To, call.Dependency = from, to, declared
		}
		a.graph.Calls = append(a.graph.Calls, calls...)
	}
}

// callsOf are the methods of a service that call a dependency, each with what it calls.
func callsOf(s *model.Tree, dependency *model.Dependency) iter.Seq2[*model.RPC, model.Called] {
	return func(yield func(*model.RPC, model.Called) bool) {
		for _, host := range s.Hosts {
			for _, rpc := range host.RPCs {
				for _, called := range rpc.Calls {
					if called.Dependency == dependency && !yield(rpc, called) {
						return
					}
				}
			}
		}
	}
}

// bounded is a call with the bounds that the caller's policy for it gives.
func bounded(called model.Called) *graph.Call {
	of := called.RPC.Call
	call := &graph.Call{
		Timeout: time.Duration(of.Timeout), AttemptTimeout: time.Duration(of.AttemptTimeout), WorstCase: time.Duration(of.WorstCase()), Assumed: assumed(called),
		Attempts: of.Attempts(), Breaker: of.Breaker != nil, Fallback: fallback(of.Fallback),
	}
	if of.Retry != nil {
		call.Budget = called.Dependency.RetryBudget().Percent
		for _, code := range of.Retry.RetryableStatusCodes {
			call.Retryable = append(call.Retryable, string(code))
		}
	}
	if of.Bulkhead != nil {
		call.Bulkhead = of.Bulkhead.MaxConcurrentRequests
	}
	return call
}

// assumed reports whether neither the caller nor the callee says how long a call takes.
func assumed(called model.Called) bool {
	written := called.Dependency.Policy.Written
	return !written("resilience.defaults.timeout") && !written("server.requestTimeout") &&
		(called.RPC.PolicyPath == "" || !written(called.RPC.PolicyPath+".timeout"))
}

func fallback(f *policy.Fallback) string {
	switch {
	case f == nil:
		return ""
	case f.Cache != nil:
		return "cache"
	case f.Func:
		return "func"
	default:
		return "value"
	}
}

// callee is the service that a dependency of a member is: the member of the system with its policy, else one that serves all of
// the proto services that are called, and best one of its name; else one outside.
func (a *assembly) callee(m Member, i int) *graph.Service {
	dependency := m.Tree.Dependencies[i]
	var serving *model.Tree
	for _, other := range a.members {
		if m.Dependencies[i] != "" && other.Policy == m.Dependencies[i] {
			return a.nodes[other.Tree]
		}
		if m.Dependencies[i] == "" && serves(other.Tree, dependency) && (serving == nil || other.Tree.Name == dependency.Name) {
			serving = other.Tree
		}
	}
	if serving != nil {
		return a.nodes[serving]
	}
	name := dependency.Name
	for _, other := range a.members {
		if other.Tree.Name == name {
			name += " (outside)"
		}
	}
	s := a.outside[name]
	if s == nil {
		s = &graph.Service{Name: name, External: true, Replicas: 1, At: m.Tree.Policy.At(fmt.Sprintf("dependencies[%d]", i))}
		if dependency.CallTarget == "" {
			s.Provider = string(dependency.Policy.Discovery.Provider)
		}
		a.outside[name] = s
	}
	a.add(s, m, dependency.Hosts)
	return s
}

// serves reports whether a service serves all proto services of a dependency.
func serves(s *model.Tree, dependency *model.Dependency) bool {
	return !slices.ContainsFunc(dependency.Hosts, func(called *model.Host) bool {
		return !slices.ContainsFunc(s.Hosts, func(host *model.Host) bool { return host.FullName == called.FullName })
	})
}

// side is a service that publishes a topic, or reads it.
type side struct {
	service *graph.Service
	message string
	at      diag.Position
}

// events joins those who publish a topic with those who read it.
func (a *assembly) events() {
	published, read := map[string][]side{}, map[string][]side{}
	var topics []string
	note := func(sides map[string][]side, topic string, s side) {
		topics = append(topics, topic)
		sides[topic] = append(sides[topic], s)
	}
	for _, m := range a.members {
		of := m.Tree.Policy
		if of.Events == nil {
			continue
		}
		for i, p := range of.Events.Publish {
			note(published, p.Topic, side{a.nodes[m.Tree], p.Message, of.At(fmt.Sprintf("events.publish[%d]", i))})
		}
		for i, s := range of.Events.Subscribe {
			note(read, s.Topic, side{a.nodes[m.Tree], s.Message, of.At(fmt.Sprintf("events.subscribe[%d]", i))})
		}
	}
	slices.Sort(topics)
	for _, topic := range slices.Compact(topics) {
		from, to := orNobody(published[topic]), orNobody(read[topic])
		for _, p := range from {
			for _, s := range to {
				a.graph.Events = append(a.graph.Events, event(topic, p, s))
			}
		}
	}
}

// orNobody are the services on one side of a topic by their names; nobody where there is none.
func orNobody(sides []side) []side {
	slices.SortStableFunc(sides, func(x, y side) int { return cmp.Compare(x.service.Name, y.service.Name) })
	if len(sides) == 0 {
		return []side{{}}
	}
	return sides
}

func event(topic string, from, to side) *graph.Event {
	e := &graph.Event{Topic: topic, Message: from.message, From: from.service, To: to.service, At: from.at}
	if from.service == nil {
		e.Message, e.At = to.message, to.at
	}
	return e
}
