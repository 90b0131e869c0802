package model

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Ships reports whether something collects the logs.
func (t *Tree) Ships() bool { return t.Policy.Observability.Logging.Shipper != policy.ShipperNone }

// ShipsByFluentd reports whether that is Fluentd.
func (t *Tree) ShipsByFluentd() bool {
	return t.Policy.Observability.Logging.Shipper == policy.ShipperFluentd
}

// ShipsByLogstash reports whether that is Logstash.
func (t *Tree) ShipsByLogstash() bool {
	return t.Policy.Observability.Logging.Shipper == policy.ShipperLogstash
}

// LogIndex is the name with which the indices of the logs begin.
func (t *Tree) LogIndex() string { return t.Name + "-logs" }

// ComposeEnvironment is what the service is told in compose.yaml, where each program is reached by its name there.
func (t *Tree) ComposeEnvironment() []Variable {
	var environment []Variable
	for _, program := range backends(t.Policy) {
		environment = append(environment, backendAddresses[program])
	}
	switch {
	case t.TracesOTLP():
		environment = append(environment, Variable{"TRACING_ENDPOINT", "jaeger:4317"}, Variable{"TRACING_SAMPLE_RATIO", "1"})
	case t.TracesZipkin():
		environment = append(environment, Variable{"TRACING_ENDPOINT", "zipkin:9411"}, Variable{"TRACING_SAMPLE_RATIO", "1"})
	}
	for _, callee := range t.Composed() {
		environment = append(environment, Variable{callee.EnvPrefix() + "_ENDPOINTS", fmt.Sprintf("%s:%d", callee.Name, callee.Own.Server.GRPCPort)})
	}
	return environment
}

// backendAddresses are what a service is told of each of its backends.
var backendAddresses = map[string]Variable{
	"etcd":     {"ETCD_ENDPOINTS", "etcd:2379"},
	"consul":   {"CONSUL_HTTP_ADDR", "consul:8500"},
	"kafka":    {"KAFKA_BROKERS", "kafka:9092"},
	"rabbitmq": {"RABBITMQ_URL", "amqp://rabbitmq:5672/"},
}

// backends are the programs that a service of the policy registers in, and has its events carried by.
func backends(p *policy.Policy) []string {
	var programs []string
	if provider := p.Discovery.Provider; provider == policy.ProviderEtcd || provider == policy.ProviderConsul {
		programs = append(programs, string(provider))
	}
	if p.Events != nil {
		programs = append(programs, string(p.Events.Broker))
	}
	return programs
}

// ComposeNeeds are the programs of compose.yaml that are started before the service.
func (t *Tree) ComposeNeeds() []string {
	needs := backends(t.Policy)
	switch {
	case t.ShipsByFluentd():
		needs = append(needs, "fluentd")
	case t.ShipsByLogstash():
		needs = append(needs, "logstash")
	}
	for _, callee := range t.Composed() {
		needs = append(needs, callee.Name)
	}
	return needs
}

// ComposeRuns reports whether compose.yaml has a program that the service needs, or one that it calls there.
func (t *Tree) ComposeRuns(program string) bool {
	return slices.Contains(backends(t.Policy), program) ||
		slices.ContainsFunc(t.Composed(), func(d *Dependency) bool { return slices.Contains(d.ComposeNeeds(), program) })
}

// Composed are the services that compose.yaml runs since this one calls them, as their own trees have it.
func (t *Tree) Composed() []*Dependency {
	return slices.DeleteFunc(slices.Clone(t.Dependencies), func(d *Dependency) bool { return !d.composed() })
}

// NotComposed are those that it does not run, and that are not looked for where they are for everybody.
func (t *Tree) NotComposed() []*Dependency {
	return slices.DeleteFunc(slices.Clone(t.Dependencies), func(d *Dependency) bool { return d.composed() || d.CallTarget != "" })
}

// composed reports whether a compose.yaml is known to build the service, which may have its name there.
func (d *Dependency) composed() bool { return d.Folder != "" && !composePrograms[d.Name] }

// composePrograms are the names that compose.yaml has for other things.
var composePrograms = map[string]bool{
	"service": true, "etcd": true, "consul": true, "kafka": true, "rabbitmq": true, "prometheus": true, "alertmanager": true,
	"grafana": true, "jaeger": true, "zipkin": true, "fluentd": true, "logstash": true, "elasticsearch": true, "kibana": true,
	"log-setup": true,
}

// ComposeFile is the compose.yaml of the dependency's own tree.
func (d *Dependency) ComposeFile() string { return path.Join(d.Folder, "compose.yaml") }

// ComposeNeeds are the programs that are started before the dependency; it is never nil, which compose.yaml has no word for.
func (d *Dependency) ComposeNeeds() []string { return append([]string{}, backends(d.Own)...) }

// ShipsItself reports whether the dependency's own compose.yaml collects its logs, by what is not here.
func (d *Dependency) ShipsItself() bool {
	return d.Own.Observability.Logging.Shipper != policy.ShipperNone
}

// ComposeMisses names those that the dependency calls in turn, and that compose.yaml does not run; empty where there are none.
func (d *Dependency) ComposeMisses() string {
	var missing []string
	for _, next := range d.Own.Dependencies {
		if next.Target == "" && !slices.ContainsFunc(d.Tree.Composed(), func(c *Dependency) bool { return c.Name == next.Name }) {
			missing = append(missing, next.Name)
		}
	}
	return strings.Join(missing, ", ")
}

// StopSeconds is how long a stop may take, in whole seconds, and one more.
func (t *Tree) StopSeconds() string {
	return fmt.Sprint(int(t.LongestStop()/policy.Duration(time.Second)) + 1)
}
