package fleet

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/msgen/msgen/acceptance/program"
)

// losses is how many leases an instance loses in a row.
const losses = 1000

// TestLostLeases revokes the lease of an instance, as soon as it has one, again and again. The instance registers every
// time, and holds on to nothing of the past.
func TestLostLeases(t *testing.T) {
	t.Parallel() // it waits for most of the time
	e := startEtcd(t).(*etcd)
	f := newFleet(t, program.BuildMsgen(t, repository), e)
	i := f.start(t)
	client := e.connect(t)
	keys := client.Watch(t.Context(), etcdDirectory, clientv3.WithPrefix(), clientv3.WithFilterDelete(), clientv3.WithRev(1))

	began := time.Now()
	lease := loseLeases(t, client, keys, nextLease(t, keys), losses/10) // after which all is there that is made once
	i.awaitMetric(t, "registry_registered", isOne)
	atFirst := i.awaitMetric(t, "go_goroutines", anything)
	loseLeases(t, client, keys, lease, losses-losses/10)
	took := time.Since(began)

	f.awaitRegistered(t, busy)
	i.awaitMetric(t, "registry_registered", isOne)
	i.awaitMetric(t, "registry_errors_total", func(value float64) bool { return value >= losses })
	const spread = 5 // from one moment to the next
	now := i.awaitMetric(t, "go_goroutines", func(value float64) bool { return value <= atFirst+spread })
	t.Logf("%d leases were lost in %s; there were %v goroutines after %d of them, and are %v now",
		losses, took.Round(time.Second), atFirst, losses/10, now)
}

// loseLeases revokes so many leases, beginning with the given one, each as soon as the key has it. It returns the lease
// that the key has then.
func loseLeases(t *testing.T, client *clientv3.Client, keys clientv3.WatchChan, lease clientv3.LeaseID, n int) clientv3.LeaseID {
	t.Helper()
	for range n {
		_, err := client.Revoke(t.Context(), lease)
		require.NoError(t, err)
		lease = nextLease(t, keys)
	}
	return lease
}

func anything(float64) bool { return true }

func isOne(value float64) bool { return value == 1 }

// nextLease waits for the next key that is put, and returns its lease.
func nextLease(t *testing.T, keys clientv3.WatchChan) clientv3.LeaseID {
	t.Helper()
	select {
	case put := <-keys:
		require.NoError(t, put.Err())
		require.Len(t, put.Events, 1)
		return clientv3.LeaseID(put.Events[0].Kv.Lease)
	case <-time.After(patience):
		require.Fail(t, "the instance does not register again")
		return 0
	}
}
