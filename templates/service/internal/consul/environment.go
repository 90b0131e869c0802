package consul

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/msgen/msgen/templates/service/internal/envconfig"
)

// Read returns the settings of the environment, and the defaults where it has none.
func Read(env *envconfig.Env, defaults Config) Config {
	env.Secret("CONSUL_HTTP_TOKEN") // Consul's own client reads it, with each registration and watch
	return Config{
		Address:         envconfig.Read(env, "CONSUL_HTTP_ADDR", defaults.Address, agentAddress),
		Tags:            envconfig.Read(env, "CONSUL_TAGS", defaults.Tags, tags),
		DeregisterAfter: envconfig.Read(env, "CONSUL_DEREGISTER_AFTER", defaults.DeregisterAfter, deregisterAfter),
	}
}

func agentAddress(text string) (string, error) {
	location, err := url.Parse(text)
	switch {
	case !strings.Contains(text, "://"):
		_, err = envconfig.RemoteAddress(text)
	case err == nil && location.Scheme == "unix" && location.Path != "":
	case err == nil && (location.Scheme == "http" || location.Scheme == "https") && location.Host != "":
	default:
		err = errors.ErrUnsupported
	}
	if err != nil {
		return "", errors.New(`host:port, http://, https:// or unix://, such as "consul:8500"`)
	}
	return text, nil
}

func tags(text string) ([]string, error) { return envconfig.List(text), nil }

// deregisterAfter is at least a minute, as Consul looks for the instances to forget no more often.
func deregisterAfter(text string) (time.Duration, error) {
	after, err := time.ParseDuration(text)
	if err != nil || after < time.Minute {
		return 0, errors.New(`a duration of a minute or more such as "90s"`)
	}
	return after, nil
}
