// Package consul registers instances of services with a Consul agent, and finds them there.
package consul

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/consul/api"
)

// Config says which Consul agent to talk to, and how instances are registered there. The variables that every client of
// Consul knows have their meaning here too: CONSUL_HTTP_TOKEN, CONSUL_HTTP_TOKEN_FILE, CONSUL_HTTP_SSL, CONSUL_CACERT,
// CONSUL_CLIENT_CERT, CONSUL_CLIENT_KEY, CONSUL_NAMESPACE and so on.
type Config struct {
	Address         string        // CONSUL_HTTP_ADDR: host:port, http://, https:// or unix:// of the agent
	Tags            []string      // CONSUL_TAGS: tags of the instance, separated by commas
	DeregisterAfter time.Duration // CONSUL_DEREGISTER_AFTER: how long an instance may be critical before it is forgotten
}

// client is a client of one Consul agent. Close it after use.
type client struct {
	*api.Client

	transport *http.Transport
}

// connect returns a client of the agent, with what Consul's own environment variables say of tokens and TLS. It reads
// the files that they name, and calls nobody: an agent that is down is an error of the requests. A client is for one
// registration or one watch, so that the next begins with the credentials of its day.
func connect(cfg Config) (*client, error) {
	settings := api.DefaultConfig()
	settings.Address = cfg.Address
	return newClient(settings)
}

// newClient returns a client with the settings, which have a transport.
func newClient(settings *api.Config) (*client, error) {
	made, err := api.NewClient(settings)
	if err != nil {
		return nil, fmt.Errorf("consul: %w", err)
	}
	return &client{Client: made, transport: settings.Transport}, nil
}

// Close ends the connections that are idle, which are all once no request is in flight.
func (c *client) Close() { c.transport.CloseIdleConnections() }

// explain returns err, which the agent answered to a request, and says how to fix it where the agent refused the
// request. The right is the one that the request needs, such as `service:read on "orders"`. A nil err stays nil.
func explain(err error, right string) error {
	var refused api.StatusError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused) && (refused.Code == http.StatusForbidden || refused.Code == http.StatusUnauthorized):
		return fmt.Errorf("consul: %w: CONSUL_HTTP_TOKEN needs %s", err, right)
	default:
		return fmt.Errorf("consul: %w", err)
	}
}
