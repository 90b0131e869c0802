package discovery

import (
	"google.golang.org/grpc/resolver"

	"github.com/msgen/msgen/templates/service/internal/envconfig"
)

// Listed returns a resolver of the instances that the environment lists for the clients of a service: the host:port endpoints
// in the variable prefix_ENDPOINTS, separated by commas, or the file that prefix_ENDPOINTS_FILE names. Without them it
// returns the resolver that policy makes. An error of its own names the variable that is wrong.
func Listed(getenv func(string) string, prefix string, policy func() (resolver.Builder, error)) (resolver.Builder, error) {
	env := envconfig.New(getenv)
	endpoints := envconfig.Read(env, prefix+"_ENDPOINTS", nil, envconfig.Addresses)
	switch file := env.Get(prefix + "_ENDPOINTS_FILE"); {
	case env.Err() != nil:
		return nil, env.Err()
	case file != "":
		return File(file), nil
	case len(endpoints) > 0:
		return Static(endpoints...)
	default:
		return policy()
	}
}
