package graphdraw_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/msgen/msgen/generator/internal/showing/graph"
)

const millisecond = time.Millisecond

// shop is a system of five services and one outside of it. In the cyclic one, payments calls orders back.
func shop(cyclic bool) *graph.Graph {
	made := map[string]*graph.Service{}
	add := func(s graph.Service, methods ...string) {
		made[s.Name] = &s
		for _, name := range methods {
			m := &graph.Method{Service: &s, Name: strings.TrimSuffix(name, "*"), Unary: !strings.HasPrefix(name, "Watch"), Idempotent: strings.HasSuffix(name, "*")}
			m.FullName = "shop." + s.Name + ".v1." + strings.ToUpper(s.Name[:1]) + s.Name[1:] + "Service/" + m.Name
			s.Methods = append(s.Methods, m)
		}
	}
	add(graph.Service{Name: "bank", External: true}, "Debit")
	add(graph.Service{Name: "catalog", Team: "content", Provider: "etcd", Replicas: 2, MaxConcurrentRequests: 512}, "GetProduct*", "ListProducts*")
	add(graph.Service{Name: "inventory", Team: "warehouse", Provider: "etcd", Replicas: 3, RequestTimeout: time.Second}, "Reserve", "Release*", "WatchStock")
	add(graph.Service{Name: "notifications", Team: "content", Provider: "etcd", Replicas: 1}, "Send")
	add(graph.Service{Name: "orders", Team: "checkout", Provider: "etcd", Replicas: 3, MaxConcurrentRequests: 256, RequestTimeout: 5 * time.Second}, "PlaceOrder", "GetOrder*", "CancelOrder*")
	add(graph.Service{Name: "payments", Team: "checkout", Provider: "etcd", Replicas: 2}, "Charge*", "Refund*")

	g := &graph.Graph{}
	for _, name := range []string{"bank", "catalog", "inventory", "notifications", "orders", "payments"} {
		g.Services = append(g.Services, made[name])
	}
	method := func(name string) (*graph.Service, *graph.Method) {
		of, name, _ := strings.Cut(name, "/")
		for _, m := range made[of].Methods {
			if m.Name == name {
				return made[of], m
			}
		}
		return made[of], nil
	}
	call := func(from, to string, c graph.Call) {
		c.From, c.FromMethod = method(from)
		c.To, c.ToMethod = method(to)
		g.Calls = append(g.Calls, &c)
	}
	retried := graph.Call{
		Timeout: 800 * millisecond, AttemptTimeout: 250 * millisecond, Attempts: 3, Retryable: []string{"UNAVAILABLE"}, Budget: 20,
		Breaker: true, Bulkhead: 32, Fallback: "cache", WorstCase: 800 * millisecond,
	}
	once := graph.Call{Timeout: 2 * time.Second, Attempts: 1, Breaker: true, WorstCase: 2 * time.Second}
	call("catalog/GetProduct", "inventory/WatchStock", graph.Call{Attempts: 1})
	call("orders/CancelOrder", "inventory/Release", retried)
	call("orders/PlaceOrder", "catalog/GetProduct", retried)
	call("orders/PlaceOrder", "inventory/Reserve", once)
	charge := once
	charge.Cyclic, charge.Assumed, charge.WorstCase = cyclic, true, 2500*millisecond
	call("orders/PlaceOrder", "payments/Charge", charge)
	call("payments", "bank", graph.Call{})
	if cyclic {
		back := retried
		back.Cyclic, back.Fallback = true, ""
		call("payments/Charge", "orders/GetOrder", back)
		call("payments/Refund", "orders/GetOrder", retried) // does not lead back
	}
	g.Events = []*graph.Event{
		{Topic: "bank.statements", Message: "bank.v1.Statement", To: made["payments"]},
		{Topic: "orders.placed", Message: "shop.orders.v1.OrderPlaced", From: made["orders"], To: made["inventory"]},
		{Topic: "orders.placed", Message: "shop.orders.v1.OrderPlaced", From: made["orders"], To: made["notifications"]},
		{Topic: "payments.refunded", Message: "shop.payments.v1.PaymentRefunded", From: made["payments"]},
		{Topic: "payments.settled", Message: "shop.payments.v1.PaymentSettled", From: made["payments"], To: made["orders"]},
	}
	return g
}

