package fleet

import (
	"testing"
	"time"
)

// provider is a way for clients to find the instances of a service.
type provider struct {
	name   string
	start  func(t *testing.T) registry
	sight  time.Duration // within which an instance that serves gets calls
	forget time.Duration // within which the registry no longer lists one that was killed; 0: it always lists all
}

// registry is where clients find the instances: a server, or what the platform keeps where nobody registers.
type registry interface {
	// policy is what the service's policy says of it.
	policy() string
	// environment is what instances and clients are told of it.
	environment() []string
	// place returns the environment that says where the next instance listens.
	place(t *testing.T) []string
	// joined and left tell the registry of an instance, where the instance does not do that itself.
	joined(t *testing.T, i *instance)
	left(t *testing.T, i *instance)
	// listed returns the addresses that it answers with.
	listed(t *testing.T) []string
}

func providers() []provider {
	return []provider{
		// A client that finds an instance down tries again a second later, then after 1.6 seconds, 2.6 and so on.
		{name: "static", start: startStatic, sight: 15 * time.Second},
	}
}
