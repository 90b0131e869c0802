package observe

import (
	"testing"

	"github.com/msgen/msgen/acceptance/program"
)

// startEtcd starts an etcd and returns its address.
func startEtcd(t *testing.T) string {
	t.Helper()
	dir, clients, peers := t.TempDir(), program.FreeAddress(t), "http://"+program.FreeAddress(t)
	program.Start(t, dir, nil, program.Tool(t, "etcd"), "--name=test", "--data-dir="+dir+"/data",
		"--listen-client-urls=http://"+clients, "--advertise-client-urls=http://"+clients,
		"--listen-peer-urls="+peers, "--initial-advertise-peer-urls="+peers, "--initial-cluster=test="+peers)
	program.AwaitOK(t, "http://"+clients+"/health")
	return clients
}
