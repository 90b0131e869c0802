package consul

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/hashicorp/consul/api"

	"github.com/msgen/msgen/templates/service/internal/registry"
)

// requestTimeout is how long a request to the agent may take.
const requestTimeout = 5 * time.Second

// Registry holds a service in the local state of a Consul agent, which updates the catalog. NewRegistry makes it.
type Registry struct {
	cfg     Config
	service string
	check   Check
	connect func(Config) (*client, error)
}

// Check is how the agent finds out whether an instance is ready.
type Check struct {
	interval time.Duration // between two confirmations

	// define says what the agent does about the instance at the address.
	define func(address string) *api.AgentServiceCheck

	// confirm returns an error unless the agent knows the instance.
	confirm func(agent *api.Agent, serviceID string, options *api.QueryOptions) error
}

// NewRegistry returns a registry of instances of the service.
func NewRegistry(cfg Config, service string, check Check) *Registry {
	return &Registry{cfg: cfg, service: service, check: check, connect: connect}
}

// Hold registers the instance and confirms in time that the agent still knows it: an agent that was restarted may have
// forgotten everything.
func (r *Registry) Hold(ctx context.Context, self registry.Instance, registered func()) error {
	client, err := r.connect(r.cfg)
	if err != nil {
		return err
	}
	defer client.Close()

	if err := r.register(ctx, client, self); err != nil {
		return err
	}
	registered()
	ticker := time.NewTicker(r.check.interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
		if err := r.confirm(ctx, client, self); err != nil {
			return err
		}
	}
}

// register registers the instance, or does so again. It is passing from the start, as it serves already; an agent that
// knows it keeps the status that its check has.
func (r *Registry) register(ctx context.Context, client *client, self registry.Instance) error {
	host, port, err := net.SplitHostPort(self.Address)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	check := r.check.define(self.Address)
	check.CheckID = checkID(r.id(self))
	check.Status = api.HealthPassing
	check.DeregisterCriticalServiceAfter = r.cfg.DeregisterAfter.String()
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	err = client.Agent().ServiceRegisterOpts(&api.AgentServiceRegistration{
		ID:      r.id(self),
		Name:    r.service,
		Address: host,
		Port:    number,
		Tags:    r.cfg.Tags,
		Meta:    self.Metadata,
		Check:   check,
	}, api.ServiceRegisterOpts{ReplaceExistingChecks: true}.WithContext(ctx))
	return explain(err, r.right())
}

// confirm returns an error unless the agent still knows the instance.
func (r *Registry) confirm(ctx context.Context, client *client, self registry.Instance) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	return explain(r.check.confirm(client.Agent(), r.id(self), (&api.QueryOptions{}).WithContext(ctx)), r.right())
}

// Release deregisters the instance from the agent.
func (r *Registry) Release(ctx context.Context, self registry.Instance) error {
	client, err := r.connect(r.cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	err = client.Agent().ServiceDeregisterOpts(r.id(self), (&api.QueryOptions{}).WithContext(ctx))
	if isUnknown(err) {
		return nil
	}
	return explain(err, r.right())
}

// id names the instance among all that an agent knows.
func (r *Registry) id(self registry.Instance) string { return r.service + "-" + self.Address }

// checkID names the check of an instance.
func checkID(serviceID string) string { return "service:" + serviceID }

// right is what the token needs.
func (r *Registry) right() string { return fmt.Sprintf("service:write on %q", r.service) }

// isUnknown reports whether err is an agent's answer that it does not know what a request was about.
func isUnknown(err error) bool {
	var refused api.StatusError
	return errors.As(err, &refused) && refused.Code == http.StatusNotFound
}
