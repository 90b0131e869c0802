package events

import (
	"context"
	"net"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/msgen/msgen/acceptance/program"
)

// broker is a broker that can be started, stopped and started again with what it had.
type broker interface {
	environment() string // how services are told where it is
	start(t *testing.T)
	stop(t *testing.T)
	deadLetter(t *testing.T, topic string) map[string]string // the headers of the first one
}

// rabbitMQ is Debian's, with its own folders, and with its own name service on the loopback.
type rabbitMQ struct {
	dir, port, distribution, names string
	process                        *program.Process
}

func newRabbitMQ(t *testing.T) broker {
	t.Helper()
	r := &rabbitMQ{dir: t.TempDir(), port: freePort(t), distribution: freePort(t), names: freePort(t)}
	program.Start(t, "", nil, "epmd", "-port", r.names, "-address", "127.0.0.1")
	return r
}

func (r *rabbitMQ) environment() string { return "RABBITMQ_URL=" + r.url() }

func (r *rabbitMQ) url() string { return "amqp://guest:guest@127.0.0.1:" + r.port + "/" }

func (r *rabbitMQ) start(t *testing.T) {
	t.Helper()
	in := func(name string) string { return filepath.Join(r.dir, name) }
	r.process = program.Start(t, "", []string{
		"HOME=" + r.dir, "RABBITMQ_BASE=" + r.dir, "RABBITMQ_MNESIA_BASE=" + in("mnesia"), "RABBITMQ_LOG_BASE=" + in("log"),
		"RABBITMQ_CONFIG_FILE=" + in("none"), "RABBITMQ_ENABLED_PLUGINS_FILE=" + in("plugins"), "RABBITMQ_GENERATED_CONFIG_DIR=" + in("config"),
		"RABBITMQ_FEATURE_FLAGS_FILE=" + in("flags"), "RABBITMQ_PID_FILE=" + in("pid"),
		"RABBITMQ_NODENAME=events@localhost", "RABBITMQ_NODE_IP_ADDRESS=127.0.0.1", "RABBITMQ_NODE_PORT=" + r.port,
		"RABBITMQ_DIST_PORT=" + r.distribution, "ERL_EPMD_PORT=" + r.names, "ERL_EPMD_ADDRESS=127.0.0.1",
		"RABBITMQ_ALLOW_INPUT=1", // so that its script becomes the server, and no more than that is to be stopped
		"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-noinput -kernel inet_dist_use_interface {127,0,0,1}",
	}, program.Tool(t, "rabbitmq"))
	await(t, "RabbitMQ takes connections", func() bool {
		conn, err := amqp.Dial(r.url())
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

func (r *rabbitMQ) stop(t *testing.T) {
	t.Helper()
	_ = r.process.Stop(t, syscall.SIGTERM) // its status is the signal
}

func (r *rabbitMQ) deadLetter(t *testing.T, topic string) map[string]string {
	t.Helper()
	conn, err := amqp.Dial(r.url())
	require.NoError(t, err)
	defer conn.Close()
	channel, err := conn.Channel()
	require.NoError(t, err)
	delivery, ok, err := channel.Get(topic, true)
	require.NoError(t, err)
	require.True(t, ok, "there is no dead letter")
	headers := map[string]string{}
	for name, value := range delivery.Headers {
		headers[strings.TrimPrefix(name, "cloudEvents_")], _ = value.(string)
	}
	return headers
}

// kafka is kfake in a process of its own, which a kill ends as it would a real one.
type kafka struct {
	program, dir, port string
	process            *program.Process
}

func newKafka(t *testing.T) broker {
	t.Helper()
	k := &kafka{program: filepath.Join(t.TempDir(), "kafka"), dir: t.TempDir(), port: freePort(t)}
	program.Run(t, ".", "go", "build", "-o", k.program, "./kafka")
	return k
}

func (k *kafka) address() string { return net.JoinHostPort("127.0.0.1", k.port) }

func (k *kafka) environment() string { return "KAFKA_BROKERS=" + k.address() }

func (k *kafka) start(t *testing.T) {
	t.Helper()
	k.process = program.Start(t, "", nil, k.program, k.port, k.dir)
	await(t, "Kafka takes connections", func() bool {
		conn, err := net.Dial("tcp", k.address())
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

func (k *kafka) stop(t *testing.T) {
	t.Helper()
	_ = k.process.Stop(t, syscall.SIGTERM) // its status is the signal
}

func (k *kafka) deadLetter(t *testing.T, topic string) map[string]string {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(k.address()), kgo.ConsumeTopics(topic))
	require.NoError(t, err)
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	records := client.PollFetches(ctx).Records()
	require.NotEmpty(t, records, "there is no dead letter")
	headers := map[string]string{}
	for _, h := range records[0].Headers {
		headers[strings.TrimPrefix(h.Key, "ce_")] = string(h.Value)
	}
	return headers
}
