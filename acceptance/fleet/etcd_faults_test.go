package fleet

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/naming/endpoints"

	"github.com/msgen/msgen/acceptance/program"
)

// TestEtcdDeletedKey deletes the key of an instance, which registers again.
func TestEtcdDeletedKey(t *testing.T) {
	t.Parallel()
	e := startEtcd(t).(*etcd)
	f := newFleet(t, program.BuildMsgen(t, repository), e)
	i := f.start(t)
	f.awaitRegistered(t, busy)
	deleted, err := e.connect(t).Delete(t.Context(), etcdDirectory, clientv3.WithPrefix())
	require.NoError(t, err)
	require.EqualValues(t, 1, deleted.Deleted)
	f.awaitRegistered(t, busy)
	i.awaitMetric(t, "registry_registered", isOne)
}

// TestEtcdCompaction has clients miss changes that etcd no longer knows one by one, since it was compacted while they
// could not reach it. They list the instances anew, long before they would do so anyway.
func TestEtcdCompaction(t *testing.T) {
	t.Parallel()
	e := newEtcd(t)
	e.ttl = 10 * time.Minute
	e.run(t)
	f := newFleet(t, program.BuildMsgen(t, repository), e)
	known := f.start(t)
	f.awaitRegistered(t, busy)
	l := f.call(t, "-rate=20")
	l.awaitAnswers(t, busy, known)

	added := f.startInstance(t, "by hand", slices.Concat(e.environment(), e.place(t), []string{"ETCD_PREFIX=/elsewhere"})...)
	address := e.address
	e.crash(t)
	e.address = freeAddress(t)
	e.run(t)
	e.addAndCompact(t, added.address)
	e.crash(t)
	e.address = address
	e.run(t)
	l.awaitAnswers(t, patience, added)
	assert.Empty(t, l.finish(t).failed(), "calls failed")
}

// addAndCompact registers an address as other programs do, and has etcd forget how that came about.
func (e *etcd) addAndCompact(t *testing.T, address string) {
	t.Helper()
	client := e.connect(t)
	manager, err := endpoints.NewManager(client, etcdDirectory)
	require.NoError(t, err)
	require.NoError(t, manager.AddEndpoint(t.Context(), etcdDirectory+"/by-hand", endpoints.Endpoint{Addr: address}))
	latest, err := client.Put(t.Context(), "/elsewhere", "")
	require.NoError(t, err)
	_, err = client.Compact(t.Context(), latest.Header.Revision)
	require.NoError(t, err)
}

// TestEtcdThatAsksWhoItIs has etcd ask for certificates, users and passwords. A refusal is told at once, by the
// instance and by its clients, and what it says is enough to mend it. New passwords need no new process.
func TestEtcdThatAsksWhoItIs(t *testing.T) {
	t.Parallel()
	e := newEtcd(t)
	e.secrets = newSecrets(t)
	e.run(t)
	e.addUsers(t)
	f := newFleet(t, program.BuildMsgen(t, repository), e)

	e.secrets.setPassword(t, "wrong")
	i := f.start(t)
	i.log.await(t, `ETCD_USERNAME \"fleet\" or its password is wrong`)
	e.secrets.setPassword(t, "first")
	f.awaitRegistered(t, busy)
	l := f.call(t, "-rate=20")
	l.awaitAnswers(t, busy, i)

	stranger := f.startLoad(t, append(f.registry.environment(), "ETCD_USERNAME=stranger"), "-rate=20", "-calls=20")
	refused := stranger.finish(t)
	assert.Equal(t, refused, refused.failed())
	assert.Contains(t, refused[len(refused)-1].Error, `the user "stranger" lacks read of the keys that begin with "/services/fleet/"`)
	assert.Less(t, refused.latency(0.5), time.Second, "a refusal is told at once")

	e.changePassword(t, "second")
	e.crash(t)
	e.secrets.setPassword(t, "second")
	e.run(t)
	f.awaitRegistered(t, 2*etcdTTL)
	young := f.start(t)
	l.awaitAnswers(t, 2*etcdTTL, young)
	assert.Empty(t, l.finish(t).failed(), "calls failed")
}

// addUsers turns the check of users on. The user fleet may do what instances do, the user stranger nothing.
func (e *etcd) addUsers(t *testing.T) {
	t.Helper()
	client, end := e.connect(t), clientv3.GetPrefixRangeEnd(etcdDirectory+"/")
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { _, err := client.UserAdd(ctx, "root", "root"); return err },
		func(ctx context.Context) error { _, err := client.UserGrantRole(ctx, "root", "root"); return err },
		func(ctx context.Context) error { _, err := client.RoleAdd(ctx, "fleet"); return err },
		func(ctx context.Context) error {
			readWrite := clientv3.PermissionType(clientv3.PermReadWrite)
			_, err := client.RoleGrantPermission(ctx, "fleet", etcdDirectory+"/", end, readWrite)
			return err
		},
		func(ctx context.Context) error { _, err := client.UserAdd(ctx, "fleet", "first"); return err },
		func(ctx context.Context) error { _, err := client.UserGrantRole(ctx, "fleet", "fleet"); return err },
		func(ctx context.Context) error { _, err := client.UserAdd(ctx, "stranger", "first"); return err },
		func(ctx context.Context) error { _, err := client.AuthEnable(ctx); return err },
	} {
		require.NoError(t, step(t.Context()))
	}
	e.secrets.admin, e.secrets.username = "root", "fleet"
}

// changePassword changes that of the user fleet.
func (e *etcd) changePassword(t *testing.T, password string) {
	t.Helper()
	_, err := e.connect(t).UserChangePassword(t.Context(), "fleet", password)
	require.NoError(t, err)
}
