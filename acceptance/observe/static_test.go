package observe

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	grafana "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// policies are those whose files are held to what their readers want.
func policies() map[string]string {
	return map[string]string{
		"nothing":  "",
		"promises": strings.Replace(promising, "observability:\n", "observability:\n  logging: {shipper: fluentd}\n", 1),
		"large": `
discovery: {provider: consul}
balancing: {policy: pick_first}
observability:
  objectives: {availability: 90, latency: {threshold: 2s, target: 50}}
  tracing: {exporter: zipkin, endpoint: "zipkin:9411"}
  logging: {shipper: logstash}
`,
	}
}

// TestFilesAreValid holds the files of each policy to the tools and schemas of those who read them.
func TestFilesAreValid(t *testing.T) {
	for name, policy := range policies() {
		t.Run(name, func(t *testing.T) {
			tree := emit(t, policy)
			folder := filepath.Join(tree, "deploy/observability")
			t.Log(program.Run(t, filepath.Join(folder, "prometheus"), program.Tool(t, "promtool"), "check", "rules", "rules.yaml"))
			t.Log(program.Run(t, filepath.Join(folder, "prometheus"), program.Tool(t, "promtool"), "check", "config", "prometheus.yaml"))
			t.Log(program.Run(t, filepath.Join(folder, "prometheus"), program.Tool(t, "promtool"), "test", "rules", "rules_test.yaml"))
			t.Log(program.Run(t, filepath.Join(folder, "alertmanager"), program.Tool(t, "amtool"), "check-config", "alertmanager.yaml"))
			checkDashboard(t, filepath.Join(folder, "grafana", "orders.json"))
			checkCompose(t, tree)
		})
	}
}

// checkDashboard reads a dashboard by Grafana's own types, which take no field that they do not know, and wants every
// panel to have a place of its own and the data source that its reader chooses.
func checkDashboard(t *testing.T, file string) {
	t.Helper()
	plugins.RegisterDefaultPlugins()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	//lint:ignore SA1019 every Grafana reads a file of the first version, few of the second
	var board grafana.Dashboard //nolint:staticcheck // as above
	if err := board.UnmarshalJSONStrict(content); err != nil {
		require.Empty(t, err.Error()) // it returns a list, which is not nil when it is empty
	}
	require.NoError(t, board.Validate())
	taken := map[[2]uint32]string{}
	for _, element := range board.Panels {
		panel := element.Panel
		if panel == nil || panel.Type == "row" {
			continue
		}
		require.NotNil(t, panel.GridPos)
		assert.Equal(t, "${datasource}", *panel.Datasource.Uid, *panel.Title)
		for x := panel.GridPos.X; x < panel.GridPos.X+panel.GridPos.W; x++ {
			for y := panel.GridPos.Y; y < panel.GridPos.Y+panel.GridPos.H; y++ {
				assert.Empty(t, taken[[2]uint32{x, y}], "%s lies over another panel", *panel.Title)
				taken[[2]uint32{x, y}] = *panel.Title
			}
		}
	}
	assert.NotContains(t, string(content), "__inputs", "which provisioning does not know")
}

// TestComposeRunsWhatIsCalled loads the compose.yaml of a service that calls others, which their own trees build.
func TestComposeRunsWhatIsCalled(t *testing.T) {
	shop := program.BuildShop(t, repository)
	project := checkCompose(t, filepath.Join(shop, "orders"))
	orders := project.Services["service"]
	assert.Equal(t, "inventory:7200", *orders.Environment["INVENTORY_ENDPOINTS"])
	assert.Contains(t, orders.DependsOn, "inventory")
	inventory := project.Services["inventory"]
	require.NotNil(t, inventory.Build)
	assert.Equal(t, shop, inventory.Build.Context)
	_, err := os.Stat(filepath.Join(inventory.Build.Context, inventory.Build.Dockerfile))
	require.NoError(t, err)
	assert.Equal(t, "kafka:9092", *inventory.Environment["KAFKA_BROKERS"], "which its own compose.yaml has")
	assert.Equal(t, []string{"kafka"}, inventory.GetDependencies())
	assert.Empty(t, inventory.Ports, "of this machine, where those of others may be the same")
}

