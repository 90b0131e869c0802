package loadbalancer

import "google.golang.org/grpc/resolver"

// Settings say how the calls of one connection are spread.
type Settings struct {
	Policy   Policy   // which endpoint takes a call
	Ejection Ejection // which endpoints take none for a while; the zero value ejects none
	Metrics  *Metrics // NewMetrics makes them
}

// Configure returns builder's resolver, which also brings settings to the balancer. It is how a balancer, which
// grpc-go makes by name, is told things that no service config can hold.
func Configure(builder resolver.Builder, settings Settings) resolver.Builder {
	return configured{Builder: builder, settings: &settings}
}

type configured struct {
	resolver.Builder

	settings *Settings
}

// Build returns the resolver of one connection.
func (c configured) Build(
	target resolver.Target, channel resolver.ClientConn, options resolver.BuildOptions,
) (resolver.Resolver, error) {
	return c.Builder.Build(target, configuredChannel{channel, c.settings}, options)
}

type configuredChannel struct {
	resolver.ClientConn

	settings *Settings
}

type settingsKey struct{}

// UpdateState passes on what the resolver has found, and the settings with it.
func (c configuredChannel) UpdateState(state resolver.State) error {
	state.Attributes = state.Attributes.WithValue(settingsKey{}, c.settings)
	return c.ClientConn.UpdateState(state)
}
