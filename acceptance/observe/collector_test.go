package observe

import (
	"net"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/msgen/msgen/acceptance/program"
)

const (
	rounds        = 15
	callsARound   = 1000 // of which each makes a span; the queue for the collector has room for twice as many
	callersAtOnce = 4
)

// TestCollectorIsGone: calls are as fast while the collector of traces is away, or takes connections and says nothing,
// as while it is there. The instances are called in turn, and of each round only the ratio counts, so that it holds on a
// busy machine. Every call makes a span, and the calls are many more than the queue has room for. Nor does a stop wait.
func TestCollectorIsGone(t *testing.T) {
	for exporter, listen := range map[string]func(*testing.T) (string, *receiver){"otlp": listenOTLP, "zipkin": listenZipkin} {
		t.Run(exporter, func(t *testing.T) {
			bin := build(t, emit(t, "server: {maxConcurrentRequests: 64}\nobservability: {tracing: {exporter: "+exporter+", endpoint: \"127.0.0.1:9\", sampleRatio: 1}}\n"))
			there, received := listen(t)
			collectors := []struct{ state, address string }{{"there", there}, {"away", program.FreeAddress(t)}, {"silent", listenSilent(t)}}
			called := make([]*calledInstance, len(collectors))
			for i, c := range collectors {
				called[i] = call(t, startInstance(t, bin, "TRACING_ENDPOINT="+c.address))
				called[i].round(t) // connections and pools are made
			}

			medians, tails := make([][]float64, len(called)), make([][]float64, len(called))
			for range rounds {
				median, tail := called[0].round(t)
				for i := 1; i < len(called); i++ {
					m, last := called[i].round(t)
					medians[i] = append(medians[i], float64(m)/float64(median))
					tails[i] = append(tails[i], float64(last)/float64(tail))
				}
			}
			assert.NotEmpty(t, received.got(), "the collector that is there gets nothing")
			for i := 1; i < len(called); i++ {
				m, last := middle(medians[i]), middle(tails[i])
				t.Logf("collector %s: a call takes %.2f of what it takes with a collector, the slowest of a hundred %.2f", collectors[i].state, m, last)
				assert.Less(t, m, 1.25, collectors[i].state)
				assert.Less(t, last, 2.0, collectors[i].state)
			}
			for i, c := range called {
				began := time.Now()
				stop(t, c.Process, syscall.SIGTERM)
				assert.Less(t, time.Since(began), 5*time.Second, "a stop waits for a collector that is %s", collectors[i].state)
			}
		})
	}
}

// listenSilent takes connections and never says a word on them.
func listenSilent(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		var kept []net.Conn // so that none is closed while the test runs
		for {
			conn, err := listener.Accept()
			if err != nil {
				break
			}
			kept = append(kept, conn)
		}
		for _, conn := range kept {
			_ = conn.Close()
		}
	}()
	return listener.Addr().String()
}

// calledInstance is an instance with a connection to it.
type calledInstance struct {
	*instance

	conn *grpc.ClientConn
}

func call(t *testing.T, i *instance) *calledInstance {
	t.Helper()
	conn, err := grpc.NewClient(i.address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return &calledInstance{i, conn}
}

// round makes calls, and returns how long half of them took at most, and all but a hundredth.
func (c *calledInstance) round(t *testing.T) (median, tail time.Duration) {
	t.Helper()
	took := make([]time.Duration, callsARound)
	errs := make([]error, callersAtOnce)
	var callers sync.WaitGroup
	for n := range callersAtOnce {
		callers.Go(func() {
			for i := n; i < callsARound && errs[n] == nil; i += callersAtOnce {
				began := time.Now()
				errs[n] = c.conn.Invoke(t.Context(), "/shop.orders.v1.Orders/Get", &emptypb.Empty{}, &emptypb.Empty{})
				took[i] = time.Since(began)
			}
		})
	}
	callers.Wait()
	for _, err := range errs {
		require.NoError(t, err, "instance at %s", c.address)
	}
	slices.Sort(took)
	return took[callsARound/2], took[callsARound*99/100]
}

func middle(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
