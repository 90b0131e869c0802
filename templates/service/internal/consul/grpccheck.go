package consul

import (
	"time"

	"github.com/hashicorp/consul/api"
)

// The agent calls the instance's gRPC health service. An instance that is gone is found out within one interval, and an
// agent that has forgotten the instance is too.
const (
	checkInterval = 5 * time.Second
	checkTimeout  = 2 * time.Second
)

// GRPCCheck has the agent ask for the instance's readiness, which the health service knows by the empty name.
func GRPCCheck() Check {
	return Check{
		interval: checkInterval,
		define: func(address string) *api.AgentServiceCheck {
			return &api.AgentServiceCheck{
				GRPC:     address,
				Interval: checkInterval.String(),
				Timeout:  checkTimeout.String(),
			}
		},
		confirm: func(agent *api.Agent, serviceID string, options *api.QueryOptions) error {
			_, _, err := agent.Service(serviceID, options)
			return err
		},
	}
}
