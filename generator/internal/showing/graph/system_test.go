package graph_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/showing/graph"
)

// written is a system as a test writes it down, one thing a line:
//
//	service orders max=512 replicas=2 provider=etcd requestTimeout=5s sized
//	orders/Get read
//	orders/Create -> inventory/Reserve timeout=1s attempts=3    # msgen:allow cycle: why
//	catalog -> inventory                                        a vague call
//
// Services and methods come into being when they are named; a method is unary, and answers with something. The line of a
// call, and of all that is said about it, is its own.
type written struct {
	t        testing.TB
	graph    *graph.Graph
	services map[string]*graph.Service
	waivers  []graph.Waiver
}

func read(t testing.TB, text string) (*graph.Graph, []graph.Waiver) {
	t.Helper()
	w := &written{t: t, graph: &graph.Graph{}, services: map[string]*graph.Service{}}
	for i, line := range strings.Split(text, "\n") {
		line, comment, _ := strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		at := diag.Position{File: "system", Line: i + 1, Col: 1}
		w.line(words, at)
		w.comment(comment, at)
	}
	slices.SortFunc(w.graph.Services, func(a, b *graph.Service) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(w.graph.Calls, func(a, b *graph.Call) int { return strings.Compare(a.String(), b.String()) })
	return w.graph, w.waivers
}

func (w *written) line(words []string, at diag.Position) {
	switch {
	case words[0] == "service":
		w.attributes(w.service(words[1]), words[2:])
	case len(words) > 2 && words[1] == "->":
		call := &graph.Call{Attempts: 1, At: at, Dependency: at}
		call.From, call.FromMethod = w.end(words[0])
		call.To, call.ToMethod = w.end(words[2])
		w.bounds(call, words[3:])
		w.graph.Calls = append(w.graph.Calls, call)
	default:
		_, m := w.end(words[0])
		m.Reads = slices.Contains(words, "read")
		m.Idempotent = m.Reads || slices.Contains(words, "idempotent")
		m.Empty = slices.Contains(words, "empty")
		m.Unary = !slices.Contains(words, "stream")
	}
}

func (w *written) comment(text string, at diag.Position) {
	for _, verb := range []string{"allow", "warn"} {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(text), "msgen:"+verb+" "); ok {
			check, reason, _ := strings.Cut(rest, ": ")
			w.waivers = append(w.waivers, graph.Waiver{At: at, Line: at.Line, Check: check, Reason: reason, Warn: verb == "warn"})
		}
	}
}

func (w *written) service(name string) *graph.Service {
	s, known := w.services[name]
	if !known {
		s = &graph.Service{Name: name, Replicas: 1, Provider: "etcd", RequestTimeout: time.Hour}
		w.services[name] = s
		w.graph.Services = append(w.graph.Services, s)
	}
	return s
}

func (w *written) end(name string) (*graph.Service, *graph.Method) {
	service, method, exact := strings.Cut(name, "/")
	s := w.service(service)
	if !exact {
		return s, nil
	}
	for _, m := range s.Methods {
		if m.Name == method {
			return s, m
		}
	}
	m := &graph.Method{Service: s, Name: method, FullName: name, Unary: true}
	s.Methods = append(s.Methods, m)
	return s, m
}

func (w *written) attributes(s *graph.Service, words []string) {
	for _, word := range words {
		switch name, value, _ := strings.Cut(word, "="); name {
		case "max":
			s.MaxConcurrentRequests = w.number(value)
		case "replicas":
			s.Replicas = w.number(value)
		case "provider":
			s.Provider = value
		case "requestTimeout":
			s.RequestTimeout = w.duration(value)
		case "assumed":
			s.Assumed = true
		case "sized":
			s.Sized = true
		default:
			w.t.Fatalf("unknown word %q", word)
		}
	}
}

func (w *written) bounds(c *graph.Call, words []string) {
	c.Breaker = true
	for _, word := range words {
		switch name, value, _ := strings.Cut(word, "="); name {
		case "timeout":
			c.Timeout = w.duration(value)
			c.WorstCase = c.Timeout
		case "attemptTimeout":
			c.AttemptTimeout = w.duration(value)
		case "attempts":
			c.Attempts = w.number(value)
		case "budget":
			c.Budget = w.number(value)
		case "bulkhead":
			c.Bulkhead = w.number(value)
		case "fallback":
			c.Fallback = "cache"
		case "nobreaker":
			c.Breaker = false
		case "assumed":
			c.Assumed = true
		default:
			w.t.Fatalf("unknown word %q", word)
		}
	}
}

func (w *written) number(text string) int {
	w.t.Helper()
	n, err := strconv.Atoi(text)
	require.NoError(w.t, err)
	return n
}

func (w *written) duration(text string) time.Duration {
	w.t.Helper()
	d, err := time.ParseDuration(text)
	require.NoError(w.t, err)
	return d
}
