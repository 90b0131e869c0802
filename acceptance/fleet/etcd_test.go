package fleet

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/naming/endpoints"
	"go.uber.org/zap"

	"github.com/msgen/msgen/acceptance/program"
)

// etcdTTL is how long etcd keeps the key of an instance that has died.
const etcdTTL = 5 * time.Second

// etcdDirectory is where the keys of the instances are.
const etcdDirectory = "/services/fleet"

// etcd is a cluster of one member. Its addresses and its data outlive the process.
type etcd struct {
	selfRegistered
	*process

	program string
	address string // host:port for clients
	peer    string // the same for other members
	data    string // its folder
	ttl     time.Duration
	secrets *secrets
}

func startEtcd(t *testing.T) registry {
	t.Helper()
	e := newEtcd(t)
	e.run(t)
	return e
}

// newEtcd returns a cluster that does not run yet.
func newEtcd(t *testing.T) *etcd {
	t.Helper()
	return &etcd{
		program: program.Tool(t, "etcd"),
		address: freeAddress(t),
		peer:    freeAddress(t),
		data:    t.TempDir(),
		ttl:     etcdTTL,
	}
}

// run starts the process, and returns when it answers.
func (e *etcd) run(t *testing.T) {
	t.Helper()
	e.process = startServer(t, exec.Command(e.program, e.flags()...))
	client := e.connect(t)
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		status, err := client.Status(ctx, e.url())
		return err == nil && status.Leader != 0
	}, patience, 50*time.Millisecond, "etcd does not answer")
}

func (e *etcd) flags() []string {
	return append([]string{
		"--name=one", "--data-dir=" + e.data,
		"--listen-client-urls=" + e.url(), "--advertise-client-urls=" + e.url(),
		"--listen-peer-urls=http://" + e.peer, "--initial-advertise-peer-urls=http://" + e.peer,
		"--initial-cluster=one=http://" + e.peer,
	}, e.secrets.serverFlags()...)
}

func (e *etcd) url() string { return e.secrets.scheme() + "://" + e.address }

// crash ends the process. What the cluster holds stays.
func (e *etcd) crash(t *testing.T) {
	t.Helper()
	_ = e.kill(t)
}

// runEmpty starts the process with nothing of what it held.
func (e *etcd) runEmpty(t *testing.T) {
	t.Helper()
	e.data = t.TempDir()
	e.run(t)
}

// connect returns a client that is closed with the test. A new one does not wait because of failures of the past.
func (e *etcd) connect(t *testing.T) *clientv3.Client {
	t.Helper()
	client, err := e.client()
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func (e *etcd) client() (*clientv3.Client, error) {
	return clientv3.New(clientv3.Config{
		Endpoints: []string{e.url()},
		TLS:       e.secrets.clientTLS(),
		Username:  e.secrets.administrator(),
		Password:  e.secrets.administrator(),
		Logger:    zap.NewNop(),
	})
}

func (e *etcd) policy() string {
	return "discovery: {provider: etcd, etcd: {ttl: " + e.ttl.String() + "}}\n"
}

func (e *etcd) environment() []string {
	return append([]string{"ETCD_ENDPOINTS=" + e.url()}, e.secrets.environment()...)
}

// listed returns what etcd's own package for the purpose finds.
func (e *etcd) listed(ctx context.Context) ([]string, error) {
	client, err := e.client()
	if err != nil {
		return nil, err
	}
	defer func() { _ = client.Close() }()
	manager, err := endpoints.NewManager(client, etcdDirectory)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	found, err := manager.List(ctx)
	var addresses []string
	for _, endpoint := range found {
		addresses = append(addresses, endpoint.Addr)
	}
	return addresses, err
}
