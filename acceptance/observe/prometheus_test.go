package observe

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// prometheus is a running Prometheus server.
type prometheus struct{ url string }

// startPrometheus starts a server with the rules of the tree and a feature that has to be asked for, which scrapes the
// addresses by job.
func startPrometheus(t *testing.T, tree, feature, alertmanager string, jobs map[string][]string) prometheus {
	t.Helper()
	var config strings.Builder
	rules := filepath.Join(tree, "deploy/observability/prometheus/rules.yaml")
	fmt.Fprintf(&config, "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [%q]\n", rules)
	fmt.Fprintf(&config, "alerting: {alertmanagers: [{static_configs: [{targets: [%q]}]}]}\nscrape_configs:\n", alertmanager)
	for job, targets := range jobs {
		quoted, err := json.Marshal(targets)
		require.NoError(t, err)
		fmt.Fprintf(&config, "  - {job_name: %q, static_configs: [{targets: %s}]}\n", job, quoted)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "prometheus.yaml")
	require.NoError(t, os.WriteFile(file, []byte(config.String()), 0o644))
	address := program.FreeAddress(t)
	program.Start(t, dir, nil, program.Tool(t, "prometheus"), "--config.file="+file, "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+address, "--enable-feature="+feature, "--log.level=warn")
	awaitOK(t, "http://"+address+"/-/ready")
	return prometheus{"http://" + address}
}

// sample is one series of an answer.
type sample struct {
	Metric map[string]string
	Value  [2]any // the time and the value, as a text
}

// query returns what an expression is now.
func (p prometheus) query(t *testing.T, expr string) []sample {
	t.Helper()
	var result struct{ Result []sample }
	p.ask(t, "/api/v1/query", url.Values{"query": {expr}}, &result)
	return result.Result
}

// numbers are the values of an expression that are numbers.
func (p prometheus) numbers(t *testing.T, expr string) []string {
	t.Helper()
	var values []string
	for _, s := range p.query(t, expr) {
		if value := s.Value[1].(string); value != "NaN" {
			values = append(values, value)
		}
	}
	return values
}

// ask asks the HTTP API and stores the data of its answer.
func (p prometheus) ask(t *testing.T, path string, values url.Values, data any) {
	t.Helper()
	resp, err := http.PostForm(p.url+path, values)
	require.NoError(t, err)
	defer resp.Body.Close()
	var answer struct {
		Status, Error string
		Data          json.RawMessage
	}
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
	require.Equal(t, "success", answer.Status, "%s: %s", values, answer.Error)
	require.NoError(t, json.Unmarshal(answer.Data, data))
}

// exemplars returns the traces that the exemplars of a series name.
func (p prometheus) exemplars(t *testing.T, series string) []string {
	t.Helper()
	var found []struct {
		Exemplars []struct{ Labels map[string]string }
	}
	now := time.Now()
	p.ask(t, "/api/v1/query_exemplars", url.Values{
		"query": {series}, "start": {now.Add(-time.Hour).Format(time.RFC3339)}, "end": {now.Format(time.RFC3339)},
	}, &found)
	var traces []string
	for _, one := range found {
		for _, exemplar := range one.Exemplars {
			traces = append(traces, exemplar.Labels["trace_id"])
		}
	}
	return traces
}
