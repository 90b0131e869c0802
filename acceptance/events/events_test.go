package events

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/msgen/msgen/acceptance/program"
)

const (
	repository = "../.."
	topic      = "orders.placed"
	orders     = 10_000
	customers  = 40
)

const publishing = `
version: v1
service: {name: orders, module: example.com/orders}
server: {requestTimeout: 4m, drainDelay: 10ms}
events:
  broker: %s
  publish: [{topic: orders.placed, message: shop.orders.v1.OrderPlaced}]
observability: {tracing: {exporter: otlp, endpoint: "127.0.0.1:4317", sampleRatio: 1}}
`

const subscribing = `
version: v1
service: {name: billing, module: example.com/billing}
server: {drainDelay: 10ms}
events:
  broker: %s
  subscribe: [{topic: orders.placed, message: shop.orders.v1.OrderPlaced}]
  retry: {maxAttempts: 3, initialBackoff: 50ms, maxBackoff: 100ms}
observability: {tracing: {exporter: otlp, endpoint: "127.0.0.1:4317", sampleRatio: 1}}
`

func TestRabbitMQ(t *testing.T) { testBroker(t, "rabbitmq", newRabbitMQ(t)) }

func TestKafka(t *testing.T) { testBroker(t, "kafka", newKafka(t)) }

// testBroker has events flow from one service to another while what is in between, and at the end, goes and comes back.
func testBroker(t *testing.T, name string, b broker) {
	msgen := program.BuildMsgen(t, repository)
	traces := newCollector(t)
	shop := newService(t, b, traces, emit(t, msgen, "orders", fmt.Sprintf(publishing, name)))
	bills := newService(t, b, traces, emit(t, msgen, "billing", fmt.Sprintf(subscribing, name)))

	shop.start(t)
	bills.start(t)
	startsWithoutItsBroker(t, shop, bills)

	b.start(t)
	for _, s := range []*service{shop, bills} {
		await(t, "the broker is connected", func() bool { return s.connected() == 1 })
	}
	eventsAreHandledOnce(t, b, shop, bills)
	tracesJoin(t, shop, bills, traces)
	lagIsSeen(t, shop, bills)
	poisonBecomesADeadLetter(t, b, shop, bills)
	everyExpressionHasData(t, b, shop, bills)
	for _, s := range []*service{bills, shop} {
		require.NoError(t, s.process.Stop(t, syscall.SIGTERM))
		assert.Contains(t, s.process.Printed(), `"msg":"stopped"`)
		assert.NotContains(t, s.process.Printed(), "guest:guest")
	}
}

// startsWithoutItsBroker wants both services ready while their broker is away.
func startsWithoutItsBroker(t *testing.T, services ...*service) {
	t.Helper()
	for _, s := range services {
		await(t, "it is ready", func() bool { status, _ := get("http://" + s.admin + "/readyz"); return status == 200 })
		assert.Zero(t, s.connected(), "connected to a broker that is away")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	require.Error(t, services[0].place(ctx, 1, 1), "an event was published to nobody")
	await(t, "the failure is counted", func() bool {
		return services[0].sample(`events_publish_failures_total{topic="orders.placed"}`) > 0
	})
}

// eventsAreHandledOnce publishes all orders while the subscriber is killed and the broker restarted.
func eventsAreHandledOnce(t *testing.T, b broker, shop, bills *service) {
	t.Helper()
	placed := make(chan error, 1)
	go func() { placed <- shop.place(t.Context(), 1, orders, customers) }()
	await(t, "a fifth is billed", func() bool { return len(bills.billed(t)) > orders/5 })
	bills.process.Kill()
	time.Sleep(time.Second)
	bills.start(t)
	await(t, "more is billed", func() bool { return len(bills.billed(t)) > orders*2/5 })
	b.stop(t)
	time.Sleep(time.Second)
	b.start(t)
	require.NoError(t, <-placed)
	await(t, "all orders are billed", func() bool { return len(bills.billed(t)) >= orders })

	seen, last := map[int]bool{}, map[string]int{}
	for _, bill := range bills.billed(t) {
		require.False(t, seen[bill.number], "order %d is billed twice", bill.number)
		require.Less(t, last[bill.customer], bill.number, "the orders of %s are billed out of order", bill.customer)
		seen[bill.number], last[bill.customer] = true, bill.number
	}
	assert.Len(t, seen, orders)
	await(t, "nothing waits", func() bool { return bills.sample(`events_consumer_lag{topic="orders.placed"}`) == 0 })
	assert.InDelta(t, orders, shop.sample(`events_published_total{topic="orders.placed"}`), 0)
	assert.Zero(t, bills.sample(`events_dead_lettered_total{topic="orders.placed"}`))
}

func tracesJoin(t *testing.T, shop, bills *service, traces *collector) {
	t.Helper()
	require.NoError(t, shop.place(t.Context(), 20_001, 20_001))
	await(t, "it is billed", func() bool { return len(bills.billed(t)) == orders+1 })
	await(t, "the traces join", func() bool {
		return traces.joined("process orders.placed", "send orders.placed", "shop.orders.v1.Orders/Place")
	})
}

// lagIsSeen holds the subscriber up.
func lagIsSeen(t *testing.T, shop, bills *service) {
	t.Helper()
	require.NoError(t, shop.send(t.Context(), request{first: 30_001, last: 30_001, keys: 1, hold: 9 * time.Second}))
	require.NoError(t, shop.place(t.Context(), 30_002, 30_021))
	await(t, "events wait", func() bool { return bills.sample(`events_consumer_lag{topic="orders.placed"}`) >= 20 })
	await(t, "they are billed", func() bool { return len(bills.billed(t)) == orders+22 })
	await(t, "none waits", func() bool { return bills.sample(`events_consumer_lag{topic="orders.placed"}`) == 0 })
}

func poisonBecomesADeadLetter(t *testing.T, b broker, shop, bills *service) {
	t.Helper()
	failed := bills.sample(`events_failed_total{topic="orders.placed"}`)
	require.NoError(t, shop.send(t.Context(), request{first: 40_001, last: 40_001, keys: 1, poisoned: true}))
	require.NoError(t, shop.place(t.Context(), 40_002, 40_002))
	await(t, "the order behind it is billed", func() bool { return len(bills.billed(t)) == orders+23 })
	assert.InDelta(t, 1, bills.sample(`events_dead_lettered_total{topic="orders.placed"}`), 0)
	assert.InDelta(t, failed+3, bills.sample(`events_failed_total{topic="orders.placed"}`), 0)
	dead := b.deadLetter(t, topic+".billing.dlq")
	assert.Equal(t, "the order is poisoned", dead["dead-letter-reason"])
	assert.Equal(t, "3", dead["dead-letter-attempts"])
	assert.Equal(t, topic, dead["dead-letter-topic"])
	assert.Equal(t, "billing", dead["dead-letter-group"])
	assert.Equal(t, "shop.orders.v1.OrderPlaced", dead["type"])
	assert.NotEmpty(t, dead["id"])
}

// emit has msgen make a service, puts the code of its authors into it, and returns its program.
func emit(t *testing.T, msgen, name, policy string) string {
	t.Helper()
	tree, file := t.TempDir(), filepath.Join(t.TempDir(), "policy.yaml")
	require.NoError(t, os.WriteFile(file, []byte(policy), 0o600))
	program.Run(t, "testdata", msgen, "generate", name+".proto", "-I", ".", "-p", file, "-o", tree)
	own := filepath.Join("testdata", name)
	require.NoError(t, filepath.WalkDir(own, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		inTree, err := filepath.Rel(own, path)
		require.NoError(t, err)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(tree, inTree)), 0o700))
		return os.WriteFile(filepath.Join(tree, inTree), text, 0o600)
	}))
	main := filepath.Join(tree, "cmd", name, "main.go")
	text, err := os.ReadFile(main)
	require.NoError(t, err)
	durable := strings.NewReplacer("events.NewMemoryInbox(100_000)", "ledger.Open()",
		`"example.com/billing/internal/server"`, `"example.com/billing/internal/ledger"`+"\n"+`"example.com/billing/internal/server"`).Replace(string(text))
	require.NoError(t, os.WriteFile(main, []byte(durable), 0o600))
	program.Run(t, tree, "go", "mod", "tidy")
	bin := filepath.Join(tree, "bin")
	program.Run(t, tree, "go", "build", "-o", bin, "./cmd/"+name)
	return bin
}

