package observe

import (
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// span is a span as a receiver gets it, whatever the format.
type span struct{ trace, id, parent, kind, name string }

// receiver keeps the spans that it gets.
type receiver struct {
	mu    sync.Mutex
	spans []span
}

func (r *receiver) keep(spans ...span) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spans = append(r.spans, spans...)
}

func (r *receiver) got() []span {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.spans)
}

// chain returns the spans of a trace from its beginning, each the parent of the next; nil while one is missing.
func (r *receiver) chain(trace string) []span {
	spans := r.got()
	var chain []span
	for parent := ""; ; parent = chain[len(chain)-1].id {
		i := slices.IndexFunc(spans, func(s span) bool { return s.trace == trace && s.parent == parent })
		if i < 0 {
			return chain
		}
		chain = append(chain, spans[i])
	}
}

// TestSpansOfAChain has a client call a server that calls another, and wants the spans of both hops with their parents
// from what each exporter sends.
func TestSpansOfAChain(t *testing.T) {
	for exporter, listen := range map[string]func(*testing.T) (string, *receiver){"otlp": listenOTLP, "zipkin": listenZipkin} {
		t.Run(exporter, func(t *testing.T) {
			bin := build(t, emit(t, "observability: {tracing: {exporter: "+exporter+", endpoint: \"127.0.0.1:9\", sampleRatio: 1}}\n"))
			address, received := listen(t)
			collector := "TRACING_ENDPOINT=" + address
			last := startInstance(t, bin, collector)
			first := startInstance(t, bin, collector, "NEXT="+last.address)
			c := startCaller(t, bin, collector, "ORDERS_ENDPOINTS="+first.address)

			const method = "shop.orders.v1.Orders/Get"
			hop := []string{"INTERNAL " + method, "CLIENT " + method, "SERVER " + method}
			require.Eventually(t, func() bool {
				return slices.ContainsFunc(received.got(), func(s span) bool {
					return s.parent == "" && s.name == method && slices.Equal(slices.Concat(hop, hop), named(received.chain(s.trace)))
				})
			}, patience, 200*time.Millisecond, "no trace has the call, its attempt and its handling, on both hops")
			for _, s := range received.got() {
				assert.NotContains(t, s.name, "grpc.health")
			}

			stop(t, c.Process, nil)
			before := len(received.got())
			stop(t, first.Process, syscall.SIGTERM) // which sends what has not been sent
			stop(t, last.Process, syscall.SIGTERM)
			t.Logf("%d spans, %d of them when the servers stopped", len(received.got()), len(received.got())-before)
		})
	}
}

// named are the kinds and names of spans.
func named(spans []span) []string {
	names := make([]string, len(spans))
	for i, s := range spans {
		names[i] = s.kind + " " + s.name
	}
	return names
}
