package render

import (
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/making/monitoring"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// entry says of one template who owns what it prints, and when it is printed. What it is printed once for stands in
// its path: {name} is the service's name, {manifests} the folder of its manifests, {edge} that of the configuration of
// the proxy in front, {service} means once for each proto
// service and {env} once for each environment.
type entry struct {
	template   string // path under templates/, without .tmpl
	owner      state.Owner
	splice     bool                     // yours, and rewritten for as long as nobody has touched it
	as         layout                   // what is left to do once the template is printed
	when       func(*model.Tree) bool   // nil: always
	whenHost   func(*model.Host) bool   // with {service} in the path; nil: always
	whenClient func(*model.Client) bool // below clientTree; nil: always
	data       func(*model.Tree) any    // what the template reads; nil: the service
}

// clientTree is the folder of the client's templates, which are printed once for each client of the tree.
const clientTree = "service/client/"

// layout says how far a template's own layout can be relied on.
type layout int

const (
	// formatted Go has imports and line breaks that depend on names and conditions: it is parsed and formatted.
	formatted layout = iota
	// asPrinted Go is formatted whatever the model, and needs every import: it is not parsed, which halves the time
	// of a run. A test holds the golden trees to it. So is every file that is not Go.
	asPrinted
	// verbatim is asPrinted without a template's actions: the text itself.
	verbatim
)

// table is everything that templates emit.
var table = []entry{
	{template: "service/cmd/{name}/main.go", owner: state.Merged},
	{template: "service/cmd/{name}/options.go", owner: state.Yours},

	{template: "service/internal/{service}/{service}.go", owner: state.Yours, splice: true},
	{template: "service/internal/{service}/{service}_test.go", owner: state.Yours, splice: true, whenHost: hasRPCs},

	{template: "service/internal/server/server.go", owner: state.Generated},
	{template: "service/internal/server/options.go", owner: state.Generated},
	{template: "service/internal/server/services.go", owner: state.Generated},
	{template: "service/internal/server/server_test.go", owner: state.Generated},
	{template: "service/internal/server/http_test.go", owner: state.Generated, when: (*model.Tree).IsGateway},

	{template: "service/internal/server/runtime.go", owner: state.Generated, as: asPrinted, when: sharesRuntime},

	{template: "service/internal/config/config.go", owner: state.Generated},
	{template: "service/internal/config/config_test.go", owner: state.Generated},

	{template: "service/internal/telemetry/telemetry.go", owner: state.Generated},
	{template: "service/internal/telemetry/tracing.go", owner: state.Generated, when: (*model.Tree).Traces},

	{template: "service/internal/config/advertise.go", owner: state.Generated, as: asPrinted, when: (*model.Tree).Registers},
	{template: "service/internal/config/advertise_test.go", owner: state.Generated, as: verbatim, when: (*model.Tree).Registers},
	{template: "service/internal/config/tracing.go", owner: state.Generated, as: asPrinted, when: (*model.Tree).Traces},
	{template: "service/internal/config/tracing_test.go", owner: state.Generated, as: verbatim, when: (*model.Tree).Traces},

	{template: "service/internal/balancer/custom.go", owner: state.Yours, as: verbatim, when: picks(policy.BalancingCustom)},
	{template: "service/internal/balancer/balancer.go", owner: state.Generated, as: asPrinted, when: picks(policy.BalancingCustom)},

	{template: "service/internal/config/kafka.go", owner: state.Generated, when: (*model.Tree).UsesKafka},
	{template: "service/internal/config/kafka_test.go", owner: state.Generated, when: (*model.Tree).UsesKafka},
	{template: "service/internal/config/rabbitmq.go", owner: state.Generated, when: (*model.Tree).UsesRabbitMQ},
	{template: "service/internal/config/rabbitmq_test.go", owner: state.Generated, when: (*model.Tree).UsesRabbitMQ},

	{template: "service/internal/subscriber/subscriber.go", owner: state.Yours, splice: true, when: (*model.Tree).Subscribes},

	{template: "service/internal/events/event.go", owner: state.Generated, when: (*model.Tree).HasEvents},
	{template: "service/internal/events/publisher.go", owner: state.Generated, when: (*model.Tree).Publishes},
	{template: "service/internal/events/publisher_test.go", owner: state.Generated, when: (*model.Tree).Publishes},
	{template: "service/internal/events/subscriptions.go", owner: state.Generated, when: (*model.Tree).Subscribes},
	{template: "service/internal/events/consumer.go", owner: state.Generated, when: (*model.Tree).Subscribes},
	{template: "service/internal/events/consumer_test.go", owner: state.Generated, when: (*model.Tree).Subscribes},

	{template: "service/internal/clients/clients.go", owner: state.Generated, when: (*model.Tree).Depends},
	{template: "service/internal/clients/{dependency}/{dependency}test/{dependency}test.go", owner: state.Generated},

	{template: "service/client/client.go", owner: state.Generated},
	{template: "service/client/find.go", owner: state.Generated},
	{template: "service/client/policy.go", owner: state.Generated, whenClient: (*model.Client).Resilient},
	{template: "service/client/fallback.go", owner: state.Generated, whenClient: (*model.Client).FallbackFuncs},
	{template: "service/client/client_test.go", owner: state.Generated, whenClient: (*model.Client).ProvesCalls},
	{template: "service/client/policy_test.go", owner: state.Generated, whenClient: (*model.Client).Resilient},

	{template: "deploy/deploy/{edge}/nginx.conf", owner: state.Generated, as: asPrinted, when: (*model.Tree).UsesNginx},
	{template: "deploy/deploy/{edge}/haproxy.cfg", owner: state.Generated, as: asPrinted, when: (*model.Tree).UsesHAProxy},

	{template: "service/POLICY.md", owner: state.Generated, as: asPrinted},
	{template: "service/README.md", owner: state.Merged, as: asPrinted},
	{template: "deploy/compose.yaml", owner: state.Merged, as: asPrinted},
	{template: "deploy/deploy/observability/logs/fluentd/compose.conf", owner: state.Generated, as: asPrinted, when: (*model.Tree).ShipsByFluentd},
	{template: "deploy/deploy/observability/logs/fluentd/daemonset.yaml", owner: state.Generated, as: asPrinted, when: inPods((*model.Tree).ShipsByFluentd)},
	{template: "deploy/deploy/observability/logs/fluentd/kubernetes.conf", owner: state.Generated, as: asPrinted, when: inPods((*model.Tree).ShipsByFluentd)},
	{template: "deploy/deploy/observability/logs/fluentd/kustomization.yaml", owner: state.Generated, as: asPrinted, when: inPods((*model.Tree).ShipsByFluentd)},
	{template: "deploy/deploy/observability/logs/fluentd/pipeline.conf", owner: state.Generated, as: asPrinted, when: (*model.Tree).ShipsByFluentd},
	{template: "deploy/deploy/observability/logs/logstash/10-compose.conf", owner: state.Generated, as: asPrinted, when: (*model.Tree).ShipsByLogstash},
	{template: "deploy/deploy/observability/logs/logstash/10-kubernetes.conf", owner: state.Generated, as: asPrinted, when: inPods((*model.Tree).ShipsByLogstash)},
	{template: "deploy/deploy/observability/logs/logstash/20-parse.conf", owner: state.Generated, as: asPrinted, when: (*model.Tree).ShipsByLogstash},
	{template: "deploy/deploy/observability/logs/logstash/30-elasticsearch.conf", owner: state.Generated, as: asPrinted, when: (*model.Tree).ShipsByLogstash},
	{template: "deploy/deploy/observability/logs/logstash/daemonset.yaml", owner: state.Generated, as: asPrinted, when: inPods((*model.Tree).ShipsByLogstash)},
	{template: "deploy/deploy/observability/logs/logstash/kustomization.yaml", owner: state.Generated, as: asPrinted, when: inPods((*model.Tree).ShipsByLogstash)},
	{template: "deploy/deploy/observability/logs/elasticsearch/index-template.json", owner: state.Generated, as: asPrinted, when: (*model.Tree).Ships},
	{template: "deploy/deploy/observability/logs/kibana/saved-search.ndjson", owner: state.Generated, as: asPrinted, when: (*model.Tree).Ships},
	{template: "deploy/deploy/observability/prometheus/prometheus.yaml", owner: state.Generated, as: asPrinted},
	{template: "deploy/deploy/observability/prometheus/rules.yaml", owner: state.Generated, as: asPrinted, data: rules},
	{template: "deploy/deploy/observability/prometheus/rules_test.yaml", owner: state.Generated, as: asPrinted, data: rules},
	{template: "deploy/deploy/observability/alertmanager/alertmanager.yaml", owner: state.Merged, as: asPrinted},
	{template: "deploy/deploy/observability/grafana/{name}.json", owner: state.Generated, as: asPrinted, data: dashboard},
	{template: "deploy/deploy/observability/grafana/provisioning/dashboards/dashboards.yaml", owner: state.Generated, as: asPrinted},
	{template: "deploy/deploy/observability/grafana/provisioning/datasources/prometheus.yaml", owner: state.Generated, as: asPrinted},
	{template: "deploy/deploy/observability/operator/kustomization.yaml", owner: state.Generated, as: asPrinted, when: (*model.Tree).OnKubernetes},
	{template: "deploy/deploy/observability/operator/prometheusrule.yaml", owner: state.Generated, as: asPrinted, when: (*model.Tree).OnKubernetes, data: rules},
	{template: "deploy/deploy/observability/operator/servicemonitor.yaml", owner: state.Generated, as: asPrinted, when: (*model.Tree).OnKubernetes},

	{template: "service/Makefile", owner: state.Merged, as: asPrinted},
	{template: "service/.gitignore", owner: state.Merged, as: asPrinted},

	{template: "service/cmd/{name}/healthcheck.go", owner: state.Generated, as: asPrinted, when: (*model.Tree).Deploys},
	{template: "service/cmd/{name}/healthcheck_test.go", owner: state.Generated, as: asPrinted, when: (*model.Tree).Deploys},
	{template: "deploy/Dockerfile", owner: state.Merged, as: asPrinted, when: (*model.Tree).Deploys},
	{template: "deploy/.dockerignore", owner: state.Merged, as: asPrinted, when: inOwnModule},
	{template: "deploy/Dockerfile.dockerignore", owner: state.Merged, as: asPrinted, when: inSubfolder},

	{template: "deploy/deploy/kubernetes/{manifests}/deployment.yaml", owner: state.Generated, as: asPrinted, when: (*model.Tree).OnKubernetes},
	{template: "deploy/deploy/kubernetes/{manifests}/services.yaml", owner: state.Generated, as: asPrinted, when: (*model.Tree).OnKubernetes},
	{template: "deploy/deploy/kubernetes/{manifests}/scaling.yaml", owner: state.Generated, as: asPrinted, when: (*model.Tree).OnKubernetes},
	{template: "deploy/deploy/kubernetes/{manifests}/access.yaml", owner: state.Generated, as: asPrinted, when: (*model.Tree).OnKubernetes},
	{template: "deploy/deploy/kubernetes/{manifests}/externalsecrets.yaml", owner: state.Generated, as: asPrinted, when: (*model.Tree).StoresSecrets},
	{template: "deploy/deploy/kubernetes/{manifests}/ingress.yaml", owner: state.Generated, as: asPrinted, when: edge(policy.EdgeIngress)},
	{template: "deploy/deploy/kubernetes/{manifests}/route.yaml", owner: state.Generated, as: asPrinted, when: edge(policy.EdgeGateway)},
	{template: "deploy/deploy/kubernetes/{manifests}/edge.yaml", owner: state.Generated, as: asPrinted, when: (*model.Tree).EdgeInPods},
	{template: "deploy/deploy/kubernetes/base/kustomization.yaml", owner: state.Generated, as: asPrinted, when: (*model.Tree).Kustomize},
	{template: "deploy/deploy/kubernetes/base/tuning.env", owner: state.Generated, as: asPrinted, when: (*model.Tree).Kustomize},
	{template: "deploy/deploy/kubernetes/overlays/{env}/kustomization.yaml", owner: state.Yours, as: asPrinted, when: (*model.Tree).Kustomize},
	{template: "deploy/deploy/kubernetes/overlays/{env}/tuning.env", owner: state.Yours, as: asPrinted, when: (*model.Tree).Kustomize},
	{template: "deploy/deploy/kubernetes/chart/Chart.yaml", owner: state.Generated, as: asPrinted, when: (*model.Tree).Helm},
	{template: "deploy/deploy/kubernetes/chart/values.yaml", owner: state.Generated, as: asPrinted, when: (*model.Tree).Helm},
	{template: "deploy/deploy/kubernetes/chart/values.schema.json", owner: state.Generated, as: asPrinted, when: (*model.Tree).Helm},
	{template: "deploy/deploy/kubernetes/chart/templates/tuning.yaml", owner: state.Generated, as: asPrinted, when: (*model.Tree).Helm},
	{template: "deploy/deploy/kubernetes/chart/templates/configuration.yaml", owner: state.Generated, as: asPrinted, when: inChart((*model.Tree).EdgeInPods)},
	{template: "deploy/deploy/kubernetes/overlays/{env}/values.yaml", owner: state.Yours, as: asPrinted, when: (*model.Tree).Helm},
	{template: "deploy/deploy/rollout.sh", owner: state.Generated, as: asPrinted, when: (*model.Tree).OnKubernetes},

	{template: "deploy/.github/workflows/{name}.yaml", owner: state.Merged, as: asPrinted, when: builtBy(policy.CIGitHub)},
	{template: "deploy/.gitlab-ci.yml", owner: state.Merged, as: asPrinted, when: builtBy(policy.CIGitLab)},
	{template: "deploy/Jenkinsfile", owner: state.Merged, as: asPrinted, when: builtBy(policy.CIJenkins)},
}

func rules(s *model.Tree) any { return monitoring.RulesOf(s) }

func dashboard(s *model.Tree) any { return monitoring.DashboardOf(s) }

func hasRPCs(h *model.Host) bool { return len(h.RPCs) > 0 }

// anyClient holds where one of the clients needs what all of them share.
func anyClient(needs func(*model.Client) bool) func(*model.Tree) bool {
	return func(s *model.Tree) bool { return s.Clients().Any(needs) }
}

func finds(provider policy.Provider) func(*model.Tree) bool {
	return func(s *model.Tree) bool { return s.Clients().FindsBy(provider) }
}

func picks(chosen policy.BalancingPolicy) func(*model.Tree) bool {
	return func(s *model.Tree) bool { return s.Clients().PicksBy(chosen) }
}

func checks(consul policy.ConsulCheck) func(*model.Tree) bool {
	return func(s *model.Tree) bool { return s.ConsulCheck() == string(consul) }
}

func deprecates(s *model.Tree) bool { return len(s.DeprecatedRPCs()) > 0 }

func validates(s *model.Tree) bool { return len(s.ValidatedRPCs()) > 0 }

func edge(chosen policy.Edge) func(*model.Tree) bool {
	return func(s *model.Tree) bool { return s.OnKubernetes() && s.Policy.Balancing.Edge == chosen }
}

func inPods(when func(*model.Tree) bool) func(*model.Tree) bool {
	return func(s *model.Tree) bool { return s.OnKubernetes() && when(s) }
}

func inChart(when func(*model.Tree) bool) func(*model.Tree) bool {
	return func(s *model.Tree) bool { return s.Helm() && when(s) }
}

func builtBy(ci policy.CI) func(*model.Tree) bool {
	return func(s *model.Tree) bool { return s.BuiltBy(ci) }
}

// A builder reads .dockerignore in its context, which is the folder of the go.mod; where the tree is below that, it
// is the file's turn that stands beside the Dockerfile.
func inOwnModule(s *model.Tree) bool { return s.Deploys() && !s.Subfolder() }

func inSubfolder(s *model.Tree) bool { return s.Deploys() && s.Subfolder() }
func traceless(s *model.Tree) bool   { return !s.Traces() }

func sharesRuntime(s *model.Tree) bool { return !s.OwnRuntime() }

func eventsAndTraces(s *model.Tree) bool { return s.HasEvents() && s.Traces() }

func subscribesBy(broker policy.Broker) func(*model.Tree) bool {
	return func(s *model.Tree) bool { return s.Subscribes() && s.Policy.Events.Broker == broker }
}
