package consul

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/hashicorp/consul/api"
	"google.golang.org/grpc/resolver"

	"github.com/msgen/msgen/templates/service/internal/backoff"
	"github.com/msgen/msgen/templates/service/internal/discovery"
)

// A query blocks until the answer changes, or for as long as queryWait; Consul adds up to a sixteenth of that. An
// agent that says nothing for longer than queryTimeout is taken for dead.
const (
	queryWait    = 30 * time.Second
	queryTimeout = queryWait + queryWait/16 + 10*time.Second
)

// queryInterval is the least time between two queries, so that instances which come and go do not keep the agent busy.
const queryInterval = 100 * time.Millisecond

// NewResolver returns a resolver of the instances of the service that are registered and whose checks all pass.
func NewResolver(cfg Config, service string) resolver.Builder {
	return discovery.New("consul", &source{cfg: cfg, service: service, connect: connect})
}

// source is a service in Consul's catalog.
type source struct {
	cfg     Config
	service string
	connect func(Config) (*client, error)
}

// Follow asks again and again for what is newer than the last answer.
func (s *source) Follow(ctx context.Context, found func([]discovery.Instance), _ <-chan struct{}) error {
	client, err := s.connect(s.cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	for index := uint64(0); ; {
		instances, answered, err := s.query(ctx, client, index)
		if err != nil {
			return err
		}
		found(instances)
		index = nextIndex(index, answered)
		if !backoff.Sleep(ctx, queryInterval) {
			return ctx.Err()
		}
	}
}

// query returns the instances once they are newer than the index, and the index of the answer.
func (s *source) query(ctx context.Context, client *client, index uint64) ([]discovery.Instance, uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	options := &api.QueryOptions{WaitIndex: index, WaitTime: queryWait}
	entries, meta, err := client.Health().Service(s.service, "", true, options.WithContext(ctx))
	if err != nil {
		return nil, 0, explain(err, s.right())
	}
	if len(entries) == 0 && meta.ResultsFilteredByACLs {
		return nil, 0, fmt.Errorf("consul: the answer is hidden: CONSUL_HTTP_TOKEN needs %s", s.right())
	}
	var instances []discovery.Instance
	for _, entry := range entries {
		instances = append(instances, instance(entry))
	}
	return instances, meta.LastIndex, nil
}

// right is what the token needs; without the second, Consul answers that there are no instances.
func (s *source) right() string {
	return fmt.Sprintf("service:read on %q and node:read", s.service)
}

// nextIndex returns the index to wait for a change of. One that goes back is of a catalog that was lost or restored,
// and starts anew; see https://developer.hashicorp.com/consul/api-docs/features/blocking.
func nextIndex(asked, answered uint64) uint64 {
	if answered < asked {
		return 0
	}
	return answered
}

// instance returns the instance of an entry. One that was registered without an address is on its node's.
func instance(entry *api.ServiceEntry) discovery.Instance {
	host := entry.Service.Address
	if host == "" {
		host = entry.Node.Address
	}
	return discovery.Instance{Address: net.JoinHostPort(host, strconv.Itoa(entry.Service.Port)), Metadata: entry.Service.Meta}
}
