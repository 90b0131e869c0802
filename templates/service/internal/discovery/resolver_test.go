package discovery

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/resolver"
)

// fakeConn is a connection that writes down what a resolver tells it.
type fakeConn struct {
	resolver.ClientConn

	mu     sync.Mutex
	states []resolver.State
	errs   []error
	told   chan struct{} // gets a value, if there is room, whenever something is written down
}

func newFakeConn() *fakeConn { return &fakeConn{told: make(chan struct{}, 1)} }

func (c *fakeConn) UpdateState(s resolver.State) error {
	c.note(func() { c.states = append(c.states, s) })
	return nil
}

func (c *fakeConn) ReportError(err error) { c.note(func() { c.errs = append(c.errs, err) }) }

func (c *fakeConn) note(what func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	what()
	select {
	case c.told <- struct{}{}:
	default:
	}
}

// addresses returns the addresses of the latest state, joined by spaces.
func (c *fakeConn) addresses() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.states) == 0 {
		return ""
	}
	var list []string
	for _, endpoint := range c.states[len(c.states)-1].Endpoints {
		list = append(list, endpoint.Addresses[0].Addr)
	}
	return strings.Join(list, " ")
}

// err returns the latest error, or nil.
func (c *fakeConn) err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.errs) == 0 {
		return nil
	}
	return c.errs[len(c.errs)-1]
}

// build starts a resolver that runs until the test ends.
func build(t *testing.T, builder resolver.Builder) *fakeConn {
	t.Helper()
	conn := newFakeConn()
	r, err := builder.Build(resolver.Target{}, conn, resolver.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return conn
}

// waitFor waits, in real time, until the connection knows exactly these addresses.
func waitFor(t *testing.T, conn *fakeConn, addresses string) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for conn.addresses() != addresses {
		select {
		case <-conn.told:
		case <-deadline:
			t.Fatalf("the connection knows %q (%v), want %q", conn.addresses(), conn.err(), addresses)
		}
	}
}

// waitForError waits, in real time, until the connection is told of an error that contains want.
func waitForError(t *testing.T, conn *fakeConn, want string) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for conn.err() == nil || !strings.Contains(conn.err().Error(), want) {
		select {
		case <-conn.told:
		case <-deadline:
			t.Fatalf("the error is %v, want one that contains %q", conn.err(), want)
		}
	}
}

// fakeSource answers what the test sends.
type fakeSource struct {
	answers chan []Instance
	fail    chan error
	follows atomic.Int32
}

func (s *fakeSource) Follow(ctx context.Context, found func([]Instance), _ <-chan struct{}) error {
	s.follows.Add(1)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case instances := <-s.answers:
			found(instances)
		case err := <-s.fail:
			return err
		}
	}
}

func newFakeSource() *fakeSource {
	return &fakeSource{answers: make(chan []Instance), fail: make(chan error)}
}

func TestConnectionKnowsWhatTheSourceFinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newFakeSource()
		conn := build(t, New("fake", source))
		for _, step := range []struct {
			found  []Instance
			want   string
			states int
		}{
			{[]Instance{{Address: "two:80"}, {Address: "one:80"}}, "one:80 two:80", 1},
			{[]Instance{{Address: "one:80"}, {Address: "two:80"}, {Address: "one:80"}}, "one:80 two:80", 1},
			{[]Instance{{Address: "one:80", Metadata: map[string]string{"zone": "a"}}, {Address: "two:80"}}, "one:80 two:80", 2},
			{[]Instance{{Address: "three:80"}}, "three:80", 3},
		} {
			source.answers <- step.found
			synctest.Wait()
			if got := conn.addresses(); got != step.want || len(conn.states) != step.states {
				t.Errorf("%v: the connection knows %q after %d states, want %q after %d",
					step.found, got, len(conn.states), step.want, step.states)
			}
		}
	})
}

func TestLastInstancesAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newFakeSource()
		conn := build(t, New("fake", source))
		source.answers <- []Instance{{Address: "one:80"}}

		source.answers <- nil
		synctest.Wait()
		if conn.addresses() != "one:80" || conn.err() == nil {
			t.Errorf("after an empty answer, the connection knows %q and the error %v", conn.addresses(), conn.err())
		}
		for range 100 {
			source.fail <- errors.New("registry down")
		}
		synctest.Wait()
		if conn.addresses() != "one:80" || len(conn.errs) != 101 {
			t.Errorf("after 100 failures, the connection knows %q and %d errors", conn.addresses(), len(conn.errs))
		}
		source.answers <- []Instance{{Address: "two:80"}}
		synctest.Wait()
		if conn.addresses() != "two:80" {
			t.Errorf("after the source has come back, the connection knows %q", conn.addresses())
		}
	})
}

func TestFailuresAreSpacedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newFakeSource()
		go func() {
			for range 20 {
				source.fail <- errors.New("registry down")
			}
		}()
		began := time.Now()
		build(t, New("fake", source))
		time.Sleep(firstRetry / 4)
		synctest.Wait()
		if got := source.follows.Load(); got != 1 {
			t.Errorf("followed %d times at once", got)
		}
		time.Sleep(20 * longestRetry)
		synctest.Wait()
		if got := source.follows.Load(); got != 21 {
			t.Errorf("followed %d times in %v, want 21", got, time.Since(began))
		}
	})
}

func TestMetadataIsOnTheEndpoint(t *testing.T) {
	told := map[string]string{"zone": "a"}
	endpoints := state([]Instance{{Address: "one:80", Metadata: told}, {Address: "two:80"}}).Endpoints
	if got := Metadata(endpoints[0]); !maps.Equal(got, told) {
		t.Errorf("the metadata is %v, want %v", got, told)
	}
	if got := Metadata(endpoints[1]); got != nil {
		t.Errorf("the metadata is %v, want none", got)
	}
	same := state([]Instance{{Address: "one:80", Metadata: maps.Clone(told)}}).Endpoints[0]
	if !endpoints[0].Attributes.Equal(same.Attributes) {
		t.Error("endpoints with the same metadata differ")
	}
}

func TestStaticEndpointsAreKnownAtOnce(t *testing.T) {
	static, err := Static("two:80", "one:80")
	if err != nil {
		t.Fatal(err)
	}
	conn := build(t, static)
	if got := conn.addresses(); got != "two:80 one:80" {
		t.Errorf("the connection knows %q", got)
	}
	if _, err := Static(); err == nil {
		t.Error("Static accepts a service that is nowhere")
	}
}
