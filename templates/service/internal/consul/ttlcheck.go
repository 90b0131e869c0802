package consul

import (
	"time"

	"github.com/hashicorp/consul/api"
)

// ttl is how long after its last heartbeat an instance is critical.
const ttl = 10 * time.Second

// TTLCheck has the agent wait for heartbeats, of which two may be lost. The agent refuses one when it does not know the
// instance.
func TTLCheck() Check {
	return Check{
		interval: ttl / 3,
		define: func(string) *api.AgentServiceCheck {
			return &api.AgentServiceCheck{TTL: ttl.String()}
		},
		confirm: func(agent *api.Agent, serviceID string, options *api.QueryOptions) error {
			return agent.UpdateTTLOpts(checkID(serviceID), "", api.HealthPassing, options)
		},
	}
}
