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

	var goroutines float64
	began := time.Now()
	for lost := range losses {
		lease := nextLease(t, keys)
		if lost == losses/10 { // by then whatever is made once has been made
			goroutines = i.awaitMetric(t, "go_goroutines", func(float64) bool { return true })
		}
		_, err := client.Revoke(t.Context(), lease)
		require.NoError(t, err)
	}
	nextLease(t, keys)
	took := time.Since(began)

	f.awaitRegistered(t, busy)
	i.awaitMetric(t, "registry_registered", func(value float64) bool { return value == 1 })
	i.awaitMetric(t, "registry_errors_total", func(value float64) bool { return value >= losses })
	const spread = 5 // from one moment to the next
	now := i.awaitMetric(t, "go_goroutines", func(value float64) bool { return value <= goroutines+spread })
	t.Logf("%d leases were lost in %s; there were %v goroutines after %d of them, and are %v now",
		losses, took.Round(time.Second), goroutines, losses/10, now)
}

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