// service is a service that can be started, killed and started again.
type service struct {
	program, grpc, admin, ledger string
	variables                    []string
	process                      *program.Process
	conn                         *grpc.ClientConn
}

func newService(t *testing.T, b broker, traces *collector, program string) *service {
	t.Helper()
	s := &service{program: program, grpc: "127.0.0.1:" + freePort(t), admin: "127.0.0.1:" + freePort(t), ledger: filepath.Join(t.TempDir(), "ledger")}
	s.variables = []string{
		"GRPC_ADDRESS=" + s.grpc, "ADMIN_ADDRESS=" + s.admin, "LEDGER=" + s.ledger, "TRACING_ENDPOINT=" + traces.address, b.environment(),
	}
	conn, err := grpc.NewClient(s.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	s.conn = conn
	return s
}

func (s *service) start(t *testing.T) {
	t.Helper()
	s.process = program.Start(t, "", s.variables, s.program)
}

// tree is where msgen has put the service.
func (s *service) tree() string { return filepath.Dir(s.program) }

func (s *service) sample(series string) float64 {
	_, metrics := get("http://" + s.admin + "/metrics")
	return sample(metrics, series)
}

func (s *service) connected() float64 {
	return max(s.sample(`events_broker_connected{client="publisher"}`), s.sample(`events_broker_connected{client="consumer"}`))
}

// request is a shop.orders.v1.PlaceRequest.
type request struct {
	first, last, keys int64
	poisoned          bool
	hold              time.Duration
}

// place places orders of so many customers, or of one.
func (s *service) place(ctx context.Context, first, last int64, keys ...int64) error {
	return s.send(ctx, request{first: first, last: last, keys: append(keys, 1)[0]})
}

func (s *service) send(ctx context.Context, r request) error {
	var wire []byte
	for number, value := range map[protowire.Number]int64{
		1: r.first, 2: r.last, 3: r.keys, 4: map[bool]int64{true: 1}[r.poisoned], 5: r.hold.Milliseconds(),
	} {
		wire = protowire.AppendTag(wire, number, protowire.VarintType)
		wire = protowire.AppendVarint(wire, uint64(value))
	}
	message := &emptypb.Empty{} // which takes any fields
	if err := proto.Unmarshal(wire, message); err != nil {
		return err
	}
	return s.conn.Invoke(ctx, "/shop.orders.v1.Orders/Place", message, &emptypb.Empty{}, grpc.WaitForReady(true))
}

// bill is a line of the ledger.
type bill struct {
	customer string
	number   int
}

// billed lists what the ledger holds.
func (s *service) billed(t *testing.T) []bill {
	t.Helper()
	text, err := os.ReadFile(s.ledger)
	require.NoError(t, err)
	var bills []bill
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 && strings.HasSuffix(line, "\n") {
			number, err := strconv.Atoi(fields[2])
			require.NoError(t, err)
			bills = append(bills, bill{fields[1], number})
		}
	}
	return bills
}
