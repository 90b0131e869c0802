package discovery

import (
	"testing"

	"google.golang.org/grpc/resolver"
)

// told is a connection that notes what it is told of.
type told struct {
	resolver.ClientConn

	states chan resolver.State
}

func (c told) UpdateState(state resolver.State) error {
	c.states <- state
	return nil
}

func TestTargetIsResolved(t *testing.T) {
	builder, err := Target("passthrough:///127.0.0.1:8080")
	if err != nil {
		t.Fatal(err)
	}
	conn := told{states: make(chan resolver.State, 1)}
	built, err := builder.Build(resolver.Target{}, conn, resolver.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer built.Close()
	state := <-conn.states
	if len(state.Endpoints) != 1 || state.Endpoints[0].Addresses[0].Addr != "127.0.0.1:8080" {
		t.Errorf("the instances are %v", state.Endpoints)
	}
}

func TestTargetOfNoSchemeIsAnError(t *testing.T) {
	for _, target := range []string{"127.0.0.1:8080", "orders:8080", "pigeon:///orders"} {
		if _, err := Target(target); err == nil {
			t.Errorf("%s: no error", target)
		}
	}
}