// many is a system of n services in tiers, each of which calls up to five of lower tiers; the last tier is external,
// and now and then there is a cycle or an event. It is the same on every machine.
func many(n int) *graph.Graph {
	g, seed := &graph.Graph{}, uint32(1)
	random := func(below int) int {
		seed = seed*1664525 + 1013904223
		return int(seed>>8) % below
	}
	for i := range n {
		s := &graph.Service{Name: fmt.Sprintf("service-%03d", i), Team: fmt.Sprintf("team-%d", i%9), Provider: "etcd", Replicas: 1 + i%4, External: i > n-n/20}
		s.Methods = []*graph.Method{
			{Service: s, Name: "Get", FullName: fmt.Sprintf("big.s%d.v1.S/Get", i), Unary: true, Idempotent: true},
			{Service: s, Name: "Update", FullName: fmt.Sprintf("big.s%d.v1.S/Update", i), Unary: true},
		}
		g.Services = append(g.Services, s)
	}
	for i := range n - n/20 {
		for range 1 + random(4) {
			from, to := g.Services[i], g.Services[min(n-1, i+1+random(n/3+1))]
			g.Calls = append(g.Calls, &graph.Call{
				From: from, FromMethod: from.Methods[random(2)], To: to, ToMethod: to.Methods[random(2)],
				Timeout: time.Second, Attempts: 1 + random(3), Breaker: random(2) == 0, WorstCase: time.Second, Cyclic: false,
			})
		}
		if random(20) == 0 {
			g.Events = append(g.Events, &graph.Event{Topic: fmt.Sprintf("topic.%03d", i), Message: "big.v1.Changed", From: g.Services[i], To: g.Services[random(n)]})
		}
		if back := g.Calls[len(g.Calls)-1]; random(30) == 0 {
			back.Cyclic = true
			g.Calls = append(g.Calls, &graph.Call{
				From: back.To, FromMethod: back.ToMethod, To: back.From, ToMethod: back.FromMethod,
				Timeout: time.Second, Attempts: 1, WorstCase: time.Second, Cyclic: true,
			})
		}
	}
	return g
}

// hostile are names that mean something to one format or the other.
var hostile = []string{
	`"`, `\`, `\"`, `"]; evil [label="`, `<b>bold</b>`, `</script><script>alert(1)</script>`, `</style><script>alert(1)</script>`,
	`<!--`, `-->`, `]]>`, `</title></svg><script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `&lt;&#60;&amp;`, `#quot;`, `#35;`,
	"`markdown`", "line\nbreak", "carriage\rreturn", "tab\there", "nul\x00byte", "esc\x1b[31m", "bidi\u202eevil\u2066", "bad\xffutf8",
	`"]:::x; click s0 "javascript:alert(1)"`, `end`, `subgraph x`, `%%{init: {}}%%`, "\u2028", `{{.}}`, `${x}`, `'`, `|`, `"|`, `]`, `--> s0`,
	"", " ", "1. list", "- list", strings.Repeat("long", 100), "\ufffe", `\N\G\l`, `javascript:alert(1)`, `世界`,
}

// named is a graph with a service for each name, which stands wherever a name can.
func named(names ...string) *graph.Graph {
	g := &graph.Graph{}
	for i, name := range names {
		s := &graph.Service{Name: name, Team: name, Provider: name, External: i%4 == 3}
		s.Methods = []*graph.Method{{Service: s, Name: name, FullName: name, Unary: true}}
		g.Services = append(g.Services, s)
	}
	for i, from := range g.Services {
		to := g.Services[(i+1)%len(g.Services)]
		g.Calls = append(g.Calls, &graph.Call{
			From: from, FromMethod: from.Methods[0], To: to, ToMethod: to.Methods[0],
			Attempts: 2, Retryable: []string{from.Name}, Fallback: from.Name, Cyclic: i%3 == 0,
		})
		g.Events = append(g.Events, &graph.Event{Topic: from.Name, Message: from.Name, From: from, To: to})
	}
	return g
}