// checkCompose loads compose.yaml as docker compose does, by its schema, and wants the files that it mounts to be there
// and every image to have a version.
func checkCompose(t *testing.T, tree string) *types.Project {
	t.Helper()
	file := filepath.Join(tree, "compose.yaml")
	project, err := loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir: tree, ConfigFiles: []types.ConfigFile{{Filename: file}},
	}, func(o *loader.Options) { o.SetProjectName("orders", true) })
	require.NoError(t, err)
	for name, service := range project.Services {
		if service.Build == nil {
			assert.Regexp(t, `:v?[0-9][^:]*$|-elasticsearch8-1$`, service.Image, name)
		}
		for _, volume := range service.Volumes {
			_, err := os.Stat(volume.Source)
			assert.NoError(t, err, name)
		}
	}
	return project
}

// TestLogPipelines holds the configuration of the shippers, whose programs are not to be had here, to the grammar of its
// blocks, and the index to the fields of a real line of the log.
func TestLogPipelines(t *testing.T) {
	const inCluster = "deploy: {image: shop/orders, kubernetes: {}}\n" // which has pipelines of its own
	tree := emit(t, policies()["promises"]+inCluster)
	checkIndex(t, tree)
	pipelines := glob(t, tree, "deploy/observability/logs/fluentd/*.conf")
	assert.Len(t, pipelines, 3)
	for _, file := range pipelines {
		checkFluentd(t, file)
		checkParameters(t, file)
	}
	fields := indexed(t, tree)
	i := startInstance(t, build(t, tree), "ETCD_ENDPOINTS="+startEtcd(t), "ADVERTISE_ADDRESS=127.0.0.1", "LOG_LEVEL=debug")
	c := startCaller(t, filepath.Join(tree, "bin"), "ORDERS_ENDPOINTS="+i.address)
	require.Eventually(t, func() bool { return strings.Contains(i.Printed(), "trace_id") }, patience, patience/1000)
	stop(t, c.Process, nil)
	for line := range strings.Lines(i.Printed()) {
		var entry map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &entry), line)
		if entry["msg"] != "call" {
			continue
		}
		for field := range entry {
			assert.True(t, field == "time" || slices.Contains(fields, field), "the index does not know %s", field)
		}
	}
	tree = emit(t, policies()["large"]+inCluster)
	checkIndex(t, tree)
	pipelines = glob(t, tree, "deploy/observability/logs/logstash/*.conf")
	assert.Len(t, pipelines, 4)
	for _, file := range pipelines {
		checkLogstash(t, file)
	}
}

// indexed are the fields of the index template.
func indexed(t *testing.T, tree string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(tree, "deploy/observability/logs/elasticsearch/index-template.json"))
	require.NoError(t, err)
	var template struct {
		Template struct {
			Mappings struct{ Properties map[string]any }
		}
	}
	require.NoError(t, json.Unmarshal(content, &template))
	var fields []string
	for field := range template.Template.Mappings.Properties {
		fields = append(fields, field)
	}
	return fields
}

var fluentdTag = regexp.MustCompile(`^<(/?)([a-z]+)( [^<>]+)?>$`)

// checkFluentd wants sections that are closed in the order in which they are opened, and parameters within them.
func checkFluentd(t *testing.T, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var open []string
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		tag := fluentdTag.FindStringSubmatch(line)
		switch {
		case line == "", strings.HasPrefix(line, "#"), strings.HasPrefix(line, "@include "):
		case tag == nil:
			assert.NotEmpty(t, open, "%s: %s stands in no section", file, line)
		case tag[1] == "":
			open = append(open, tag[2])
		default:
			require.NotEmpty(t, open, "%s: %s", file, line)
			assert.Equal(t, open[len(open)-1], tag[2], file)
			open = open[:len(open)-1]
		}
	}
	assert.Empty(t, open, file)
}

// logstashWord is what the grammar of Logstash's configuration is made of.
var logstashWord = regexp.MustCompile(`#[^\n]*|"(?:[^"\\]|\\.)*"|=>|[{}\[\],]|[A-Za-z_@][A-Za-z0-9_@]*|[0-9]+|\s+`)

// checkLogstash wants input, filter and output blocks alone, whose braces match and whose text has nothing that the
// grammar lacks.
func checkLogstash(t *testing.T, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Empty(t, logstashWord.ReplaceAllString(string(content), ""), file)
	depth := 0
	for _, word := range logstashWord.FindAllString(string(content), -1) {
		switch {
		case word == "{":
			depth++
		case word == "}":
			depth--
		case depth == 0 && strings.TrimSpace(word) != "" && word[0] != '#':
			assert.Contains(t, []string{"input", "filter", "output"}, word, file)
		}
		require.GreaterOrEqual(t, depth, 0, file)
	}
	assert.Zero(t, depth, file)
}

func glob(t *testing.T, tree, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(tree, pattern))
	require.NoError(t, err)
	require.NotEmpty(t, files, pattern)
	return files
}
