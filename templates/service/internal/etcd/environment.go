package etcd

import (
	"errors"
	"strings"
	"time"

	"github.com/msgen/msgen/templates/service/internal/envconfig"
)

// Read returns the settings of the environment, and the defaults where it has none.
func Read(env *envconfig.Env, defaults Config) Config {
	cfg := Config{
		Endpoints: envconfig.Read(env, "ETCD_ENDPOINTS", defaults.Endpoints, members),
		Prefix:    envconfig.Read(env, "ETCD_PREFIX", defaults.Prefix, keyPrefix),
		TTL:       envconfig.Read(env, "ETCD_TTL", defaults.TTL, leaseTTL),

		CAFile:   envconfig.Read(env, "ETCD_CA_FILE", "", envconfig.File),
		CertFile: envconfig.Read(env, "ETCD_CERT_FILE", "", envconfig.File),
		KeyFile:  envconfig.Read(env, "ETCD_KEY_FILE", "", envconfig.File),
	}
	cfg.Username, cfg.Password = env.Login("ETCD")
	env.Together("ETCD_CERT_FILE", "ETCD_KEY_FILE")
	return cfg
}

func members(text string) ([]string, error) {
	endpoints := envconfig.List(text)
	for _, endpoint := range endpoints {
		_, host, found := strings.Cut(endpoint, "://")
		if !found {
			host = endpoint
		}
		scheme := strings.TrimSuffix(endpoint, host)
		if _, err := envconfig.Addresses(host); err != nil || scheme != "" && scheme != "http://" && scheme != "https://" {
			return nil, errors.New(`host:port or https://host:port, separated by commas, such as "etcd-1:2379,etcd-2:2379"`)
		}
	}
	return endpoints, nil
}

func keyPrefix(text string) (string, error) {
	prefix := strings.TrimRight(text, "/")
	if prefix == "" {
		return "", errors.New(`the beginning of a key such as "/services"`)
	}
	return prefix, nil
}

// leaseTTL is a lease's time to live, which etcd counts in whole seconds.
func leaseTTL(text string) (time.Duration, error) {
	ttl, err := time.ParseDuration(text)
	if err != nil || ttl < time.Second || ttl%time.Second != 0 {
		return 0, errors.New(`whole seconds such as "10s"`)
	}
	return ttl, nil
}
