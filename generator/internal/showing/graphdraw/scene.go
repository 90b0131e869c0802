package graphdraw

import (
	"strconv"

	"github.com/msgen/msgen/generator/internal/showing/graph"
)

// scene is a graph as it is drawn: one link for all calls from one service to another, and every event through its
// topic. Its order is the graph's.
type scene struct {
	graph *graph.Graph
	nodes []*node
	links []*link

	services map[*graph.Service]*node
	topics   map[string]*node
	between  map[[2]*node]*link
	out, in  map[*node][]*link
}

type kind int

const (
	service  kind = iota
	external      // called by the system, and not of it
	topic
)

func (k kind) String() string { return [...]string{"service", "external", "topic"}[k] }

// node is a service or a topic.
type node struct {
	id      string // safe in every format, and unique
	kind    kind
	name    string
	service *graph.Service // nil for a topic
}

// link is what goes from one node to another: calls, or else events.
type link struct {
	from, to *node
	calls    []*graph.Call
	events   []*graph.Event
	cyclic   bool // one of the calls is
}

func newScene(g *graph.Graph) *scene {
	s := &scene{
		graph:    g,
		services: map[*graph.Service]*node{}, topics: map[string]*node{}, between: map[[2]*node]*link{},
		out: map[*node][]*link{}, in: map[*node][]*link{},
	}
	for _, of := range g.Services {
		s.service(of)
	}
	for _, call := range g.Calls {
		l := s.link(s.service(call.From), s.service(call.To))
		l.calls = append(l.calls, call)
		l.cyclic = l.cyclic || call.Cyclic
	}
	for _, event := range g.Events {
		through := s.topic(event.Topic)
		if event.From != nil {
			l := s.link(s.service(event.From), through)
			l.events = append(l.events, event)
		}
		if event.To != nil {
			l := s.link(through, s.service(event.To))
			l.events = append(l.events, event)
		}
	}
	return s
}

func (s *scene) service(of *graph.Service) *node {
	if found := s.services[of]; found != nil {
		return found
	}
	n := &node{id: "s" + strconv.Itoa(len(s.services)), kind: service, name: printable(of.Name), service: of}
	if of.External {
		n.kind = external
	}
	s.services[of] = n
	s.nodes = append(s.nodes, n)
	return n
}

func (s *scene) topic(name string) *node {
	if found := s.topics[name]; found != nil {
		return found
	}
	n := &node{id: "t" + strconv.Itoa(len(s.topics)), kind: topic, name: printable(name)}
	s.topics[name] = n
	s.nodes = append(s.nodes, n)
	return n
}

func (s *scene) link(from, to *node) *link {
	if found := s.between[[2]*node{from, to}]; found != nil {
		return found
	}
	l := &link{from: from, to: to}
	s.between[[2]*node{from, to}] = l
	s.links = append(s.links, l)
	s.out[from] = append(s.out[from], l)
	s.in[to] = append(s.in[to], l)
	return l
}

// readers are who reads a topic, publishers who writes it.
func (s *scene) readers(topic *node) []*graph.Service {
	var found []*graph.Service
	for _, l := range s.out[topic] {
		found = append(found, l.to.service)
	}
	return found
}

func (s *scene) publishers(topic *node) []*graph.Service {
	var found []*graph.Service
	for _, l := range s.in[topic] {
		found = append(found, l.from.service)
	}
	return found
}
