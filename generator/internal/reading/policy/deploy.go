package policy

import "github.com/msgen/msgen/generator/diag"

// Deploy is how the service is built and where it runs.
type Deploy struct {
	Image        string            `yaml:"image" format:"image" required:"true" example:"registry.example.com/shop/orders" doc:"Name of the container image, without a tag."`
	Environments []string          `yaml:"environments" format:"label" example:"[dev, staging, prod]" doc:"The places where the service runs, each with settings of its own."`
	Kubernetes   *DeployKubernetes `yaml:"kubernetes" doc:"Manifests for Kubernetes."`
	CI           []CI              `yaml:"ci" example:"[github, gitlab, jenkins]" doc:"CI systems that get a pipeline."`
}

// DeployKubernetes is how the service runs in Kubernetes.
type DeployKubernetes struct {
	Namespace string    `yaml:"namespace" format:"label" derived:"service.name" example:"shop" doc:"Namespace of everything that is deployed."`
	Packaging Packaging `yaml:"packaging" default:"kustomize" doc:"Form of the manifests."`
	Replicas  Replicas  `yaml:"replicas" doc:"How many instances run."`
	CPU       CPU       `yaml:"cpu" doc:"Processor time."`
	Memory    Quantity  `yaml:"memory" default:"128Mi" format:"memory" doc:"Memory of one instance, requested and allowed."`
	Callers   []Caller  `yaml:"callers" empty:"true" derived:"every pod of the namespace" doc:"The pods that may call the service, beside the balancer in front of it. An empty list admits none."`
	Egress    []Egress  `yaml:"egress" doc:"Connections of your own code, such as to a database. The network policy allows them in addition to the connections that the rest of the policy names."`

	Pod
}

// Caller selects pods. All that it says must be so of a pod.
type Caller struct {
	Namespace string            `yaml:"namespace" format:"label" derived:"the service's own" example:"web" doc:"Namespace of the pods."`
	PodLabels map[string]string `yaml:"podLabels" keys:"labelkey" format:"labelvalue" derived:"any" example:"{app.kubernetes.io/name: shopfront}" doc:"Labels of the pods."`
}

// Egress is what instances may connect to: ports of addresses, of pods, or of any host where neither is written.
type Egress struct {
	Ports     []int             `yaml:"ports" required:"true" range:"1..65535" example:"[5432]" doc:"TCP ports."`
	CIDR      string            `yaml:"cidr" format:"cidr" derived:"any host" example:"10.20.0.0/16" doc:"Range of addresses that have the ports."`
	Namespace string            `yaml:"namespace" format:"label" derived:"the service's own where podLabels are written" example:"data" doc:"Namespace of pods that have the ports, in addition to the addresses."`
	PodLabels map[string]string `yaml:"podLabels" keys:"labelkey" format:"labelvalue" derived:"any" example:"{app: postgres}" doc:"Labels of those pods."`
}

// ToPods reports whether the entry selects pods.
func (e Egress) ToPods() bool { return e.Namespace != "" || len(e.PodLabels) > 0 }

// Replicas bounds the number of instances.
type Replicas struct {
	Min int `yaml:"min" default:"2" range:">=1" doc:"The fewest instances."`
	Max int `yaml:"max" default:"10" range:">=1" doc:"The most instances."`
}

// CPU is the processor time of an instance, and how busy instances get before there are more of them.
type CPU struct {
	Request Quantity `yaml:"request" default:"100m" format:"cpu" doc:"Processor time that one instance is given, in cores."`
	Target  int      `yaml:"target" default:"70" range:"1..100" doc:"Use of the request at which instances are added, in percent."`
}

// SettingsFile is the file in which an environment sets variables.
func (k *DeployKubernetes) SettingsFile() string {
	if k.Packaging == PackagingHelm {
		return "values.yaml"
	}
	return "tuning.env"
}

// Packaging is the form of manifests.
type Packaging string

// The forms of manifests: a base with overlays, or a chart with values.
const (
	PackagingKustomize Packaging = "kustomize"
	PackagingHelm      Packaging = "helm"
)

func (Packaging) values() []string { return texts(PackagingKustomize, PackagingHelm) }

// CI is a continuous integration system.
type CI string

// The CI systems.
const (
	CIGitHub  CI = "github"
	CIGitLab  CI = "gitlab"
	CIJenkins CI = "jenkins"
)

func (CI) values() []string { return texts(CIGitHub, CIGitLab, CIJenkins) }

func (d *Deploy) settle(s scope) {
	if s.written("environments") && !s.written("kubernetes") {
		s.warn("environments", diag.Problem{
			Message: "has no effect without kubernetes",
			Fix:     "remove it, or add kubernetes",
		})
	}
}

func (r *Replicas) settle(s scope) {
	atMost(s, "min", &r.Min, "max", r.Max)
}
