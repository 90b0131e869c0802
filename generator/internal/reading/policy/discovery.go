package policy

import "github.com/msgen/msgen/generator/diag"

// Discovery says where instances announce themselves and where callers look for them. Only the section of the chosen
// provider has an effect.
type Discovery struct {
	Provider   Provider   `yaml:"provider" default:"static" doc:"Where instances are found."`
	Etcd       Etcd       `yaml:"etcd" doc:"Instances in etcd, each under a lease of its own."`
	Consul     Consul     `yaml:"consul" doc:"Instances in the catalog of Consul."`
	Kubernetes Kubernetes `yaml:"kubernetes" doc:"Instances behind a headless Service, found by DNS. Nothing is registered."`
	Static     Static     `yaml:"static" doc:"Instances at addresses that do not change."`
}

// Etcd is where in etcd the instances stand.
type Etcd struct {
	Endpoints []string `yaml:"endpoints" default:"[127.0.0.1:2379]" format:"endpoint" example:"[etcd:2379]" doc:"Members of the etcd cluster."`
	Prefix    string   `yaml:"prefix" default:"/services" format:"prefix" doc:"Where the keys of all services begin."`
	TTL       Duration `yaml:"ttl" default:"10s" range:">=1s" doc:"How long an instance that has died is still listed."`
}

// Consul is how an instance registers with its Consul agent.
type Consul struct {
	Address         string      `yaml:"address" default:"127.0.0.1:8500" format:"endpoint" example:"consul:8500" doc:"HTTP address of the Consul agent."`
	Check           ConsulCheck `yaml:"check" default:"grpc" doc:"Who checks an instance: the agent calls its gRPC health service, or the instance reports in time."`
	DeregisterAfter Duration    `yaml:"deregisterAfter" default:"1m" range:">=1m" max:"720h" doc:"How long an instance may be critical before Consul forgets it. Consul allows no less than 1m."`
	Tags            []string    `yaml:"tags" example:"[v1]" doc:"Tags of the instance in the catalog."`
}

// Kubernetes is how often, and where, the instances of a headless Service are looked up.
type Kubernetes struct {
	Namespace string   `yaml:"namespace" format:"label" derived:"the caller's own namespace" example:"shop" doc:"Namespace of the Service."`
	Refresh   Duration `yaml:"refresh" default:"10s" range:">=1s" doc:"How often the addresses are looked up again."`
}

// Static lists the instances.
type Static struct {
	Endpoints []string `yaml:"endpoints" default:"[127.0.0.1:8080]" derived:"127.0.0.1 and server.grpcPort" format:"endpoint" doc:"Addresses of the instances, as host:port."`
}

// Provider is where instances are found.
type Provider string

// The providers.
const (
	ProviderStatic     Provider = "static"
	ProviderKubernetes Provider = "kubernetes"
	ProviderEtcd       Provider = "etcd"
	ProviderConsul     Provider = "consul"
)

func (Provider) values() []string {
	return texts(ProviderStatic, ProviderKubernetes, ProviderEtcd, ProviderConsul)
}

// ConsulCheck is how Consul learns whether an instance is well.
type ConsulCheck string

// The checks: the agent calls the instance, or the instance calls the agent.
const (
	ConsulCheckGRPC ConsulCheck = "grpc"
	ConsulCheckTTL  ConsulCheck = "ttl"
)

func (ConsulCheck) values() []string { return texts(ConsulCheckGRPC, ConsulCheckTTL) }

func (d *Discovery) settle(s scope) {
	if !s.sound("provider") {
		return
	}
	for _, section := range d.Provider.values() {
		if section != string(d.Provider) && s.filled(section) {
			s.warn(section, diag.Problem{
				Message: "has no effect while provider is " + string(d.Provider),
				Fix:     "remove it, or write provider: " + section,
			})
		}
	}
}
